"""Whether this seat is in a flood of alarms, and what is left out of the main list while it is."""

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Signal

from console.store.alarm_order import wants_acknowledgement
from console.store.alarms import AlarmStore
from contract.alarm_flood import FLOOD_WINDOW_S, in_flood
from contract.alarms import Alarm, Priority

_SHOWN_IN_FLOOD: Final = Priority.P2
_COUNTED_AT_MOST: Final = 200_000
_FIGURES_EVERY_S: Final = 1.0  # counting 34,000 alarms takes a good part of a tick


class FloodFigures(NamedTuple):
    """What the banner says."""

    alarms: int = 0  # all that stand and wait, those that a card explains among them
    roots: int = 0  # the cards that are left; a group of strays is one
    hidden: int = 0  # cards that the main list leaves out


def hidden_in_flood(alarm: Alarm) -> bool:
    """Whether the main list leaves this alarm out while a flood lasts: it shows P1 and P2 only."""
    return alarm.priority > _SHOWN_IN_FLOOD


def flood_figures(alarms: Iterable[Alarm]) -> FloodFigures:
    """The figures of these alarms, of those that wait for an acknowledgement."""
    explained, waiting, hidden = 0, 0, 0
    cards: set[str | int] = set()
    for alarm in alarms:
        if alarm.folded_into is None and wants_acknowledgement(alarm):
            waiting += 1
            cards.add(alarm.stray_group or alarm.id)
            explained += alarm.folded_count
            hidden += hidden_in_flood(alarm)
    return FloodFigures(waiting + explained, len(cards), hidden)


class FloodCount:
    """How many cards were new in the last ten minutes. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=_COUNTED_AT_MOST)
        self._known: dict[int, int] = {}

    def take(self, alarm: Alarm, now: float, server_now: dt.datetime) -> None:
        """An alarm as it is now; each occurrence counts once, at the age it has by the backend's clock."""
        if not wants_acknowledgement(alarm):
            return
        if self._known.get(alarm.id) == alarm.occurrence:
            return
        self._known[alarm.id] = alarm.occurrence
        age_s = 0.0 if alarm.raised_at is None else (server_now - alarm.raised_at).total_seconds()
        if age_s < FLOOD_WINDOW_S:
            self._times.append(now - max(0.0, age_s))

    def forget(self, alarm_id: int) -> None:
        """It is at rest: what it counted stays counted."""
        self._known.pop(alarm_id, None)

    def within(self, now: float) -> int:
        """How many in the window that ends now."""
        if self._times and self._times[0] <= now - FLOOD_WINDOW_S:
            self._times = deque((at for at in self._times if at > now - FLOOD_WINDOW_S), maxlen=_COUNTED_AT_MOST)
        return len(self._times)

    def clear(self) -> None:
        """Nobody is logged in."""
        self._times.clear()
        self._known.clear()


class FloodStore(QObject):
    """Of this seat. `changed_since_tick`: it began, ended, or its figures are others."""

    changed_since_tick = Signal()

    def __init__(
        self,
        alarms: AlarmStore,
        server_now: Callable[[], dt.datetime],
        monotonic: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._alarms = alarms
        self._server_now = server_now
        self._monotonic = monotonic
        self._count = FloodCount()
        self._counted_at = -_FIGURES_EVERY_S
        self.is_on = False
        self.figures = FloodFigures()
        self.new_cards = 0
        alarms.ids_changed.connect(self._take)

    def hides(self, alarm: Alarm) -> bool:
        """Whether the main list leaves this alarm out now; the list says how many it leaves out."""
        return self.is_on and hidden_in_flood(alarm)

    def leave(self) -> None:
        """The login is over."""
        self._count.clear()
        self._counted_at = -_FIGURES_EVERY_S

    def flush(self) -> None:
        """Look whether a flood began or ended."""
        now = self._monotonic()
        self.new_cards = self._count.within(now)
        is_on = in_flood(self.new_cards, self.is_on)
        has_turned = is_on is not self.is_on
        self.is_on = is_on
        if not has_turned and (not is_on or now < self._counted_at + _FIGURES_EVERY_S):
            return
        self._counted_at = now
        figures = flood_figures(self._alarms.standing()) if is_on else FloodFigures()
        if has_turned or figures != self.figures:
            self.figures = figures
            self.changed_since_tick.emit()

    def _take(self, alarm_ids: frozenset[int]) -> None:
        now, server_now = self._monotonic(), self._server_now()
        for alarm_id in alarm_ids:
            alarm = self._alarms.get(alarm_id)
            if alarm is None:
                self._count.forget(alarm_id)
            else:
                self._count.take(alarm, now, server_now)
