"""Playback: the moment of an alarm on the nearest cameras, in step, stepped, marked, taken out."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from console.kit.errors import RequestRefused
from console.panels.footage.panel import FootagePanel
from console.store.wishes import Extraction, MomentWish
from contract.api import Problem
from contract.footage import RecordingPlan
from tests.console.conftest import Bench
from tests.ear import Ear
from tools.screenshots import sample_city
from widgets.footage_timeline import Period

MOMENT = sample_city.NOW - dt.timedelta(minutes=10)


@pytest.fixture
async def panel(bench: Bench) -> AsyncIterator[FootagePanel]:
    made = FootagePanel(bench.context)
    made.widget.resize(1100, 700)
    made.widget.show()
    yield made
    made.close()
    made.widget.close()
    made.widget.deleteLater()
    await bench.work_done()


def cameras(bench: Bench, *codes: str) -> tuple[int, ...]:
    return tuple(bench.asset(code).id for code in codes)


async def test_a_wished_moment_shows_its_cameras_all_at_that_time(bench: Bench, panel: FootagePanel) -> None:
    bench.stores.moments.show_moment(MomentWish(MOMENT, cameras(bench, "CAM-009", "CAM-007")))
    await bench.work_done()
    assert tuple(panel.cameras) == cameras(bench, "CAM-009", "CAM-007")
    assert {panel.stage.time_of(number) for number in range(2)} <= {None, MOMENT.timestamp()}
    panel.stage.paint_newest()
    assert [panel.stage.time_of(number) for number in range(2)] == [MOMENT.timestamp()] * 2
    assert MOMENT.astimezone().strftime("%H:%M:%S") in panel.bar.moment.text()


async def test_a_panel_that_is_opened_for_a_moment_shows_it(bench: Bench) -> None:
    bench.stores.moments.show_moment(MomentWish(MOMENT, cameras(bench, "CAM-009")))
    made = FootagePanel(bench.context)
    assert tuple(made.cameras) == cameras(bench, "CAM-009")
    assert made.transport.at == MOMENT.timestamp()
    made.close()
    made.widget.deleteLater()
    await bench.work_done()


async def test_the_moment_of_a_place_is_shown_by_its_nearest_recorded_cameras(
    bench: Bench, panel: FootagePanel
) -> None:
    lamp = bench.asset("PL-004-12")
    bench.client.plans = dict.fromkeys(cameras(bench, "CAM-009", "CAM-007"), RecordingPlan())
    bench.stores.moments.show_moment(MomentWish(MOMENT, place=(lamp.lon, lamp.lat)))
    await bench.work_done()
    assert sorted(panel.cameras) == sorted(cameras(bench, "CAM-009", "CAM-007"))


async def test_a_number_adds_a_camera_and_delete_takes_it_away(bench: Bench, panel: FootagePanel) -> None:
    panel.bar.number.setText("9")
    QTest.keyClick(panel.bar.number, Qt.Key.Key_Return)
    assert tuple(panel.cameras) == cameras(bench, "CAM-009")
    QTest.keyClick(panel.stage.tiles[0], Qt.Key.Key_Delete)
    assert tuple(panel.cameras) == ()
    panel.bar.number.setText("4711")
    QTest.keyClick(panel.bar.number, Qt.Key.Key_Return)
    assert "4711" in panel.notice.text


async def test_a_lamp_is_not_played_back(bench: Bench, panel: FootagePanel) -> None:
    panel.stage.camera_dropped.emit(bench.asset("PL-004-12").id)
    assert tuple(panel.cameras) == ()
    assert "not a camera" in panel.notice.text


async def test_a_step_pauses_and_moves_by_one_picture(bench: Bench, panel: FootagePanel) -> None:
    panel.show_cameras(cameras(bench, "CAM-009"))
    panel.seek(MOMENT.timestamp())
    panel.stage.paint_newest()
    QTest.keyClick(panel.timeline, Qt.Key.Key_Space)
    assert "Pause" in panel.bar.play_words
    QTest.keyClick(panel.timeline, Qt.Key.Key_Period)
    assert "Pause" not in panel.bar.play_words
    panel.stage.paint_newest()
    at = panel.stage.time_of(0)
    assert at is not None
    assert at > MOMENT.timestamp()


async def test_nothing_is_sought_in_the_future(bench: Bench, panel: FootagePanel) -> None:
    panel.show_cameras(cameras(bench, "CAM-009"))
    panel.seek(sample_city.NOW.timestamp() + 3600)
    assert panel.transport.at <= sample_city.NOW.timestamp()


async def test_the_timeline_tells_recordings_gaps_and_alarms(bench: Bench, panel: FootagePanel) -> None:
    panel.show_cameras(cameras(bench, "CAM-009"))
    await bench.work_done()
    tips = "".join(
        panel.timeline.tip_at(panel.timeline.mapFromParent(panel.timeline.mapToParent(place)))
        for place in (panel.timeline.rect().center(),)
    )
    assert tips
    kinds = {mark.kind.value for lane in panel.lanes.shown for mark in lane.marks}
    assert {"motion", "alarm"} <= kinds
    assert panel.lanes.shown[0].gaps[0].words == "camera lost"


async def test_a_reason_is_asked_once_and_then_the_pictures_are_asked_anew(bench: Bench, panel: FootagePanel) -> None:
    problem = Problem(type="urn:beffroi:problem:purpose-needed", title="Say first why you watch.", status=409)
    bench.client.refusal = RequestRefused(409, "Say first why you watch.", "", problem)
    panel.show_cameras(cameras(bench, "CAM-009"))
    with pytest.raises(Exception, match="why"):
        await panel.access_of(panel.cameras[0])(MOMENT.timestamp())
    assert panel.purpose.isVisible()
    bench.client.refusal = None
    panel.purpose.reason.setText("accident, rue Devosge")
    QTest.keyClick(panel.purpose.reason, Qt.Key.Key_Return)
    await bench.work_done()
    assert bench.client.purpose.reason == "accident, rue Devosge"
    assert not panel.purpose.isVisible()
    assert (await panel.access_of(panel.cameras[0])(MOMENT.timestamp())).ticket


async def test_a_bookmark_is_set_where_the_picture_stands(bench: Bench, panel: FootagePanel) -> None:
    panel.show_cameras(cameras(bench, "CAM-009"))
    panel.seek(MOMENT.timestamp())
    panel.stage.paint_newest()
    panel.bar.bookmark_requested.emit()
    await bench.work_done()
    (made,) = bench.client.bookmarks_made.values()
    assert (made.camera_id, made.at) == (panel.cameras[0], MOMENT)


async def test_the_chosen_period_of_all_cameras_goes_to_the_evidence(bench: Bench, panel: FootagePanel) -> None:
    told = Ear()
    bench.stores.moments.extraction_wished.connect(told)
    panel.show_cameras(cameras(bench, "CAM-009", "CAM-007"))
    since = (MOMENT - dt.timedelta(minutes=1)).timestamp() * 1000
    panel.timeline.show_selection(Period(since, MOMENT.timestamp() * 1000))
    panel.bar.evidence_requested.emit()
    assert told.heard == [(Extraction(tuple(panel.cameras), MOMENT - dt.timedelta(minutes=1), MOMENT),)]
    assert bench.opened == ["evidence"]
    bench.stores.moments.extraction_wished.disconnect(told)


async def test_a_workspace_keeps_the_cameras_and_never_a_moment(bench: Bench, panel: FootagePanel) -> None:
    panel.show_cameras(cameras(bench, "CAM-009"))
    panel.seek(MOMENT.timestamp())
    assert panel.state() == {"cameras": tuple(panel.cameras)}


@pytest.mark.parametrize("width", [480, 700, 1200])
async def test_the_bar_fits_a_narrow_panel(bench: Bench, panel: FootagePanel, width: int) -> None:
    panel.widget.resize(width, 600)
    await bench.work_done()
    shown = [one for one in panel.bar.findChildren(QWidget) if one.isVisible() and one.parent() is panel.bar]
    boxes = [one.geometry() for one in shown]
    assert len(boxes) > 8
    assert all(panel.bar.rect().contains(box) for box in boxes)
    assert not any(box.intersects(other) for n, box in enumerate(boxes) for other in boxes[:n])
