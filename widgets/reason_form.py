"""A reason and a duration, asked beside the work: no window opens over the alarms."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from widgets.asked_form import AskedForm
from widgets.look import GAP
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.texts import Texts


class ReasonForm(AskedForm):
    """Shown by `ask`; says `given(reason, minutes)` or nothing."""

    given = Signal(str, int)

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._title = PlainLabel()
        self._title.setWordWrap(True)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(texts("form.reason"))
        self.reason.setAccessibleName(texts("form.reason"))
        self.duration = QComboBox()
        self.duration.setAccessibleName(texts("form.duration"))
        self.confirm = QPushButton()
        self.confirm.setDefault(True)
        cancel = QPushButton(texts("form.cancel"))
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(self._title)
        column.addWidget(self.reason)
        row = QHBoxLayout()
        row.addWidget(self.duration)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.confirm)
        nest(column, row)
        self.confirm.clicked.connect(self._give)
        self.reason.returnPressed.connect(self._give)
        self.reason.textChanged.connect(self._dress)
        cancel.clicked.connect(self.dismiss)

    def ask(
        self, title: str, confirm: str, durations: Sequence[tuple[str, int]] = (), *, words_name: str | None = None
    ) -> None:
        """Show the form; with no durations only words are asked: a reason, where `words_name` says nothing else."""
        name = words_name or self._texts("form.reason")
        self.reason.setPlaceholderText(name)
        self.reason.setAccessibleName(name)
        self._title.setText(title)
        self.confirm.setText(confirm)
        self.duration.clear()
        for text, minutes in durations:
            self.duration.addItem(text, minutes)
        self.duration.setVisible(bool(durations))
        self.reason.clear()
        self._dress()
        self.show()
        self.reason.setFocus()

    def _dress(self) -> None:
        self.confirm.setEnabled(bool(self.reason.text().strip()))

    def _give(self) -> None:
        reason = self.reason.text().strip()
        if reason:
            minutes = self.duration.currentData()
            self.hide()
            self.given.emit(reason, minutes if isinstance(minutes, int) else 0)
