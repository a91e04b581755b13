"""Rights edited in a table, and beside them what they come to in this city."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QTableWidget, QTabWidget, QVBoxLayout, QWidget

from console.panels.administration.asking import row_of
from console.panels.administration.grant_rows import GrantRows, Known
from console.panels.administration.words import AdministrationWords
from console.store.context import Context
from console.store.wording import class_text
from contract.administration import RightsPreview
from contract.rights import Grant
from widgets.edit_table import Column, EditTable
from widgets.look import TIGHT, icon
from widgets.nesting import nest
from widgets.quiet_label import quiet_label, section_label
from widgets.words_table import fill, words_table

_COUNTED: Final = ("of", "view", "operate", "manage", "configure")


class RightsForm(QWidget):
    """`preview_requested` when somebody wants to see; the page asks and gives the answer to `show_preview`."""

    edited = Signal()
    preview_requested = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        tr = context.texts
        self._rows = GrantRows(tr)
        self._words = AdministrationWords(tr)
        self.table = EditTable(
            (
                Column(tr("administration.column.level"), choices=self._rows.levels(), share=2),
                Column(tr("administration.column.way"), choices=self._rows.ways(), share=2),
                Column(tr("administration.column.communes"), tr("administration.hint.communes"), share=3),
                Column(tr("administration.column.services"), tr("administration.hint.services"), share=3),
                Column(tr("administration.column.classes"), tr("administration.hint.classes"), share=3),
                Column(tr("administration.column.hours"), tr("administration.hint.hours"), share=2),
            ),
            tr("administration.rights"),
        )
        self.table.setMinimumHeight(96)
        self.table.edited.connect(self.edited)
        self.add = self._button("plus", "administration.add_right")
        self.remove = self._button("minus", "administration.remove_right")
        self.preview = self._button("eye-outline", "administration.preview.show")
        self.add.clicked.connect(lambda _checked=False: self._add())
        self.remove.clicked.connect(lambda _checked=False: self.table.remove_selected())
        self.preview.clicked.connect(lambda _checked=False: self.preview_requested.emit())
        self.outcome = quiet_label(tr("administration.preview.hint"))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.seen = {name: self._counted(name) for name in ("communes", "services", "classes")}
        self.acts = words_table(
            [tr(f"administration.column.{name}") for name in ("reach", "act", "route", "level")],
            tr("administration.preview.acts"),
            (130, 300, 260, 110),
            stretched=1,
        )
        for name, table in (*self.seen.items(), ("acts", self.acts)):
            self.tabs.addTab(table, tr(f"administration.preview.{name}"))
        self.tabs.setVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        nest(column, row_of(section_label(tr("administration.rights")), None, self.add, self.remove, self.preview))
        column.addWidget(self.table, 1)
        column.addWidget(self.outcome)
        column.addWidget(self.tabs, 2)

    def show_grants(self, grants: Sequence[Grant]) -> None:
        """These rights, not yet reckoned."""
        known = self._known()
        self.table.show_rows([("", self._rows.row(grant, known)) for grant in grants])
        self.tabs.setVisible(False)
        self.outcome.setText(self._context.texts("administration.preview.hint"))

    def grants(self) -> tuple[Grant, ...]:
        """As they stand. Raises BadGrant."""
        return self._rows.grants([texts for _, texts in self.table.rows()], self._known())

    def summary(self, grants: Sequence[Grant]) -> str:
        """Rights as one line of a list."""
        return self._rows.summary(grants, self._known())

    def show_preview(self, preview: RightsPreview) -> None:
        """What they come to."""
        catalogue, tr = self._context.stores.catalogue, self._context.texts
        names = {
            "communes": {code: commune.name for code, commune in catalogue.communes.items()},
            "services": {
                item.key: tr(f"service.{item.key}") for item in preview.services if tr.has(f"service.{item.key}")
            },
            "classes": {item.key: class_text(catalogue, item.key, tr) for item in preview.classes},
        }
        for name, counts in (
            ("communes", preview.communes), ("services", preview.services), ("classes", preview.classes)
        ):  # fmt: skip
            fill(self.seen[name], self._words.seen(counts, names[name]))
        fill(self.acts, self._words.acts(preview))
        self.outcome.setText(self._words.preview_line(preview))
        self.tabs.setVisible(True)

    def _known(self) -> Known:
        catalogue, tr = self._context.stores.catalogue, self._context.texts
        services = {class_.service for class_ in catalogue.classes.values()}
        return Known(
            communes={code: commune.name for code, commune in catalogue.communes.items()},
            services={code: tr(f"service.{code}") if tr.has(f"service.{code}") else code for code in services},
            classes={code: class_text(catalogue, code, tr) for code in catalogue.classes},
        )

    def _counted(self, name: str) -> QTableWidget:
        tr = self._context.texts
        titles = [tr(f"administration.preview.{name}"), *(tr(f"administration.column.{one}") for one in _COUNTED)]
        return words_table(titles, tr(f"administration.preview.{name}"), (220, 90, 90, 90, 90, 90), stretched=0)

    def _add(self) -> None:
        levels, ways = self._rows.levels(), self._rows.ways()
        self.table.add_row((levels[0], ways[0], "", "", "", ""))

    def _button(self, symbol: str, key: str) -> QPushButton:
        return QPushButton(icon(f"mdi6.{symbol}", self._context.palette), self._context.texts(key))
