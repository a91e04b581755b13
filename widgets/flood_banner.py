"""A line under the alarm bar while a flood lasts: how many alarms, how few causes, what the main list leaves out."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from widgets.look import GAP, PAD, TIGHT, Palette, icon
from widgets.plain_text import PlainLabel
from widgets.texts import Texts


class FloodBanner(QFrame):
    """Hidden while there is no flood."""

    def __init__(self, palette: Palette, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("flood_banner")
        self._texts = texts
        self._words = PlainLabel()
        self._words.setWordWrap(True)
        mark = PlainLabel()
        mark.setPixmap(icon("mdi6.waves", palette, palette.p2).pixmap(18, 18))
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, TIGHT, PAD, TIGHT)
        row.setSpacing(GAP)
        row.addWidget(mark)
        row.addWidget(self._words, 1)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty without a flood."""
        return "" if self.isHidden() else self._words.text()

    def show_flood(self, alarms: int, roots: int, hidden: int) -> None:
        """A flood lasts: so many alarms wait behind so many cards, of which the main list leaves some out."""
        key = {0: "flood.banner_none", 1: "flood.banner_one"}.get(roots, "flood.banner")
        words = self._texts(key, alarms=alarms, roots=roots)
        if hidden:
            words = f"{words} {self._texts('flood.hidden', count=hidden)}"
        self._words.setText(words)
        self._words.setToolTip(self._texts("flood.hint"))
        self.setAccessibleName(words)
        self.show()
