"""One person watching one stream: what the RTSP server serves, and what the register of viewings is told."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from contract.media import StreamKey, ViewingEnded
from media.live.tickets import Ticket
from video.access_unit import StreamParameters
from video.clocks import Clock
from video.sound.stream import ServedSound
from video.stream_source import StreamSource, Viewer


class Shown(Protocol):
    """What a ticket opens: a camera as it is, or one with masks burnt in."""

    @property
    def key(self) -> StreamKey:
        """Which stream it is."""
        ...

    def hold(self) -> StreamSource:
        """Somebody wants to watch."""
        ...

    def release(self) -> None:
        """One who held has gone."""
        ...

    async def hopeless(self) -> None:
        """Returns when waiting for pictures makes no sense."""
        ...


class Viewing:
    """A ServedStream for one connection. It ends once; a viewer who pauses asks for a new ticket."""

    def __init__(
        self, ticket: Ticket, shown: Shown, clock: Clock, ended: Callable[["Viewing", ViewingEnded], None]
    ) -> None:
        self.ticket = ticket
        self._shown = shown
        self._stream = shown.hold()
        self._clock = clock
        self._ended = ended
        self._viewer: Viewer | None = None
        self._began_at: float | None = None
        self._is_over = False

    @property
    def ssrc(self) -> int:
        """The synchronisation source of its packets."""
        return self._stream.ssrc

    @property
    def sound(self) -> ServedSound | None:
        """What is heard beside the pictures, if the ticket says so; never a masked camera's."""
        if self._is_over or self.ticket.masks or not self.ticket.has_sound:
            return None
        return self._stream.sound

    @property
    def has_begun(self) -> bool:
        """Whether pictures were asked for."""
        return self._began_at is not None

    async def described(self) -> StreamParameters:
        """What the camera sends, as soon as it is known. Raises TimeoutError when it will not be."""
        async with asyncio.TaskGroup() as both:
            hopeless = both.create_task(self._shown.hopeless())
            known = both.create_task(self._stream.described())
            await asyncio.wait((hopeless, known), return_when=asyncio.FIRST_COMPLETED)
            hopeless.cancel()
            known.cancel()
        if known.cancelled():
            raise TimeoutError
        return known.result()

    def subscribe(self, viewer: Viewer) -> None:
        """Show pictures to this viewer, unless the viewing is over."""
        if self._is_over:
            viewer.hang_up()
            return
        self._viewer = viewer
        self._began_at = self._clock()
        self._stream.subscribe(viewer)

    def unsubscribe(self, viewer: Viewer) -> None:
        """The viewer leaves, and with him the viewing ends."""
        self._stream.unsubscribe(viewer)
        if viewer is self._viewer:
            self._viewer = None
            self.end()

    def end(self) -> None:
        """Stop showing; a second call does nothing."""
        if self._is_over:
            return
        self._is_over = True
        if self._viewer is not None:
            self._stream.unsubscribe(self._viewer)
            viewer, self._viewer = self._viewer, None
            viewer.hang_up()
        self._shown.release()
        key = self._shown.key
        seconds = 0.0 if self._began_at is None else self._clock() - self._began_at
        self._ended(
            self,
            ViewingEnded(
                ticket=self.ticket.secret,
                camera_id=key.camera_id,
                stream=key.stream,
                user=self.ticket.user,
                seconds=round(seconds, 3),
            ),
        )
