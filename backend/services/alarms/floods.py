"""The flood as the backend sees it: how long what comes is held, and strays that are shown as one group."""

import datetime as dt
from collections.abc import Iterable

from backend.domain.alarms.flooding import FloodWindow, hold_s, stray_groups
from backend.domain.alarms.life import AlarmState
from backend.services.alarms.folds import SupplyFolds
from backend.services.alarms.ledger import AlarmLedger, Key
from backend.services.alarms.writer import States
from contract.alarm_flood import FLOOD_WINDOW_S, STRAYS_MOST, SUPPLIED_LOST
from contract.alarms import Annunciation, Priority

_SHOWN = frozenset({Annunciation.UNACK, Annunciation.ACKED})


class Floods:
    """New cards of the last ten minutes; `changed` are alarms that joined or left a group of strays."""

    def __init__(self, ledger: AlarmLedger, folds: SupplyFolds) -> None:
        self._ledger = ledger
        self._folds = folds
        self._window: FloodWindow[Key] = FloodWindow()
        self._group_of: dict[Key, str] = {}
        self._is_dirty = False
        self.changed: dict[Key, None] = {}

    @property
    def is_on(self) -> bool:
        """There is a flood."""
        return self._window.is_on

    def new_cards(self) -> Iterable[Key]:
        """Cards annunciated within the last ten minutes, each as often as it came."""
        return self._window.cards()

    def group_of(self, key: Key) -> str:
        """The group of strays an alarm is in; "" when it is in none."""
        return self._group_of.get(key, "")

    def hold_s(self, arriving: int) -> float:
        """How long what a supply may explain is held now."""
        return hold_s(self._window.is_on, self._window.count + arriving)

    def load(self, now: float, wall: dt.datetime) -> None:
        """A flood goes on after a restart."""
        recent: list[tuple[float, Key]] = []
        for key, state in self._ledger.standing():
            age_s = (wall - state.raised_at).total_seconds() if state.raised_at is not None else FLOOD_WINDOW_S
            if _is_card(state) and 0 <= age_s < FLOOD_WINDOW_S:
                recent.append((now - age_s, key))
        for at, key in sorted(recent):
            self._window.note(at, key)
        self._is_dirty = True
        self.look(now)

    def taken(self, before: States, after: States, now: float) -> None:
        """What was committed: new cards."""
        for key, state in after.items():
            old = before.get(key)
            if state.annunciation is Annunciation.UNACK and state.occurrence > (old.occurrence if old else 0):
                self._window.note(now, key)
        self._is_dirty = True
        self.look(now)

    def look(self, now: float) -> None:
        """Whether it is a flood now, and who is a stray."""
        was = self._window.is_on
        if self._window.look(now) or was:
            self._regroup(is_changed=self._window.is_on is not was)

    def _regroup(self, *, is_changed: bool) -> None:
        if not self._is_dirty and not is_changed:
            return
        self._is_dirty = False
        found: dict[Key, str] = {}
        if self._window.is_on:
            strays = ((key, key[1]) for key in dict.fromkeys(self._window.cards()) if self._is_stray(key))
            for group, keys in stray_groups(strays, STRAYS_MOST).items():
                found.update(dict.fromkeys(keys, group))
        for key in self._group_of.keys() ^ found.keys():
            self.changed[key] = None
        self._group_of = found

    def _is_stray(self, key: Key) -> bool:
        state, rule = self._ledger.state(key), self._folds.rule(key)
        if state is None or not _is_card(state) or state.priority is Priority.P1:
            return False
        if rule is None or rule.never_waits or key[1] == SUPPLIED_LOST:
            return False
        return self._folds.count_of(key) == 0


def _is_card(state: AlarmState) -> bool:
    return not state.is_flagged and state.annunciation in _SHOWN
