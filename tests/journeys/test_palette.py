"""The palette on the demo city: a street with a slip of the finger, a camera by number; one's own key comes along."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.kit.errors import RequestFailed
from console.shell.palette.commands import command_of
from tests.eventually import eventually
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import Stage
from widgets.palette_box import PaletteBox

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
CTRL = Qt.KeyboardModifier.ControlModifier


def test_an_operator_finds_everything_from_one_field_and_sets_his_keys(
    stage: Stage, qapp: QApplication, tmp_path: Path
) -> None:
    async def story() -> None:
        await stage.is_alive()
        async with seated(stage, qapp, tmp_path, "operator1") as seat:
            await eventually(lambda: _is_indexed(seat), "the backend knows its streets", 120)
            await _finds_a_street(seat)
            await _finds_a_camera(seat)
            await _sets_a_key(seat)
        async with seated(stage, qapp, tmp_path, "operator1") as seat:
            await _has_his_key(seat)

    play(qapp, story, 280)


async def _is_indexed(seat: Seat) -> bool:
    assert seat.console.connection is not None
    try:
        return bool((await seat.console.connection.requests.places("rue")).items)
    except RequestFailed:
        return False


async def _finds_a_street(seat: Seat) -> None:
    street = next(asset for asset in seat.console.stores.assets.all() if asset.line and len(asset.name) > 12)
    slip = street.name[:-3] + street.name[-2] + street.name[-3] + street.name[-1]
    box = await _typed(seat, slip)
    await eventually(lambda: any(street.name == label for _, label in box.lines), f"{slip} finds {street.name}", 40)
    key = next(key for key, label in box.lines if label == street.name)
    while box.current_key != key:
        seat.press(box.field, Qt.Key.Key_Down)
    before = seat.map.city_map.view.lon_lat
    seat.press(box.field, Qt.Key.Key_Return)
    await eventually(lambda: seat.map.city_map.view.lon_lat != before, "the map goes there")


async def _finds_a_camera(seat: Seat) -> None:
    stores = seat.console.stores
    camera = next(asset for asset in stores.assets.all() if asset.class_ == "camera" and asset.number)
    box = await _typed(seat, f"cam {camera.number}")
    await eventually(lambda: box.current_key == f"asset:{camera.id}", "the camera of that number comes first")
    seat.press(box.field, Qt.Key.Key_Return)
    assert stores.selection.asset_id == camera.id


async def _sets_a_key(seat: Seat) -> None:
    seat.console.at_hand.show_help()
    window = seat.console.at_hand.help.window
    assert window is not None
    window.search.setText(seat.console.texts("menu.full_screen"))
    seat.press(window.table, Qt.Key.Key_Return)
    seat.press(window.form.field, Qt.Key.Key_F, CTRL | Qt.KeyboardModifier.AltModifier)
    await eventually(window.form.keep.isEnabled, "the key is free")
    window.form.keep.click()
    await eventually(lambda: _key_of_full_screen(seat) == "Ctrl+Alt+F", "it has its new key")
    window.close()


async def _has_his_key(seat: Seat) -> None:
    await eventually(lambda: _key_of_full_screen(seat) == "Ctrl+Alt+F", "the key has come along")
    keyboard = seat.console.at_hand.keyboard
    assert await keyboard.keep(type(keyboard.keymap)())
    assert _key_of_full_screen(seat) == "F11"


def _key_of_full_screen(seat: Seat) -> str:
    found = command_of(seat.screen, "menu.full_screen")
    assert found is not None
    return found.shortcut().toString()


async def _typed(seat: Seat, text: str) -> PaletteBox:
    seat.choose("menu.palette")
    palette = seat.console.at_hand.palette
    assert palette is not None
    box = await eventually(lambda: palette.box, "the palette is open")
    assert isinstance(box, PaletteBox)
    QTest.keyClicks(box.field, text)
    await eventually(lambda: bool(box.lines), "there are answers", 40)
    return box
