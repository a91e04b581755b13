"""Words that stand back: hints, summaries, what an empty list says."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def quiet_label(text: str = "", *, is_centred: bool = False, wraps: bool = True) -> QLabel:
    """A muted label of plain text: names that others gave are shown, never obeyed."""
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if is_centred:
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
