"""A box of choices: what is read, and what it stands for."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox


def choice_box(items: Sequence[tuple[str, object]], name: str = "", *, tip: str = "") -> QComboBox:
    """The first one is chosen; `name` is what a screen reader says of it."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    for words, value in items:
        box.addItem(words, value)
    return box
