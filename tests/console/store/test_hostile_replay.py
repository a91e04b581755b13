"""A backend that answers nonsense about the past: the map says that it failed, and live goes on."""

import asyncio
import datetime as dt

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.kit.errors import RequestFailed
from console.kit.task_bag import TaskBag
from console.store.replay import ReplayStore
from console.store.replay_chunk import ReplayChunk
from console.store.replay_times import check_frames
from contract.replay import AlarmMinute, ReplayAlarm, ReplayBatch, ReplayFrames, ReplayGap, ReplaySpan
from widgets.frame_clock import FrameClock

NOW_MS = 1_700_000_000_000
SPAN = ReplaySpan(
    first_ms=NOW_MS - 36_000_000, last_ms=NOW_MS, now_ms=NOW_MS, kept_hours=72, gaps=(), alarms=(), trouble=""
)


class Liar:
    """A backend's past, as a test spoils it."""

    def __init__(self) -> None:
        self.span = SPAN
        self.frames: ReplayFrames | None = None
        self.alarm: ReplayAlarm | None = None

    async def replay_span(self) -> ReplaySpan:
        return self.span

    async def replay_frames(self, since: dt.datetime, until: dt.datetime, step_s: int = 1) -> ReplayFrames:
        whole = ReplayBatch(seq=0, at_ms=int(since.timestamp() * 1000), is_whole=True)
        good = ReplayFrames(
            since_ms=whole.at_ms, until_ms=int(until.timestamp() * 1000), step_s=step_s, batches=(whole,)
        )
        return self.frames or good

    async def replay_alarm(self, at: dt.datetime, *, is_back: bool) -> ReplayAlarm | None:
        return self.alarm


class Past:
    """A store that replays what the liar says."""

    def __init__(self) -> None:
        self.liar = Liar()
        self.tasks = TaskBag("past")
        self.store = ReplayStore(self.liar, self.tasks, FrameClock(now=lambda: 1.0), lambda: np.arange(3, dtype="u4"))
        self.errors: list[RequestFailed] = []
        self.store.failed.connect(self.errors.append)

    async def settled(self) -> None:
        while self.tasks.running_count:
            await asyncio.sleep(0)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    "span",
    [
        {"first_ms": 10**300},
        {"last_ms": 2**64},
        {"first_ms": -1},
        {"first_ms": NOW_MS + 1},
        {"first_ms": None},
        {"now_ms": 10**40},
        {"gaps": (ReplayGap(0, 10**25),)},
        {"alarms": (AlarmMinute(10**25, (1, 0, 0, 0)),)},
        {"alarms": (AlarmMinute(NOW_MS, (-1, 10**30, 0, 0)),)},
    ],
    ids=str,
)
async def test_a_span_of_another_age_fails_in_words(span: dict[str, object]) -> None:
    past = Past()
    past.liar.span = msgspec.structs.replace(SPAN, **span)
    past.store.begin()
    await past.settled()
    assert past.errors
    assert not past.store.is_in_charge


@pytest.mark.usefixtures("qapp")
async def test_frames_and_alarms_of_another_age_fail_in_words() -> None:
    past = Past()
    past.store.begin()
    await past.settled()
    assert past.store.is_in_charge
    assert past.errors == []
    past.liar.frames = ReplayFrames(since_ms=2**63, until_ms=2**64 - 1, step_s=1, batches=())
    past.store.seek(NOW_MS - 30_000_000)
    await past.settled()
    assert len(past.errors) == 1
    past.liar.alarm = ReplayAlarm(at_ms=10**30, asset_id=1, priority=1)
    past.store.jump(is_back=False)
    await past.settled()
    assert len(past.errors) == 2


MOMENTS = st.one_of(st.integers(-(2**63), 2**64 - 1), st.integers(NOW_MS, NOW_MS + 10_000))


@settings(max_examples=150, deadline=None)
@given(
    ends=st.tuples(MOMENTS, MOMENTS),
    step_s=st.one_of(st.integers(-1, 61), st.just(2**63)),
    batches=st.lists(
        st.builds(
            ReplayBatch,
            seq=st.just(0),
            at_ms=MOMENTS,
            is_whole=st.booleans(),
            ids=st.binary(min_size=8, max_size=8),
            visuals=st.binary(min_size=1, max_size=2),
            levels=st.binary(min_size=2, max_size=2),
            move_ids=st.binary(min_size=4, max_size=4),
            move_lon=st.binary(min_size=4, max_size=4),
            move_lat=st.binary(min_size=4, max_size=4),
            move_heading=st.binary(min_size=2, max_size=2),
        ),
        max_size=4,
    ),
    gaps=st.lists(st.builds(ReplayGap, MOMENTS, MOMENTS), max_size=2),
    at=st.floats(-1e18, 1e18),
)
def test_any_frames_are_shown_or_refused(
    ends: tuple[int, int], step_s: int, batches: list[ReplayBatch], gaps: list[ReplayGap], at: float
) -> None:
    frames = ReplayFrames(since_ms=ends[0], until_ms=ends[1], step_s=step_s, batches=tuple(batches), gaps=tuple(gaps))
    try:
        chunk = ReplayChunk(check_frames(frames))
    except ValueError:
        return
    for moment in (at, float(NOW_MS + 5_000)):
        chunk.states_at(moment)
        chunk.places_at(moment)
        chunk.changes(moment, moment + 1000)
