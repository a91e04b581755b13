"""Everyone who should be told is told once, nobody who cannot be; there is always a last resort."""

import datetime as dt

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given, settings

from backend.domain.alarms.routing import (
    LAST_RESORT,
    begin,
    can_be_told,
    delay_s,
    is_held,
    last_resort,
    may_send,
    respond_s,
    retry_s,
    rule_for,
    tell,
    waits_for_somebody,
)
from contract.alarm_routing import Address, Contact, QuietHours, RoutingPlan, RoutingRule, Step, Target, TargetKind
from contract.alarms import Alarm, Annunciation, Priority, ShownState

AT = dt.datetime(2026, 3, 3, 2, 0, tzinfo=dt.UTC)  # three in the morning in Dijon
ALARM = Alarm(
    id=7,
    asset_id=1,
    kind="supply_lost",
    priority=Priority.P2,
    shown=ShownState.B_UNACK,
    annunciation=Annunciation.UNACK,
    is_active=True,
    occurrence=1,
    commune="21231",
    class_="lighting_cabinet",
)


def contact(id_: str, **fields: object) -> Contact:
    return msgspec.structs.replace(
        Contact(id=id_, name=id_.title(), addresses=(Address(channel="mail", to=f"{id_}@example.org"),)), **fields
    )


def test_only_what_waits_for_somebody_calls_anybody() -> None:
    assert waits_for_somebody(ALARM)
    for change in (
        {"annunciation": Annunciation.ACKED},
        {"annunciation": Annunciation.RTNUN},
        {"is_shelved": True},
        {"is_suppressed": True},
        {"is_out_of_service": True},
        {"folded_into": 9},
    ):
        assert not waits_for_somebody(msgspec.structs.replace(ALARM, **change))
    assert waits_for_somebody(msgspec.structs.replace(ALARM, annunciation=Annunciation.LTCH_U, is_active=False))


def test_the_first_rule_that_fits_holds() -> None:
    lighting = RoutingRule(id="a", name="a", services=("lighting",))
    quetigny = RoutingRule(id="b", name="b", communes=("21515",))
    night = RoutingRule(id="c", name="c", from_minute=22 * 60, to_minute=6 * 60, lowest_priority=Priority.P4)
    off = RoutingRule(id="d", name="d", is_active=False)
    rules = (off, quetigny, night, lighting)
    assert rule_for(rules, ALARM, "lighting", AT) == night
    assert rule_for(rules, ALARM, "lighting", AT + dt.timedelta(hours=8)) == lighting
    assert rule_for(rules, ALARM, "traffic", AT + dt.timedelta(hours=8)) is None
    p3 = msgspec.structs.replace(ALARM, priority=Priority.P3)
    assert rule_for((lighting,), p3, "lighting", AT) is None


def test_the_sheet_says_the_time_to_respond_and_else_the_priority() -> None:
    plan = RoutingPlan(respond_s={"2": 300.0})
    assert respond_s(plan, ALARM, 90.0) == 90.0
    assert respond_s(plan, ALARM, None) == 300.0
    assert respond_s(RoutingPlan(), ALARM, None) == 600.0
    rule = RoutingRule(id="a", name="a", steps=(Step(targets=()), Step(targets=(), after_s=30.0)))
    assert [delay_s(rule, level, 600.0) for level in range(3)] == [600.0, 30.0, 600.0]
    assert begin(ALARM, rule, AT, 600.0, is_staffed=True).next_at == AT + dt.timedelta(seconds=600)
    assert begin(ALARM, rule, AT, 600.0, is_staffed=False).next_at == AT


def test_who_sleeps_is_spared_what_can_wait_and_no_more() -> None:
    sleeper = contact("anna", quiet=(QuietHours(from_minute=22 * 60, to_minute=7 * 60),))
    assert is_held(sleeper, Priority.P3, (), AT)
    assert not is_held(sleeper, Priority.P2, (), AT)
    assert not is_held(sleeper, Priority.P3, (), AT + dt.timedelta(hours=6))


def test_after_so_many_in_an_hour_the_rest_is_counted_but_the_highest_goes_on() -> None:
    anna = contact("anna", most_an_hour=3)
    sent = [AT - dt.timedelta(minutes=minute) for minute in (1, 5, 59)]
    assert not may_send(anna, Priority.P2, sent, AT)
    assert may_send(anna, Priority.P1, sent, AT)
    assert not may_send(anna, Priority.P1, sent * 4, AT)
    assert may_send(anna, Priority.P2, sent, AT + dt.timedelta(minutes=2))


@pytest.mark.parametrize(("tries", "least", "most"), [(1, 2.5, 7.5), (2, 5, 15), (5, 40, 120), (50, 150, 450)])
def test_the_wait_between_tries_grows_and_is_bounded(tries: int, least: float, most: float) -> None:
    assert retry_s(tries, 0.0) == least
    assert retry_s(tries, 0.999) < most


NAMES = ["anna", "bruno", "chloe", "denis"]
people = st.dictionaries(
    st.sampled_from(NAMES),
    st.tuples(st.booleans(), st.booleans()),
).map(
    lambda found: {
        id_: contact(id_, is_active=active, addresses=(Address(channel="sms", to="1"),) if reached else ())
        for id_, (active, reached) in found.items()
    }
)
targets = st.lists(
    st.one_of(
        st.just(LAST_RESORT),
        st.just(Target(kind=TargetKind.ON_DUTY)),
        st.sampled_from(["days", "nights", "gone"]).map(lambda id_: Target(kind=TargetKind.ROSTER, id=id_)),
        st.sampled_from([*NAMES, "gone"]).map(lambda id_: Target(kind=TargetKind.CONTACT, id=id_)),
    )
)
rosters = st.fixed_dictionaries({name: st.lists(st.sampled_from(NAMES)) for name in ("days", "nights")})


@settings(max_examples=200, deadline=None)
@given(targets, people, rosters, st.sets(st.sampled_from(NAMES)))
def test_everyone_who_should_be_told_is_told_once_and_nobody_who_cannot(
    wanted: list[Target], contacts: dict[str, Contact], rota: dict[str, list[str]], on_duty: set[str]
) -> None:
    told = tell(wanted, contacts, {}, lambda id_: rota.get(id_, []), on_duty)
    should: set[str] = set()
    for target in wanted:
        match target.kind:
            case TargetKind.CONTACT:
                should.add(target.id)
            case TargetKind.ROSTER:
                should |= set(rota.get(target.id, []))
            case TargetKind.ON_DUTY:
                should |= on_duty
            case TargetKind.SEATS:
                assert told.rings
    able = {id_ for id_, one in contacts.items() if can_be_told(one)}
    assert sorted(told.contacts) == sorted(should & able)
    assert len(set(told.contacts)) == len(told.contacts)
    assert bool(told.nobody) == any(
        not (({t.id} if t.kind is TargetKind.CONTACT else set(rota.get(t.id, [])) if t.kind is TargetKind.ROSTER
        else on_duty) & able)
        for t in wanted
        if t.kind is not TargetKind.SEATS
    )  # fmt: skip


@given(targets)
def test_there_is_always_a_last_resort(wanted: list[Target]) -> None:
    resort = last_resort(RoutingPlan(last_resort=tuple(wanted)))
    assert tell(resort, {}, {}, lambda _: (), ()).rings
