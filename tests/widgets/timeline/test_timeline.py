"""The scrubber: round local times, alarms in the row of their priority, gaps that are seen."""

import datetime as dt
import math
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication

from contract.replay import AlarmMinute, ReplayGap, ReplaySpan
from widgets.look import load_palette
from widgets.timeline import Timeline, TimelineTexts
from widgets.timeline.density import bars, counts_at
from widgets.timeline.painting import HEIGHT, ROW, TOP
from widgets.timeline.scale import SHORTEST_MS, TimeScale, ticks

PARIS = ZoneInfo("Europe/Paris")
HOUR = 3_600_000
NOW = 1_795_443_000_000 // HOUR * HOUR
SPAN = ReplaySpan(
    first_ms=NOW - 10 * HOUR,
    last_ms=NOW,
    now_ms=NOW,
    kept_hours=72,
    gaps=(ReplayGap(NOW - 5 * HOUR, NOW - 4 * HOUR),),
    alarms=(AlarmMinute(NOW - 2 * HOUR, (1, 0, 0, 12)), AlarmMinute(NOW - 2 * HOUR + 60_000, (0, 0, 3, 0))),
)


@given(
    since=st.floats(1e12, 2e12),
    length=st.floats(SHORTEST_MS, 40 * 24 * HOUR),
    width=st.floats(100, 4000),
    factor=st.floats(0.01, 100),
    share=st.floats(0, 1),
)
def test_zoom_keeps_the_moment_under_the_pointer_and_its_bounds(
    since: float, length: float, width: float, factor: float, share: float
) -> None:
    scale = TimeScale(since, since + length, 44.0, width)
    at = since + share * length
    assert scale.ms_at(scale.x_of(at)) == pytest.approx(at, abs=1)
    zoomed = scale.zoomed(factor, at, since - length, since + 2 * length)
    assert since - length - 1 <= zoomed.since_ms < zoomed.until_ms <= since + 2 * length + 1
    if factor <= 1:
        assert zoomed.x_of(at) == pytest.approx(scale.x_of(at), abs=1)


@given(since=st.floats(1.6e12, 1.9e12), length=st.floats(SHORTEST_MS, 40 * 24 * HOUR), width=st.floats(100, 4000))
def test_ticks_are_round_and_apart(since: float, length: float, width: float) -> None:
    scale = TimeScale(since, since + length, 0.0, width)
    found = ticks(scale, PARIS, "%d/%m")
    assert len(found) <= width / 80 + 2
    for tick in found:
        assert scale.since_ms - 1 <= tick.at_ms <= scale.until_ms + 1
        assert (tick.at_ms / 1000) == pytest.approx(round(tick.at_ms / 1000), abs=1e-3)


def test_noon_in_dijon_is_written_noon() -> None:
    noon = dt.datetime(2026, 7, 1, 12, tzinfo=PARIS).timestamp() * 1000
    words = [tick.text for tick in ticks(TimeScale(noon - HOUR, noon + HOUR, 0, 800), PARIS, "%d/%m")]
    assert "12:00" in words


def test_bars_add_up_whatever_the_zoom() -> None:
    for hours in (1, 10, 100):
        scale = TimeScale(NOW - hours * HOUR, NOW, 0.0, 800.0)
        found = bars(SPAN.alarms, scale)
        total = [sum(bar.alarms for bar in found if bar.priority == priority) for priority in range(4)]
        assert total == ([0, 0, 0, 0] if hours == 1 else [1, 0, 3, 12])
        assert all(bar.right > bar.left and math.isfinite(bar.left) for bar in found)
    assert counts_at(SPAN.alarms, TimeScale(NOW - 10 * HOUR, NOW, 0, 100), NOW - 2 * HOUR) == (1, 0, 3, 12)


@pytest.fixture
def timeline(qapp: QApplication) -> Timeline:
    made = Timeline(load_palette("dark"), TimelineTexts(), PARIS)
    made.resize(900, HEIGHT)
    made.grab()
    made.show_span(SPAN, NOW)
    made.show_moment(NOW - HOUR)
    return made


def test_alarms_stand_in_the_row_of_their_priority_and_gaps_are_hatched(timeline: Timeline) -> None:
    image = timeline.grab().toImage()
    ratio = image.devicePixelRatio()
    palette = load_palette("dark")

    def colours(at_ms: float, row: int) -> set[str]:
        x = round((timeline.scale.x_of(at_ms) + 3) * ratio)
        top = TOP + row * ROW
        return {QColor(image.pixel(x, round((top + y) * ratio))).name().upper() for y in range(1, int(ROW))}

    assert palette.p1 in colours(NOW - 2 * HOUR, 0)
    assert palette.p4 in colours(NOW - 2 * HOUR, 3)
    assert palette.p2 not in colours(NOW - 2 * HOUR, 1)
    assert palette.field in colours(NOW - 4.9 * HOUR, 2), "hatched"
    assert palette.sunken not in colours(NOW - 4.9 * HOUR, 2)
    assert palette.sunken in colours(NOW - 3 * HOUR, 2), "calm"


def test_a_tip_says_what_came_and_what_is_not_known(timeline: Timeline) -> None:
    y = 30
    at = timeline.scale.x_of
    assert "P1 × 1" in timeline.tip_at(QPoint(round(at(NOW - 2 * HOUR)) + 2, y))
    assert "nothing was recorded" in timeline.tip_at(QPoint(round(at(NOW - 4.5 * HOUR)), y))


def test_the_wheel_zooms_and_a_double_click_shows_everything(timeline: Timeline) -> None:
    before = timeline.scale
    place = QPointF(400, 30)
    event = QWheelEvent(
        place, place, QPoint(), QPoint(0, 480), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    timeline.wheelEvent(event)
    assert timeline.scale.ms_per_px < before.ms_per_px / 2
    assert timeline.scale.ms_at(400) == pytest.approx(before.ms_at(400), abs=before.ms_per_px)
    timeline.show_moment(NOW - 9 * HOUR)
    assert timeline.scale.since_ms <= NOW - 9 * HOUR <= timeline.scale.until_ms, "it follows the moment"
    timeline.fit()
    assert timeline.scale == before


def test_nothing_recorded_is_drawn_and_asks_nothing(qapp: QApplication) -> None:
    asked: list[float] = []
    empty = Timeline(load_palette("light"), TimelineTexts())
    empty.resize(300, HEIGHT)
    empty.seek_requested.connect(asked.append)
    empty.grab()
    none = ReplaySpan(first_ms=None, last_ms=None, now_ms=NOW, kept_hours=72, gaps=(), alarms=())
    empty.show_span(none, NOW)
    empty.grab()
    empty.zoom(1e9)
    empty.zoom(1e-9)
    empty.grab()
    assert asked == []
