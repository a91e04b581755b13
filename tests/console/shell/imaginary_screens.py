"""Screens that nobody has to own: they come, go, and are exchanged as a story tells."""

from collections.abc import Sequence

from console.shell.screen_matching import ScreenPlace

WIDTH, HEIGHT = 1280, 800


def screen(name: str, column: int, serial: str = "", *, row: int = 0, is_primary: bool = False) -> ScreenPlace:
    """One of a row of equal screens."""
    return ScreenPlace(name, column * WIDTH, row * HEIGHT, WIDTH, HEIGHT, serial, is_primary)


class ImaginaryScreens:
    """console.shell.screens.Screens by hand."""

    def __init__(self, *places: ScreenPlace) -> None:
        self.places: list[ScreenPlace] = list(places)

    def now(self) -> Sequence[ScreenPlace]:
        """Those of this moment, from the left."""
        return sorted(self.places, key=lambda place: (place.x, place.y))

    def unplug(self, name: str) -> ScreenPlace:
        """One goes dark; the others stay where they are."""
        gone = next(place for place in self.places if place.name == name)
        self.places.remove(gone)
        return gone

    def plug(self, place: ScreenPlace) -> None:
        """One comes."""
        self.places.append(place)
