"""Which file a list of assets becomes, asked beside the list: no window opens over the alarms."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from widgets.asked_form import AskedForm
from widgets.choice_box import choice_box
from widgets.file_making import FileMaking
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.texts import Texts
from widgets.wrapping_row import WrappingRow

FORMATS: Final = ("xlsx", "csv", "gpkg", "geojson", "shapefile")
_SYSTEMS: Final = (
    (4326, "WGS 84"),
    (2154, "Lambert-93"),
    *((3942 + number, f"CC{42 + number}") for number in range(9)),
    (3857, "Web Mercator"),
)
_WITH_SYSTEM: Final = frozenset({"gpkg", "shapefile", "csv", "xlsx"})


class AssetExportForm(AskedForm):
    """Shown by `ask`; says format, file, reference system and which columns. While a file is made it shows so."""

    given = Signal(str, str, int, bool)  # format, file, EPSG, with all columns
    format_changed = Signal(str)

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = PlainLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self.making = FileMaking(texts, self, self._give)
        format_, columns, system = (texts(f"asset_export.{name}") for name in ("format", "columns", "system"))
        self.format = choice_box([(texts(f"asset_export.as_{name}"), name) for name in FORMATS], format_, tip=format_)
        held = [(texts("asset_export.all_columns"), True), (texts("asset_export.shown_columns"), False)]
        self.columns = choice_box(held, columns, tip=columns)
        self.system = choice_box([(f"{name} (EPSG:{epsg})", epsg) for epsg, name in _SYSTEMS], system, tip=system)
        self._lay_out()
        self.format.currentIndexChanged.connect(self._format_chosen)

    @property
    def chosen_format(self) -> str:
        """One of FORMATS."""
        value = self.format.currentData()
        return value if isinstance(value, str) else FORMATS[0]

    def ask(self, title: str, *, may_choose_columns: bool) -> None:
        """Show the form."""
        self._title.setText(title)
        self.columns.setVisible(may_choose_columns)
        self.columns.setCurrentIndex(0)
        self.show_work(is_working=False)
        self.show()
        self._format_chosen()
        self.format.setFocus()

    def propose(self, file: Path) -> None:
        """Fill in where the file would go."""
        self.making.propose(file)

    def show_work(self, *, is_working: bool) -> None:
        """A file is being made, or no longer."""
        self.making.show_work(is_working=is_working)

    def show_progress(self, done: int, total: int, words: str) -> None:
        """So much of it is there."""
        self.making.show_progress(done, total, words)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TIGHT)
        column.addWidget(self._title)
        choices = WrappingRow(TIGHT)
        for widget in (self.format, self.columns, self.system):
            choices.addWidget(widget)
        nest(column, choices)
        where = QHBoxLayout()
        where.addWidget(self.making.file, 1)
        where.addWidget(self.making.choose)
        nest(column, where)
        nest(column, self.making.foot(locks=(self.format, self.columns, self.system)))

    def _format_chosen(self) -> None:
        self.system.setVisible(self.chosen_format in _WITH_SYSTEM)
        self.format_changed.emit(self.chosen_format)

    def _give(self, file: str) -> None:
        epsg = self.system.currentData() if self.chosen_format in _WITH_SYSTEM else 4326
        is_whole = self.columns.isHidden() or bool(self.columns.currentData())
        self.given.emit(self.chosen_format, file, int(epsg), is_whole)
