"""A panel that is opened while one works comes into sight at once, whichever it is and whatever stands there."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.console.conftest import Bench
from tests.console.shell.palette_bench import HandyDesk

_LOWEST, _NARROWEST = 100, 200


@pytest.mark.parametrize("workspace", ["operator", "supervisor", "liaison", "wall", "wall-4x3", "alarm-wall"])
async def test_every_panel_comes_into_sight_at_once_and_stays_there(bench: Bench, qtbot: QtBot, workspace: str) -> None:
    handy = HandyDesk(bench, workspace)
    await handy.open()
    docks = handy.desk.screens[0].docks
    for panel_id in handy.at_hand.specs:
        was_open = handy.desk.panel(panel_id) is not None
        hosted = handy.desk.open_panel(panel_id)
        assert hosted is not None
        assert hosted.is_in_sight, panel_id
        QApplication.processEvents()
        assert hosted.is_in_sight, panel_id
        size = hosted.panel.widget.size()
        assert size.height() >= _LOWEST, (panel_id, size)
        assert size.width() >= _NARROWEST, (panel_id, size)
        if not was_open:  # each comes to the desk as it was given
            docks.hosted[panel_id].dock.closeRequested.emit()
            QApplication.processEvents()
    await handy.close()


async def test_all_of_them_one_after_another(bench: Bench, qtbot: QtBot) -> None:
    handy = HandyDesk(bench)
    await handy.open()
    for panel_id in handy.at_hand.specs:
        hosted = handy.desk.open_panel(panel_id)
        assert hosted is not None
        assert hosted.is_in_sight, panel_id
        QApplication.processEvents()
        assert hosted.is_in_sight, panel_id
    await handy.close()


async def test_the_board_of_areas_takes_the_keys_as_soon_as_it_is_opened(bench: Bench, qtbot: QtBot) -> None:
    handy = HandyDesk(bench)
    await handy.open()
    hosted = handy.desk.open_panel("area")
    assert hosted is not None
    holder = hosted.panel.widget.window().focusWidget()
    assert holder is not None
    assert hosted.panel.widget.isAncestorOf(holder)
    assert holder.isVisible()
    await handy.close()
