"""Marks of one map from several hands: what was found, what is nearest, named places."""

from collections.abc import Sequence

from widgets.city_map import CityMap, MapMark


class MarkBoard:
    """Each hand puts up its own marks and takes them down without touching those of others."""

    def __init__(self, city_map: CityMap) -> None:
        self._map = city_map
        self._marks: dict[str, tuple[MapMark, ...]] = {}

    def put(self, hand: str, marks: Sequence[MapMark]) -> None:
        """Exactly these of this hand; none takes them down."""
        if tuple(marks) != self._marks.get(hand, ()):
            self._marks[hand] = tuple(marks)
            self._map.marks.set_marks([mark for each in self._marks.values() for mark in each])
