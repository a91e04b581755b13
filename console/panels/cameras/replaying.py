"""The last half minute again, in the tile: always framed, worded and timed, never to be taken for live."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.formats import clock_time
from console.kit.ports import Client
from console.kit.video import FootageAccessGiver, NoAddress, PictureSource
from console.panels.cameras.streams import TileStreams, Wish
from contract.footage import FootageRequest, FootageTicket
from widgets.texts import Texts

BACK_S: Final = 30.0
_AROUND_S: Final = 120.0  # a ticket's period around the wished time


class Replaying(QObject):
    """Tiles that show their recent past. `now` is the wall clock, `monotonic` what pictures are played by."""

    changed = Signal(int)  # tile: its words are others
    purpose_needed = Signal()

    def __init__(
        self,
        client: Client,
        pictures: PictureSource,
        streams: TileStreams,
        tr: Texts,
        now: Callable[[], dt.datetime],
        monotonic: Callable[[], float],
    ) -> None:
        super().__init__()
        self._client = client
        self._pictures = pictures
        self._streams = streams
        self._tr = tr
        self._now = now
        self._monotonic = monotonic
        self._shown: dict[int, float | None] = {}  # tile -> wall time of the picture it shows

    @property
    def tiles(self) -> Mapping[int, float | None]:
        """Tiles in their past, with the time they show."""
        return self._shown

    def start(self, tile: int, camera_id: int) -> None:
        """Half a minute back from now, at the pace of life; again: half a minute back from what is shown."""
        shown = self._shown.get(tile)
        at = (self._now().timestamp() if shown is None else shown) - BACK_S
        if not self._streams.is_past(tile):
            self._streams.open_past(tile, Wish(camera_id, "past", footage=self._access(camera_id)))
        tile_id = self._streams.tile_id(tile)
        if tile_id is not None:
            self._pictures.play(tile_id, at, 1.0, self._monotonic())
        self._shown[tile] = None if shown is None else at
        self.changed.emit(tile)

    def ask_again(self) -> None:
        """What was refused may be given now: tiles without a picture of their past begin anew."""
        for tile, wish in self._waiting():
            self._streams.leave_past(tile)
            self.start(tile, wish)

    def give_up(self) -> None:
        """Nothing was said that lets recordings be seen: tiles without a picture of their past are live again."""
        for tile, _camera in self._waiting():
            self.stop(tile)

    def shows(self, tile: int, at: float) -> None:
        """The tile painted a picture of that time."""
        before = self._shown.get(tile)
        if tile in self._shown:
            self._shown[tile] = at
            if before is None or int(before) != int(at):
                self.changed.emit(tile)

    def stop(self, tile: int) -> bool:
        """Back to live; whether the tile was in its past."""
        if tile not in self._shown:
            return False
        del self._shown[tile]
        self._streams.leave_past(tile)
        self.changed.emit(tile)
        return True

    def forget(self, tile: int) -> None:
        """The tile shows something else now."""
        if self._shown.pop(tile, 0.0) != 0.0:
            self._streams.leave_past(tile)

    def words(self, tile: int) -> str:
        """How long ago, and the clock of the picture; empty while live."""
        if tile not in self._shown:
            return ""
        at = self._shown[tile]
        if at is None:
            return self._tr("wall.past.coming")
        ago = max(0, round(self._now().timestamp() - at))
        return self._tr("wall.past.shown", seconds=ago, time=clock_time(dt.datetime.fromtimestamp(at, dt.UTC)))

    def _waiting(self) -> Sequence[tuple[int, int]]:
        """Tiles whose past has shown nothing yet, and their cameras."""
        held = ((tile, self._streams.held(tile)) for tile, at in self._shown.items() if at is None)
        return [(tile, live[0]) for tile, live in held if live is not None]

    def _access(self, camera_id: int) -> FootageAccessGiver:
        async def ask(at: float) -> FootageTicket:
            middle = dt.datetime.fromtimestamp(at, dt.UTC)
            around = dt.timedelta(seconds=_AROUND_S)
            try:
                return await self._client.view_footage(
                    camera_id, FootageRequest(since=middle - around, until=middle + around)
                )
            except RequestRefused as error:
                if is_purpose_needed(error):
                    self.purpose_needed.emit()
                    raise NoAddress(self._tr("wall.past.why")) from error
                raise NoAddress(failure_text(error, self._tr)) from error
            except RequestFailed as error:
                raise NoAddress(self._tr("video.silent")) from error

        return ask


def is_purpose_needed(error: RequestRefused) -> bool:
    """Whether the backend wants to know first why one watches."""
    return error.problem is not None and error.problem.type.endswith("purpose-needed")
