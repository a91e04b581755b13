"""Live and recorded pictures as panels see them: open, wish, hide, close; newest picture; state in words."""

import enum
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from contract.footage import FootageTicket

AddressGiver = Callable[[], Awaitable[str]]  # raises NoAddress in words
FootageAccessGiver = Callable[[float], Awaitable[FootageTicket]]
"""Gives a ticket whose period holds this wall time. Asked before every connection, and again when a wish lies outside
the period of the last ticket. Raises NoAddress in words."""


class NoAddress(Exception):
    """There is no stream to open; the text says why."""


class PictureState(enum.StrEnum):
    """What a tile says of its stream."""

    IDLE = "idle"
    CONNECTING = "connecting"
    LIVE = "live"
    STALLED = "stalled"
    REFUSED = "refused"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  # a state, not a secret
    NOT_FOUND = "not_found"
    DAMAGED = "damaged"
    NO_PICTURE = "no_picture"
    RECORDED = "recorded"  # of footage: the picture of the wished time is shown
    NO_RECORDING = "no_recording"  # of footage: nothing was recorded then; `gap` says from when to when
    ENDED = "ended"  # of footage: later than the last recording


StateChanged = Callable[[PictureState, str], None]


class Picture(NamedTuple):
    """A decoded picture at tile size, 4 bytes a pixel (BGRA), and its number."""

    sequence: int
    pixels: npt.NDArray[np.uint8]
    shown_at: float | None = None
    """When a recorded picture was taken: seconds since 1970 UTC. None for a live one."""


class Gap(NamedTuple):
    """Nothing is recorded between these wall times; None: nothing at all before, or after."""

    since: float | None
    until: float | None


class PictureSource(Protocol):
    """Decodes streams for tiles. States come in the event loop, whenever they change. An unknown tile is no error.

    A tile that stays hidden gives its stream up after half a minute and opens it anew when it is shown.
    """

    def open(
        self,
        tile_id: str,
        address: AddressGiver,
        width: int,
        height: int,
        state_changed: StateChanged,
    ) -> None:
        """Show a stream in a tile of this many pixels; `address` is asked before every connection."""
        ...

    def open_footage(
        self,
        tile_id: str,
        access: FootageAccessGiver,
        width: int,
        height: int,
        state_changed: StateChanged,
        *,
        key_pictures_only: bool = False,
    ) -> None:
        """Show recordings in a tile; nothing is fetched before the first wish (seek or play).

        With `key_pictures_only` a seek gives the key picture at or before the time, for thumbnails: one tile of
        160x90 under the timeline's pointer, `seek` at each move of it (only the newest wish is served), `newest`
        at the panel's tick, `close` when the pointer has left for good.
        """
        ...

    def resize(self, tile_id: str, width: int, height: int) -> None:
        """The tile has another size."""
        ...

    def show(self, tile_id: str, is_visible: bool) -> None:
        """Nothing is decoded for a hidden tile."""
        ...

    def zoom(self, tile_id: str, x: float, y: float, width: float, height: float) -> None:
        """Show this part of the picture, in shares of it from its top left; (0, 0, 1, 1) is all of it.

        The part is cut from the picture as it was coded, live or recorded, never enlarged from the tile's.
        """
        ...

    def seek(self, tile_id: str, at: float) -> None:
        """Show the recorded picture of this wall time, and stay there. A newer wish takes the place of an older."""
        ...

    def play(self, tile_id: str, at: float, speed: float, anchor: float) -> None:
        """Play so that the tile stands at wall time `at` when CLOCK_MONOTONIC is `anchor`.

        Tiles told the same three numbers are in step, and stay so. 1/8 to 16; below 0 backwards; from 8 on, and
        backwards, key pictures only.
        """
        ...

    def pause(self, tile_id: str) -> None:
        """Stay at the picture that is shown."""
        ...

    def step(self, tile_id: str, pictures: int) -> None:
        """So many pictures forwards, or back when negative, and stay there."""
        ...

    def gap(self, tile_id: str) -> Gap | None:
        """Between which times nothing is recorded, while the tile says NO_RECORDING or ENDED."""
        ...

    def close(self, tile_id: str) -> None:
        """Give the stream up."""
        ...

    def newest(self, tile_id: str) -> Picture | None:
        """The newest picture, None when there is none yet."""
        ...

    def following(self, tile_id: str, sequence: int) -> Picture | None:
        """The picture after the one of that sequence where only one more has come since, else the newest."""
        ...


class NoPictures:
    """Where nothing can be decoded: every tile says so."""

    def open(
        self,
        tile_id: str,
        address: AddressGiver,
        width: int,
        height: int,
        state_changed: StateChanged,
    ) -> None:
        """Say that there is no picture."""
        del tile_id, address, width, height
        state_changed(PictureState.NO_PICTURE, "")

    def open_footage(
        self,
        tile_id: str,
        access: FootageAccessGiver,
        width: int,
        height: int,
        state_changed: StateChanged,
        *,
        key_pictures_only: bool = False,
    ) -> None:
        """Say that there is no picture."""
        del tile_id, access, width, height, key_pictures_only
        state_changed(PictureState.NO_PICTURE, "")

    def resize(self, tile_id: str, width: int, height: int) -> None:
        """Nothing to resize."""

    def show(self, tile_id: str, is_visible: bool) -> None:
        """Nothing to show."""

    def zoom(self, tile_id: str, x: float, y: float, width: float, height: float) -> None:
        """Nothing to cut from."""

    def seek(self, tile_id: str, at: float) -> None:
        """Nothing to seek in."""

    def play(self, tile_id: str, at: float, speed: float, anchor: float) -> None:
        """Nothing to play."""

    def pause(self, tile_id: str) -> None:
        """Nothing to pause."""

    def step(self, tile_id: str, pictures: int) -> None:
        """Nowhere to step."""

    def gap(self, tile_id: str) -> Gap | None:
        """Nothing is known."""
        del tile_id
        return None

    def close(self, tile_id: str) -> None:
        """Nothing to close."""

    def newest(self, tile_id: str) -> Picture | None:
        """Never a picture."""
        del tile_id
        return None

    def following(self, tile_id: str, sequence: int) -> Picture | None:
        """Never a picture."""
        del tile_id, sequence
        return None
