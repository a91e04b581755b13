"""F57: while the audit's checkpoints are in one place only the city is run on, and acts of two persons wait."""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.devkit.clock import ManualClock
from backend.ports import Unit
from backend.services.alarms.records import alarm_number
from backend.services.approvals import ApprovalRefused, Approvals
from backend.services.audit_copy import CLASS, AuditCopy
from backend.storage.checkpoint_copy import NAME, CheckpointCopy, CopyDiffers
from backend.storage.opening import create_storage
from contract.api import ApprovalRequest
from contract.journal import EntryKind, NewEntry
from contract.rights import User
from tests.backend.services.rig import SmallCity

ACT = "open_barrier"
PEOPLE = {
    name: User(name=name, person=person, display_name=name, role="operator", grants=())
    for name, person in (("leila", "Leila"), ("leila2", " leila "), ("marc", "Marc"), ("eve", "Eve"))
}


@pytest.fixture
async def city() -> AsyncIterator[SmallCity]:
    """A city whose devices do what the test says."""
    small = SmallCity()
    await small.start()
    yield small
    await small.stop()


async def test_f57_without_its_copy_the_city_is_run_on_and_two_persons_wait(city: SmallCity, tmp_path: Path) -> None:
    own, place = tmp_path / "own", tmp_path / "elsewhere"
    own.mkdir()
    place.mkdir()
    watch = AuditCopy(city.storage, city.register, CheckpointCopy(own, place).bring_up_to_date, CopyDiffers)
    watch.asset.report_by(city.intake.own_sink)
    approvals = Approvals(city.storage, city.clock, PEOPLE.get, lambda: watch.blocks)
    try:
        await sealed(own, city.clock)
        await watch.look()
        assert copy_of(place) == copy_of(own)
        asked = await approvals.request(ApprovalRequest(act=ACT, payload={}, reason="drill"), by=PEOPLE["leila"])
        shutil.move(place, tmp_path / "gone")
        await watch.look()
        await city.settle()
        assert "cannot be reached" in watch.trouble
        alarm = next(alarm for alarm in city.shown() if alarm.kind == "copy_unreachable")
        assert (alarm.priority, alarm.class_) == (2, CLASS)
        for act in (
            approvals.approve(asked.id, by=PEOPLE["marc"]),
            approvals.request(ApprovalRequest(act=ACT, payload={}, reason="drill"), by=PEOPLE["eve"]),
            approvals.use(asked.id, ACT, {}, by=PEOPLE["leila"]),
        ):
            with pytest.raises(ApprovalRefused) as refused:
                await act
            assert refused.value.reason == "copy_away"
        await city.alarms.acknowledge(alarm.id, alarm.occurrence, by="leila")  # the city is run on
        await sealed(own, city.clock)
        place.mkdir()  # a mount point without its mount is no copy
        await watch.look()
        assert waits(watch)
        place.rmdir()
        shutil.move(tmp_path / "gone", place)
        await watch.look()
        await city.settle()
        assert not waits(watch)
        assert copy_of(place) == copy_of(own)
        assert copy_of(own).count(b"\n") == 2
        now = city.alarms.get(alarm_number(alarm.asset_id, "copy_unreachable"))
        assert now is not None
        assert not now.is_active
        await approvals.approve(asked.id, by=PEOPLE["marc"])
        told = [entry.payload["event"] for entry in await city.journal(EntryKind.SYSTEM)]
        assert [event for event in told if str(event).startswith("audit_copy")] == [
            "audit_copy_unreachable",
            "audit_copy_back",
        ]
    finally:
        await watch.close()


async def test_f57_a_copy_that_differs_is_told_and_never_overwritten(city: SmallCity, tmp_path: Path) -> None:
    own, place = tmp_path / "own", tmp_path / "elsewhere"
    own.mkdir()
    place.mkdir()
    (own / NAME).write_bytes(b"one\ntwo\n")
    watch = AuditCopy(city.storage, city.register, CheckpointCopy(own, place).bring_up_to_date, CopyDiffers)
    try:
        await watch.look()
        assert not waits(watch)
        (own / NAME).write_bytes(b"one\nTWO\nthree\nin the mak")
        await watch.look()
        assert "was changed" in watch.trouble
        assert copy_of(place) == b"one\ntwo\n"
        (own / NAME).write_bytes(b"one\n")
        await watch.look()
        assert "was changed" in watch.trouble
        (own / NAME).write_bytes(b"one\ntwo\nthree\nin the mak")
        await watch.look()
        assert not waits(watch)
        assert copy_of(place) == b"one\ntwo\nthree\n"
    finally:
        await watch.close()


async def test_f57_a_place_that_hangs_is_as_good_as_gone(city: SmallCity) -> None:
    answers = threading.Event()

    def hangs() -> int:
        answers.wait(10)
        return 0

    watch = AuditCopy(city.storage, city.register, hangs, CopyDiffers, patience_s=0.05)
    try:
        await watch.look()
        assert waits(watch)
        answers.set()
        await asyncio.sleep(0.05)
        await watch.look()
        assert not waits(watch)
    finally:
        answers.set()
        await watch.close()


async def sealed(folder: Path, clock: ManualClock) -> None:
    """A backend that ran there has signed a checkpoint."""
    storage = create_storage(None, folder, folder / "secrets", clock, ballast_bytes=0)
    await storage.open()
    await storage.commit(Unit(entries=[NewEntry(kind=EntryKind.NOTE, actor="leila", payload={})]))
    await storage.close()


def copy_of(folder: Path) -> bytes:
    return (folder / NAME).read_bytes()


def waits(watch: AuditCopy) -> bool:
    """Whether acts of two persons do."""
    return watch.blocks
