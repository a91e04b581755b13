"""When the map does something: frames at the pace of eye or hand, flash, words; nothing when idle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from widgets.frame_clock import FrameClock, Ticking

_EYE_HZ: Final = 30
_HAND_HZ: Final = 60
_TELL_AFTER_S: Final = 1.0


class Pace:
    """Subscribes to the clock while there is work and leaves it when there is none."""

    def __init__(
        self,
        clock: FrameClock,
        step: Callable[[float], bool],
        flash: Callable[[], None],
        tell: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._step = step
        self._on_flash = flash
        self._tell = tell
        self._frames: Ticking | None = None
        self._rate = 0
        self._flash: Ticking | None = None
        self._telling: Ticking | None = None

    @property
    def is_resting(self) -> bool:
        """True while no frame is asked for."""
        return self._frames is None

    def run(self, *, is_hand: bool) -> None:
        """Call `step` until it says that there is no more; at 60 Hz for a hand, at 30 Hz for data."""
        rate = _HAND_HZ if is_hand else _EYE_HZ
        if self._frames is not None and self._rate >= rate:
            return
        if self._frames is not None:
            self._frames.stop()
        self._rate = rate
        self._frames = self._clock.subscribe(rate, self._tick)

    def flash(self, *, wanted: bool) -> None:
        """Call `flash` at each change of the common phase, or do not."""
        if wanted and self._flash is None:
            self._flash = self._clock.subscribe_flash(lambda _is_on: self._on_flash())
        elif not wanted and self._flash is not None:
            self._flash.stop()
            self._flash = None

    def tell_soon(self) -> None:
        """Call `tell` within a second, once for all that happens until then."""
        if self._telling is None or not self._telling.is_running:
            self._telling = self._clock.after(_TELL_AFTER_S, self._tell)

    def rest(self) -> None:
        """Stop everything at once."""
        for ticking in (self._frames, self._flash, self._telling):
            if ticking is not None:
                ticking.stop()
        self._frames = self._flash = self._telling = None
        self._rate = 0

    def _tick(self, now: float) -> None:
        if not self._step(now) and self._frames is not None:
            self._frames.stop()
            self._frames = None
            self._rate = 0
