"""The camera wall: numbers, drops, refusals, hands on the head."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.kit.errors import BackendSilent, RequestRefused
from console.kit.video import NoAddress, PictureState
from console.panels.cameras.panel import CamerasPanel
from console.panels.cameras.presenter import CamerasPresenter
from console.store.wall.wall import Wall
from contract.stream import Visual
from tests.console.conftest import Bench
from tools.screenshots import sample_city


def test_cameras_that_are_shown_already_stay_in_their_tiles() -> None:
    wall = Wall(4)
    wall.put_all((1, 2, 3, 4))
    wall.put_all((9, 3, 1))
    assert wall.cameras[:4] == [1, 9, 3, 4]
    assert wall.chosen == 1


def test_a_camera_stands_in_one_tile_only() -> None:
    wall = Wall(4)
    wall.put(0, 7)
    wall.put(3, 7)
    assert wall.cameras[:4] == [None, None, None, 7]


def test_a_smaller_grid_keeps_its_cameras_for_later() -> None:
    wall = Wall(9)
    wall.put(8, 5)
    wall.choose(8)
    wall.resize(4)
    assert wall.chosen == 3
    assert wall.cameras[8] == 5


async def test_a_typed_number_and_enter_put_the_camera_into_the_chosen_tile(bench: Bench, qtbot: QtBot) -> None:
    panel = CamerasPanel(bench.context)
    qtbot.addWidget(panel.widget)
    panel.widget.show()
    panel.wall.choose(2)
    QTest.keyClick(panel.tiles[2], Qt.Key.Key_9)
    assert panel.bar.number.text() == "9"
    QTest.keyClick(panel.bar.number, Qt.Key.Key_Return)
    assert panel.wall.cameras[2] == bench.asset("CAM-009").id
    assert panel.tiles[2].caption.startswith("9 · ")
    panel.bar.number.setText("4711")
    QTest.keyClick(panel.bar.number, Qt.Key.Key_Return)
    assert "4711" in panel.notice.text
    panel.close()
    await bench.work_done()


async def test_a_lamp_is_no_camera(bench: Bench, qtbot: QtBot) -> None:
    panel = CamerasPanel(bench.context)
    qtbot.addWidget(panel.widget)
    before = list(panel.wall.cameras)
    panel.tiles[1].asset_dropped.emit(bench.asset("PL-004-12").id)
    assert panel.wall.cameras == before
    assert "not a camera" in panel.notice.text
    panel.close()


async def test_each_connection_asks_for_a_fresh_ticket_and_a_refusal_is_said_in_words(bench: Bench) -> None:
    presenter = CamerasPresenter(bench.stores.assets, bench.stores.states, bench.client, bench.context.texts)
    camera = bench.asset("CAM-009")
    assert (await presenter.address(camera.id, "sub")).startswith("rtsp://")
    bench.client.refusal = RequestRefused(403, "Forbidden", "Not your commune.")
    with pytest.raises(NoAddress, match="Not your commune"):
        await presenter.address(camera.id, "sub")


async def test_holding_moves_and_letting_go_stops_the_same_camera(bench: Bench, qtbot: QtBot) -> None:
    panel = CamerasPanel(bench.context)
    qtbot.addWidget(panel.widget)
    camera = bench.asset("CAM-009")
    panel.put(0, camera.id)
    panel.tiles[0].move_requested.emit(0.5, 0.0, 0.0)
    await bench.work_done()
    panel.tiles[0].stop_requested.emit()
    await bench.work_done()
    assert [(command.action, command.asset_id) for command in bench.client.commands_sent] == [
        ("ptz_move", camera.id),
        ("ptz_stop", camera.id),
    ]
    assert bench.client.commands_sent[0].arguments == {"pan": 0.5, "tilt": 0.0, "zoom": 0.0}
    panel.close()


async def test_a_stop_is_not_lost_while_a_move_is_on_its_way(bench: Bench, qtbot: QtBot) -> None:
    panel = CamerasPanel(bench.context)
    qtbot.addWidget(panel.widget)
    panel.put(0, bench.asset("CAM-009").id)
    panel.tiles[0].move_requested.emit(0.5, 0.0, 0.0)
    panel.tiles[0].move_requested.emit(0.9, 0.0, 0.0)
    panel.tiles[0].stop_requested.emit()
    await bench.work_done()
    assert bench.client.commands_sent[-1].action == "ptz_stop"
    panel.close()


async def test_a_wall_nobody_arranged_shows_cameras_that_answer(bench: Bench, qtbot: QtBot) -> None:
    panel = CamerasPanel(bench.context)
    qtbot.addWidget(panel.widget)
    shown = panel.wall.cameras[:4]
    assert None not in shown
    silent = {Visual.UNKNOWN, Visual.STALE}
    assert all(bench.stores.states.visual_of(camera) not in silent for camera in shown if camera is not None)
    panel.close()


async def test_a_tile_that_was_emptied_stays_empty_also_in_the_next_wall(bench: Bench, qtbot: QtBot) -> None:
    panel = CamerasPanel(bench.context)
    qtbot.addWidget(panel.widget)
    panel.tiles[1].close_requested.emit()
    bench.stores.states.changed_since_tick.emit(bench.stores.states.all())
    assert panel.wall.cameras[1] is None
    kept, held = panel.state(), list(panel.wall.cameras)
    panel.close()
    again = CamerasPanel(bench.context)
    qtbot.addWidget(again.widget)
    again.take_state(kept)
    assert again.wall.cameras == held
    again.close()


async def test_a_silent_backend_is_not_called_a_refusal(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(*_ignored: object) -> None:
        raise BackendSilent("no")

    monkeypatch.setattr(bench.client, "view", silent)
    presenter = CamerasPresenter(bench.stores.assets, bench.stores.states, bench.client, bench.context.texts)
    with pytest.raises(NoAddress) as refused:
        await presenter.address(bench.asset("CAM-009").id, "sub")
    said = presenter.state_text(PictureState.REFUSED, str(refused.value), sample_city.NOW)
    assert said == "No picture: the backend does not answer."
