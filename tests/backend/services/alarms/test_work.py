"""Comments and who takes care of an alarm: kept over a restart, gone with the alarm, kept in the journal."""

import datetime as dt

import pytest

from backend.ports import StorageError
from backend.storage.memory import MemoryStorage
from contract.alarm_work import AlarmAct, PresenceRequest
from contract.handover import HandoverRequest
from contract.journal import EntryKind
from contract.rights import Grant, Level, Scope, User
from tests.backend.services.alarms.acting import bulk, door_opens, door_shuts, everybody, everything, lamps_fail
from tests.backend.services.rig import DARK_CABINET, LAMPS, SmallCity


async def test_an_alarm_is_given_to_a_person_and_stays_with_him_over_a_restart(city: SmallCity) -> None:
    alarm = await door_opens(city)
    refused = await city.alarm_services.work.assign([alarm.id], "marc", by="leila", note="on his way")
    assert not refused
    assert city.feed.alarms[-1].assigned_to == "marc"
    await city.restart()
    kept = city.alarms.get(alarm.id)
    assert kept is not None
    assert kept.assigned_to == "marc"
    (line,) = await city.journal(EntryKind.ALARM_WORK)
    assert (line.actor, line.payload["event"], line.payload["user"]) == ("leila", "assign", "marc")
    assert line.payload["note"] == "on his way"


async def test_what_another_holds_is_taken_over_on_purpose_and_he_is_told(city: SmallCity) -> None:
    alarm = await door_opens(city)
    work = city.alarm_services.work
    await work.assign([alarm.id], "marc", by="marc")
    refused = await work.assign([alarm.id], "leila", by="leila")
    assert refused[alarm.id].said.code == "alarm_held"
    assert refused[alarm.id].reason.startswith("marc takes care of it since 22:00")
    assert not await work.take_over([alarm.id], by="leila")
    ((told, conflict),) = city.feed.conflicts
    assert (told, conflict.actor, conflict.act) == ("marc", "leila", AlarmAct.TAKE_OVER)
    assert conflict.alarm.assigned_to == "leila"
    assert not await work.assign([alarm.id], "", by="leila")
    assert city.feed.alarms[-1].assigned_to == ""


async def test_an_alarm_that_is_over_needs_nobody_any_more(city: SmallCity) -> None:
    alarm = await door_opens(city)
    work = city.alarm_services.work
    await work.assign([alarm.id], "marc", by="leila")
    await work.comment({alarm.id: "c1"}, "the crew is there", by="marc")
    await door_shuts(city)
    await city.alarms.acknowledge(alarm.id, alarm.occurrence, by="marc")
    assert city.feed.alarms[-1].assigned_to == ""
    await work.forget_rested()
    assert not await city.storage.records("alarm_care")
    again = await door_opens(city)
    assert (again.assigned_to, again.comment_count) == ("", 0)
    refused = await work.comment({alarm.id: "c1"}, "   ", by="marc")
    assert refused[1][alarm.id].said.code == "comment_empty"


async def test_a_comment_that_is_sent_twice_is_one(city: SmallCity) -> None:
    alarm = await door_opens(city)
    work = city.alarm_services.work
    first, _ = await work.comment({alarm.id: "c1"}, "keys are with the guard", by="leila")
    again, _ = await work.comment({alarm.id: "c1"}, "keys are with the guard", by="leila")
    assert first == again
    assert city.feed.alarms[-1].comment_count == 1
    assert len(await city.journal(EntryKind.ALARM_WORK)) == 1


async def test_many_are_given_and_commented_at_once(city: SmallCity) -> None:
    alarms = await lamps_fail(city, 8)
    acts = city.alarm_services.acts
    given = await acts.bulk(bulk(AlarmAct.ASSIGN, alarms, user="marc"), by="leila", may=everything, allows=everybody)
    assert len(given.done) == 8
    written = await acts.bulk(
        bulk(AlarmAct.COMMENT, alarms, reason="same street"), by="leila", may=everything, allows=everybody
    )
    assert len(written.done) == 8
    assert {(a.assigned_to, a.comment_count) for a in city.shown()} == {("marc", 1)}
    none = await acts.bulk(
        bulk(AlarmAct.ASSIGN, alarms, user="eve"), by="marc", may=everything, allows=lambda user, _: user != "eve"
    )
    assert {item.code for item in none.refused} == {"assignee_right"}


async def test_nobody_is_told_of_what_was_not_kept(city: SmallCity) -> None:
    alarm = await door_opens(city)
    assert isinstance(city.storage, MemoryStorage)
    city.storage.fail_next = "the disk is full"
    with pytest.raises(StorageError):
        await city.alarm_services.work.assign([alarm.id], "marc", by="leila")
    now = city.alarms.get(alarm.id)
    assert now is not None
    assert now.assigned_to == ""


async def test_silence_is_in_the_journal(city: SmallCity) -> None:
    silence = await city.alarm_services.work.silence("Poste 2", 120, 14, by="leila")
    assert silence.until == city.clock.now() + dt.timedelta(seconds=120)
    (line,) = await city.journal(EntryKind.ALARM_WORK)
    assert line.payload == {"event": "silence", "seat": "Poste 2", "seconds": 120, "waiting": 14}


async def test_who_is_away_is_not_available_until_he_is_back_or_logs_in_anew(city: SmallCity) -> None:
    book, identity = city.alarm_services.presence, city.identity
    lighting = Grant(level=Level.OPERATE, scope=Scope(communes=("21231",)))
    user = User(name="leila", person="leila", display_name="Leïla", role="operator", grants=(lighting,))
    await identity.add_user(user, "leila-password", by="system")
    assert book.available("21231", "lighting") == []
    tokens = await identity.login("leila", "leila-password", address="127.0.0.1")
    session = identity.session(tokens.access_token)
    assert session is not None
    assert [item.name for item in book.available("21231", "lighting")] == ["leila"]
    assert book.available("21515", "lighting") == []
    said = await book.say(user, session.id, PresenceRequest(seat="Poste 2", is_away=True, note="pause"))
    assert said is not None
    assert (said.is_available, said.seats, said.note) == (False, ("Poste 2",), "pause")
    assert book.available("21231", "lighting") == []
    assert [line.payload["event"] for line in await city.journal(EntryKind.ALARM_WORK)] == ["away"]
    book.connected_by(set)
    still = await book.say(user, session.id, PresenceRequest(seat="Poste 3"))
    assert still is not None
    assert (still.is_available, still.seats, still.note) == (False, ("Poste 3",), "pause")
    await book.say(user, session.id, PresenceRequest(seat="Poste 2", is_away=False))
    assert book.available("21231", "lighting") == []
    unheard = book.of("leila")
    assert unheard is not None
    assert (unheard.is_available, unheard.is_away) == (False, False)
    book.connected_by(lambda: {"leila"})
    assert [item.name for item in book.available("21231", "lighting")] == ["leila"]
    await book.say(user, session.id, PresenceRequest(is_away=True))
    await identity.logout(tokens.access_token)
    assert book.all() == []
    await identity.login("leila", "leila-password", address="127.0.0.1")
    assert [item.name for item in book.available("21231", "lighting")] == ["leila"]
    identity.close()


async def test_a_handover_of_a_dark_street_is_one_root_with_its_count(city: SmallCity) -> None:
    await city.all_lamps_burn()
    await city.tells(DARK_CABINET, "supplyLoss", True)
    for lamp in LAMPS:
        await city.tells(lamp, "lampFailure", True)
    await city.pass_time(60)
    user = User(name="leila", person="leila", display_name="Leïla", role="operator", grants=())
    request = HandoverRequest(id="h", seat="Poste 2")
    report = await city.alarm_services.drawing.draw(request, user, None, lambda _asset: True)
    assert [item.alarm.kind for item in report.open] == ["supplyLoss"]
    assert report.suppressed_total == len(LAMPS)
    (group,) = report.suppressed
    assert group.count == len(LAMPS)
    assert "ARM-0213" in group.rule
