"""Which window of a workspace belongs on which physical screen. Values only.

A screen is known by its serial number first, then by its connector's name, then by its place and size.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

Rect = tuple[int, int, int, int]


class ScreenPlace(NamedTuple):
    """A physical screen as Qt tells it; `serial` is empty where the screen says none."""

    name: str
    x: int
    y: int
    width: int
    height: int
    serial: str = ""
    is_primary: bool = False

    @property
    def area(self) -> Rect:
        """Where it is: x, y, width, height."""
        return self.x, self.y, self.width, self.height

    def holds(self, x: int, y: int) -> bool:
        """Whether a point lies on it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


class Marked(Protocol):
    """What a window of a workspace remembers of the screen it stood on."""

    @property
    def screen_name(self) -> str: ...
    @property
    def screen_serial(self) -> str: ...
    @property
    def screen_area(self) -> Rect | None: ...


def recognised(screens: Sequence[Marked], places: Sequence[ScreenPlace]) -> dict[int, int]:
    """The windows whose own screen is there, and which one it is. The surest signs are looked at first."""
    found: dict[int, int] = {}
    for is_same in _SIGNS:
        for number, screen in enumerate(screens):
            if number in found:
                continue
            for index, place in enumerate(places):
                if index not in found.values() and is_same(screen, place):
                    found[number] = index
                    break
    return found


def assign_screens(screens: Sequence[Marked], places: Sequence[ScreenPlace]) -> list[int]:
    """For each window the index of a physical screen: its own, else a free one, else the first.

    One window alone goes to the primary screen; several fill the free screens from the left.
    """
    taken = recognised(screens, places)
    free = [index for index in range(len(places)) if index not in taken.values()]
    if len(screens) == 1:
        free.sort(key=lambda index: not places[index].is_primary)
    for number in range(len(screens)):
        if number not in taken:
            taken[number] = free.pop(0) if free else 0
    return [taken[number] for number in range(len(screens))]


def whole_area(places: Sequence[ScreenPlace]) -> Rect:
    """The rectangle round all screens: a wall of several is one canvas."""
    left, top = min(place.x for place in places), min(place.y for place in places)
    right = max(place.x + place.width for place in places)
    bottom = max(place.y + place.height for place in places)
    return left, top, right - left, bottom - top


def _has_serial(screen: Marked, place: ScreenPlace) -> bool:
    return bool(screen.screen_serial) and screen.screen_serial == place.serial


def _is_another(screen: Marked, place: ScreenPlace) -> bool:
    return bool(screen.screen_serial and place.serial) and screen.screen_serial != place.serial


def _has_name(screen: Marked, place: ScreenPlace) -> bool:
    return bool(screen.screen_name) and screen.screen_name == place.name


def _has_area(screen: Marked, place: ScreenPlace) -> bool:
    return screen.screen_area is not None and tuple(screen.screen_area) == place.area


_SIGNS: Sequence[Callable[[Marked, ScreenPlace], bool]] = (
    lambda screen, place: _has_serial(screen, place) and _has_name(screen, place),  # two of one serial exist: 000000
    lambda screen, place: _has_serial(screen, place) and _has_area(screen, place),
    _has_serial,
    lambda screen, place: not _is_another(screen, place) and _has_name(screen, place) and _has_area(screen, place),
    lambda screen, place: not _is_another(screen, place) and _has_name(screen, place),
    lambda screen, place: not _is_another(screen, place) and _has_area(screen, place),
    _has_name,  # a screen that was exchanged hangs on the same connector
    _has_area,
)
