"""Marks of several owners on one map: kept places, what was found, what is nearest."""

from collections.abc import Sequence

from widgets.city_map import CityMap, MapMark


class MarkBoard:
    """Each owner puts up its own marks and takes them down again."""

    def __init__(self, city_map: CityMap) -> None:
        self._map = city_map
        self._marks: dict[str, tuple[MapMark, ...]] = {}

    def put(self, owner: str, marks: Sequence[MapMark]) -> None:
        """Exactly these of `owner`; none takes them down."""
        if self._marks.get(owner, ()) == tuple(marks):
            return
        self._marks[owner] = tuple(marks)
        self._map.set_marks([mark for each in self._marks.values() for mark in each])
