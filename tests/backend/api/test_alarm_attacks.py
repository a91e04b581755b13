"""Attacks on the routes of alarms: numbers no database holds, texts without end, what other communes would show."""

import uuid
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from backend.ports import JournalQuery, StorageError, Unit
from backend.services.alarms.records import alarm_number
from backend.services.said import say
from backend_client.errors import Refused
from contract.alarm_work import LONGEST_COMMENT, AlarmHistoryPage
from contract.alarms import Alarm
from contract.api import AcknowledgeRequest
from contract.handover import Handover, HandoverRequest, SignRequest
from contract.journal import EntryKind, JournalEntry
from contract.points import Reading
from contract.rights import Grant, Level, Scope
from contract.supply import Learning, ProposalAnswer
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, QUETIGNY, TwoCommunes

DIJON_ONLY = (Grant(level=Level.MANAGE, scope=Scope(communes=(DIJON,))),)
DOOR = "cabinetDoorOpen"


async def door_opens(city: TwoCommunes, commune: str = DIJON) -> Alarm:
    cabinet = city.cabinet(commune)
    await city.say(Reading(cabinet.id, DOOR, True))
    city.clock.pass_time(10)
    await city.alarms.settle()
    found = city.alarms.get(alarm_number(cabinet.id, DOOR))
    assert found is not None
    return found


@pytest.mark.parametrize("number", [2**63, 10**30, -(10**30), -1])
async def test_the_history_of_an_alarm_whose_number_no_database_holds_is_empty(
    served: ServedCity, city: TwoCommunes, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    await city.account("leila")
    leila = await served.login("leila")
    journal = city.storage.journal

    async def as_sqlite_does(query: JournalQuery) -> Sequence[JournalEntry]:
        if query.asset_id is not None and not -(2**63) <= query.asset_id < 2**63:
            raise OverflowError(query.asset_id)
        return await journal(query)

    monkeypatch.setattr(city.storage, "journal", as_sqlite_does)
    assert await leila.get("/alarm-history", AlarmHistoryPage, {"alarm_id": number}) == AlarmHistoryPage(
        items=(), next=None
    )


async def test_what_is_said_at_an_acknowledgement_has_an_end(served: ServedCity, city: TwoCommunes) -> None:
    alarm = await door_opens(city)
    await city.account("leila")
    leila = await served.login("leila")
    path = f"/alarms/{alarm.id}/acknowledge"
    for occurrence in (alarm.occurrence, alarm.occurrence + 7):
        with pytest.raises(Refused) as refused:
            await leila.post_for(
                path, AcknowledgeRequest(occurrence=occurrence, comment="x" * (LONGEST_COMMENT + 1)), Alarm
            )
        assert refused.value.problem.status == 400
    assert len(await city.journal(EntryKind.ALARM)) == 1


async def test_a_handover_does_not_show_the_card_of_a_feeder_in_another_commune(
    served: ServedCity, city: TwoCommunes
) -> None:
    lamp, feeder = city.lamps(DIJON)[0], city.cabinet(QUETIGNY)
    await city.register.apply([replace(lamp, supply_parent=feeder.id)], "system", note="fed from over there")
    await city.say(Reading(feeder.id, "supplyLoss", True))
    city.clock.pass_time(10)
    await city.alarms.settle()
    await city.say(Reading(lamp.id, "lampFailure", True))
    for _ in range(10):
        city.clock.pass_time(10)
        await city.alarms.settle()
    (folded,) = [alarm for alarm in city.alarms.of_asset(lamp.id) if alarm.folded_into is not None]
    assert folded.folded_into == alarm_number(feeder.id, "supplyLoss")
    await city.account("leila", DIJON_ONLY)
    leila = await served.login("leila")
    drawn = await leila.post_for("/handovers", HandoverRequest(id=str(uuid.uuid4()), seat="Dijon"), Handover)
    (group,) = drawn.report.suppressed
    assert (group.count, group.root) == (1, None)


async def test_the_second_signature_and_the_passing_of_alarms_are_kept_together_or_not_at_all(
    served: ServedCity, city: TwoCommunes, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarm = await door_opens(city)
    await city.account("leila")
    await city.account("marc")
    leila, marc = await served.login("leila"), await served.login("marc")
    await leila.post_for(f"/alarms/{alarm.id}/take-over", None, Alarm)
    request = HandoverRequest(id=str(uuid.uuid4()), seat="Dijon", passes_alarms=True)
    drawn = await leila.post_for("/handovers", request, Handover)
    path, signed = f"/handovers/{drawn.report.id}/sign", SignRequest(hash=drawn.hash)
    await leila.post_for(path, signed, Handover)
    commit = city.storage.commit

    async def dies_as_alarms_are_passed(unit: Unit) -> Sequence[JournalEntry]:
        if any(entry.kind is EntryKind.ALARM_WORK for entry in unit.entries):
            raise StorageError("the power is off")
        return await commit(unit)

    monkeypatch.setattr(city.storage, "commit", dies_as_alarms_are_passed)
    with pytest.raises(Refused):
        await marc.post_for(path, signed, Handover)
    monkeypatch.undo()
    assert len(await city.journal(EntryKind.HANDOVER)) == 1
    await marc.post_for(path, signed, Handover)
    passed = city.alarms.get(alarm.id)
    assert passed is not None
    assert passed.assigned_to == "marc"
    assert len(await city.journal(EntryKind.HANDOVER)) == 2


async def test_why_proposals_of_links_are_rejected_has_an_end(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("leila")
    leila = await served.login("leila")
    with pytest.raises(Refused) as refused:
        await leila.post_for("/supply/proposals/reject", ProposalAnswer(picks=(), reason="x" * 1_000_000), Learning)
    assert (refused.value.problem.status, refused.value.problem.detail) == (422, say("supply_reason", count=500).text)
