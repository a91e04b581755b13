"""The alarms that stand, told once a tick."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from console.store.alarm_order import urgency, wants_acknowledgement
from contract.alarms import Alarm, Annunciation, Priority, ShownState
from contract.stream import AlarmsBody, Topic


class AlarmStore(QObject):
    """Alarms by id, as the backend last told them. What is asked at each tick is counted as it comes, never anew."""

    ids_changed = Signal(object)  # frozenset of ids that came, changed or left since the last tick
    changed_since_tick = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._by_id: dict[int, Alarm] = {}
        self._of_topic: dict[Topic, set[int]] = {}
        self._of_asset: dict[int, set[int]] = {}
        self._waiting: dict[Priority, dict[int, float]] = {priority: {} for priority in Priority}
        self._most_urgent: Alarm | None = None  # None: to be looked for
        self._changed: set[int] = set()
        self._is_dirty = False

    def standing(self) -> Sequence[Alarm]:
        """Every alarm that is not at rest."""
        return tuple(self._by_id.values())

    def get(self, alarm_id: int) -> Alarm | None:
        """One alarm."""
        return self._by_id.get(alarm_id)

    def of_asset(self, asset_id: int) -> Sequence[Alarm]:
        """The alarms of one asset, worst first."""
        return sorted((self._by_id[alarm_id] for alarm_id in self._of_asset.get(asset_id, ())), key=urgency)

    def unacknowledged_counts(self) -> Mapping[Priority, int]:
        """How many wait for an acknowledgement, by priority."""
        return {priority: len(waiting) for priority, waiting in self._waiting.items()}

    def most_urgent(self) -> Alarm | None:
        """The highest unacknowledged alarm, the newest among equals."""
        if self._most_urgent is None:
            waiting = next((each for each in self._waiting.values() if each), None)
            if waiting:
                self._most_urgent = self._by_id[max(waiting, key=waiting.__getitem__)]
        return self._most_urgent

    def apply(self, topic: Topic, body: AlarmsBody, *, is_snapshot: bool) -> None:
        """Take in a topic's snapshot or its changes."""
        held = self._of_topic.setdefault(topic, set())
        if is_snapshot:
            gone = held - {alarm.id for alarm in body.alarms}
            held.clear()
            for alarm_id in gone.difference(*self._of_topic.values()):  # its asset may have passed to another topic
                self._forget(alarm_id)
        for alarm in body.alarms:
            if _is_at_rest(alarm):
                held.discard(alarm.id)
                self._forget(alarm.id)
            else:
                held.add(alarm.id)
                self._take(alarm)
        self._is_dirty = True

    @property
    def topics(self) -> frozenset[Topic]:
        """Those of which something was told."""
        return frozenset(self._of_topic)

    def drop(self, topic: Topic) -> None:
        """Forget a topic that is no longer granted."""
        for alarm_id in self._of_topic.pop(topic, set()):
            self._forget(alarm_id)
        self._is_dirty = True

    def flush(self) -> None:
        """Tell that alarms changed, once."""
        if self._is_dirty:
            self._is_dirty = False
            changed, self._changed = frozenset(self._changed), set()
            self.ids_changed.emit(changed)
            self.changed_since_tick.emit()

    def _take(self, alarm: Alarm) -> None:
        before = self._by_id.get(alarm.id)
        if before is None:
            self._of_asset.setdefault(alarm.asset_id, set()).add(alarm.id)
        else:
            self._waits_no_longer(before)
        self._by_id[alarm.id] = alarm
        self._changed.add(alarm.id)
        if not wants_acknowledgement(alarm):
            return
        at = 0.0 if alarm.raised_at is None else alarm.raised_at.timestamp()
        self._waiting[alarm.priority][alarm.id] = at
        most = self._most_urgent
        if most is not None and (alarm.priority, -at) < (most.priority, -self._waiting[most.priority][most.id]):
            self._most_urgent = alarm

    def _waits_no_longer(self, alarm: Alarm) -> None:
        self._waiting[alarm.priority].pop(alarm.id, None)
        if self._most_urgent is alarm:
            self._most_urgent = None

    def _forget(self, alarm_id: int) -> None:
        alarm = self._by_id.pop(alarm_id, None)
        if alarm is None:
            return
        self._changed.add(alarm_id)
        self._waits_no_longer(alarm)
        of_asset = self._of_asset.get(alarm.asset_id, set())
        of_asset.discard(alarm_id)
        if not of_asset:
            self._of_asset.pop(alarm.asset_id, None)


def _is_at_rest(alarm: Alarm) -> bool:
    return alarm.shown is ShownState.A_NORM and alarm.annunciation is Annunciation.NORM
