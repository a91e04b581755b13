"""What the alarm bar asks at each tick is right however alarms come, change and go."""

import datetime as dt
import random

import pytest
from PySide6.QtWidgets import QApplication

from console.store.alarm_order import urgency, wants_acknowledgement
from console.store.alarms import AlarmStore
from contract.alarms import Alarm, Annunciation, Priority, ShownState
from contract.stream import AlarmsBody, Topic, TopicKind
from tests.ear import Ear

NOW = dt.datetime(2026, 1, 15, 2, 0, tzinfo=dt.UTC)
TOPIC = Topic(TopicKind.ALARMS, "21231", "streetlight")
STATES = (
    (ShownState.A_NORM, Annunciation.NORM),
    (ShownState.B_UNACK, Annunciation.UNACK),
    (ShownState.C_ACKED, Annunciation.ACKED),
    (ShownState.E_SHLVD, Annunciation.UNACK),
)


def _alarm(dice: random.Random) -> Alarm:
    shown, annunciation = dice.choice(STATES)
    return Alarm(
        id=dice.randint(1, 30),
        asset_id=dice.randint(1, 8),
        kind="lampFailure",
        priority=Priority(dice.randint(1, 4)),
        shown=shown,
        annunciation=annunciation,
        is_active=True,
        raised_at=dice.choice((None, NOW - dt.timedelta(seconds=dice.randint(0, 40)))),
    )


@pytest.mark.parametrize("seed", range(4))
def test_counts_and_the_most_urgent_are_what_counting_anew_gives(seed: int, qapp: QApplication) -> None:
    assert qapp is not None
    dice, store = random.Random(seed), AlarmStore()
    for turn in range(200):
        if turn % 60 == 59:
            store.drop(TOPIC)
        body = AlarmsBody(tuple({alarm.id: alarm for alarm in (_alarm(dice) for _ in range(3))}.values()))
        store.apply(TOPIC, body, is_snapshot=turn % 40 == 39)
        waiting = [alarm for alarm in store.standing() if wants_acknowledgement(alarm)]
        counts = {priority: sum(alarm.priority is priority for alarm in waiting) for priority in Priority}
        assert store.unacknowledged_counts() == counts
        most = store.most_urgent()
        assert (None if most is None else urgency(most)) == (urgency(min(waiting, key=urgency)) if waiting else None)


def test_what_changed_is_told_once_a_tick_with_what_left(qapp: QApplication) -> None:
    assert qapp is not None
    store, told = AlarmStore(), Ear()
    store.ids_changed.connect(told)
    dice = random.Random(1)
    alarms = {alarm.id: alarm for alarm in (_alarm(dice) for _ in range(40)) if alarm.shown is not ShownState.A_NORM}
    store.apply(TOPIC, AlarmsBody(tuple(alarms.values())), is_snapshot=True)
    store.flush()
    store.flush()
    store.drop(TOPIC)
    store.flush()
    assert told.heard == [(frozenset(alarms),), (frozenset(alarms),)]
    assert store.most_urgent() is None
