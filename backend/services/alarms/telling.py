"""An alarm as consoles see it: its state, what it is folded into, what others add; told when it is another."""

from collections import defaultdict
from collections.abc import Callable, Iterable

import msgspec

from backend.devkit.clock import Clock
from backend.domain.alarms.flooding import shelving_proposed_min, still_chatters
from backend.domain.alarms.life import AlarmState
from backend.ports import Feed
from backend.services.alarms.floods import Floods
from backend.services.alarms.folds import SupplyFolds
from backend.services.alarms.ledger import AlarmLedger, Key
from backend.services.alarms.records import alarm_number, as_seen
from backend.services.alarms.watch import AlarmWatch
from backend.services.live_state import LiveState
from backend.services.register import Register
from contract.alarms import Alarm


class Telling:
    """Every record told has a newer version than the one before."""

    def __init__(
        self,
        feed: Feed,
        clock: Clock,
        register: Register,
        live: LiveState,
        ledger: AlarmLedger,
        watch: AlarmWatch,
        folds: SupplyFolds,
        floods: Floods,
    ) -> None:
        self._feed = feed
        self._clock = clock
        self._register = register
        self._live = live
        self._ledger = ledger
        self._watch = watch
        self._folds = folds
        self._floods = floods
        self._versions: dict[Key, int] = defaultdict(int)
        self._chattering: set[Key] = set()
        self._dresses: list[Callable[[Alarm], Alarm]] = []

    def dress_by(self, dress: Callable[[Alarm], Alarm]) -> None:
        """What others know of an alarm is added to its record by `dress`."""
        self._dresses.append(dress)

    def seen(self, key: Key) -> Alarm:
        """One alarm as it is now, at rest or not."""
        state = self._ledger.state(key) or AlarmState()
        is_chattering, repeats = self._is_chattering(key), self._watch.repeats(key)
        alarm = as_seen(
            *key,
            state,
            self._register.get(key[0]),
            repeats=repeats,
            is_chattering=is_chattering,
            version=self._versions[key] + 1,
        )
        root, count, group = self._folds.root_of(key), self._folds.count_of(key), self._floods.group_of(key)
        if root is not None or count or group or is_chattering:
            card = self._folds.card_for(key)
            alarm = msgspec.structs.replace(
                alarm,
                folded_into=alarm_number(*card) if card is not None else None,
                suppressed_by=self._folds.words(root) if root is not None else state.suppressed_by,
                folded_count=count,
                stray_group=group,
                shelving_proposed_min=shelving_proposed_min(
                    self._watch.rule(key), is_chattering=is_chattering, repeats=repeats, is_set_aside=state.is_flagged
                ),
            )
        for dress in self._dresses:
            alarm = dress(alarm)
        return alarm

    def tell(self, keys: Iterable[Key]) -> None:
        """These are others now."""
        for key in keys:
            self._versions[key] += 1
            self._folds.changed.pop(key, None)
            self._floods.changed.pop(key, None)
            alarm = self.seen(key)
            self._feed.alarm_changed(alarm)
            others = [self.seen(other) for other, _ in self._ledger.of_asset(key[0]) if other != key]
            self._live.alarms_changed(key[0], (alarm, *others))

    def tell_changes(self) -> int:
        """What repeated, began or ceased to chatter, or was folded otherwise; answers how many repeated."""
        repeated = [key for key in self._watch.repeated if key in self._ledger]
        self._watch.repeated.clear()
        quiet = {key for key in self._chattering if not self._is_chattering(key)}
        self._chattering = (self._chattering - quiet) | {key for key in repeated if self._is_chattering(key)}
        changed = dict.fromkeys((*repeated, *quiet, *self._folds.changed, *self._floods.changed))
        self._folds.changed.clear()
        self._floods.changed.clear()
        self.tell(key for key in changed if key in self._ledger)
        return len(repeated)

    def _is_chattering(self, key: Key) -> bool:
        return still_chatters(self._watch.condition(key), self._clock.monotonic())
