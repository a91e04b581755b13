"""Sealed extractions end when two persons or their time say so: never before, whatever dies or leaps."""

import datetime as dt

import msgspec
import pytest

from backend.devkit.clock import ManualClock
from backend.services.refusals import FootageRefused
from backend.storage.memory import MemoryStorage
from contract.footage import FootageGap, FootageLock, LockRequest
from contract.journal import EntryKind
from contract.media import FootageSealed, MediaCommand, MediaEvent, Purged, ReleaseSeal, SealFootage
from tests.backend.services.footage.rig import CONTINUOUS, FAR, NEAR, START, RecordedCity

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
REQUEST = LockRequest(
    camera_ids=(NEAR, FAR),
    since=START - 2 * HOUR,
    until=START - HOUR,
    reason="accident rue Monge",
    requisition="PV 2026/118",
    expires_at=START + 10 * DAY,
    approval_id="",
)


async def sealed(city: RecordedCity, request: LockRequest = REQUEST) -> FootageLock:
    """As two persons."""
    seal = await city.footage.seals.make(request, by="anne", approved_by="claire")
    await city.look()
    return seal


def state_of(city: RecordedCity, seal: FootageLock) -> str:
    kept = city.footage.seals.get(seal.id)
    assert kept is not None
    return kept.state


def destroyed(seal: FootageLock, left: int = 0) -> Purged:
    return Purged(camera_id=0, reason="seal", until=START, files=1, bytes=1000, left=left, lock_id=seal.id)


async def test_a_period_is_sealed_as_recorded_and_says_who_and_why(city: RecordedCity) -> None:
    seal = await sealed(city)
    (command,) = city.told(SealFootage)
    assert [(part.camera_id, part.label, part.masks) for part in command.parts] == [
        (NEAR, "CAM-001", ()),
        (FAR, "CAM-002", ()),
    ]
    assert state_of(city, seal) == "sealed"
    ordered, done = await city.journal(EntryKind.SEAL)
    assert (ordered.actor, ordered.payload["event"], ordered.payload["approved_by"]) == (
        "anne",
        "seal_ordered",
        "claire",
    )
    assert (done.payload["event"], done.payload["bytes"], done.payload["requisition"]) == (
        "sealed",
        1000,
        "PV 2026/118",
    )


async def test_a_seal_ends_by_itself_at_its_time_with_proof(city: RecordedCity) -> None:
    seal = await sealed(city)
    await city.pass_time((10 * DAY).total_seconds() - 1)
    assert not city.told(ReleaseSeal), "never before"
    await city.pass_time(2)
    assert [command.lock_id for command in city.told(ReleaseSeal)] == [seal.id]
    assert state_of(city, seal) == "releasing"
    city.media.says(destroyed(seal))
    await city.look()
    assert state_of(city, seal) == "released"
    events = [entry.payload["event"] for entry in await city.journal(EntryKind.SEAL)]
    assert events[2:] == ["seal_ended", "seal_released"]
    assert (await city.journal(EntryKind.SEAL))[3].payload["left"] == 0
    await city.pass_time(3600)
    assert not city.told(ReleaseSeal)


async def test_what_could_not_be_destroyed_is_tried_again_and_alarms(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    seal = await sealed(city)
    await city.pass_time((10 * DAY).total_seconds() + 1)
    city.media.says(destroyed(seal, left=1))
    await city.look()
    await city.pass_time(61)
    assert state_of(city, seal) == "releasing"
    assert {"seal_overdue", "purge_incomplete"} <= city.alarm_kinds(city.recorder.id)
    assert len(city.told(ReleaseSeal)) > 1


async def test_a_clock_that_leaps_ahead_ends_no_seal_and_alarms(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    seal = await sealed(city)
    city.clock.jump((400 * DAY).total_seconds())
    await city.pass_time(3600)
    assert state_of(city, seal) == "sealed"
    assert not city.told(ReleaseSeal)
    await city.pass_time(61)
    assert "seal_overdue" in city.alarm_kinds(city.recorder.id), "people look into it"


async def test_a_restart_with_a_clock_that_leapt_ends_no_seal() -> None:
    clock = ManualClock(START)
    storage = MemoryStorage(clock)
    first = RecordedCity(storage, clock)
    await first.start()
    seal = await sealed(first)
    await first.close()
    clock.jump((400 * DAY).total_seconds())
    again = RecordedCity(storage, clock)
    await again.start()
    await again.look()
    assert state_of(again, seal) == "sealed"
    await again.close()


async def test_a_seal_that_ended_while_the_backend_was_away_is_released_when_it_is_back() -> None:
    clock = ManualClock(START)
    storage = MemoryStorage(clock)
    first = RecordedCity(storage, clock)
    await first.start()
    seal = await sealed(first)
    await first.pass_time((9 * DAY).total_seconds())
    await first.close()
    clock.pass_time((2 * DAY).total_seconds())
    again = RecordedCity(storage, clock)
    await again.start()
    await again.look()
    assert [command.lock_id for command in again.told(ReleaseSeal)] == [seal.id]
    await again.close()


async def test_a_seal_that_was_being_made_when_something_died_is_taken_up_again() -> None:
    clock = ManualClock(START)
    storage = MemoryStorage(clock)
    first = RecordedCity(storage, clock)
    await first.start()
    first.media.is_down = True
    seal = await sealed(first)
    assert state_of(first, seal) == "sealing"
    await first.close()
    again = RecordedCity(storage, clock)
    await again.start()
    await again.look()
    assert state_of(again, seal) == "sealed"
    await again.close()


async def test_a_seal_that_fails_alarms_is_tried_again_and_tells_what_is_missing(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    trouble = ["there is no room"]
    gap = FootageGap(since=REQUEST.since, until=REQUEST.until, reason="camera_lost", camera_id=FAR)

    def answer(command: MediaCommand) -> MediaEvent | None:
        if not isinstance(command, SealFootage):
            return None
        return FootageSealed(id=command.id, lock_id=command.lock_id, trouble=trouble[0], missing=(gap,))

    city.media.answer = answer
    seal = await sealed(city)
    await city.look()
    assert state_of(city, seal) == "failed"
    assert "seal_failed" in city.alarm_kinds(city.recorder.id)
    trouble[0] = ""
    await city.pass_time(31)
    await city.look()
    assert state_of(city, seal) == "sealed"
    assert city.alarm_kinds(city.recorder.id) == set()
    kept = city.footage.seals.get(seal.id)
    assert kept is not None
    assert "1 parts" in kept.detail


async def test_two_persons_give_a_seal_up_before_its_end(city: RecordedCity) -> None:
    seal = await sealed(city)
    await city.footage.seals.release(seal.id, by="anne", approved_by="claire", reason="wrong day")
    assert city.told(ReleaseSeal)
    with pytest.raises(FootageRefused):
        await city.footage.seals.release(seal.id, by="anne", approved_by="claire", reason="again")
    city.media.says(destroyed(seal))
    await city.look()
    assert state_of(city, seal) == "released"
    with pytest.raises(FootageRefused):
        await city.footage.seals.release("made up", by="anne", approved_by="claire", reason="x")


async def test_people_are_warned_two_days_before_a_seal_ends(city: RecordedCity) -> None:
    await city.plan(CONTINUOUS)
    await sealed(city)
    await city.pass_time((8 * DAY).total_seconds() - 60)
    assert city.alarm_kinds(city.recorder.id) == set()
    await city.pass_time(120)
    assert city.alarm_kinds(city.recorder.id) == {"seal_expires_soon"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"camera_ids": ()}, "lock_cameras"),
        ({"camera_ids": (NEAR, NEAR)}, "lock_cameras"),
        ({"until": START + HOUR}, "lock_period"),
        ({"since": START - HOUR}, "lock_period"),
        ({"since": START - 60 * DAY}, "lock_period"),
        ({"reason": " "}, "lock_reason"),
        ({"requisition": "two\nlines"}, "lock_reason"),
        ({"expires_at": START}, "lock_expiry"),
        ({"expires_at": START + 3650 * DAY}, "lock_expiry"),
    ],
)
async def test_what_no_two_persons_may_seal(city: RecordedCity, change: dict[str, object], code: str) -> None:
    request = msgspec.convert(msgspec.structs.asdict(REQUEST) | change, LockRequest)
    with pytest.raises(FootageRefused) as refused:
        await city.footage.seals.make(request, by="anne", approved_by="claire")
    assert refused.value.said.code == code
    assert not city.told(SealFootage)
