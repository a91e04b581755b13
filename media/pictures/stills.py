"""Stills: the newest picture of a camera, or the recorded one at a time, as JPEG with the masks burnt in."""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

from contract.media import MasksChanged, RevokeUser, StillTaken, StreamKey, TakeStill
from media.live.camera_pull import CameraPull
from media.live.cameras import Cameras
from media.pictures.outbox import KEPT_S, Outbox
from media.pictures.workers import PicturesRefused, PictureWorkers
from video.access_unit import AccessUnit, StreamParameters
from video.clocks import Clock, monotonic, wall
from video.errors import ProtocolError
from video.footage.pictures import FootageGone
from video.masks import geometry
from video.states import StreamStatus
from video.task_owner import TaskOwner

LIVE_WITHIN_S: Final = 10.0
_MOST_AT_ONCE: Final = 8
_NEAR_S: Final = 1.0


class RecordedPicture(Protocol):
    """A coded picture and its wall time."""

    @property
    def unit(self) -> AccessUnit:
        """The picture."""
        ...

    @property
    def at(self) -> float:
        """Seconds since 1970 UTC."""
        ...


class RecordedPassage(Protocol):
    """A recorded group of pictures."""

    @property
    def begins_at(self) -> float:
        """Seconds since 1970 UTC."""
        ...

    @property
    def parameters(self) -> StreamParameters:
        """What a decoder must know."""
        ...

    def read(self) -> Sequence[RecordedPicture]:
        """Its pictures. Raises FootageGone, OSError, ProtocolError."""
        ...


class Archive(Protocol):
    """Recordings by time."""

    def passage_at(self, camera_id: int, at: float) -> RecordedPassage | None:
        """The passage that holds `at`, else the next one."""
        ...


class Stills:
    """Takes stills, several at a time; each is answered once, by a path or by words."""

    def __init__(
        self,
        cameras: Cameras,
        workers: PictureWorkers,
        report: Callable[[StillTaken], None],
        *,
        archive: Archive | None = None,
        outbox: Outbox | None = None,
        live_within_s: float = LIVE_WITHIN_S,
        wall_clock: Clock = wall,
    ) -> None:
        self._cameras = cameras
        self._workers = workers
        self._report = report
        self._archive = archive
        self._outbox = outbox or Outbox(clock=wall_clock)
        self._live_within_s = live_within_s
        self._wall = wall_clock
        self._tasks = TaskOwner()
        self._at_work: dict[TakeStill, asyncio.Task[None]] = {}

    def take(self, command: TakeStill) -> None:
        """Take one; StillTaken follows."""
        if len(self._at_work) >= _MOST_AT_ONCE:
            self._report(StillTaken(id=command.id, trouble="too many stills are being taken: try again in a moment"))
            return
        self._at_work[command] = self._tasks.start(self._answer(command), name=f"still of camera {command.camera_id}")

    def revoke(self, command: RevokeUser) -> None:
        """What this user has asked for is not given any more; of one login nothing is known here."""
        if not command.session and command.camera_id is None:
            self._give_up(lambda one: one.user == command.user, "the right to see this camera was taken away")

    def masks_changed(self, command: MasksChanged) -> None:
        """What was asked for with other masks is not given any more."""
        masks = geometry(command.masks)
        self._give_up(
            lambda one: one.camera_id == command.camera_id and geometry(one.masks) != masks,
            "the masks of this camera have changed",
        )

    async def close(self) -> None:
        """Give up what is at work and leave nothing behind; a second call does nothing."""
        await self._tasks.close()
        self._outbox.close()

    async def _answer(self, command: TakeStill) -> None:
        try:
            path, taken_at = await self._taken(command)
            self._report(
                StillTaken(id=command.id, path=str(path), taken_at=dt.datetime.fromtimestamp(taken_at, dt.UTC))
            )
        except PicturesRefused as refused:
            self._report(StillTaken(id=command.id, trouble=str(refused)))
            return
        except OSError as error:
            self._report(StillTaken(id=command.id, trouble=f"the still cannot be kept: {error.strerror}"))
            return
        finally:
            self._at_work.pop(command, None)
        await asyncio.sleep(KEPT_S)
        await asyncio.to_thread(self._outbox.take_back, path)

    async def _taken(self, command: TakeStill) -> tuple[Path, float]:
        if command.at is None:
            parameters, units, at = await self._live(command)
        else:
            parameters, units, at = await self._recorded(command.camera_id, command.at.timestamp())
        jpeg = await self._workers.still(parameters, units, command.masks)
        return await asyncio.to_thread(self._outbox.put, jpeg), at

    async def _live(self, command: TakeStill) -> tuple[StreamParameters, Sequence[AccessUnit], float]:
        pull = self._cameras.pull(StreamKey(command.camera_id, command.stream))
        if pull is None:
            raise PicturesRefused("this stream of the camera is not known")
        pull.hold()
        try:
            parameters, units = await self._newest(pull)
        finally:
            pull.release()
        return parameters, units, self._wall()

    async def _newest(self, pull: CameraPull) -> tuple[StreamParameters, Sequence[AccessUnit]]:
        group = pull.stream.newest_group(monotonic())
        if group and pull.stream.parameters is not None:
            return pull.stream.parameters, group
        awaited = _AwaitedKey()
        pull.add_listener(awaited)
        hopeless = self._tasks.start(pull.hopeless(), name="still of a camera that may be hopeless")
        try:
            await asyncio.wait(
                (awaited.found, hopeless), timeout=self._live_within_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            is_hopeless = hopeless.done()
            pull.remove_listener(awaited)
            hopeless.cancel()
        if awaited.found.done():
            return awaited.found.result()
        raise PicturesRefused(
            "the camera lets nobody in, or is not there"
            if is_hopeless
            else f"no picture came within {self._live_within_s:g} s"
        )

    async def _recorded(self, camera_id: int, at: float) -> tuple[StreamParameters, Sequence[AccessUnit], float]:
        archive = self._archive
        if archive is None:
            raise PicturesRefused("no recordings are kept here")
        try:
            passage = await asyncio.to_thread(archive.passage_at, camera_id, at)
            if passage is None or passage.begins_at > at + _NEAR_S:
                raise PicturesRefused("nothing was recorded at this time")
            pictures = await asyncio.to_thread(passage.read)
        except (FootageGone, ProtocolError, OSError) as error:
            raise PicturesRefused("the recording of this time cannot be read any more") from error
        until = [one for one in pictures if one.at <= at] or list(pictures[:1])
        if not until:
            raise PicturesRefused("nothing was recorded at this time")
        return passage.parameters, [one.unit for one in until], until[-1].at

    def _give_up(self, is_meant: Callable[[TakeStill], bool], reason: str) -> None:
        for command in [one for one in self._at_work if is_meant(one)]:
            self._at_work[command].cancel()
            self._report(StillTaken(id=command.id, trouble=reason))


class _AwaitedKey:
    """Listens for one key picture."""

    def __init__(self) -> None:
        self.found: asyncio.Future[tuple[StreamParameters, Sequence[AccessUnit]]] = (
            asyncio.get_running_loop().create_future()
        )
        self._parameters: StreamParameters | None = None

    def described(self, parameters: StreamParameters) -> None:
        self._parameters = parameters

    def received(self, unit: AccessUnit) -> None:
        if unit.is_key and self._parameters is not None and not self.found.done():
            self.found.set_result((self._parameters, (unit,)))

    def status_changed(self, status: StreamStatus) -> None:
        del status
