"""Nothing that was promised is lost, nothing is sent twice knowingly, and a channel that is down says so."""

import datetime as dt

import msgspec
import pytest

from backend.ports import JournalQuery, StorageError, Unit
from backend.services.alarms.routing.carriers.carrier import Letter, Result, Tried
from backend.services.alarms.routing.outbox import MOST_TRIES
from backend.services.said import Said
from backend.storage.memory import MemoryStorage
from contract.alarm_routing import Address, ChannelState, RosterException, Step
from contract.journal import EntryKind
from tests.backend.services.alarms.routing.room import MAIL, ROSTER, SEATS, Room, contact

AFTER_A_MINUTE = (Step(targets=(ROSTER,), after_s=60.0), Step(targets=(SEATS,), after_s=600.0))
DOWN = Tried(Result.DOWN, Said("not reached"))


class KilledWhileSending:
    """The backend dies between the server's thanks and our note of it."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def send(self, letter: Letter) -> Tried:
        self.letters.append(letter)
        raise SystemError("killed")


async def test_a_promise_and_the_step_it_belongs_to_are_kept_together_or_not_at_all(room: Room) -> None:
    await room.set_up(steps=AFTER_A_MINUTE)
    room.raise_alarm()
    await room.routing.look()
    room.clock.pass_time(60)
    assert isinstance(room.storage, MemoryStorage)
    room.storage.fail_next = "disk full"
    await room.routing.look()
    assert (room.seen().escalation_level, await room.kept(), await room.log()) == (0, 0, [])
    await room.routing.look()
    assert (room.seen().escalation_level, await room.kept(), await room.log()) == (1, 1, ["promised anna"])
    assert len(await room.storage.records("alarm_escalation")) == 1


async def test_what_was_promised_before_a_kill_is_sent_after_it_once(room: Room) -> None:
    await room.set_up(steps=AFTER_A_MINUTE)
    room.raise_alarm()
    await room.routing.look()
    room.clock.pass_time(60)
    await room.routing.look()
    await room.restart()
    assert room.seen().escalation_level == 1
    await room.pass_time(300)
    assert room.mails() == ["anna"]
    await room.restart()
    await room.pass_time(120)
    assert room.mails() == ["anna"]
    await room.pass_time(300)
    assert room.seen().rings == 1  # ten minutes after the first step, whatever happened between


async def test_what_was_being_sent_at_a_kill_is_sent_again_under_the_same_key_and_said_so(room: Room) -> None:
    await room.set_up(steps=AFTER_A_MINUTE)
    killed = KilledWhileSending()
    room.ways[MAIL] = killed  # type: ignore[assignment]
    room.raise_alarm()
    await room.pass_time(60)
    fresh = Room(room.storage, room.clock)
    fresh.alarms = room.alarms
    await fresh.start()
    await fresh.pass_time(30)
    assert [letter.key for letter in fresh.ways[MAIL].letters] == [killed.letters[0].key]
    assert (await fresh.log())[-2:] == ["unknown anna", "delivered anna"]
    await fresh.routing.close()


async def test_alarms_that_stood_before_a_kill_are_not_waited_for_anew(room: Room) -> None:
    await room.set_up(steps=(Step(targets=(ROSTER,), after_s=600.0),))
    room.raise_alarm()
    await room.pass_time(500)
    room.clock.pass_time(30)
    await room.restart()
    await room.pass_time(90)
    assert room.mails() == ["anna"]


async def test_tries_are_spaced_out_and_end(room: Room) -> None:
    await room.set_up(steps=(Step(targets=(ROSTER,), after_s=60.0),))
    room.ways[MAIL].usual = Tried(Result.LATER, Said("greylisted (451)"))
    room.raise_alarm()
    await room.pass_time(2 * 3600, step=5)
    log = await room.log()
    assert len(room.ways[MAIL].letters) == MOST_TRIES
    assert log.count("failed anna") == MOST_TRIES - 1
    assert log[-1] == "given_up anna"
    assert await room.kept() == 0
    assert room.routing.escalations.nobody_reached


async def test_a_dead_channel_is_left_alone_tells_so_and_everything_goes_once_it_is_back(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, bool] = {}
    monkeypatch.setattr(room.routing.call_out, "tell", told.update)
    await room.set_up(contact("anna", most_an_hour=100), steps=(Step(targets=(ROSTER,), after_s=60.0),))
    room.ways[MAIL].usual = DOWN
    for id_ in range(1, 21):
        room.raise_alarm(id_)
    await room.pass_time(600, step=5)
    assert len(room.ways[MAIL].letters) < 12
    assert told.pop("mail_down") is True
    channel = room.routing.channels()[0]
    assert (channel.state, channel.trouble, channel.waiting) == (ChannelState.DOWN, "not reached", 20)
    room.ways[MAIL].usual = Tried(Result.DELIVERED)
    await room.pass_time(400, step=5)
    assert told.pop("mail_down") is False
    assert (await room.log()).count("delivered anna") == 20
    assert room.routing.channels()[0].waiting == 0


async def test_what_became_of_a_message_is_written_once_storage_takes_it_and_it_is_not_sent_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.services.alarms.routing.outbox._KEEP_AGAIN_S", 0.01)
    await room.set_up(steps=(Step(targets=(ROSTER,), after_s=60.0),))
    room.raise_alarm()
    await room.routing.look()
    room.clock.pass_time(60)
    await room.routing.look()
    real, failures = room.storage.commit, 3

    async def failing(unit: Unit) -> object:
        nonlocal failures
        is_outcome = any(entry.payload.get("outcome") == "delivered" for entry in unit.entries)
        if is_outcome and failures:
            failures -= 1
            raise StorageError("disk full")
        return await real(unit)

    monkeypatch.setattr(room.storage, "commit", failing)
    room.routing.outbox.look()
    room.routing.outbox.look()
    await room.routing.outbox.settle()
    assert (failures, room.mails(), await room.kept()) == (0, ["anna"], 0)


async def test_the_log_keeps_the_address_where_it_can_be_erased(room: Room) -> None:
    await room.set_up(steps=(Step(targets=(ROSTER,), after_s=60.0),))
    room.raise_alarm()
    await room.pass_time(60)
    entries = await room.storage.journal(JournalQuery(kinds=(EntryKind.NOTICE,)))
    assert {"promised", "delivered"} <= {entry.payload["outcome"] for entry in entries}
    for entry in entries:
        assert "@" not in str(entry.payload)
    assert await room.storage.personal_of(entries[0].seq) == {"to": "anna@example.org"}


async def test_a_gap_in_the_roster_is_told_a_week_before(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, bool] = {}
    monkeypatch.setattr(room.routing.call_out, "tell", told.update)
    await room.set_up(steps=AFTER_A_MINUTE)
    await room.pass_time()
    assert told.pop("roster_gap") is False
    book = room.routing.book.people
    shift = msgspec.structs.replace(book.rosters[0].shifts[0], weekdays=(0, 1, 2, 3, 4))
    week = msgspec.structs.replace(book.rosters[0], shifts=(shift,))
    book = await room.routing.book.save_people(msgspec.structs.replace(book, rosters=(week,)), by="admin")
    await room.pass_time(61)
    assert told.pop("roster_gap") is True
    weekend = RosterException(
        since=dt.datetime(2026, 3, 6, 12, tzinfo=dt.UTC),
        until=dt.datetime(2026, 3, 20, tzinfo=dt.UTC),
        contacts=("anna",),
    )
    filled = msgspec.structs.replace(week, exceptions=(weekend,))
    await room.routing.book.save_people(msgspec.structs.replace(book, rosters=(filled,)), by="admin")
    await room.pass_time(61)
    assert told.pop("roster_gap") is False


async def test_an_address_that_was_taken_from_somebody_is_not_used_any_more(room: Room) -> None:
    await room.set_up(contact("anna"), steps=(Step(targets=(ROSTER,), after_s=60.0),))
    room.ways[MAIL].answers = [Tried(Result.LATER, Said("greylisted"))]
    room.raise_alarm()
    await room.pass_time(60)
    book = room.routing.book.people
    moved = msgspec.structs.replace(book.contacts[0], addresses=(Address(channel=MAIL, to="new@example.org"),))
    await room.routing.book.save_people(msgspec.structs.replace(book, contacts=(moved,)), by="admin")
    await room.pass_time(60)
    assert room.mails() == ["anna", "new"]
