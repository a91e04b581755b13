"""What of an alarm's past mattered, as the journal tells it: acts of people, escalations; and what did not."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest

from backend.devkit.clock import ManualClock
from backend.ports import Unit
from backend.services.alarms.health.remedies import Remedies
from backend.services.alarms.records import alarm_number
from contract.alarm_health import Proposal, Remedy
from contract.journal import EntryKind, NewEntry
from contract.points import Reading
from tests.backend.api.two_communes import TwoCommunes

KIND = "cabinetDoorOpen"


@pytest.fixture
async def city() -> AsyncIterator[TwoCommunes]:
    made = TwoCommunes()
    await made.start()
    yield made
    await made.close()


async def flickers(city: TwoCommunes, entry: NewEntry | None = None) -> None:
    """The door opens for eight seconds, and five minutes pass; `entry` is written meanwhile."""
    cabinet = city.cabinet().id
    await city.say(Reading(cabinet, KIND, True))
    city.clock.pass_time(4)
    if entry is not None:
        await city.storage.commit(Unit(entries=[entry]))
    city.clock.pass_time(4)
    await city.say(Reading(cabinet, KIND, False))
    city.clock.pass_time(900)
    await city.alarms.settle()


async def on_delay(city: TwoCommunes) -> Proposal:
    remedies: Remedies = city.alarm_services.remedies
    assert isinstance(city.clock, ManualClock)
    today = city.clock.now().date()
    key = (city.cabinet().id, KIND)
    found = await remedies.proposals(alarm_number(*key), key, today - dt.timedelta(days=1), today)
    return next(item for item in found.items if item.setting.remedy is Remedy.ON_DELAY)


async def test_what_people_did_about_it_and_what_was_escalated_mattered(city: TwoCommunes) -> None:
    cabinet = city.cabinet().id
    alarm = alarm_number(cabinet, KIND)

    def line(kind: EntryKind, actor: str, **payload: object) -> NewEntry:
        return NewEntry(kind=kind, actor=actor, asset_id=cabinet, payload=payload)

    await flickers(city)
    no_acts = (
        line(EntryKind.COMMAND, "system"),
        line(EntryKind.ALARM_WORK, "anne", event="comment", alarm_kind="supplyLoss"),
        line(EntryKind.ALARM_WORK, "anne", event="silence", alarm_kind=KIND),
        line(EntryKind.NOTICE, "system", alarm=alarm, level=1),
        line(EntryKind.NOTICE, "system", alarm=alarm + 1, level=2),
    )
    for entry in no_acts:
        await flickers(city, entry)
    plain = await on_delay(city)
    assert (plain.test.came, plain.test.removed, plain.test.hidden, plain.test.mattered) == (6, 6, 0, 0)
    acts = (
        line(EntryKind.COMMAND, "anne"),
        line(EntryKind.CLAIM_PLACED, "anne"),
        line(EntryKind.ALARM_WORK, "anne", event="comment", alarm_kind=KIND),
        line(EntryKind.ALARM_WORK, "anne", event="take_over", alarm_kind=KIND),
        line(EntryKind.NOTICE, "system", alarm=alarm, level=2),
    )
    for entry in acts:
        await flickers(city, entry)
    told = await on_delay(city)
    assert (told.test.came, told.test.removed, told.test.hidden, told.test.mattered) == (11, 11, 5, 5)
    assert not told.is_best
