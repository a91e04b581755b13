"""Which file an exported map becomes, asked beside the map: no window opens over the alarms."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from widgets.city_map.paper.paper_look import Paper, PaperFormat
from widgets.look import GAP
from widgets.texts import Texts

_ON_PAPER: Final = ("pdf", "png")


class ExportForm(QFrame):
    """Shown by `ask`; says which format and where. While a file is made, it shows so and can be told to stop."""

    given = Signal(str, str, bool)  # format, file, with communes
    format_changed = Signal(str)
    cancelled = Signal()

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._texts = texts
        self._is_working = False
        self._may_shade = False
        self._title = QLabel()
        self._title.setWordWrap(True)
        self.format = QComboBox()
        self.format.setAccessibleName(texts("exporting.format"))
        self.file = QLineEdit()
        self.file.setAccessibleName(texts("exporting.file"))
        self.choose = QPushButton(texts("exporting.choose"))
        self.communes = QCheckBox(texts("exporting.with_communes"))
        self.paper = _choice(texts("exporting.paper"), [(each.name, each) for each in Paper])
        lies = [(texts("exporting.landscape"), False), (texts("exporting.portrait"), True)]
        self.lies = _choice(texts("exporting.orientation"), lies)
        self.opens = QCheckBox(texts("exporting.open_afterwards"))
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setFixedHeight(6)
        self.busy.setAccessibleName(texts("exporting.working"))
        self.told = QLabel()
        self.confirm = QPushButton(texts("exporting.make"))
        self.confirm.setDefault(True)
        self.stop = QPushButton(texts("form.cancel"))
        self._lay_out()
        self.format.currentIndexChanged.connect(self._format_chosen)
        self.file.textChanged.connect(self._dress)
        self.file.returnPressed.connect(self._give)
        self.choose.clicked.connect(self._browse)
        self.confirm.clicked.connect(self._give)
        self.stop.clicked.connect(self.dismiss)
        self.hide()

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

    @property
    def has_keys(self) -> bool:
        """Whether what is typed goes to this form."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

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
        self.file.setFocus()

    def propose(self, file: Path) -> None:
        """Fill in where the file would go."""
        self.file.setText(str(file))

    def show_work(self, *, is_working: bool) -> None:
        """A file is being made, or no longer."""
        self._is_working = is_working
        if is_working and self.has_keys:
            # What is switched off gives its keys to whatever comes next on the screen.
            self.stop.setFocus()
        self.busy.setVisible(is_working)
        self.busy.setRange(0, 0)
        self.told.setVisible(False)
        for widget in (self.format, self.file, self.choose, self.communes, self.paper, self.lies, self.opens):
            widget.setEnabled(not is_working)
        self._dress()

    def show_progress(self, done: int, total: int) -> None:
        """So much of the tiles, then of the pages, is there."""
        if self._is_working:
            self.busy.setRange(0, max(total, 1))
            self.busy.setValue(done)
            self.told.setText(self._texts("exporting.progress", done=done, total=total))
            self.told.setVisible(True)

    def dismiss(self) -> None:
        """Ask no more; what is being made is given up."""
        self.hide()
        self.cancelled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape takes it back."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(self._title)
        row = QHBoxLayout()
        row.addWidget(self.format)
        row.addWidget(self.paper)
        row.addWidget(self.lies)
        row.addWidget(self.file, 1)
        row.addWidget(self.choose)
        column.addLayout(row)
        foot = QHBoxLayout()
        foot.addWidget(self.communes)
        foot.addWidget(self.opens)
        foot.addWidget(self.busy, 1)
        foot.addWidget(self.told)
        foot.addStretch(1)
        foot.addWidget(self.stop)
        foot.addWidget(self.confirm)
        column.addLayout(foot)

    def _format_chosen(self) -> None:
        is_paper = self.chosen_format in _ON_PAPER
        self.paper.setVisible(is_paper)
        self.lies.setVisible(is_paper)
        self.communes.setVisible(self._may_shade and self.chosen_format == "html")
        self.format_changed.emit(self.chosen_format)

    def _dress(self) -> None:
        self.confirm.setEnabled(bool(self.file.text().strip()) and not self._is_working)

    def _give(self) -> None:
        file = self.file.text().strip()
        if file and not self._is_working:
            self.given.emit(self.chosen_format, file, self.communes.isVisibleTo(self) and self.communes.isChecked())

    def _browse(self) -> None:
        dialog = QFileDialog(self, self._texts("exporting.choose"), self.file.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.file.setText)
        dialog.open()


def _choice(name: str, items: Sequence[tuple[str, object]]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    for text, value in items:
        box.addItem(text, value)
    return box
