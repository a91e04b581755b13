"""A film played for ever, in time with the clock, while somebody watches."""

import asyncio
import datetime as dt
import logging
import zlib
from collections.abc import Awaitable, Callable

from video.access_unit import AccessUnit, StreamParameters
from video.clocks import Clock
from video.stream_source import StreamSource, Viewer
from video.test_camera.film import FRAMES_PER_GROUP, FRAMES_PER_SECOND, Film
from video.test_camera.stamp import put_stamp
from video.test_camera.strip import Strip, blank_strip, draw_strip

log = logging.getLogger(__name__)

_RTP_STEP = 90_000 // FRAMES_PER_SECOND


class LoopStream:
    """A stream that an RTSP server can serve; costs nothing while nobody watches."""

    def __init__(
        self,
        name: str,
        film: Callable[[], Awaitable[Film]],
        zone: dt.tzinfo,
        monotonic: Clock,
        wall: Clock,
        *,
        has_stamp: bool,
        caption: Callable[[], str] | None = None,
    ) -> None:
        """`caption` is asked at each picture what to write in the place of the name; "" for the name."""
        self._name = name
        self._caption = caption
        self._ask_film = film
        self._zone = zone
        self._monotonic = monotonic
        self._wall = wall
        self._has_stamp = has_stamp
        self._source = StreamSource()
        self._film: Film | None = None
        self._next_film: Film | None = None
        self._strip: Strip | None = None
        self._text = ("", "")
        self._image = blank_strip(1, 1)
        self._timer: asyncio.TimerHandle | None = None
        # Cameras with the same film start elsewhere in it, and do not all wake at the same instant.
        phase = zlib.crc32(name.encode())
        self._first_group = phase % 97
        self._offset = (phase % 1009) / 1009 / FRAMES_PER_SECOND
        self._number = 0
        self._shift = 0

    @property
    def ssrc(self) -> int:
        """The synchronisation source that its packets carry."""
        return self._source.ssrc

    async def described(self) -> StreamParameters:
        """The film's parameters, once there is a film for the light of now."""
        film = await self._ask_film()
        self._next_film = film
        if self._film is None:
            self._film = film
            self._source.set_parameters(film.parameters)
        return film.parameters

    async def follow_light(self) -> None:
        """Change to the film of day or night at the next key picture, when somebody watches."""
        if self._timer is not None:
            self._next_film = await self._ask_film()

    def subscribe(self, viewer: Viewer) -> None:
        """Play for one more viewer."""
        self._source.subscribe(viewer)
        if self._timer is None and self._film is not None:
            self._strip = Strip(self._film.size.columns, self._film.size.strip_rows)
            now = self._monotonic()
            self._text = ("", "")
            self._number = int((now - self._offset) * FRAMES_PER_SECOND)
            # Begin with a key picture; from there on pictures keep the clock's time.
            self._shift = self._first_group * FRAMES_PER_GROUP - self._number % FRAMES_PER_GROUP
            self._tick()

    def unsubscribe(self, viewer: Viewer) -> None:
        """Play for one viewer less."""
        self._source.unsubscribe(viewer)
        if self._source.viewer_count == 0 and self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._source.interrupt()

    def _tick(self) -> None:
        film, strip = self._film, self._strip
        if film is None or strip is None:
            return
        now = self._monotonic()
        picture = film.pictures[(self._number + self._shift) % len(film.pictures)]
        if picture.is_key and self._next_film is not None and self._next_film.size == film.size:
            self._film = film = self._next_film
            picture = film.pictures[(self._number + self._shift) % len(film.pictures)]
        self._draw(film, strip, now)
        slices = (strip.code(picture.strip), *picture.slices)
        units = (*film.parameters.parameter_sets, *slices) if picture.is_key else slices
        self._source.publish(AccessUnit(units, picture.is_key, self._number * _RTP_STEP, now))
        self._number += 1
        due = self._number / FRAMES_PER_SECOND + self._offset
        if now - due > 1.0:
            # The machine slept or was far too busy: catch up by a jump of whole groups, not by a burst.
            groups = int((now - due) * FRAMES_PER_SECOND) // FRAMES_PER_GROUP
            self._number += groups * FRAMES_PER_GROUP
            due = self._number / FRAMES_PER_SECOND + self._offset
        self._timer = asyncio.get_running_loop().call_later(max(0.0, due - now), self._tick)

    def _draw(self, film: Film, strip: Strip, now: float) -> None:
        local = dt.datetime.fromtimestamp(self._wall(), self._zone)
        caption = "" if self._caption is None else self._caption()
        text = (caption or self._name, local.strftime("%d/%m/%Y %H:%M:%S"))
        if text != self._text:
            self._text = text
            self._image = draw_strip(film.size.columns, film.size.strip_rows, *text)
        strip.draw(put_stamp(self._image, now) if self._has_stamp else self._image)
