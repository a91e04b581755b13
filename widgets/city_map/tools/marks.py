"""Pins and flags on the map, as its users set and press them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from widgets.city_map.frames import Frames
from widgets.city_map.tools.marks_part import MarksPart
from widgets.city_map.tools.values import MapMark


class MapMarks(QObject):
    """Which marks there are; the part paints them and knows where they are."""

    activated = Signal(str)
    """The id of a mark: pressed, or reached by Tab and entered."""

    def __init__(self, part: MarksPart, frames: Frames, parent: QObject) -> None:
        super().__init__(parent)
        self._part = part
        self._frames = frames

    @property
    def shown(self) -> tuple[MapMark, ...]:
        """Those that are on the earth, in the order given."""
        return self._part.marks

    def set_marks(self, marks: Sequence[MapMark]) -> None:
        """Pins and flags; replaces all former ones. Places off the earth are left out."""
        self._part.set_marks(marks)
        self._frames.dirty()
