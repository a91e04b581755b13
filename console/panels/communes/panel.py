"""Communes: which there are on a day, and the dates of each."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.formats import day_text
from console.panels.communes.presenter import CommuneRow, CommunesPresenter
from console.store.context import Context
from widgets.field_form import FieldForm
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.quiet_label import quiet_label
from widgets.words_table import chosen_rows, fill, words_table

_FIELDS = ("name", "valid_from", "valid_to", "merged_into")


class CommunesPanel(QObject):
    """The list follows the catalogue; a change takes the right to configure the whole city."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        tr = context.texts
        self.presenter = CommunesPresenter(context.stores.catalogue, context.client, tr)
        self.notice = Notice(context.palette, tr, context.ticker.frame_clock)
        self._rows: Sequence[CommuneRow] = ()
        self._day = context.clock().date()
        self.day = QLineEdit(day_text(self._day))
        self.day.setAccessibleName(tr("communes.day"))
        self.told = quiet_label()
        titles = [tr(f"communes.{name}") for name in ("code", "name", "valid_from", "valid_to", "part_of")]
        self.table = words_table(titles, tr("communes.title"), (70, 150, 100, 100, 120), stretched=1)
        self.form = FieldForm()
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.reason.setPlaceholderText(tr("asset_file.reason"))
        self.reason.setAccessibleName(tr("asset_file.reason"))
        self.save_button = QPushButton(tr("asset_file.save"))
        self.save_button.setIcon(icon("mdi6.content-save-outline", context.palette))
        self._widget = QWidget()
        self._widget.setObjectName("communes panel")
        self._lay_out()
        self.day.textChanged.connect(self._day_changed)
        self.table.itemSelectionChanged.connect(self._chosen)
        self.form.edited.connect(self._dress)
        self.save_button.clicked.connect(self.save)
        context.stores.catalogue.changed.connect(self._show)
        self._show()

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    def focus_first(self) -> None:
        """The list takes the keys."""
        self.table.setFocus()

    def close(self) -> None:
        """Hear nothing more."""
        self.notice.clear()
        self._context.stores.catalogue.changed.disconnect(self._show)

    def save(self) -> None:
        """Keep the dates of the commune that is chosen."""
        code = self._code()
        if not code or not self.form.changed():
            return
        values = {field: self.form.text(field) for field in _FIELDS}
        problems = self.presenter.wrong(values)
        if problems:
            self.form.show_problems(problems)
            return
        reason = self.reason.text().strip()

        async def send() -> None:
            tr = self._context.texts
            try:
                done = await self.presenter.save(code, values, reason)
            except RequestFailed as error:
                self.notice.say(failure_text(error, tr), Tone.WARNING)
                return
            self.reason.clear()
            self.notice.say(tr("communes.saved", name=done.name), Tone.PLAIN)

        self._context.tasks.start(send(), name="dates of a commune")

    def _day_changed(self) -> None:
        day = self.presenter.day(self.day.text())
        if day is None:
            self.told.setText(self._context.texts("asset_file.wrong.date", text=self.day.text()))
            return
        self._day = day
        self._show()

    def _show(self) -> None:
        self._rows = self.presenter.rows(self._day)
        fill(self.table, [row[:-1] for row in self._rows])
        self.told.setText(self.presenter.summary(self._day))
        if self._rows and not chosen_rows(self.table):
            self.table.selectRow(0)
        self._chosen()

    def _chosen(self) -> None:
        code = self._code()
        self.form.setVisible(bool(code))
        if code:
            self.form.show_fields(*self.presenter.form(code))
        self._dress()

    def _dress(self) -> None:
        is_dirty = bool(self._code()) and bool(self.form.changed())
        self.save_button.setEnabled(is_dirty)
        self.reason.setVisible(is_dirty)

    def _code(self) -> str:
        rows = chosen_rows(self.table)
        return self._rows[rows[0]].code if len(rows) == 1 and rows[0] < len(self._rows) else ""

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TIGHT)
        head = QHBoxLayout()
        head.addWidget(quiet_label(self._context.texts("communes.day"), wraps=False))
        head.addWidget(self.day)
        head.addWidget(self.told, 1)
        nest(column, head)
        column.addWidget(self.table, 1)
        column.addWidget(self.form)
        foot = QHBoxLayout()
        foot.addWidget(self.reason, 1)
        foot.addStretch(0)
        foot.addWidget(self.save_button)
        nest(column, foot)
        column.addWidget(self.notice)
