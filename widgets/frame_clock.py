"""The one clock of everything that paints: shared ticks, one flash phase for all windows, delays."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer  # noqa: TID251 (this file is the timer's home)
from shiboken6 import isValid

RATES_HZ: Final = (1, 10, 30, 40, 60, 100)
FLASH_HALF_PERIOD_S: Final = 0.5


class Ticking:
    """One listener's place on the clock; `stop` may be called at any time, twice too, even after the clock went."""

    __slots__ = ("_end",)

    def __init__(self, end: Callable[[], None]) -> None:
        self._end: Callable[[], None] | None = end

    @property
    def is_running(self) -> bool:
        """True until stopped, or until a delay has passed."""
        return self._end is not None

    def stop(self) -> None:
        """Hear no more ticks; the shared timer stops with its last listener."""
        end, self._end = self._end, None
        if end is not None:
            end()


class _Beat(QObject):
    """One timer shared by its listeners; runs only while somebody listens."""

    def __init__(self, interval_ms: int, parent: QObject, now: Callable[[], float]) -> None:
        super().__init__(parent)
        self._now = now
        self._listeners: dict[int, Callable[[float], None]] = {}
        self._next_key = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer if interval_ms < 200 else Qt.TimerType.CoarseTimer)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self._tick)

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    def add(self, listener: Callable[[float], None]) -> Ticking:
        key = self._next_key
        self._next_key += 1
        self._listeners[key] = listener
        if not self._timer.isActive():
            self._timer.start()
        return Ticking(lambda: self._remove(key))

    def close(self) -> None:
        self._listeners.clear()
        self._timer.stop()

    def _remove(self, key: int) -> None:
        self._listeners.pop(key, None)
        if not self._listeners and isValid(self._timer):
            self._timer.stop()

    def _tick(self) -> None:
        now = self._now()
        for key, listener in list(self._listeners.items()):
            if key in self._listeners:  # an earlier listener may have stopped this one
                listener(now)


class FrameClock(QObject):
    """Made once by the application and handed to every widget that moves.

    Listeners get the monotonic time in seconds. With nobody listening no timer runs.
    """

    def __init__(self, parent: QObject | None = None, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._now = now
        self._beats = {rate: _Beat(max(1, round(1000 / rate)), self, now) for rate in RATES_HZ}
        self._flash = _Beat(round(FLASH_HALF_PERIOD_S * 1000), self, now)
        self._flash_listeners: dict[int, Callable[[bool], None]] = {}
        self._flash_beat: Ticking | None = None
        self._is_flash_on = True
        self._is_flash_held = False
        self._next_key = 0
        self._delays: set[QTimer] = set()

    def now(self) -> float:
        """Monotonic seconds, the time base of every tick."""
        return self._now()

    def subscribe(self, rate_hz: int, listener: Callable[[float], None]) -> Ticking:
        """Call the listener at one of RATES_HZ until it is stopped."""
        if rate_hz not in self._beats:
            raise ValueError(f"the frame clock ticks at {RATES_HZ} Hz, not at {rate_hz} Hz")
        return self._beats[rate_hz].add(listener)

    def subscribe_flash(self, listener: Callable[[bool], None]) -> Ticking:
        """Call the listener at each half period of the 1 Hz flash with the phase all windows share."""
        key = self._next_key
        self._next_key += 1
        self._flash_listeners[key] = listener
        if self._flash_beat is None:
            self._is_flash_on = True
            self._flash_beat = self._flash.add(self._turn_flash)
        return Ticking(lambda: self._leave_flash(key))

    def unsubscribe(self, ticking: Ticking) -> None:
        """The same as `ticking.stop()`."""
        ticking.stop()

    def is_flash_on(self) -> bool:
        """The phase that the listeners were last told; on while nobody listens."""
        return self._is_flash_on

    def hold_flash(self, *, is_held: bool) -> None:
        """Held, nothing flashes: every listener is told `on` once and then nothing until it is let go."""
        self._is_flash_held = is_held
        if is_held and not self._is_flash_on:
            self._turn_flash(self._now())

    def after(self, delay_s: float, action: Callable[[], None]) -> Ticking:
        """Call the action once, later; stopping the returned ticking calls it off."""
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(max(0, round(delay_s * 1000)))
        self._delays.add(timer)

        def end() -> None:
            self._delays.discard(timer)
            if isValid(timer):
                timer.stop()
                timer.deleteLater()

        ticking = Ticking(end)

        def fire() -> None:
            ticking.stop()
            action()

        timer.timeout.connect(fire)
        timer.start()
        return ticking

    def is_idle(self) -> bool:
        """True when no timer runs at all."""
        return not self._delays and not any(beat.is_running for beat in (*self._beats.values(), self._flash))

    def close(self) -> None:
        """Stop every timer and forget every listener: the application is going."""
        for beat in (*self._beats.values(), self._flash):
            beat.close()
        self._flash_listeners.clear()
        self._flash_beat = None
        for timer in list(self._delays):
            timer.stop()
            timer.deleteLater()
        self._delays.clear()

    def _turn_flash(self, _now: float) -> None:
        if self._is_flash_held and self._is_flash_on:
            return
        self._is_flash_on = not self._is_flash_on
        for key, listener in list(self._flash_listeners.items()):
            if key in self._flash_listeners:
                listener(self._is_flash_on)

    def _leave_flash(self, key: int) -> None:
        self._flash_listeners.pop(key, None)
        if not self._flash_listeners and self._flash_beat is not None:
            self._flash_beat.stop()
            self._flash_beat = None
            self._is_flash_on = True
