"""What the tour asks for, in a strip beside the work: words, and buttons to be shown where, to skip and to leave."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from widgets.look import GAP, TIGHT, Palette, icon
from widgets.plain_text import PlainLabel
from widgets.texts import Texts


class TourStrip(QFrame):
    """Fed with words; says what was pressed."""

    begin_requested = Signal()
    show_requested = Signal()
    skip_requested = Signal()
    leave_requested = Signal()

    def __init__(self, palette: Palette, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._texts = texts
        mark = PlainLabel()
        mark.setPixmap(icon("mdi6.map-marker-path", palette, palette.text_muted).pixmap(18, 18))
        self.head, self.words = PlainLabel(), PlainLabel()
        self.head.setProperty("role", "section")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.begin, self.where = self._button("tour.begin"), self._button("tour.show_me")
        self.skip, self.leave = self._button("tour.skip"), self._button("tour.leave")
        self.begin.clicked.connect(self.begin_requested)
        self.where.clicked.connect(self.show_requested)
        self.skip.clicked.connect(self.skip_requested)
        self.leave.clicked.connect(self.leave_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        row.setSpacing(GAP)
        row.addWidget(mark)
        row.addWidget(self.head)
        row.addWidget(self.words, 1)
        for button in (self.begin, self.where, self.skip, self.leave):
            row.addWidget(button)

    def show_offer(self, words: str) -> None:
        """Would you like to?"""
        self._show("", words, (self.begin, self.leave), "tour.not_now")

    def show_step(self, head: str, words: str) -> None:
        """Do this."""
        self._show(head, words, (self.where, self.skip, self.leave), "tour.leave")

    def show_words(self, words: str) -> None:
        """Nothing to do but to read."""
        self._show("", words, (self.leave,), "tour.close")

    def _show(self, head: str, words: str, buttons: tuple[QPushButton, ...], leave_key: str) -> None:
        if (head, words) == (self.head.text(), self.words.text()) and not self.leave.isHidden():
            return
        self.head.setText(head)
        self.head.setVisible(bool(head))
        self.words.setText(words)
        self.leave.setText(self._texts(leave_key))
        self.setAccessibleName(f"{head} {words}".strip())
        for button in (self.begin, self.where, self.skip, self.leave):
            button.setVisible(button in buttons)

    def _button(self, key: str) -> QPushButton:
        button = QPushButton(self._texts(key))
        button.setToolTip(self._texts(f"{key}_tip"))
        return button
