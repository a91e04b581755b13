"""The alarms that stand, told once a tick."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from console.store.alarm_order import urgency, wants_acknowledgement
from contract.alarms import Alarm, Annunciation, Priority, ShownState
from contract.stream import AlarmsBody, Topic


class AlarmStore(QObject):
    """Alarms by id, as the backend last told them."""

    changed_since_tick = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._by_id: dict[int, Alarm] = {}
        self._of_topic: dict[Topic, set[int]] = {}
        self._of_asset: dict[int, set[int]] = {}
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
        counts = dict.fromkeys(Priority, 0)
        for alarm in self._by_id.values():
            if wants_acknowledgement(alarm):
                counts[alarm.priority] += 1
        return counts

    def most_urgent(self) -> Alarm | None:
        """The highest unacknowledged alarm, the newest among equals."""
        waiting = [alarm for alarm in self._by_id.values() if wants_acknowledgement(alarm)]
        return min(waiting, key=urgency) if waiting else None

    def apply(self, topic: Topic, body: AlarmsBody, *, is_snapshot: bool) -> None:
        """Take in a topic's snapshot or its changes."""
        held = self._of_topic.setdefault(topic, set())
        if is_snapshot:
            for alarm_id in held - {alarm.id for alarm in body.alarms}:
                self._forget(alarm_id)
            held.clear()
        for alarm in body.alarms:
            if _is_at_rest(alarm):
                held.discard(alarm.id)
                self._forget(alarm.id)
            else:
                held.add(alarm.id)
                self._by_id[alarm.id] = alarm
                self._of_asset.setdefault(alarm.asset_id, set()).add(alarm.id)
        self._is_dirty = True

    def drop(self, topic: Topic) -> None:
        """Forget a topic that is no longer granted."""
        for alarm_id in self._of_topic.pop(topic, set()):
            self._forget(alarm_id)
        self._is_dirty = True

    def flush(self) -> None:
        """Tell that alarms changed, once."""
        if self._is_dirty:
            self._is_dirty = False
            self.changed_since_tick.emit()

    def _forget(self, alarm_id: int) -> None:
        alarm = self._by_id.pop(alarm_id, None)
        if alarm is None:
            return
        of_asset = self._of_asset.get(alarm.asset_id, set())
        of_asset.discard(alarm_id)
        if not of_asset:
            self._of_asset.pop(alarm.asset_id, None)


def _is_at_rest(alarm: Alarm) -> bool:
    return alarm.shown is ShownState.A_NORM and alarm.annunciation is Annunciation.NORM
