"""The part of a form that asks for a file to write, shows how far it is, and can be told to stop."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QProgressBar, QPushButton, QWidget

from widgets.asked_form import AskedForm
from widgets.quiet_label import quiet_label
from widgets.texts import Texts


class FileMaking:
    """`give` hears the file, once each time it is asked for; the form lays `file` and `choose`, then `foot`."""

    def __init__(self, texts: Texts, form: AskedForm, give: Callable[[str], None]) -> None:
        self._texts = texts
        self._form = form
        self._gives = give
        self._locked: tuple[QWidget, ...] = ()
        self._is_working = False
        self.file = QLineEdit()
        self.file.setAccessibleName(texts("exporting.file"))
        self.choose = QPushButton(texts("exporting.choose"))
        self.busy = QProgressBar()
        self.busy.setTextVisible(False)
        self.busy.setFixedHeight(6)
        self.busy.setAccessibleName(texts("exporting.working"))
        self.told = quiet_label(wraps=False)
        self.confirm = QPushButton(texts("exporting.make"))
        self.confirm.setDefault(True)
        self.stop = QPushButton(texts("form.cancel"))
        self.file.textChanged.connect(self._dress)
        self.file.returnPressed.connect(self._give)
        self.choose.clicked.connect(self._browse)
        self.confirm.clicked.connect(self._give)
        self.stop.clicked.connect(form.dismiss)

    def foot(self, *before: QWidget, locks: Sequence[QWidget]) -> QHBoxLayout:
        """The last row of the form; `locks`: what else cannot be changed while the file is made."""
        self._locked = tuple(locks)
        row = QHBoxLayout()
        for widget in before:
            row.addWidget(widget)
        row.addWidget(self.busy, 1)
        row.addWidget(self.told)
        row.addStretch(1)
        row.addWidget(self.stop)
        row.addWidget(self.confirm)
        return row

    def propose(self, file: Path) -> None:
        """Fill in where the file would go."""
        self.file.setText(str(file))

    def show_work(self, *, is_working: bool) -> None:
        """A file is being made, or no longer."""
        self._is_working = is_working
        if is_working and self._form.has_keys:
            # What is switched off gives its keys to whatever comes next on the screen.
            self.stop.setFocus()
        self.busy.setVisible(is_working)
        self.busy.setRange(0, 0)
        self.told.setVisible(False)
        for widget in (*self._locked, self.file, self.choose):
            widget.setEnabled(not is_working)
        self._dress()

    def show_progress(self, done: int, total: int, words: str) -> None:
        """So much of it is there."""
        if self._is_working:
            self.busy.setRange(0, max(total, 1))
            self.busy.setValue(min(done, total))
            self.told.setText(words)
            self.told.setVisible(True)

    def _dress(self) -> None:
        self.confirm.setEnabled(bool(self.file.text().strip()) and not self._is_working)

    def _give(self) -> None:
        file = self.file.text().strip()
        if file and not self._is_working:
            self._gives(file)

    def _browse(self) -> None:
        dialog = QFileDialog(self._form, self._texts("exporting.choose"), self.file.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.file.setText)
        dialog.open()
