"""What the law asks of recordings: none outlives its time, none goes by a clock that lies, and what goes is gone."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.footage import LONGEST_DAYS
from media.recorder.clock_watch import DAY_S, ClockReading, ClockRecord, look
from media.recorder.purge import purge_by_age, segments_of
from media.recorder.retention import KeptSegment, is_too_old, kept_seconds, over_quota
from tests.media.recorder.machine import NOW, Machine
from tests.video.footage.films import record
from video.footage.places import camera_folder, sealed_folder


@given(st.integers(-(2**40), 2**40), st.floats(0, 1e10), st.floats(0, 1e10))
def test_no_setting_keeps_a_recording_longer_than_the_law(kept_days: int, begins_at: float, now: float) -> None:
    assert DAY_S <= kept_seconds(kept_days) <= LONGEST_DAYS * DAY_S
    if now - begins_at >= LONGEST_DAYS * DAY_S:
        assert is_too_old(begins_at, now, kept_days)
    if now - begins_at < min(max(kept_days, 1), LONGEST_DAYS) * DAY_S:
        assert not is_too_old(begins_at, now, kept_days)


_SEGMENTS = st.lists(st.builds(KeptSegment, st.integers(1, 4), st.floats(0, 1e6), st.integers(1, 1000)), max_size=30)


@given(_SEGMENTS, st.dictionaries(st.integers(1, 4), st.integers(0, 5000)), st.integers(0, 8000))
def test_the_oldest_goes_first_and_no_more_than_must(
    segments: list[KeptSegment], quotas: dict[int, int], total: int
) -> None:
    oldest_first = sorted(segments, key=lambda one: one.begins_at)
    used = {number: sum(one.size for one in segments if one.camera_id == number) for number in range(1, 5)}
    going = list(over_quota(oldest_first, used, quotas, total))
    left = [one for one in oldest_first if not any(one is gone for gone in going)]
    assert not total or sum(one.size for one in left) <= total
    for number, quota in quotas.items():
        own = [one for one in left if one.camera_id == number]
        assert not quota or sum(one.size for one in own) <= quota
        gone = [one for one in going if one.camera_id == number]
        assert not gone or not own or max(one.begins_at for one in gone) <= min(one.begins_at for one in own)
    if going:
        before = [*left, going[-1]]
        own = [one for one in before if one.camera_id == going[-1].camera_id]
        quota = quotas.get(going[-1].camera_id, 0)
        is_own_over = 0 < quota < sum(one.size for one in own)
        assert is_own_over or 0 < total < sum(one.size for one in before)


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 61.0, -61.0, 12 * 365 * DAY_S])
def test_a_clock_that_jumps_is_not_believed_until_it_comes_back(jump: float) -> None:
    """F12: an hour ahead, an hour back, 2038."""
    machine = Machine()
    assert machine.pass_time(3600)
    machine.wall += jump
    assert not machine.is_believed()
    assert not machine.pass_time(20 * 3600)
    machine.wall -= jump
    assert machine.is_believed()


def test_a_clock_that_was_set_right_is_believed_in_the_end() -> None:
    machine = Machine()
    machine.pass_time(60)
    machine.wall += 3600
    assert not machine.pass_time(23 * 3600)
    assert machine.pass_time(2 * 3600)
    machine.wall += 400 * DAY_S
    assert not machine.pass_time(6 * DAY_S, 3600)
    assert machine.pass_time(2 * DAY_S, 3600)


def test_the_watch_knows_the_time_over_restarts() -> None:
    machine = Machine()
    machine.pass_time(60)
    machine.wall, machine.uptime = machine.wall + 2 * DAY_S, machine.uptime + 2 * DAY_S
    assert machine.is_believed(), "the recorder was down for two days, the clock was not wrong"
    machine.wall, machine.uptime, machine.boot = machine.wall + 3 * DAY_S, 5.0, "second"
    assert machine.is_believed(), "the machine was off for three days"
    machine.wall, machine.uptime, machine.boot = machine.wall - 50 * 365 * DAY_S, 5.0, "third"
    assert not machine.is_believed(), "its battery is empty: it believes in 1976"
    machine.wall, machine.uptime = machine.wall + 50 * 365 * DAY_S, 65.0
    assert machine.is_believed()
    machine.wall, machine.uptime, machine.boot = machine.wall + 60 * DAY_S, 5.0, "fourth"
    assert not machine.is_believed()


def test_a_clock_that_creeps_away_is_noticed() -> None:
    machine = Machine()
    believed = True
    for _ in range(20):
        machine.wall += 50
        believed = machine.pass_time(60)
    assert not believed


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(0, 1e6), st.sampled_from(["a", "b"])), max_size=20))
def test_a_believed_clock_never_ran_more_than_a_minute_ahead_within_a_day(
    moves: list[tuple[float, float, str]],
) -> None:
    record: ClockRecord | None = None
    wall, uptime = NOW, 0.0
    for jump, passed, boot in moves:
        wall, uptime = max(wall + jump + passed, 0.0), uptime + passed
        before = record
        record = look(record, ClockReading(wall, uptime, boot))
        is_jump = before is not None and before.is_credible and abs(jump) > 200 and before.last.boot == boot
        if is_jump and wall > 0:
            assert not record.is_credible


def test_a_purge_never_reaches_what_is_sealed(tmp_path: Path) -> None:
    record(sealed_folder(tmp_path, "lock-1"), 7, NOW - 300 * DAY_S)
    record(tmp_path, 7, NOW - 300 * DAY_S)
    (camera_folder(tmp_path, 7) / "2020-01-01").symlink_to(camera_folder(sealed_folder(tmp_path, "lock-1"), 7))
    done = purge_by_age(tmp_path, NOW, {}, spared=(), from_the_future={})
    assert [one.files for one in done] == [2]
    assert len(list(segments_of(sealed_folder(tmp_path, "lock-1"), 7))) == 1


def test_the_file_being_written_is_spared(tmp_path: Path) -> None:
    record(tmp_path, 7, NOW - 40 * DAY_S)
    path = next(segments_of(tmp_path, 7)).path
    assert purge_by_age(tmp_path, NOW, {}, spared={path}, from_the_future={}) == []
    assert path.exists()


def test_a_file_that_will_not_go_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(tmp_path, 7, NOW - 40 * DAY_S)

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError(13, "no", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    done = purge_by_age(tmp_path, NOW, {}, spared=(), from_the_future={})
    assert [(one.files, one.left) for one in done] == [(0, 2)]


def test_summer_time_moves_no_recording() -> None:
    """F12: retention counts seconds of UTC."""
    change = dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC).timestamp()
    assert not is_too_old(change - 12 * 3600, change + 7 * DAY_S - 12 * 3600 - 1, 7)
    assert is_too_old(change - 12 * 3600, change + 7 * DAY_S - 12 * 3600, 7)
