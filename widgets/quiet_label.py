"""Words that stand back (hints, summaries, what an empty list says), and small headings."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from widgets.plain_text import PlainLabel


def quiet_label(text: str = "", *, is_centred: bool = False, wraps: bool = True) -> QLabel:
    """A muted label of plain text: names that others gave are shown, never obeyed."""
    label = PlainLabel(text)
    label.setProperty("role", "muted")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if is_centred:
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


def section_label(text: str) -> QLabel:
    """A small heading over a part of a page."""
    label = PlainLabel(text)
    label.setProperty("role", "section")
    return label
