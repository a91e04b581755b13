"""Words that are shown as they are: a name from a register, or what a colleague wrote, may look like markup."""

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


class PlainLabel(QLabel):
    """A label that shows exactly these letters; Qt's own would obey what looks like HTML in them."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


def as_plain(words: str) -> str:
    """For tooltips, which have no plain format: rich text that shows exactly these letters."""
    return "<qt>" + html.escape(words).replace("\n", "<br>") + "</qt>" if words else ""


def tip(words: str) -> str:
    """A tooltip of these letters: as they are, unless something in them could be taken for markup."""
    return as_plain(words) if "<" in words else words
