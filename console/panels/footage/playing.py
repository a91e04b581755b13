"""Playing back: bar, timeline and keys move one clock, and all cameras follow it."""

import time
from collections.abc import Callable
from typing import Final

from console.kit.clock import Clock
from console.panels.footage.bar import TransportBar
from console.panels.footage.moment_words import moment_words
from console.panels.footage.stage import Stage
from console.panels.footage.transport import Transport, faster, slower
from widgets.footage_timeline import FootageTimeline

_BACK_S: Final = 60.0  # where playback begins when nobody named a moment
_NEWEST_S: Final = 5.0  # the newest recording is some seconds old: an open group of pictures is not on disk yet


class Playing:
    """`transport` says where playback stands; `chosen` whose picture a step is measured by."""

    def __init__(
        self, stage: Stage, bar: TransportBar, timeline: FootageTimeline, clock: Clock, chosen: Callable[[], int]
    ) -> None:
        self._stage = stage
        self._bar = bar
        self._timeline = timeline
        self._clock = clock
        self._chosen = chosen
        self.transport = Transport(clock().timestamp() - _BACK_S, time.monotonic())
        for asked in (bar, timeline):
            asked.play_requested.connect(self._play_or_pause)
            asked.jump_requested.connect(self._jump)
            asked.step_requested.connect(self._step)
        bar.speed_requested.connect(self._speed)
        bar.live_requested.connect(lambda: self.seek(self.newest()))
        timeline.seek_requested.connect(self._sought)
        timeline.faster_requested.connect(lambda: self._speed(faster(self.transport.speed)))
        timeline.slower_requested.connect(lambda: self._speed(slower(self.transport.speed)))

    def at(self) -> float:
        """The wall time of the chosen picture; where playback stands while there is none."""
        at = self._stage.time_of(self._chosen())
        return self._position() if at is None else at

    def newest(self) -> float:
        """The wall time up to which there can be recordings."""
        return self._clock().timestamp() - _NEWEST_S

    def seek(self, at: float) -> None:
        """All cameras to this wall time (seconds), the newest recording at the latest."""
        self.transport = self.transport.sought(min(at, self.newest()), time.monotonic())
        self.follow()
        self._show_moment()

    def pause(self) -> None:
        """Stay at the pictures that are shown."""
        if self.transport.is_playing:
            self.transport = self.transport.paused(time.monotonic())
            self._stage.pause()
            self._bar.show_playing(False)

    def follow(self) -> None:
        """Cameras that came anew go where the others are."""
        self._stage.go(self.transport)

    def tick(self) -> None:
        """At the panel's pace: the moment goes on, and stops at the newest recording."""
        if self.transport.is_playing:
            if self._position() > self.newest():
                self.pause()
            self._show_moment()

    def _position(self) -> float:
        return self.transport.position(time.monotonic())

    def _show_moment(self) -> None:
        at = self._position()
        self._timeline.show_moment(at * 1000)
        self._bar.show_moment(moment_words(at))

    def _sought(self, at_ms: float) -> None:
        self.seek(at_ms / 1000)

    def _play_or_pause(self) -> None:
        if self.transport.is_playing:
            self.pause()
        elif self._stage.cameras:
            self.transport = self.transport.played(time.monotonic())
            self.follow()
        self._bar.show_playing(self.transport.is_playing)

    def _jump(self, seconds: float) -> None:
        self.seek(self._position() + seconds)

    def _step(self, pictures: int) -> None:
        self.pause()
        self._stage.step(pictures)
        at = self._stage.time_of(self._chosen())
        if at is not None:
            self.transport = self.transport.sought(at, time.monotonic())
        self._show_moment()

    def _speed(self, speed: float) -> None:
        self.transport = self.transport.sped(speed, time.monotonic())
        self._bar.show_speed(speed)
        if self.transport.is_playing:
            self.follow()
