"""The wall under an operator's hands: layouts, keys, swapping, zoom, what is hidden, what each tile says."""

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.kit.video import PictureState
from console.panels.cameras.keys import Act
from console.panels.cameras.presenter import Wanted, read_number
from console.store.wall.contents import AlarmsTile, MapTile, NoteTile
from tests.console.conftest import Bench
from tests.console.panels.wall_rig import WallRig
from widgets.video_tile import ZoomBox
from widgets.wall_grid import LayoutEditor
from widgets.wall_layout.layout import LayoutKind, even, spotlight

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
async def rig(bench: Bench, qtbot: QtBot) -> AsyncIterator[WallRig]:
    made = WallRig(bench, qtbot)
    made.panel.wall.lay_out(even(4))
    for tile, number in enumerate((1, 3, 5, 7)):
        made.panel.put(tile, made.camera(number))
    made.panel.wall.choose(0)
    made.panel.desk.arrange()
    yield made
    await made.close()


async def test_a_hidden_wall_and_what_a_large_tile_covers_are_not_decoded(rig: WallRig) -> None:
    assert len(rig.pictures.decoded) == 4
    rig.press(Qt.Key.Key_F)
    assert {name.split(".")[1] for name in rig.pictures.decoded} == {"0"}
    rig.press(Qt.Key.Key_F)
    assert {name.split(".")[1] for name in rig.pictures.decoded} == {"0", "1", "2", "3"}
    rig.panel.widget.hide()
    rig.panel.stage.poll()
    assert rig.pictures.decoded == set()
    rig.panel.widget.show()
    rig.panel.stage.poll()
    assert len(rig.pictures.decoded) == 4


async def test_one_large_tile_takes_the_main_stream_without_a_black_picture(rig: WallRig) -> None:
    rig.pictures.comes_at_once = False
    before = rig.tile_ids(0)
    rig.panel.stage.poll()
    rig.press(Qt.Key.Key_F)
    QTest.qWait(5)
    held = rig.panel.stage.streams.held(0)
    assert held == (rig.camera(1), "sub")
    coming = [name for name in rig.tile_ids(0) if name not in before]
    assert len(coming) == 1
    assert rig.panel.tiles[0].has_picture
    assert rig.panel.tiles[0].is_live
    rig.pictures.come(coming[0])
    rig.panel.stage.poll()
    assert rig.panel.stage.streams.held(0) == (rig.camera(1), "main")
    assert rig.tile_ids(0) == coming


async def test_a_camera_without_a_main_stream_goes_on_with_its_sub_stream(rig: WallRig) -> None:
    rig.panel.acts.enlarge(0)
    QTest.qWait(5)
    rig.panel.stage.poll()
    assert rig.panel.stage.streams.held(0) == (rig.camera(1), "main")
    rig.pictures.told[rig.tile_ids(0)[0]](PictureState.NOT_FOUND, "")
    QTest.qWait(5)
    rig.panel.stage.poll()
    assert rig.panel.stage.streams.held(0) == (rig.camera(1), "sub")


async def test_a_number_with_a_tile_goes_there_and_a_tile_that_is_not_there_is_said(rig: WallRig) -> None:
    rig.press(Qt.Key.Key_9)
    field = rig.panel.bar.number
    field.setText("9.3")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert rig.panel.wall.cameras[2] == rig.camera(9)
    assert rig.panel.wall.chosen == 2
    field.setText("9.12")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "no tile 12" in rig.panel.notice.text
    field.setText(".1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert rig.panel.wall.chosen == 0
    assert rig.panel.wall.cameras[0] == rig.camera(1)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12", Wanted(12)),
        ("12.3", Wanted(12, 3)),
        (".3", Wanted(None, 3)),
        ("", None),
        (".", None),
        ("12.", None),
        ("1234567", None),
        ("1.2.3", None),
        ("²", None),
    ],
)
def test_what_is_typed_is_read_or_refused(typed: str, read: Wanted | None) -> None:
    assert read_number(typed) == read


async def test_keys_choose_swap_and_undo(rig: WallRig) -> None:
    rig.panel.focus_first()
    rig.press(Qt.Key.Key_Right, CTRL)
    assert rig.panel.wall.chosen == 1
    rig.press(Qt.Key.Key_Down, CTRL | SHIFT)
    assert rig.panel.wall.cameras[:4] == [rig.camera(n) for n in (1, 7, 5, 3)]
    assert rig.panel.wall.chosen == 3
    rig.press(Qt.Key.Key_Z, CTRL)
    assert rig.panel.wall.cameras[:4] == [rig.camera(n) for n in (1, 3, 5, 7)]


async def test_a_tile_dropped_on_another_changes_places_and_one_of_another_wall_does_not(rig: WallRig) -> None:
    rig.panel.tiles[3].tile_dropped.emit(rig.panel.tiles[0].carried)
    assert rig.panel.wall.cameras[:4] == [rig.camera(n) for n in (7, 3, 5, 1)]
    rig.panel.tiles[3].tile_dropped.emit("somewhere:1")
    rig.panel.tiles[3].tile_dropped.emit("nonsense")
    assert rig.panel.wall.cameras[:4] == [rig.camera(n) for n in (7, 3, 5, 1)]


async def test_zooming_takes_the_main_stream_and_escape_shows_the_whole_picture_again(rig: WallRig) -> None:
    rig.panel.focus_first()
    for _ in range(4):
        rig.press(Qt.Key.Key_PageUp)
    rig.panel.stage.poll()
    assert rig.panel.stage.streams.held(0) == (rig.camera(1), "main")
    shown = rig.pictures.zoomed[rig.tile_ids(0)[0]]
    assert shown[2] == pytest.approx(1 / 1.25**4)
    rig.press(Qt.Key.Key_Right, SHIFT)
    assert rig.pictures.zoomed[rig.tile_ids(0)[0]][0] > shown[0]
    rig.press(Qt.Key.Key_Escape)
    assert rig.panel.tiles[0].zoom.is_whole
    whole = (0.0, 0.0, 1.0, 1.0)
    assert all(rig.pictures.zoomed.get(name, whole) == whole for name in rig.tile_ids(0))


def test_what_is_under_the_pointer_stays_there_and_nothing_is_shown_beyond_the_picture() -> None:
    box = ZoomBox().zoomed(2.0, 0.75, 0.25)
    assert (box.x + 0.75 * box.side, box.y + 0.25 * box.side) == pytest.approx((0.75, 0.25))
    assert box.panned(5, -5) == ZoomBox(0.5, 0.0, 0.5)
    assert box.zoomed(0.1).is_whole
    assert ZoomBox().zoomed(1000).factor == pytest.approx(8)


async def test_marks_say_recording_masks_and_what_is_wrong_with_the_picture(rig: WallRig) -> None:
    rig.points(rig.camera(1), recording=True, is_masked=True, picture_frozen=True)
    words = rig.panel.tiles[0].words
    assert [mark.text for mark in words.marks] == ["picture frozen", "recorded", "privacy masks"]
    assert words.said == "Picture frozen"
    assert "privacy masks" in rig.panel.tiles[0].accessibleDescription()
    rig.points(rig.camera(1), recording_failed=True)
    assert rig.panel.tiles[0].words.said.startswith("NOT recorded")


async def test_a_fixed_camera_is_not_steered(rig: WallRig) -> None:
    rig.points(rig.camera(1), is_ptz=False)
    rig.panel.focus_first()
    QTest.keyPress(rig.panel.tiles[0], Qt.Key.Key_Left)
    QTest.keyRelease(rig.panel.tiles[0], Qt.Key.Key_Left)
    await rig.bench.work_done()
    assert rig.bench.client.commands_sent == []


async def test_a_map_alarms_and_a_note_stand_in_tiles_and_are_kept(rig: WallRig, qtbot: QtBot) -> None:
    for tile, content in ((1, MapTile()), (2, AlarmsTile()), (3, NoteTile("Relève à 21 h"))):
        rig.panel.place(tile, content)
    assert rig.tile_ids(1) == []
    names = [rig.panel.stage.widget_of(tile).accessibleName() for tile in (1, 2, 3)]
    assert names == ["Map of the selection", "Alarms", "Note"]
    kept = rig.panel.state()
    again = WallRig(rig.bench, qtbot, "cameras:2")
    again.panel.take_state(kept)
    assert again.panel.wall.contents[1:4] == [MapTile(), AlarmsTile(), NoteTile("Relève à 21 h")]
    rig.press(Qt.Key.Key_Delete, tile=3)
    assert rig.panel.wall.vacant == [3]
    rig.press(Qt.Key.Key_Z, CTRL, tile=0)
    assert rig.panel.wall.contents[3] == NoteTile("Relève à 21 h")
    await again.close()


async def test_a_layout_cut_by_keys_is_used_at_once_and_undone(rig: WallRig) -> None:
    rig.panel.acts.do(Act.EDIT_LAYOUT)
    editor = rig.panel.stage.grid.findChild(LayoutEditor)
    assert isinstance(editor, LayoutEditor)
    QTest.keyClick(editor, Qt.Key.Key_V)
    assert rig.panel.wall.layout.kind is LayoutKind.FREE
    assert rig.panel.wall.size == 5
    QTest.keyClick(editor, Qt.Key.Key_Right, CTRL)
    QTest.keyClick(editor, Qt.Key.Key_Z, CTRL)
    QTest.keyClick(editor, Qt.Key.Key_Z, CTRL)
    assert rig.panel.wall.layout == even(4)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.isHidden()
    assert rig.panel.wall.cameras[:4] == [rig.camera(n) for n in (1, 3, 5, 7)]


async def test_the_second_wall_keeps_its_cameras_when_an_alarm_is_gone_to_on_the_first(
    rig: WallRig, qtbot: QtBot
) -> None:
    second = WallRig(rig.bench, qtbot, "cameras:2")
    before = list(second.panel.wall.cameras)
    rig.bench.stores.selection.show_cameras((rig.camera(9), rig.camera(11)))
    assert {rig.camera(9), rig.camera(11)} <= set(rig.panel.wall.cameras)
    assert list(second.panel.wall.cameras) == before
    second.panel.tiles[0].chosen.emit()
    rig.bench.stores.selection.show_cameras((rig.camera(13),))
    assert rig.camera(13) in second.panel.wall.cameras
    assert rig.camera(13) not in rig.panel.wall.cameras
    await second.close()


async def test_alt_digits_and_buttons_change_the_layout(rig: WallRig) -> None:
    rig.panel.bar.sizes["16"].click()
    assert rig.panel.wall.layout == even(16)
    rig.panel.bar.layout_wanted.emit(spotlight(7))
    assert rig.panel.wall.size == 8
    assert not rig.panel.bar.sizes["16"].isChecked()


async def test_the_wall_takes_the_whole_screen_and_comes_back(rig: WallRig) -> None:
    rig.panel.focus_first()
    rig.press(Qt.Key.Key_F11, SHIFT)
    assert rig.panel.stage.grid.window() is not rig.window
    rig.press(Qt.Key.Key_Escape)
    assert rig.panel.stage.grid.window() is rig.window


async def test_a_camera_that_is_not_ones_to_see_is_said_so(rig: WallRig) -> None:
    rig.panel.take_state({"size": 4, "cameras": [4_000_000_000, rig.camera(1)]})
    assert "not in your register" in rig.panel.tiles[0].caption
    assert "not yours to see" in rig.panel.tiles[0].state_text
