"""Follows one vehicle: the map stays with it until the operator moves the map himself. No Qt, no clock."""

from collections.abc import Sequence
from typing import NamedTuple


class Place(NamedTuple):
    """WGS84 degrees."""

    lon: float
    lat: float


class Following:
    """Fed by moves, answers where the middle of the map belongs now; None: leave it where it is."""

    def __init__(self) -> None:
        self._asset_id: int | None = None
        self._place: Place | None = None

    @property
    def asset_id(self) -> int | None:
        """Who is followed; None when nobody is."""
        return self._asset_id

    @property
    def place(self) -> Place | None:
        """Where it was last; None when it has not said so."""
        return self._place

    def start(self, asset_id: int, lon: float | None, lat: float | None) -> Place | None:
        """Follow this one from now on, instead of any other; gives where it is when that is known."""
        self._asset_id = asset_id
        self._place = None if lon is None or lat is None else Place(lon, lat)
        return self._place

    def toggle(self, asset_id: int, lon: float | None, lat: float | None) -> Place | None:
        """The same key again ends it."""
        if self._asset_id == asset_id:
            self.stop()
            return None
        return self.start(asset_id, lon, lat)

    def moved(self, ids: Sequence[int], lons: Sequence[float], lats: Sequence[float]) -> Place | None:
        """These assets moved; columns of equal length. Gives the new middle when the followed one is among them."""
        if self._asset_id is None:
            return None
        found: Place | None = None
        for moved_id, lon, lat in zip(ids, lons, lats, strict=True):
            if moved_id == self._asset_id:  # the last of several is where it is now
                found = Place(float(lon), float(lat))
        if found is None or found == self._place:
            return None
        self._place = found
        return found

    def panned(self) -> bool:
        """The operator moved the map himself: whether that ended a following. Zooming does not."""
        was_following = self._asset_id is not None
        self.stop()
        return was_following

    def assets_removed(self, ids: Sequence[int]) -> bool:
        """These left the register, or one's rights: whether that ended the following."""
        if self._asset_id is None or self._asset_id not in ids:
            return False
        self.stop()
        return True

    def stop(self) -> None:
        """Follow nobody."""
        self._asset_id = None
        self._place = None
