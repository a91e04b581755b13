"""One picture as JPEG, live or recorded: the gate first; the file never outlives the request."""

import contextlib
import functools
import os
import stat
from pathlib import Path
from typing import Final

from backend.devkit.clock import Clock
from backend.devkit.errors import DeviceError
from backend.devkit.tasks import Tasks
from backend.devkit.threads import Threads
from backend.services.media import MediaUnavailable
from backend.services.refusals import ViewingRefused
from backend.services.said import quoted, say
from backend.services.viewing.gate import Asked, Door, Gate, Permit, Viewer
from backend.services.viewing.live import STREAMS, Media, Streams
from contract.footage import StillRequest
from contract.media import MediaEvent, OpenCamera, StillTaken, TakeStill

LARGEST_MB: Final = 16
_WITHIN_S: Final = 8.0


class Stills:
    """Takes one picture at a time for whoever asks."""

    def __init__(self, gate: Gate, clock: Clock, streams: Streams, media: Media) -> None:
        self._gate = gate
        self._clock = clock
        self._streams = streams
        self._media = media
        self._tasks = Tasks("stills")
        self._threads = Threads("stills", 2)
        self._awaited: set[str] = set()

    def hear(self, event: MediaEvent) -> None:
        """A picture that comes when nobody waits for it any more is deleted."""
        if isinstance(event, StillTaken) and event.path and event.id not in self._awaited:
            self._tasks.start(self._threads.run(functools.partial(_delete, Path(event.path))), name="late picture")

    async def close(self) -> None:
        """End what runs."""
        await self._tasks.close()
        self._threads.close()

    async def take(self, asset_id: int, request: StillRequest, viewer: Viewer) -> tuple[bytes, StillTaken]:
        """The JPEG, and what was taken when. Raises ViewingRefused, PurposeNeeded."""
        if request.stream not in STREAMS:
            raise ViewingRefused(say("streams"))
        if request.at is not None and request.at > self._clock.now():
            raise ViewingRefused(say("still_at"))
        camera = self._gate.camera(viewer, asset_id, Door.STILL)
        if request.at is None:
            self._streams.check(camera)
        asked = Asked(
            camera_id=asset_id,
            door=Door.STILL,
            stream=request.stream,
            details={} if request.at is None else {"at": request.at.isoformat()},
        )
        permit = await self._gate.admit(viewer, asked)
        try:
            source = None if request.at is not None else await self._streams.source(permit.camera, request.stream)
            return await self._taken(source, permit, request)
        except (DeviceError, MediaUnavailable) as error:
            await self._gate.enter(permit, "refused", {"detail": str(error)})
            raise ViewingRefused(quoted(f"{permit.camera.code}: {error}")) from error
        except ViewingRefused as error:
            await self._gate.enter(permit, "refused", {"detail": error.reason})
            raise

    async def _taken(
        self, source: OpenCamera | None, permit: Permit, request: StillRequest
    ) -> tuple[bytes, StillTaken]:
        await self._media.until_ready()
        now = self._gate.current(permit)
        if source is not None:
            self._media.tell(source)
        command = TakeStill(
            id=now.ticket,
            camera_id=now.camera.id,
            user=now.viewer.user,
            masks=now.masks,
            stream=request.stream,
            at=request.at,
        )
        self._awaited.add(now.ticket)
        try:
            answer = await self._media.ask(command, now.ticket, StillTaken, within_s=_WITHIN_S)
            if not answer.path:
                raise MediaUnavailable(answer.trouble or "the video service gave no picture: try again")
            content = await self._threads.run(functools.partial(_read_and_delete, Path(answer.path)))
        finally:
            self._awaited.discard(now.ticket)
        if content is None:
            raise ViewingRefused(say("still_large", count=LARGEST_MB))
        if self._gate.current(permit).masks != now.masks:
            # Somebody drew masks while it was taken: nobody sees what they cover.
            raise MediaUnavailable("the masks have changed meanwhile: ask again")
        taken_at = {} if answer.taken_at is None else {"taken_at": answer.taken_at.isoformat()}
        await self._gate.enter(now, "taken", {**taken_at, "bytes": len(content)})
        return content, answer


def _read_and_delete(path: Path) -> bytes | None:
    """None when it is no file of a size that a picture has. Raises MediaUnavailable."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise MediaUnavailable(f"the picture cannot be read: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST_MB * 1024 * 1024:
                return None
            return file.read(LARGEST_MB * 1024 * 1024)
    finally:
        _delete(path)


def _delete(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
