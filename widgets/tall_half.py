"""A half of a splitter that is never lower than its words need at the width it has."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from widgets.least_height import least_height_of_all

_MOMENTS = frozenset({QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show})


def tall_half(half: QWidget) -> QWidget:
    """The same half; a splitter alone asks nobody how many lines wrapped words take."""
    _Tall(half)
    return half


class _Tall(QObject):
    def __init__(self, half: QWidget) -> None:
        super().__init__(half)
        half.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again when it has another width, or other words."""
        if event.type() in _MOMENTS and isinstance(watched, QWidget):
            layout = watched.layout()
            needed = 0 if layout is None else least_height_of_all(layout, watched.width())
            if needed != watched.minimumHeight():
                watched.setMinimumHeight(needed)
        return False
