"""A seat in a flood: when it begins and ends, and what its banner counts."""

import datetime as dt

from console.store.alarms import AlarmStore
from console.store.flood import FloodFigures, FloodStore, flood_figures
from contract.alarms import Alarm, Annunciation, Priority
from contract.stream import AlarmsBody, Topic, TopicKind
from tests.console.store.alarm_making import AT, alarm
from tests.ear import Ear

_TOPIC = Topic(kind=TopicKind.ALARMS, commune="21231", class_="lighting_cabinet")


class _Seat:
    def __init__(self) -> None:
        self.now = 1000.0
        self.alarms = AlarmStore()
        self.store = FloodStore(self.alarms, lambda: self.server_now, lambda: self.now)
        self.ear = Ear()
        self.store.changed_since_tick.connect(self.ear)

    @property
    def server_now(self) -> dt.datetime:
        return AT + dt.timedelta(seconds=self.now - 1000)

    def is_in_flood(self) -> bool:
        self.store.flush()
        return self.store.is_on

    def sees(self, one: Alarm) -> None:
        self.alarms.apply(_TOPIC, AlarmsBody((one,)), is_snapshot=False)
        self.alarms.flush()


def test_the_eleventh_card_in_ten_minutes_is_a_flood_and_fewer_than_five_end_it() -> None:
    seat = _Seat()
    for number in range(10):
        seat.now += 30
        seat.sees(alarm(number, raised_at=seat.server_now))
    assert not seat.is_in_flood()
    seat.sees(alarm(99, raised_at=seat.server_now))
    assert seat.is_in_flood()
    seat.now += 600 - 30 * 4
    seat.store.flush()
    assert (seat.store.new_cards, seat.store.is_on) == (5, True)
    seat.now += 30
    seat.store.flush()
    assert (seat.store.new_cards, seat.store.is_on) == (4, False)
    assert len(seat.ear.heard) == 2


def test_an_acknowledgement_or_a_return_is_no_new_card() -> None:
    seat = _Seat()
    for annunciation in (Annunciation.UNACK, Annunciation.RTNUN, Annunciation.ACKED):
        for number in range(6):
            seat.sees(alarm(number, annunciation=annunciation))
    seat.store.flush()
    assert seat.store.new_cards == 6
    for occurrence in (2, 3):
        for number in range(6):
            seat.sees(alarm(number, occurrence=occurrence))
    seat.store.flush()
    assert (seat.store.new_cards, seat.store.is_on) == (18, True)


def test_who_logs_in_during_a_flood_is_in_it_and_yesterdays_alarms_are_none() -> None:
    old, new = _Seat(), _Seat()
    for number in range(30):
        old.sees(alarm(number, raised_at=AT - dt.timedelta(hours=8)))
        new.sees(alarm(number, raised_at=AT - dt.timedelta(minutes=9)))
    old.store.flush()
    new.store.flush()
    assert (old.store.is_on, new.store.is_on) == (False, True)
    new.now += 61
    new.store.flush()
    assert not new.store.is_on


def test_the_banner_counts_every_alarm_once_and_each_cause_once() -> None:
    roots = [alarm(number, Priority.P2, folded_count=20) for number in range(22)]
    members = [alarm(100 + number, folded_into=number % 22) for number in range(440)]
    assert flood_figures([*roots, *members]) == FloodFigures(alarms=462, roots=22, hidden=0)
    assert flood_figures(roots) == FloodFigures(alarms=462, roots=22, hidden=0)  # members need not be sent
    strays = [alarm(600 + number, Priority.P4, stray_group="lamp") for number in range(40)]
    assert flood_figures([*roots, *strays]).roots == 23
    assert flood_figures([*roots, *members, *strays]) == FloodFigures(alarms=502, roots=23, hidden=40)


def test_what_is_acknowledged_is_no_cause_any_more_and_neither_is_what_it_explains() -> None:
    root = alarm(1, Priority.P2, folded_count=20, annunciation=Annunciation.ACKED)
    members = [alarm(100 + number, folded_into=1) for number in range(20)]
    assert flood_figures([root, *members]) == FloodFigures(alarms=0, roots=0, hidden=0)
    assert flood_figures([root, *members, alarm(2)]) == FloodFigures(alarms=1, roots=1, hidden=1)


def test_only_p1_and_p2_are_in_the_main_list_and_only_in_a_flood() -> None:
    seat = _Seat()
    assert not seat.store.hides(alarm(1, Priority.P4))
    for number in range(20):
        seat.sees(alarm(number))
    seat.store.flush()
    assert [seat.store.hides(alarm(1, priority)) for priority in Priority] == [False, False, True, True]
