"""Live pictures as panels see them: open, resize, hide, close; newest picture; state in words."""

import enum
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

AddressGiver = Callable[[], Awaitable[str]]  # raises NoAddress in words


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


StateChanged = Callable[[PictureState, str], None]


class Picture(NamedTuple):
    """A decoded picture at tile size, 4 bytes a pixel (BGRA), and its number."""

    sequence: int
    pixels: npt.NDArray[np.uint8]


class PictureSource(Protocol):
    """Decodes streams for tiles. States come in the event loop, whenever they change."""

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

    def resize(self, tile_id: str, width: int, height: int) -> None:
        """The tile has another size."""
        ...

    def show(self, tile_id: str, is_visible: bool) -> None:
        """A hidden tile costs next to nothing."""
        ...

    def close(self, tile_id: str) -> None:
        """Give the stream up."""
        ...

    def newest(self, tile_id: str) -> Picture | None:
        """The newest picture, None when there is none yet."""
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

    def resize(self, tile_id: str, width: int, height: int) -> None:
        """Nothing to resize."""

    def show(self, tile_id: str, is_visible: bool) -> None:
        """Nothing to show."""

    def close(self, tile_id: str) -> None:
        """Nothing to close."""

    def newest(self, tile_id: str) -> Picture | None:
        """Never a picture."""
        del tile_id
        return None
