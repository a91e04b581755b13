"""Which file an exported map becomes, asked beside the map: no window opens over the alarms."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from widgets.asked_form import AskedForm
from widgets.choice_box import choice_box
from widgets.city_map.paper.paper_look import Paper, PaperFormat
from widgets.file_making import FileMaking
from widgets.look import GAP
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.texts import Texts

_ON_PAPER: Final = ("pdf", "png")


class ExportForm(AskedForm):
    """Shown by `ask`; says which format and where. While a file is made, it shows so and can be told to stop."""

    given = Signal(str, str, bool)  # format, file, with communes
    format_changed = Signal(str)

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._may_shade = False
        self._title = PlainLabel()
        self._title.setWordWrap(True)
        self.format = QComboBox()
        self.format.setAccessibleName(texts("exporting.format"))
        self.making = FileMaking(texts, self, self._give)
        self.communes = QCheckBox(texts("exporting.with_communes"))
        paper, orientation = texts("exporting.paper"), texts("exporting.orientation")
        self.paper = choice_box([(each.name, each) for each in Paper], paper, tip=paper)
        lies = [(texts("exporting.landscape"), False), (texts("exporting.portrait"), True)]
        self.lies = choice_box(lies, orientation, tip=orientation)
        self.opens = QCheckBox(texts("exporting.open_afterwards"))
        self._lay_out()
        self.format.currentIndexChanged.connect(self._format_chosen)

    @property
    def chosen_format(self) -> str:
        """The format that is chosen: html, pdf, png or csv."""
        value = self.format.currentData()
        return value if isinstance(value, str) else ""

    @property
    def paper_format(self) -> PaperFormat:
        """The sheet that is chosen."""
        paper = self.paper.currentData()
        return PaperFormat(paper if isinstance(paper, Paper) else Paper.A4, bool(self.lies.currentData()))

    def ask(self, title: str, formats: tuple[str, ...], *, may_shade: bool) -> None:
        """Show the form; the first format is chosen."""
        self._title.setText(title)
        self.format.blockSignals(True)
        self.format.clear()
        for name in formats:
            self.format.addItem(self._texts(f"exporting.as_{name}"), name)
        self.format.blockSignals(False)
        self._may_shade = may_shade
        self.communes.setChecked(False)
        self.show_work(is_working=False)
        self.show()
        self._format_chosen()
        self.making.file.setFocus()

    def propose(self, file: Path) -> None:
        """Fill in where the file would go."""
        self.making.propose(file)

    def show_work(self, *, is_working: bool) -> None:
        """A file is being made, or no longer."""
        self.making.show_work(is_working=is_working)

    def show_progress(self, done: int, total: int) -> None:
        """So much of the tiles, then of the pages, is there."""
        self.making.show_progress(done, total, self._texts("exporting.progress", done=done, total=total))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(self._title)
        row = QHBoxLayout()
        row.addWidget(self.format)
        row.addWidget(self.paper)
        row.addWidget(self.lies)
        row.addWidget(self.making.file, 1)
        row.addWidget(self.making.choose)
        nest(column, row)
        locks = (self.format, self.communes, self.paper, self.lies, self.opens)
        nest(column, self.making.foot(self.communes, self.opens, locks=locks))

    def _format_chosen(self) -> None:
        is_paper = self.chosen_format in _ON_PAPER
        self.paper.setVisible(is_paper)
        self.lies.setVisible(is_paper)
        self.communes.setVisible(self._may_shade and self.chosen_format == "html")
        self.format_changed.emit(self.chosen_format)

    def _give(self, file: str) -> None:
        self.given.emit(self.chosen_format, file, self.communes.isVisibleTo(self) and self.communes.isChecked())
