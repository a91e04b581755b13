"""The timeline of recordings, as an operator's hands and eyes meet it."""

import datetime as dt
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ear import Ear
from widgets.footage_timeline import (
    FootageLane,
    FootageTimeline,
    FootageTimelineTexts,
    Hover,
    LaneGap,
    LaneMark,
    MarkKind,
    Period,
)
from widgets.footage_timeline.lanes import next_mark
from widgets.footage_timeline.painting import GUTTER, LANE, TOP
from widgets.look import load_palette

SEVEN = dt.datetime(2026, 11, 23, 7, 0, tzinfo=dt.UTC).timestamp() * 1000
MINUTE = 60_000.0
LANES = (
    FootageLane(
        12,
        "12 · Place Darcy",
        spans=(Period(SEVEN, SEVEN + 20 * MINUTE), Period(SEVEN + 30 * MINUTE, SEVEN + 60 * MINUTE)),
        gaps=(LaneGap(SEVEN + 20 * MINUTE, SEVEN + 30 * MINUTE, "disk full"),),
        marks=(
            LaneMark("motion", MarkKind.MOTION, SEVEN + 4 * MINUTE, SEVEN + 5 * MINUTE),
            LaneMark("alarm", MarkKind.ALARM, SEVEN + 10 * MINUTE, None, "Tampering", 2),
        ),
    ),
    FootageLane(7, "7 · Gare", marks=(LaneMark("car", MarkKind.BOOKMARK, SEVEN + 40 * MINUTE, None, "red car"),)),
)


@pytest.fixture
def timeline(qapp: QApplication) -> Iterator[FootageTimeline]:
    del qapp
    made = FootageTimeline(load_palette("dark"), FootageTimelineTexts(), dt.UTC)
    made.show_lanes(LANES)
    made.resize(int(GUTTER) + 608, made.sizeHint().height())
    made.show()
    made.show_bounds(SEVEN - 60 * MINUTE, SEVEN + 120 * MINUTE)
    made.show_view(SEVEN, SEVEN + 60 * MINUTE)  # ten pixels a minute
    yield made
    made.close()
    made.deleteLater()


def place(minute: float, row: int = 0) -> QPoint:
    return QPoint(round(GUTTER + minute * 10), round(TOP + (row + 0.5) * LANE))


def click(timeline: FootageTimeline, at: QPoint) -> None:
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_a_click_asks_to_go_there_and_chooses_the_camera(timeline: FootageTimeline) -> None:
    asked, chosen = Ear(), Ear()
    timeline.seek_requested.connect(asked)
    timeline.lane_chosen.connect(chosen)
    click(timeline, place(15, row=1))
    assert chosen.heard == [(1,)]
    assert asked.heard == [(pytest.approx(SEVEN + 15 * MINUTE, abs=0.1 * MINUTE),)]


@pytest.mark.parametrize(
    ("minute", "words"),
    [(25, "disk full"), (10, "alarm: Tampering"), (5, "motion"), (15, "07:15:00")],
)
def test_the_tip_says_what_lies_there(timeline: FootageTimeline, minute: float, words: str) -> None:
    assert words in timeline.tip_at(place(minute))


def test_what_is_not_recorded_says_so_without_a_told_gap(timeline: FootageTimeline) -> None:
    assert "not recorded" in timeline.tip_at(place(30, row=1))


def test_shift_and_drag_draws_the_period_to_take_out(timeline: FootageTimeline) -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, shift, place(10))
    QTest.mouseMove(timeline, place(20))
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, shift, place(20))
    period = timeline.selection
    assert period is not None
    assert period.length_ms == pytest.approx(10 * MINUTE, abs=0.2 * MINUTE)
    QTest.keyClick(timeline, Qt.Key.Key_Escape)
    assert timeline.selection is None


def test_i_and_o_set_the_ends_where_one_stands(timeline: FootageTimeline) -> None:
    timeline.show_moment(SEVEN + 10 * MINUTE)
    QTest.keyClick(timeline, Qt.Key.Key_I)
    timeline.show_moment(SEVEN + 12 * MINUTE)
    QTest.keyClick(timeline, Qt.Key.Key_O)
    assert timeline.selection == Period(SEVEN + 10 * MINUTE, SEVEN + 12 * MINUTE)


def test_control_and_arrows_go_from_mark_to_mark_and_pass_motion(timeline: FootageTimeline) -> None:
    asked = Ear()
    timeline.seek_requested.connect(asked)
    timeline.show_moment(SEVEN)
    for expected in (10, 40):
        QTest.keyClick(timeline, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
        assert asked.heard[-1] == (SEVEN + expected * MINUTE,)
        timeline.show_moment(SEVEN + expected * MINUTE)


def test_the_pointer_tells_of_which_camera_a_thumbnail_is_wanted(timeline: FootageTimeline) -> None:
    told = Ear()
    timeline.hover_changed.connect(told)
    QTest.mouseMove(timeline, place(15))
    hover = told.heard[-1][0]
    assert isinstance(hover, Hover)
    assert (hover.camera_id, hover.is_recorded) == (12, True)


def test_comma_and_full_stop_step_by_pictures(timeline: FootageTimeline) -> None:
    stepped = Ear()
    timeline.step_requested.connect(stepped)
    QTest.keyClick(timeline, Qt.Key.Key_Comma)
    QTest.keyClick(timeline, Qt.Key.Key_Period)
    assert stepped.heard == [(-1,), (1,)]


def test_the_view_follows_the_moment_out_of_sight(timeline: FootageTimeline) -> None:
    timeline.show_moment(SEVEN + 100 * MINUTE)
    assert timeline.view.holds(SEVEN + 100 * MINUTE)


def test_a_mark_is_opened_by_a_double_click(timeline: FootageTimeline) -> None:
    opened = Ear()
    timeline.mark_activated.connect(opened)
    QTest.mouseDClick(timeline, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place(10))
    assert opened.heard == [("alarm",)]


def test_an_empty_timeline_says_what_to_do(timeline: FootageTimeline) -> None:
    before = timeline.grab().toImage()
    timeline.show_lanes(())
    assert timeline.grab().toImage() != before
    assert timeline.tip_at(place(5)) == ""


moments = st.floats(0, 1e6, allow_nan=False)


@given(st.lists(moments, max_size=12), moments)
def test_the_next_mark_is_the_nearest_ahead(times: list[float], at_ms: float) -> None:
    lane = FootageLane(1, "", marks=[LaneMark(str(time), MarkKind.EVENT, time) for time in times])
    found = next_mark([lane], at_ms, is_back=False)
    ahead = [time for time in times if time > at_ms + 1]
    assert (found.since_ms if found else None) == (min(ahead) if ahead else None)


@given(st.lists(st.tuples(moments, st.floats(1, 1e4)), max_size=8), moments)
def test_recorded_is_what_a_span_holds(raw: list[tuple[float, float]], at_ms: float) -> None:
    spans: list[Period] = []
    for begin, length in sorted(raw):
        if not spans or begin > spans[-1].until_ms:
            spans.append(Period(begin, begin + length))
    assert FootageLane(1, "", spans=spans).is_recorded(at_ms) == any(span.holds(at_ms) for span in spans)
