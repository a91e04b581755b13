"""Ctrl+K: from anywhere to anything, by the keyboard alone."""

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from console.kit.errors import BackendSilent, RequestRefused
from console.shell.palette import palette
from contract.places import PlaceHits
from tests.console.conftest import Bench
from tests.console.shell.palette_bench import HandyDesk
from tests.eventually import eventually
from widgets.palette_box import PaletteBox


@pytest.fixture
async def handy(bench: Bench, qtbot: QtBot) -> AsyncIterator[HandyDesk]:
    made = HandyDesk(bench)
    await made.open()
    made.desk.screens[0].activateWindow()
    yield made
    await made.close()


def box_of(handy: HandyDesk) -> PaletteBox:
    palette = handy.at_hand.palette
    assert palette is not None
    assert palette.box is not None
    return palette.box


async def opened(handy: HandyDesk) -> PaletteBox:
    target = QApplication.focusWidget() or handy.desk.screens[0]
    QTest.keyClick(target, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    await eventually(lambda: handy.at_hand.palette is not None and handy.at_hand.palette.is_open)
    return box_of(handy)


async def typed(handy: HandyDesk, text: str) -> PaletteBox:
    box = await opened(handy)
    QTest.keyClicks(box.field, text)
    await eventually(lambda: bool(box.lines) or not box.words.isHidden())
    await handy.bench.work_done()
    while handy.tasks.running_count:
        await eventually(lambda: not handy.tasks.running_count)
    return box


def labels(box: PaletteBox) -> list[str]:
    return [label for _, label in box.lines]


async def test_it_opens_from_a_panel_and_gives_the_keyboard_back(handy: HandyDesk) -> None:
    before = QApplication.focusWidget()
    box = await opened(handy)
    assert box.field.hasFocus()
    assert "camera" in box.words.text()  # an empty field says what one can type
    QTest.keyClick(box.field, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is before
    assert handy.at_hand.palette is not None
    assert not handy.at_hand.palette.is_open


async def test_it_opens_while_one_types_in_a_field_that_has_its_own_use_for_the_key(handy: HandyDesk) -> None:
    field = QLineEdit("abc", handy.desk.screens[0])
    field.show()
    field.setFocus()
    field.setCursorPosition(0)
    box = await opened(handy)
    assert box.field.hasFocus()
    assert field.text() == "abc"


async def test_it_covers_no_alarm_bar_and_is_not_modal(handy: HandyDesk) -> None:
    box = await opened(handy)
    bar = handy.desk.screens[0].alarm_bar
    assert (
        not bar.rect()
        .translated(bar.mapToGlobal(bar.rect().topLeft()))
        .intersects(box.rect().translated(box.mapToGlobal(box.rect().topLeft())))
    )
    assert QApplication.activeModalWidget() is None
    assert QApplication.activePopupWidget() is None


async def test_a_camera_s_number_selects_that_camera(handy: HandyDesk) -> None:
    camera = next(asset for asset in handy.bench.client.assets.values() if asset.class_ == "camera" and asset.number)
    box = await typed(handy, f"cam {camera.number}")
    assert box.current_key == f"asset:{camera.id}"
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    assert handy.bench.stores.selection.asset_id == camera.id


async def test_ctrl_enter_puts_the_camera_into_the_chosen_tile(handy: HandyDesk) -> None:
    camera = next(asset for asset in handy.bench.client.assets.values() if asset.class_ == "camera" and asset.number)
    asked: list[object] = []
    handy.bench.stores.selection.cameras_requested.connect(asked.append)
    box = await typed(handy, f"cam {camera.number}")
    QTest.keyClick(box.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked == [(camera.id,)]


async def test_a_panel_is_opened_by_its_name_in_either_language_with_a_slip(handy: HandyDesk) -> None:
    for text in ("journal", "jounral", "approvals", "approbations"):
        box = await typed(handy, text)
        assert box.current_key in {"panel:journal", "panel:approvals"}, (text, box.lines[:4])
        QTest.keyClick(box.field, Qt.Key.Key_Return)
    assert handy.desk.panel("approvals") is not None


async def test_a_command_of_the_menus_is_given_and_shows_its_key(handy: HandyDesk) -> None:
    box = await typed(handy, "leave the console")
    assert box.current_key == "command:menu.leave"
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    assert handy.left == ["leave"]


async def test_an_alarm_is_found_by_its_words_and_gone_to(handy: HandyDesk) -> None:
    alarm = handy.bench.stores.alarms.most_urgent()
    assert alarm is not None
    box = await typed(handy, "fire alram")
    assert box.current_key == f"alarm:{alarm.id}"
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    assert (handy.bench.stores.selection.alarm_id, handy.bench.stores.selection.asset_id) == (alarm.id, alarm.asset_id)


async def test_what_a_panel_does_is_done_there(handy: HandyDesk) -> None:
    """The map reads its key itself; that of the alarms' filter is a shortcut of Qt's."""
    handy.bench.stores.selection.select(None)
    box = await typed(handy, "next alarm shift previous")
    assert box.current_key == "act:map:keys.map.next_alarm"
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    assert handy.bench.stores.selection.asset_id is not None
    box = await typed(handy, "filter alarms")
    assert box.current_key == "act:alarms:keys.alarms.filter"
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    alarms, holder = handy.desk.panel("alarms"), QApplication.focusWidget()
    assert alarms is not None
    assert isinstance(holder, QLineEdit)
    assert alarms.panel.widget.isAncestorOf(holder)


async def test_what_a_panel_does_that_is_not_open_yet_opens_it_in_sight(handy: HandyDesk) -> None:
    box = await typed(handy, "by commune by equipment")
    assert box.current_key == "act:area:keys.area.group"
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    area = handy.desk.panel("area")
    assert area is not None
    assert area.is_in_sight


async def test_help_on_a_panel_opens_its_keys(handy: HandyDesk) -> None:
    box = await typed(handy, "help keys map")
    assert box.current_key == "help:map"
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    window = handy.at_hand.help.window
    assert window is not None
    assert window.table.current_id.startswith("map:")


async def test_what_was_taken_last_stands_first_at_every_seat(handy: HandyDesk) -> None:
    for text in ("journal", "approvals"):
        box = await typed(handy, text)
        QTest.keyClick(box.field, Qt.Key.Key_Return)
    kept = handy.bench.client.kept_settings
    await eventually(lambda: "palette" in kept and "approvals" in kept["palette"].content)
    box = await opened(handy)
    assert [key for key, _ in box.lines] == ["panel:approvals", "panel:journal"]
    other = HandyDesk(handy.bench)
    await other.open()
    assert other.at_hand.palette is not None
    other.at_hand.show_palette()
    assert [key for key, _ in box_of(other).lines] == ["panel:approvals", "panel:journal"]
    await other.close()


async def test_nothing_found_says_what_to_do(handy: HandyDesk) -> None:
    box = await typed(handy, "qqxxyy")
    assert box.lines == []
    assert "Nothing answers" in box.words.text()


async def test_while_the_backend_is_silent_panels_and_commands_are_still_found(handy: HandyDesk) -> None:
    async def silent(*_args: object, **_named: object) -> PlaceHits:
        raise BackendSilent("no answer")

    handy.bench.client.places = silent  # type: ignore[method-assign]  # a link that is lost
    box = await typed(handy, "journal")
    assert box.current_key == "panel:journal"
    assert "equipment" in box.words.text()


async def test_what_the_backend_could_not_answer_yet_is_asked_again_by_itself(
    handy: HandyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first search may come before the backend's index is made."""
    monkeypatch.setattr(palette, "_AGAIN_S", 0.05)
    answer, asked = handy.bench.client.places, list[str]()

    async def not_yet(text: str, *, near: tuple[float, float] | None = None, limit: int = 20) -> PlaceHits:
        asked.append(text)
        if len(asked) < 3:
            raise BackendSilent("no answer")
        return await answer(text, near=near, limit=limit)

    monkeypatch.setattr(handy.bench.client, "places", not_yet)
    box = await typed(handy, "liberte")
    assert "asked again" in box.words.text()

    def is_whole() -> bool:
        QApplication.processEvents()  # the clock of the screen
        return "asked again" not in box.words.text()

    await eventually(is_whole)
    assert len(asked) == 3
    assert box.field.text() == "liberte"


async def test_what_was_refused_is_not_asked_again(handy: HandyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_args: object, **_named: object) -> PlaceHits:
        raise RequestRefused(403, "Forbidden")

    monkeypatch.setattr(handy.bench.client, "places", refused)
    box = await typed(handy, "liberte")
    assert "equipment" in box.words.text()
    assert "asked again" not in box.words.text()


async def test_up_down_and_tab_walk_and_the_chosen_line_stays_chosen(handy: HandyDesk) -> None:
    box = await typed(handy, "map")
    first = box.current_key
    QTest.keyClick(box.field, Qt.Key.Key_Down)
    second = box.current_key
    assert second not in {"", first}
    QTest.keyClick(box.field, Qt.Key.Key_Up)
    assert box.current_key == first
    QTest.keyClick(box.field, Qt.Key.Key_Tab)
    assert box.current_key not in {"", first}
    assert box.field.hasFocus()
