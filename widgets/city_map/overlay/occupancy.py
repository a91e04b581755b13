"""Which pixels of the frame already carry words, markers or furniture: shared by all that writes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF

_CELL: Final = 96.0

_Box = tuple[float, float, float, float]


class Occupancy:
    """Boxes in logical pixels, found by coarse squares: many can be asked for in one frame."""

    def __init__(self) -> None:
        self._squares: dict[tuple[int, int], list[_Box]] = {}

    def clear(self) -> None:
        """A new frame."""
        self._squares.clear()

    def mark(self, x: float, y: float, width: float, height: float) -> None:
        """This box, given by its middle, is in use."""
        box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        for square in _squares(box):
            self._squares.setdefault(square, []).append(box)

    def mark_area(self, area: QRectF) -> None:
        """This rectangle is in use."""
        middle = area.center()
        self.mark(middle.x(), middle.y(), area.width(), area.height())

    def is_free(self, x: float, y: float, width: float, height: float) -> bool:
        """True when nothing that is in use touches this box."""
        box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        return not any(
            box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3]
            for square in _squares(box)
            for o in self._squares.get(square, ())
        )

    def take(self, x: float, y: float, width: float, height: float) -> bool:
        """Use a box if it is free."""
        if not self.is_free(x, y, width, height):
            return False
        self.mark(x, y, width, height)
        return True


def _squares(box: _Box) -> list[tuple[int, int]]:
    left, right = int(box[0] // _CELL), int(box[2] // _CELL)
    top, bottom = int(box[1] // _CELL), int(box[3] // _CELL)
    if right - left > 60 or bottom - top > 60:  # wider than any screen: only what is on it matters
        left, right, top, bottom = max(left, -2), min(right, 60), max(top, -2), min(bottom, 60)
    return [(column, line) for column in range(left, right + 1) for line in range(top, bottom + 1)]
