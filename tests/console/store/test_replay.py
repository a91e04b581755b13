"""The past in the console: what is shown is what was, at once where it is loaded, and never over a gap."""

import asyncio
import datetime as dt
import math
import time
from collections.abc import AsyncIterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from console.kit.errors import BackendSilent, RequestFailed, RequestRefused
from console.kit.task_bag import TaskBag
from console.store.replay import ReplayStore
from console.store.replay_chunk import ReplayChunk
from console.store.states import MoveColumns, StateColumns
from contract.assets import Asset
from contract.replay import PLACES_A_DEGREE, ReplayAlarm, ReplayBatch, ReplayFrames, ReplayGap
from contract.stream import LEVEL_UNKNOWN, Visual
from tools.screenshots.sample_client import SampleClient
from tools.screenshots.sample_replay import SamplePast
from widgets.frame_clock import FrameClock

MINUTE = 60_000


class Hand:
    """A replay, its clock moved by hand, and what it told."""

    def __init__(self) -> None:
        self.now = 100.0
        self.clock = FrameClock(now=lambda: self.now)
        self.tasks = TaskBag("test")
        self.client = SampleClient()
        for number in range(7_000_000, 7_000_012):
            vehicle = Asset(id=number, code=f"VEH-{number}", class_="vehicle", lon=5.04, lat=47.32, commune="21231")
            self.client.assets[number] = vehicle
        assets = self.client.assets.values()
        self.client.past = SamplePast(self.client.now, assets)
        self.ids = np.array([*sorted(asset.id for asset in assets if asset.line is None), 9_999_999], np.uint32)
        self.store = ReplayStore(self.client, self.tasks, self.clock, lambda: self.ids)
        self.states: dict[int, tuple[int, int]] = {}
        self.places: dict[int, tuple[float, float]] = {}
        self.errors: list[RequestFailed] = []
        self.store.changed_since_tick.connect(self._changed)
        self.store.moved_since_tick.connect(self._moved)
        self.store.failed.connect(self.errors.append)

    @property
    def past(self) -> SamplePast:
        return self.client.past

    def _changed(self, columns: StateColumns) -> None:
        seen = zip(columns.visuals.tolist(), columns.levels.tolist(), strict=True)
        self.states |= dict(zip(columns.ids.tolist(), seen, strict=True))

    def _moved(self, moves: MoveColumns) -> None:
        self.places |= dict(
            zip(moves.ids.tolist(), zip(moves.lon.tolist(), moves.lat.tolist(), strict=True), strict=True)
        )

    async def loaded(self) -> None:
        while self.tasks.running_count:
            await asyncio.sleep(0)

    async def run(self, seconds: float, step_s: float = 1 / 30) -> None:
        """The operator's time goes by."""
        for _ in range(round(seconds / step_s)):
            self.now += step_s
            self.store.tick(self.now)
            await self.loaded()

    def expected(self, at_ms: float) -> dict[int, tuple[int, int]]:
        """Every state at the last whole minute, or at the beginning of what was loaded."""
        minute = int(at_ms) // MINUTE * MINUTE
        return {
            asset.id: (
                self.past.visual(asset, minute),
                minute // MINUTE % 101 if asset.class_ == "streetlight" else LEVEL_UNKNOWN,
            )
            for asset in self.client.assets.values()
            if asset.line is None
        } | {9_999_999: (Visual.UNKNOWN, LEVEL_UNKNOWN)}


@pytest.fixture
async def hand(qapp: QApplication) -> AsyncIterator[Hand]:
    made = Hand()
    made.store.begin()
    await made.loaded()
    yield made
    made.store.end()
    await made.tasks.close()
    made.clock.close()


async def test_it_stands_five_minutes_back_and_shows_what_was(hand: Hand) -> None:
    assert hand.store.is_in_charge
    assert not hand.store.is_playing
    assert hand.store.shown_ms == hand.past.last_ms - 5 * MINUTE
    assert hand.states == hand.expected(hand.store.shown_ms)
    assert hand.store.visual_of(9_999_999) is Visual.UNKNOWN
    assert hand.store.visual_of(8_888_888) is Visual.UNKNOWN
    assert not hand.store.is_loading


async def test_playing_and_seeking_show_the_same_moment_alike(hand: Hand) -> None:
    begin = hand.past.now_ms - 63 * MINUTE
    hand.store.seek(begin)
    await hand.loaded()
    hand.store.set_speed(60)
    hand.store.play()
    await hand.run(4.0)  # four minutes of the city's time, over the end of a chunk
    hand.store.play(is_playing=False)
    await hand.run(0.1)
    played_at, played, driven = hand.store.shown_ms, dict(hand.states), dict(hand.places)
    assert played_at == pytest.approx(begin + 4 * MINUTE, abs=5_000)
    assert played == hand.expected(played_at)
    hand.store.seek(begin - 20 * MINUTE)
    await hand.loaded()
    assert hand.states != played
    hand.store.seek(played_at)
    await hand.loaded()
    assert hand.states == played
    for vehicle, place in hand.places.items():
        assert place == pytest.approx(driven[vehicle], abs=1e-6)


async def test_vehicles_glide_between_their_places(hand: Hand) -> None:
    at = hand.past.now_ms - 30 * MINUTE + 250
    vehicles = [asset for asset in hand.client.assets.values() if asset.class_ == "vehicle"]
    vehicles.sort(key=lambda asset: asset.id)
    assert vehicles
    for offset in (0, 100, 333, 700):
        hand.store.seek(at + offset)
        await hand.loaded()
        for number, vehicle in enumerate(vehicles):
            lon, lat, _heading = hand.past.place(number, vehicle, at + offset)
            assert math.dist(hand.places[vehicle.id], (lon, lat)) < 2e-7


async def test_within_what_is_loaded_a_seek_is_at_once(hand: Hand) -> None:
    hand.store.seek(hand.past.now_ms - 30 * MINUTE)
    await hand.loaded()
    asked = len(hand.past.requests)
    cell = hand.past.requests[-1][0]
    for second in range(0, 300, 7):
        hand.store.seek(cell + second * 1000)
        assert not hand.store.is_loading
        assert hand.states == hand.expected(cell + second * 1000)
    assert len(hand.past.requests) == asked


async def test_while_it_loads_the_old_moment_stays_and_says_so(hand: Hand) -> None:
    before, shown = dict(hand.states), hand.store.shown_ms
    hand.store.seek(hand.past.first_ms + MINUTE)
    assert hand.store.is_loading
    assert hand.store.shown_ms == shown
    assert hand.states == before
    await hand.loaded()
    assert hand.store.shown_ms == hand.past.first_ms + MINUTE


async def test_in_a_gap_nothing_is_known_and_nothing_moves(hand: Hand) -> None:
    hand.store.seek(hand.past.gap.since_ms - 2_000)
    await hand.loaded()
    hand.store.play()
    places: dict[int, tuple[float, float]] = {}
    while hand.store.gap is None:
        places = dict(hand.places)
        await hand.run(0.1)
    assert hand.store.gap == hand.past.gap
    assert set(hand.states.values()) == {(Visual.UNKNOWN, LEVEL_UNKNOWN)}
    await hand.run(0.5)
    for vehicle, place in hand.places.items():
        assert math.dist(place, places[vehicle]) < 1e-4, "it is held where it was seen last"
    await hand.run(4.0)
    assert hand.store.shown_ms > hand.past.gap.until_ms, (
        "fifteen minutes without a recording do not last fifteen minutes"
    )
    assert hand.states == hand.expected(hand.store.shown_ms) | {9_999_999: (Visual.UNKNOWN, LEVEL_UNKNOWN)}


async def test_alarms_are_reached_one_after_the_other(hand: Hand) -> None:
    reached: list[int] = []
    ends: list[bool] = []

    def reach(alarm: ReplayAlarm) -> None:
        reached.append(alarm.at_ms)

    hand.store.alarm_reached.connect(reach)
    hand.store.no_alarm.connect(ends.append)
    hand.store.seek(hand.past.first_ms)
    await hand.loaded()
    for _ in range(6):
        hand.store.jump(is_back=False)
        await hand.loaded()
    assert reached == [minute.at_ms for minute in hand.past.span().alarms]
    assert ends == [False]
    hand.store.jump(is_back=True)
    await hand.loaded()
    assert reached[-1] == reached[-3]


async def test_at_the_end_it_waits_and_back_to_live_it_is_silent(hand: Hand) -> None:
    hand.store.set_speed(600)
    hand.store.play()
    await hand.run(2.0)
    assert (hand.store.is_playing, hand.store.shown_ms) == (False, hand.past.last_ms)
    modes: list[bool] = []
    hand.store.mode_changed.connect(modes.append)
    hand.store.end()
    hand.states.clear()
    await hand.run(0.5)
    assert modes == [False]
    assert not hand.states
    assert hand.clock.is_idle()


async def test_a_paused_replay_costs_nothing(hand: Hand) -> None:
    await hand.run(0.2)
    assert hand.clock.is_idle()


async def test_errors_are_told_and_not_repeated_by_themselves(hand: Hand) -> None:
    hand.client.refusal = RequestRefused(503, "Too many replay at once.")
    hand.store.seek(hand.past.first_ms)
    await hand.run(1.0)
    assert len(hand.errors) == 1
    hand.client.refusal = None
    hand.store.seek(hand.past.first_ms)
    await hand.loaded()
    assert hand.store.shown_ms == hand.past.first_ms
    assert not issubclass(type(hand.errors[0]), BackendSilent)


async def test_what_was_let_go_is_loaded_again(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.store.replay_shelf.MOST_BYTES", 1)
    for ago in (10, 40, 70, 100, 10):
        hand.store.seek(hand.past.now_ms - ago * MINUTE)
        await hand.loaded()
        assert hand.states == hand.expected(hand.store.shown_ms) or hand.store.gap is not None


def test_how_old_a_place_was_is_told_past_the_pictures_that_repeat_it() -> None:
    def batch(seq: int, at_ms: int, lon: float, *, is_whole: bool = False) -> ReplayBatch:
        return ReplayBatch(
            seq=seq,
            at_ms=at_ms,
            is_whole=is_whole,
            move_ids=np.array([7], "<u4").tobytes(),
            move_lon=np.array([round(lon * PLACES_A_DEGREE)], "<i4").tobytes(),
            move_lat=np.array([47 * PLACES_A_DEGREE], "<i4").tobytes(),
            move_heading=np.array([0], "<u2").tobytes(),
        )

    batches = (
        batch(0, 0, 5.0, is_whole=True),
        batch(1, 60_000, 5.1),
        batch(2, 120_000, 5.1, is_whole=True),
        batch(3, 180_000, 5.1, is_whole=True),
    )
    chunk = ReplayChunk(ReplayFrames(since_ms=0, until_ms=240_000, step_s=1, batches=batches))
    assert chunk.heard_ms(7, 30_000.0) == (0.0, True)
    assert chunk.heard_ms(7, 200_000.0) == (60_000.0, False)
    assert chunk.heard_ms(8, 30_000.0) is None


def test_columns_that_do_not_fit_are_refused() -> None:
    for batch in (
        ReplayBatch(seq=0, at_ms=0, ids=b"\0" * 8, visuals=b"\0", levels=b"\0"),
        ReplayBatch(seq=0, at_ms=0, move_ids=b"\0" * 4),
        ReplayBatch(seq=0, at_ms=0, ids=b"\0" * 3),
    ):
        with pytest.raises(ValueError, match=r"replay|buffer"):
            ReplayChunk(ReplayFrames(since_ms=0, until_ms=1, step_s=1, batches=(batch,)))


def test_a_whole_city_of_35000_is_sought_in_no_time() -> None:
    rng = np.random.default_rng(1)
    ids = np.arange(35_000, dtype="<u4")

    def batch(seq: int, changed: "np.ndarray[tuple[int], np.dtype[np.uint32]]") -> ReplayBatch:
        seen = rng.integers(0, 8, len(changed), np.uint8)
        return ReplayBatch(
            seq=seq,
            at_ms=seq * 1000,
            is_whole=seq == 0,
            ids=changed.tobytes(),
            visuals=seen.tobytes(),
            levels=seen.tobytes(),
        )

    batches = [batch(0, ids), *(batch(n, np.sort(rng.choice(ids, 1000, replace=False))) for n in range(1, 330))]
    frames = ReplayFrames(
        since_ms=0, until_ms=330_000, step_s=1, batches=tuple(batches), gaps=(ReplayGap(340_000, 350_000),)
    )
    chunk = ReplayChunk(frames)
    state = np.full(35_000, 255, np.uint8)
    at = 250
    for one in batches[: at + 1]:
        state[np.frombuffer(one.ids, "<u4")] = np.frombuffer(one.visuals, np.uint8)
    assert (chunk.states_at(at * 1000 + 999).visuals == state).all()
    began = time.perf_counter()
    for moment in rng.integers(0, 330_000, 50).tolist():
        chunk.states_at(moment)
    assert (time.perf_counter() - began) / 50 < 0.1  # a handle drawn along the line stays in hand
    assert dt.timedelta(milliseconds=chunk.until_ms) == dt.timedelta(minutes=5, seconds=30)
