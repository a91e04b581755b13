"""Which stream each tile shows: opened ahead, exchanged without a black picture, hidden when not seen. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from console.kit.video import AddressGiver, FootageAccessGiver, Picture, PictureSource, PictureState
from widgets.zoom_box import WHOLE, ZoomBox

SUB_WIDTH: Final = 640
_UP, _DOWN = 1.2, 1.0  # a tile this much wider than the sub-stream wants the main one; below, the sub-stream again
_PATIENCE_S: Final = 12.0  # for the better stream of the same camera: some send a key picture every ten seconds


class Wish(NamedTuple):
    """A stream a tile wants: live of `camera_id`, or its recordings."""

    camera_id: int
    stream: str  # sub, main, or past
    address: AddressGiver | None = None
    footage: FootageAccessGiver | None = None

    @property
    def key(self) -> tuple[int, str]:
        """What makes two wishes the same."""
        return self.camera_id, self.stream


Told = Callable[[int, PictureState, str], None]
Shown = Callable[[int, Picture], None]


@dataclass
class _Open:
    tile_id: str
    wish: Wish
    since: float
    state: PictureState = PictureState.CONNECTING
    reason: str = ""
    sequence: int = -1
    is_shown: bool = True
    zoom: ZoomBox = WHOLE


@dataclass
class _Slot:
    width: int = 2
    height: int = 2
    is_seen: bool = True
    zoom: ZoomBox = WHOLE
    now: _Open | None = None
    coming: _Open | None = None
    past: _Open | None = None
    given_up: tuple[int, str] | None = None  # a stream of the same camera that did not come
    is_awaited: bool = False  # `coming` takes the place of `now` with its first picture


def better_stream(width: int, zoom: ZoomBox, held: str) -> str:
    """Main where the sub-stream would be stretched: a large tile, or a part of the picture."""
    wanted = width * zoom.factor
    limit = SUB_WIDTH * (_DOWN if held == "main" else _UP)
    return "main" if wanted > limit else "sub"


class TileStreams:
    """The streams of one wall. `told` hears states, `shown` gets each new picture once, both by tile number."""

    def __init__(self, pictures: PictureSource, name: str, now: Callable[[], float], told: Told, shown: Shown) -> None:
        self._pictures = pictures
        self._name = name
        self._now = now
        self._told = told
        self._shown = shown
        self._slots: dict[int, _Slot] = {}
        self._count = 0
        self._is_wall_seen = True
        self._next = 0  # whose turn it is to be painted

    def held(self, number: int) -> tuple[int, str] | None:
        """Camera and stream of a tile, live."""
        slot = self._slots.get(number)
        return None if slot is None or slot.now is None else slot.now.wish.key

    def tile_id(self, number: int) -> str | None:
        """The name of what a tile shows now, recordings before live."""
        slot = self._slots.get(number)
        shown = None if slot is None else slot.past or slot.now
        return None if shown is None else shown.tile_id

    def is_past(self, number: int) -> bool:
        """Whether the tile shows recordings."""
        slot = self._slots.get(number)
        return slot is not None and slot.past is not None

    def want(self, number: int, wish: Wish | None) -> bool:
        """Show this in a tile from now on. Whether the tile has to begin anew: another camera, or none."""
        slot = self._slots.setdefault(number, _Slot())
        held = slot.now
        if wish is None:
            self._drop(slot)
            return held is not None
        if held is not None and held.wish.key == wish.key:
            slot.given_up = None
            if slot.is_awaited:
                self._close(slot.coming)
                slot.coming, slot.is_awaited = None, False
            return False
        is_other_camera = held is None or held.wish.camera_id != wish.camera_id
        if not is_other_camera and slot.given_up == wish.key:
            return False
        slot.given_up = None
        if is_other_camera:
            self.leave_past(number)
            slot.zoom = WHOLE
        if slot.coming is None or slot.coming.wish.key != wish.key:
            self._close(slot.coming)
            slot.coming = self._open(number, slot, wish)
        if is_other_camera or held is None or held.sequence < 0:
            self._exchange(number, slot)
        else:
            slot.is_awaited = True
        return is_other_camera

    def prepare(self, number: int, wish: Wish) -> None:
        """Open what this tile will show soon; `want` of the same wish then shows it at once."""
        slot = self._slots.setdefault(number, _Slot())
        if slot.is_awaited or (slot.now is not None and slot.now.wish.key == wish.key):
            return
        if slot.coming is None or slot.coming.wish.key != wish.key:
            self._close(slot.coming)
            slot.coming = self._open(number, slot, wish)

    def forget_prepared(self) -> None:
        """What was opened ahead is not shown after all."""
        for slot in self._slots.values():
            if slot.coming is not None and not slot.is_awaited:
                self._close(slot.coming)
                slot.coming = None

    def open_past(self, number: int, wish: Wish) -> str:
        """Recordings over the live picture, which is kept without being decoded. Answers the tile's name."""
        slot = self._slots.setdefault(number, _Slot())
        self._close(slot.past)
        slot.past = self._open(number, slot, wish)
        self._see(slot)
        return slot.past.tile_id

    def leave_past(self, number: int) -> None:
        """Back to live."""
        slot = self._slots.get(number)
        if slot is None or slot.past is None:
            return
        self._close(slot.past)
        slot.past = None
        self._see(slot)
        if slot.now is not None:
            slot.now.sequence = -1
            self._told(number, slot.now.state, slot.now.reason)

    def resize(self, number: int, width: int, height: int) -> None:
        """The tile has another size."""
        slot = self._slots.setdefault(number, _Slot())
        slot.width, slot.height = max(2, width), max(2, height)
        for opened in (slot.now, slot.coming, slot.past):
            if opened is not None:
                self._pictures.resize(opened.tile_id, slot.width, slot.height)

    def zoom(self, number: int, box: ZoomBox) -> None:
        """Show this part of the picture."""
        slot = self._slots.setdefault(number, _Slot())
        slot.zoom = box
        for opened in (slot.now, slot.past, slot.coming if slot.is_awaited else None):
            if opened is not None and opened.zoom != box:
                opened.zoom = box
                self._pictures.zoom(opened.tile_id, box.x, box.y, box.side, box.side)

    def see_tile(self, number: int, is_seen: bool) -> None:
        """Whether this tile is on the wall, or covered by another that stands alone."""
        slot = self._slots.setdefault(number, _Slot())
        if slot.is_seen != is_seen:
            slot.is_seen = is_seen
            self._see(slot)

    def see_wall(self, is_seen: bool) -> None:
        """Whether the wall is seen at all: nothing is decoded behind another tab or when minimised."""
        if self._is_wall_seen != is_seen:
            self._is_wall_seen = is_seen
            for slot in self._slots.values():
                self._see(slot)

    def poll(self, most: int) -> int:
        """Hand out new pictures, at most so many: the next call begins where this one ended. How many there were."""
        if not self._is_wall_seen:
            return 0
        count = 0
        numbers = list(self._slots)
        first = self._next % max(1, len(numbers))
        for number in (*numbers[first:], *numbers[:first]):
            slot = self._slots[number]
            if slot.is_awaited:
                self._exchange_when_ready(number, slot)
            shown = slot.past or slot.now
            if shown is None or not slot.is_seen:
                continue
            picture = self._pictures.following(shown.tile_id, shown.sequence)
            if picture is not None and picture.sequence != shown.sequence:
                shown.sequence = picture.sequence
                self._shown(number, picture)
                count += 1
                if count >= most:
                    self._next = numbers.index(number) + 1
                    break
        return count

    def close(self) -> None:
        """Leave every stream."""
        for slot in self._slots.values():
            self._drop(slot)
        self._slots.clear()

    def _open(self, number: int, slot: _Slot, wish: Wish) -> _Open:
        self._count += 1
        opened = _Open(f"{self._name}.{number}.{self._count}", wish, self._now())

        def told(state: PictureState, reason: str) -> None:
            opened.state, opened.reason = state, reason
            if opened is (slot.past or slot.now):
                self._told(number, state, reason)

        if wish.footage is not None:
            self._pictures.open_footage(opened.tile_id, wish.footage, slot.width, slot.height, told)
        elif wish.address is not None:
            self._pictures.open(opened.tile_id, wish.address, slot.width, slot.height, told)
        if not slot.zoom.is_whole:
            opened.zoom = slot.zoom
            self._pictures.zoom(opened.tile_id, slot.zoom.x, slot.zoom.y, slot.zoom.side, slot.zoom.side)
        return opened

    def _exchange(self, number: int, slot: _Slot) -> None:
        self._close(slot.now)
        slot.now, slot.coming, slot.is_awaited = slot.coming, None, False
        self._see(slot)
        if slot.now is not None and slot.past is None:
            self._told(number, slot.now.state, slot.now.reason)

    def _exchange_when_ready(self, number: int, slot: _Slot) -> None:
        coming = slot.coming
        if coming is None:
            slot.is_awaited = False
        elif self._pictures.newest(coming.tile_id) is not None:
            self._exchange(number, slot)
        elif self._now() - coming.since > _PATIENCE_S:
            # The better stream does not come: the one that runs stays. Asking again and again would fill the register.
            self._close(coming)
            slot.coming, slot.is_awaited = None, False
            slot.given_up = coming.wish.key

    def _see(self, slot: _Slot) -> None:
        for opened in (slot.now, slot.past):
            if opened is not None:
                is_shown = self._is_wall_seen and slot.is_seen and opened is (slot.past or slot.now)
                if opened.is_shown != is_shown:
                    opened.is_shown = is_shown
                    self._pictures.show(opened.tile_id, is_shown)

    def _drop(self, slot: _Slot) -> None:
        for opened in (slot.now, slot.coming, slot.past):
            self._close(opened)
        slot.now = slot.coming = slot.past = None
        slot.is_awaited = False
        slot.zoom = WHOLE

    def _close(self, opened: _Open | None) -> None:
        if opened is not None:
            self._pictures.close(opened.tile_id)
