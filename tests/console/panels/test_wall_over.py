"""What comes over an operator's wall: tours, alarms, the last half minute; and how it goes again."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from console.kit.errors import RequestRefused
from console.kit.video import NoAddress
from console.panels.cameras.keys import Act
from console.panels.cameras.stills import still_name
from console.panels.cameras.touring import read_tour, write_tour
from console.parts.past_moment import BEFORE
from console.store.wall.contents import Scene
from console.store.wall.tours import Tour, TourState, TourStep, of_cameras
from console.store.wall_shelf import NamedWall, WallKind
from console.store.wishes import MomentWish
from contract.alarms import Alarm, Annunciation, Priority, ShownState
from contract.api import Problem
from contract.stream import AlarmsBody, Topic, TopicKind
from tests.console.conftest import Bench
from tests.console.panels.wall_rig import WallRig
from tools.screenshots import sample_city
from widgets.video_tile import WHOLE
from widgets.wall_layout.layout import even, spotlight

TOPIC = Topic(kind=TopicKind.ALARMS, commune="21231", class_="camera")


@pytest.fixture
async def rig(bench: Bench, qtbot: QtBot) -> AsyncIterator[WallRig]:
    made = WallRig(bench, qtbot)
    made.panel.wall.lay_out(even(4))
    for tile, number in enumerate((1, 3, 5, 7)):
        made.panel.put(tile, made.camera(number))
    made.panel.wall.choose(0)
    made.panel.desk.arrange()
    for number in range(4):
        made.panel.dressing.forget_touch(number)
    yield made
    await made.close()


def _state(rig: WallRig) -> TourState:
    return rig.panel.touring.run.state


def _numbers(rig: WallRig) -> list[str]:
    return [tile.caption.partition(" ")[0] for tile in rig.panel.tiles[: rig.panel.desk.sight().layout.size]]


async def test_a_tour_goes_over_the_tile_opens_the_next_ahead_and_leaves_the_wall_as_it_was(rig: WallRig) -> None:
    tour = rig.panel.touring
    now = rig.bench.context.ticker.frame_clock.now()
    assert tour.start(of_cameras("Gare", (rig.camera(9), rig.camera(11)), 10), 0)
    assert _numbers(rig) == ["9", "3", "5", "7"]
    assert "Gare" in rig.panel.tiles[0].words.head
    before = set(rig.tile_ids(0))
    tour.tick(now + 8.5)
    ahead = set(rig.tile_ids(0)) - before
    assert len(ahead) == 1
    tour.tick(now + 10.5)
    assert _numbers(rig) == ["11", "3", "5", "7"]
    assert set(rig.tile_ids(0)) == ahead
    tour.stop()
    assert _numbers(rig) == ["1", "3", "5", "7"]
    assert list(rig.panel.wall.cameras[:4]) == [rig.camera(n) for n in (1, 3, 5, 7)]


async def test_touching_the_toured_tile_pauses_and_says_so_and_t_goes_on(rig: WallRig) -> None:
    tour = rig.panel.touring
    tour.start(of_cameras("Gare", (rig.camera(9), rig.camera(11)), 10), 0)
    QTest.mouseClick(rig.panel.tiles[0], Qt.MouseButton.LeftButton)
    assert _state(rig) is TourState.PAUSED
    assert "paused by your hand" in rig.panel.tiles[0].words.head
    tour.tick(rig.bench.context.ticker.frame_clock.now() + 999)
    assert _numbers(rig)[0] == "9"
    rig.press(Qt.Key.Key_N, tile=0)
    assert _numbers(rig)[0] == "11"
    rig.press(Qt.Key.Key_T, tile=0)
    assert _state(rig) is TourState.RUNNING


async def test_a_tour_of_kept_walls_shows_each_with_its_layout(rig: WallRig) -> None:
    shelf, client = rig.bench.stores.wall_shelf, rig.bench.client
    await shelf.keep(client, NamedWall("Nuit", Scene(spotlight(5), rig.panel.wall.scene.contents)))
    rig.panel.touring.start(Tour("ronde", (TourStep(5, None, "Nuit"), TourStep(5, rig.camera(9)))), 0)
    assert rig.panel.desk.sight().layout == spotlight(5)
    rig.panel.touring.go(1)
    assert rig.panel.desk.sight().layout == even(4)
    assert _numbers(rig)[0] == "9"


def test_a_tour_is_written_one_step_a_line_and_a_line_that_names_nothing_is_told() -> None:
    numbers = {12: 100, 13: 101}
    tour, line = read_tour("t", "12 8\n\n13\nNuit calme 20", numbers.get, ["Nuit calme"])
    assert line == 0
    assert tour is not None
    assert tour.steps == (TourStep(8, 100), TourStep(10, 101), TourStep(20, None, "Nuit calme"))
    assert write_tour(tour, {100: 12, 101: 13}.get) == "12 8\n13 10\nNuit calme 20"
    assert read_tour("t", "12 8\n99 5", numbers.get, []) == (None, 2)


def _alarm(rig: WallRig, alarm_id: int, number: int, **changes: object) -> Alarm:
    camera = rig.bench.stores.assets.get(rig.camera(number))
    assert camera is not None
    alarm = Alarm(
        id=alarm_id,
        asset_id=camera.id,
        kind="tamper",
        priority=Priority.P1,
        shown=ShownState.B_UNACK,
        annunciation=Annunciation.UNACK,
        is_active=True,
        raised_at=sample_city.NOW,
        class_="camera",
        asset_name=camera.name,
        lon=camera.lon,
        lat=camera.lat,
    )
    return msgspec.structs.replace(alarm, **changes)


async def _tell(rig: WallRig, *alarms: Alarm) -> None:
    rig.bench.stores.alarms.apply(TOPIC, AlarmsBody(alarms=alarms), is_snapshot=False)
    rig.bench.stores.flush()
    await rig.bench.work_done()


def _quiet(rig: WallRig) -> None:
    for alarm in list(rig.bench.stores.alarms.standing()):
        acked = msgspec.structs.replace(alarm, annunciation=Annunciation.ACKED, shown=ShownState.C_ACKED)
        rig.bench.stores.alarms.apply(TOPIC, AlarmsBody(alarms=(acked,)), is_snapshot=False)
    rig.bench.stores.flush()


async def test_an_alarm_comes_to_the_first_tile_with_its_words_and_goes_when_acknowledged(rig: WallRig) -> None:
    _quiet(rig)
    rig.press(Qt.Key.Key_A)
    rig.panel.dressing.forget_touch(0)
    await _tell(rig, _alarm(rig, 900_001, 21))
    assert _numbers(rig)[0] == "21"
    shown = rig.panel.tiles[0].words.alarm
    assert shown is not None
    assert shown.priority is Priority.P1
    assert shown.text.startswith("Camera covered or moved · ")
    acked = _alarm(rig, 900_001, 21, annunciation=Annunciation.ACKED, shown=ShownState.C_ACKED)
    await _tell(rig, acked)
    assert _numbers(rig) == ["1", "3", "5", "7"]
    assert rig.panel.tiles[0].words.alarm is None


async def test_the_tile_that_is_operated_is_not_taken_and_it_is_said(rig: WallRig) -> None:
    _quiet(rig)
    rig.panel.alarming.turn(is_on=True)
    rig.panel.tiles[0].show_part(rig.panel.tiles[0].zoom.zoomed(2))
    rig.panel.wall.lay_out(even(1))
    rig.panel.desk.arrange()
    await _tell(rig, _alarm(rig, 900_001, 21))
    assert _numbers(rig) == ["1"]
    assert "not shown: you are working in the tile" in rig.panel.notice.text
    rig.panel.tiles[0].show_part(WHOLE)
    rig.panel.dressing.forget_touch(0)
    rig.panel.alarming.refresh()
    assert _numbers(rig) == ["21"]
    assert rig.panel.notice.text == ""


async def test_an_alarm_camera_that_was_elsewhere_leaves_its_place_to_what_it_covers(rig: WallRig) -> None:
    _quiet(rig)
    rig.panel.alarming.turn(is_on=True)
    await _tell(rig, _alarm(rig, 900_001, 7))
    numbers = _numbers(rig)
    assert numbers[0] == "7"
    assert "1" in numbers
    assert len(set(numbers)) == 4


async def test_the_last_half_minute_is_framed_worded_and_timed_and_one_key_is_live_again(rig: WallRig) -> None:
    rig.panel.focus_first()
    live = rig.tile_ids(0)[0]
    rig.press(Qt.Key.Key_R)
    past = next(name for name in rig.tile_ids(0) if name != live)
    assert rig.pictures.played[-1][:2] == (past, sample_city.NOW.timestamp() - 30)
    assert live not in rig.pictures.decoded
    assert rig.panel.tiles[0].words.past.startswith("PAST")
    rig.panel.stage.poll()
    assert "−30 s" in rig.panel.tiles[0].words.past
    assert not rig.panel.tiles[0].is_live
    edge = rig.panel.tiles[0].grab().toImage().pixelColor(1, 200)
    assert edge.name().upper() == rig.bench.context.palette.replay
    rig.press(Qt.Key.Key_R)
    assert rig.pictures.played[-1][1] == sample_city.NOW.timestamp() - 60
    rig.press(Qt.Key.Key_L)
    assert rig.tile_ids(0) == [live]
    assert live in rig.pictures.decoded
    assert rig.panel.tiles[0].words.past == ""


async def test_a_recording_that_needs_a_reason_asks_for_it_and_the_period_is_bounded(rig: WallRig) -> None:
    rig.panel.focus_first()
    rig.press(Qt.Key.Key_R)
    access = next(iter(rig.pictures.footage.values()))
    ticket = await access(sample_city.NOW.timestamp() - 30)
    assert ticket.ticket == "sample"
    camera, request = rig.bench.client.footage_viewed[-1]
    assert camera == rig.camera(1)
    assert request.until - request.since <= dt.timedelta(minutes=5)
    needed = Problem(type="urn:beffroi:problem:purpose-needed", title="Say why.", status=409, detail="")
    rig.bench.client.refusal = RequestRefused(409, "Say why.", "", needed)
    with pytest.raises(NoAddress):
        await access(sample_city.NOW.timestamp() - 30)
    assert not rig.panel.purpose.isHidden()
    rig.bench.client.refusal = None
    rig.panel.purpose.reason.setText("Vol place Darcy")
    QTest.keyClick(rig.panel.purpose.reason, Qt.Key.Key_Return)
    await rig.bench.work_done()
    assert rig.panel.purpose.isHidden()
    assert rig.panel.purpose.button.text().startswith("Vol place")


async def test_leaving_the_reason_unsaid_is_live_again_and_what_is_written_is_not_wiped_by_the_next_try(
    rig: WallRig,
) -> None:
    rig.panel.stage.widget_of(2).setFocus()
    rig.press(Qt.Key.Key_R, tile=2)
    access = next(iter(rig.pictures.footage.values()))
    needed = Problem(type="urn:beffroi:problem:purpose-needed", title="Say why.", status=409, detail="")
    rig.bench.client.refusal = RequestRefused(409, "Say why.", "", needed)
    with pytest.raises(NoAddress, match=r"Say first why you watch \(W\)"):
        await access(sample_city.NOW.timestamp() - 30)
    rig.panel.purpose.reason.setText("Vol pl")
    with pytest.raises(NoAddress):
        await access(sample_city.NOW.timestamp() - 30)
    assert rig.panel.purpose.reason.text() == "Vol pl"
    QTest.keyClick(rig.panel.purpose.reason, Qt.Key.Key_Escape)
    rig.bench.client.refusal = None
    assert rig.panel.purpose.isHidden()
    assert rig.panel.wall.chosen == 2
    assert rig.panel.tiles[2].hasFocus()
    assert rig.panel.tiles[2].words.past == ""
    assert rig.panel.tiles[2].is_live


async def test_a_reason_given_fetches_what_was_refused_at_once(rig: WallRig) -> None:
    rig.panel.stage.widget_of(2).setFocus()
    rig.press(Qt.Key.Key_R, tile=2)
    before = next(iter(rig.pictures.footage))
    rig.panel.purpose.ask()
    rig.panel.purpose.reason.setText("Vol place Darcy")
    QTest.keyClick(rig.panel.purpose.reason, Qt.Key.Key_Return)
    await rig.bench.work_done()
    assert rig.pictures.played[-1][0] != before
    assert rig.panel.tiles[2].hasFocus()


async def test_a_form_that_closes_leaves_the_chosen_tile_chosen(rig: WallRig) -> None:
    rig.panel.stage.widget_of(2).setFocus()
    rig.panel.acts.heads.ask_preset(rig.bench.asset("CAM-005"))
    assert rig.panel.form.name.hasFocus()
    QTest.keyClick(rig.panel.form.name, Qt.Key.Key_Escape)
    assert rig.panel.wall.chosen == 2
    assert rig.panel.tiles[2].hasFocus()


async def test_the_alarm_in_the_tile_one_works_with_is_told_there_and_empties_no_tile(rig: WallRig) -> None:
    _quiet(rig)
    rig.panel.alarming.turn(is_on=True)
    rig.panel.dressing.touched(2)
    await _tell(rig, _alarm(rig, 900_001, 5))
    assert _numbers(rig)[2] == "5"
    assert rig.panel.tiles[2].words.alarm is not None
    assert all(_numbers(rig))
    rig.panel.dressing.forget_touch(2)
    rig.panel.dressing.touched(0)
    rig.panel.alarming.refresh()
    assert all(_numbers(rig))


async def test_v_opens_the_alarms_moment_and_in_the_past_the_picture_one_sees(rig: WallRig) -> None:
    wishes: list[MomentWish] = []
    rig.bench.stores.moments.moment_wished.connect(wishes.append)
    _quiet(rig)
    rig.panel.focus_first()
    rig.press(Qt.Key.Key_V)
    assert (wishes[-1].at, wishes[-1].camera_ids) == (sample_city.NOW - dt.timedelta(seconds=30), (rig.camera(1),))
    raised_at = sample_city.NOW - dt.timedelta(minutes=7)
    await _tell(rig, _alarm(rig, 900_001, 1, raised_at=raised_at))
    rig.press(Qt.Key.Key_V)
    assert wishes[-1].at == raised_at - BEFORE
    rig.press(Qt.Key.Key_R)
    rig.panel.stage.poll()
    rig.press(Qt.Key.Key_V)
    assert wishes[-1].at == sample_city.NOW - dt.timedelta(seconds=30)
    assert rig.bench.opened == ["footage"] * 3
    rig.bench.stores.moments.moment_wished.disconnect(wishes.append)


async def test_a_snapshot_is_kept_under_a_name_with_its_time(rig: WallRig, tmp_path: Path) -> None:
    rig.panel.focus_first()
    rig.press(Qt.Key.Key_S)
    await rig.bench.work_done()
    dialog = rig.panel.widget.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert not dialog.isModal()
    file = tmp_path / "still.jpg"
    dialog.fileSelected.emit(str(file))
    dialog.close()
    assert file.read_bytes().startswith(b"\xff\xd8")
    assert str(file) in rig.panel.notice.text
    assert [path.name for path in tmp_path.iterdir()] == ["still.jpg"]
    camera = rig.bench.asset("CAM-001")
    name = still_name(camera, dt.datetime(2026, 3, 1, 22, 4, 5, tzinfo=dt.UTC), dt.UTC)
    assert name == "1_CAM-001_2026-03-01_22-04-05.jpg"
    hostile = msgspec.structs.replace(camera, code="../../etc/passwd\n")
    assert "/" not in still_name(hostile, sample_city.NOW)


async def test_a_wall_is_kept_shared_shown_again_and_forgotten(rig: WallRig) -> None:
    panel, shelf = rig.panel, rig.bench.stores.wall_shelf
    panel.keeping.ask(WallKind.SCENE)
    panel.form.name.setText("Marché")
    panel.form.shared.setChecked(True)
    QTest.keyClick(panel.form.name, Qt.Key.Key_Return)
    await rig.bench.work_done()
    kept = shelf.named("Marché")
    assert kept is not None
    assert kept.is_shared
    assert "shared with your team" in panel.notice.text
    panel.bar.layout_wanted.emit(even(1))
    panel.bar.wall_wanted.emit(kept)
    assert panel.wall.scene == kept.value
    panel.bar.deletion_wanted.emit(kept)
    await rig.bench.work_done()
    assert shelf.named("Marché") is None


async def test_a_tour_that_names_no_camera_stays_open_until_it_is_right(rig: WallRig) -> None:
    panel = rig.panel
    panel.keeping.ask_tour(None)
    assert panel.form.text.toPlainText() == "1 10\n3 10\n5 10\n7 10"
    panel.form.name.setText("Ronde")
    panel.form.text.setPlainText("1 5\n4711 5")
    QTest.keyClick(panel.form.name, Qt.Key.Key_Return)
    assert "Line 2" in panel.notice.text
    assert not panel.form.isHidden()
    panel.form.text.setPlainText("1 5\n3 5")
    QTest.keyClick(panel.form.name, Qt.Key.Key_Return)
    await rig.bench.work_done()
    kept = rig.bench.stores.wall_shelf.named("Ronde", WallKind.TOUR)
    assert kept is not None
    panel.bar.wall_wanted.emit(kept)
    assert panel.touring.run.is_on
    panel.acts.do(Act.TOUR_PAUSE)
    assert _state(rig) is TourState.PAUSED


async def test_an_alarm_stops_the_tour_and_its_acknowledgement_lets_it_go_on(rig: WallRig) -> None:
    _quiet(rig)
    rig.panel.touring.start(of_cameras("Gare", (rig.camera(9), rig.camera(11)), 10), 3)
    rig.panel.alarming.turn(is_on=True)
    await _tell(rig, _alarm(rig, 900_001, 21))
    assert _state(rig) is TourState.PAUSED
    assert "stopped by an alarm" in rig.panel.touring.words
    await _tell(rig, _alarm(rig, 900_001, 21, annunciation=Annunciation.ACKED, shown=ShownState.C_ACKED))
    assert _state(rig) is TourState.RUNNING


async def test_an_alarm_dragged_onto_a_tile_shows_the_camera_that_sees_it(rig: WallRig) -> None:
    cabinet = rig.bench.asset("ARM-003")
    rig.panel.tiles[2].place_dropped.emit(cabinet.id)
    await rig.bench.work_done()
    nearest = (await rig.bench.client.nearest_cameras(cabinet.lon, cabinet.lat)).items[0]
    assert rig.panel.wall.cameras[2] == nearest.asset.id


async def test_a_wall_with_vacant_tiles_does_not_search_the_city_at_every_tick(
    rig: WallRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[int] = []

    def central(count: int, _besides: object) -> tuple[int, ...]:
        searched.append(count)
        return ()

    monkeypatch.setattr(rig.panel.desk.presenter, "central", central)
    rig.panel.bar.layout_wanted.emit(even(36))
    for _ in range(20):
        rig.bench.stores.states.changed_since_tick.emit(rig.bench.stores.states.all())
    assert len(searched) <= 1
