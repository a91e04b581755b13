"""A street sweeper drove, lamps were dimmed, the backend was restarted: the console replays what was, and no more."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from backend.bootstrap import Backend, BackendOptions
from backend_client.session import Session
from console.kit.task_bag import TaskBag
from console.shell.requests import Requests
from console.store.replay import ReplayStore
from console.store.states import MoveColumns, UInt32s
from contract.api import JournalPage
from contract.assets import Asset
from contract.journal import EntryKind
from contract.points import Reading
from contract.stream import Visual
from tests.eventually import eventually
from widgets.frame_clock import FrameClock

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]
SWEEPER, LAMP, CABINET = 1, 2, 3
Truth = list[tuple[float, float, int]]  # when, lon, level


def _equipment() -> Sequence[Asset]:
    return (
        Asset(id=SWEEPER, code="VEH-1", class_="vehicle", lon=5.0, lat=47.3, commune="21231", service="fleet"),
        Asset(id=LAMP, code="PL-1", class_="streetlight", lon=5.0, lat=47.3, commune="21231", service="lighting"),
        Asset(id=CABINET, code="ARM-1", class_="lighting_cabinet", lon=5, lat=47.3, commune="21231"),
    )


async def _drive(backend: Backend, lon: float, seconds: float, truth: Truth) -> float:
    """Four times a second the sweeper is a little further and the lamp a little brighter."""
    ends = backend.clock.now().timestamp() + seconds
    while (now := backend.clock.now().timestamp()) < ends:
        level = len(truth) % 100
        readings = [
            Reading(SWEEPER, "lon", lon),
            Reading(SWEEPER, "lat", 47.3),
            Reading(SWEEPER, "heading_deg", 90.0),
            Reading(LAMP, "level_percent", float(level)),
        ]
        backend.alarms.points_changed(backend.live.apply(readings))
        truth.append((now * 1000, lon, level))
        lon += 0.0005
        await asyncio.sleep(0.25)
    return lon


def _between(truth: Truth, at_ms: float, column: int, glides_ms: float = 0.0) -> tuple[float, float]:
    """What was true from a window before a moment until it, or until what it glides to was said."""
    earlier = [row[0] for row in truth if row[0] <= at_ms - 2_500]  # what was said last is true until more is said
    later = [row[0] for row in truth if row[0] > at_ms][:1] if glides_ms else []
    first, last = max(earlier, default=0.0), max([at_ms + 50 + glides_ms, *later])
    values = [row[column] for row in truth if first <= row[0] <= last]
    return min(values), max(values)


async def test_what_was_is_replayed_and_what_nobody_recorded_is_unknown(qapp: QApplication, tmp_path: Path) -> None:
    assert qapp is not None
    truth: Truth = []
    first = Backend(BackendOptions(data_dir=tmp_path / "data"))
    await first.start()
    password = first.first_password
    assert password is not None
    await first.register.apply(list(_equipment()), "system", note="a street")
    lon = await _drive(first, 5.0, 4.0, truth)
    first.alarms.points_changed(first.live.apply([Reading(CABINET, "supplyLoss", True)]))
    await first.alarms.settle()
    lon = await _drive(first, lon, 3.0, truth)
    await first.close()
    stopped = first.clock.now().timestamp() * 1000
    second = Backend(BackendOptions(data_dir=tmp_path / "data"))
    await second.start()
    session, tasks, clock = Session(second.url), TaskBag("replay"), FrameClock()
    try:
        await _drive(second, lon, 3.0, truth)
        await session.login("admin", password)
        store = ReplayStore(Requests(session, lambda: None), tasks, clock, _ids)
        places: dict[int, float] = {}

        def moved(moves: MoveColumns) -> None:
            places.update(zip(moves.ids.tolist(), moves.lon.tolist(), strict=True))

        store.moved_since_tick.connect(moved)
        store.begin()
        await eventually(lambda: store.is_in_charge and not store.is_loading, "the past is shown", 10)
        assert store.span is not None
        [gap] = store.span.gaps
        assert gap.since_ms <= stopped
        for back_ms in (400, 1_300, 2_700, 3_400):
            at = gap.since_ms - back_ms
            store.seek(at)
            await eventually(lambda: not store.is_loading, "it is loaded", 10)
            low, high = _between(truth, at, 1, glides_ms=1_000)  # between two records a second apart
            assert low - 1e-6 <= places[SWEEPER] <= high + 1e-6
            low, high = _between(truth, at, 2)
            assert low <= (store.level_of(LAMP) or 0) <= high
            assert store.visual_of(LAMP) is Visual.NORMAL
        store.seek((gap.since_ms + gap.until_ms) / 2)
        await eventually(lambda: not store.is_loading, "the gap is loaded", 10)
        assert store.gap == gap
        assert {store.visual_of(asset_id) for asset_id in (SWEEPER, LAMP, CABINET)} == {Visual.UNKNOWN}
        store.seek(store.span.first_ms or 0)
        await eventually(lambda: not store.is_loading, "the beginning is loaded", 10)
        store.jump(is_back=False)
        await eventually(lambda: store.visual_of(CABINET) >= Visual.ALARM_P4, "the alarm is reached", 10)
        page = await session.get("/journal", JournalPage, {"kinds": "viewing"})
        [entry] = [entry for entry in page.items if entry.kind is EntryKind.VIEWING]
        assert (entry.actor, entry.payload["act"]) == ("admin", "replayed")
        store.end()
    finally:
        await tasks.close()
        clock.close()
        await session.close()
        await second.close()


def _ids() -> UInt32s:
    return np.array([SWEEPER, LAMP, CABINET], np.uint32)
