"""Keys of one's own: they work at once, follow the person, and never do two things unseen."""

from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from console.kit.keymap import EVERYWHERE, KeyAct, Keymap, conflicts
from console.kit.translations import Translations
from console.shell.keyboard import Keyboard
from console.shell.shortcuts.editing import ShortcutEditing, Verdict
from console.shell.shortcuts.key_words import key_text
from console.shell.shortcuts.window import ShortcutWindow, keys_of_fields
from tests.console.conftest import Bench
from tests.console.shell.palette_bench import HandyDesk
from tests.eventually import eventually

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
async def handy(bench: Bench, qtbot: QtBot) -> AsyncIterator[HandyDesk]:
    made = HandyDesk(bench)
    await made.open()
    made.desk.screens[0].activateWindow()
    yield made
    await made.close()


def keyboard_of(handy: HandyDesk) -> Keyboard:
    return handy.at_hand.keyboard


def act_of(handy: HandyDesk, act_id: str) -> KeyAct:
    return next(act for act in keyboard_of(handy).acts(handy.bench.context.texts) if act.id == act_id)


def holder() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


async def with_key(handy: HandyDesk, act_id: str, key: str) -> None:
    keyboard = keyboard_of(handy)
    await keyboard.keep(keyboard.keymap.with_key(act_of(handy, act_id), key))


async def shown(handy: HandyDesk) -> ShortcutWindow:
    QTest.keyClick(holder(), Qt.Key.Key_F1)
    await eventually(lambda: handy.at_hand.help.window is not None)
    window = handy.at_hand.help.window
    assert window is not None
    window.activateWindow()
    return window


async def test_the_keys_that_are_delivered_conflict_nowhere(handy: HandyDesk) -> None:
    acts = keyboard_of(handy).acts(handy.bench.context.texts)
    clashing = conflicts(acts, Keymap())
    assert {act: [other.id for other in others] for act, others in clashing.items()} == {}
    assert len({act.id for act in acts}) == len(acts)


async def test_a_menu_has_its_new_key_at_once_and_the_old_one_is_free(handy: HandyDesk) -> None:
    QTest.keyClick(holder(), Qt.Key.Key_S, CTRL)
    assert handy.left == ["keep"]
    await with_key(handy, "menu.keep_workspace", "Ctrl+Alt+S")
    QTest.keyClick(holder(), Qt.Key.Key_S, CTRL)
    QTest.keyClick(holder(), Qt.Key.Key_S, CTRL | ALT)
    assert handy.left == ["keep", "keep"]


async def test_a_list_that_reads_its_keys_itself_hears_the_new_one_instead(handy: HandyDesk) -> None:
    hosted = handy.desk.open_panel("map")
    assert hosted is not None
    selection = handy.bench.stores.selection
    selection.select(None)
    await with_key(handy, "map:keys.map.next_alarm", "X")
    QTest.keyClick(holder(), Qt.Key.Key_N)
    assert selection.asset_id is None  # given away
    QTest.keyClick(holder(), Qt.Key.Key_X)
    assert selection.asset_id is not None


async def test_two_keys_may_be_exchanged(handy: HandyDesk) -> None:
    hosted = handy.desk.open_panel("map")
    assert hosted is not None
    await with_key(handy, "map:keys.map.next_alarm", "Z")
    await with_key(handy, "map:keys.map.selection", "N")
    handy.bench.stores.selection.select(None)
    QTest.keyClick(holder(), Qt.Key.Key_Z)
    assert handy.bench.stores.selection.asset_id is not None


async def test_letters_of_one_s_own_are_still_typed_into_fields(handy: HandyDesk) -> None:
    hosted = handy.desk.open_panel("alarms")
    assert hosted is not None
    await with_key(handy, "alarms:keys.alarms.acknowledge", "X")
    field = QLineEdit(hosted.panel.widget)
    field.show()
    field.setFocus()
    QTest.keyClicks(field, "xa")
    assert field.text() == "xa"


async def test_keys_follow_the_person_to_the_next_seat_and_are_reset_there(handy: HandyDesk) -> None:
    await with_key(handy, "menu.full_screen", "Ctrl+Alt+F")
    other = HandyDesk(handy.bench)
    await other.open()
    assert other.at_hand.keyboard.keymap.key_of(act_of(other, "menu.full_screen")) == "Ctrl+Alt+F"
    other.at_hand.show_help()
    window = other.at_hand.help.window
    assert window is not None
    window.reset_all.click()
    await eventually(lambda: other.at_hand.keyboard.keymap == Keymap())
    await other.close()


async def test_f1_lists_the_keys_as_they_are_now(handy: HandyDesk) -> None:
    await with_key(handy, "menu.full_screen", "Ctrl+Alt+F")
    window = await shown(handy)
    window.search.setText("full screen")
    item = window.table.topLevelItem(0)
    line = None if item is None else item.child(0)
    assert line is not None
    assert (line.text(0), line.text(1), line.text(2)) == ("Full screen", "Ctrl+Alt+F", "changed, was F11")


async def test_a_key_is_changed_by_the_keyboard_alone(handy: HandyDesk) -> None:
    window = await shown(handy)
    QTest.keyClicks(window.search, "full screen")
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    QTest.keyClick(window.table, Qt.Key.Key_Return)
    assert window.form.isVisible()
    QTest.keyClick(window.form.field, Qt.Key.Key_F, CTRL | ALT)
    await eventually(lambda: "is free" in window.form.verdict.text())
    window.form.keep.click()
    full_screen = act_of(handy, "menu.full_screen")
    await eventually(lambda: keyboard_of(handy).keymap.key_of(full_screen) == "Ctrl+Alt+F")
    assert "shortcuts" in handy.bench.client.kept_settings


async def test_taking_a_key_from_another_act_is_said_before(handy: HandyDesk) -> None:
    window = await shown(handy)
    window.search.setText("full screen")
    QTest.keyClick(window.table, Qt.Key.Key_Return)
    QTest.keyClick(window.form.field, Qt.Key.Key_Q, CTRL)
    await eventually(lambda: "Leave the console" in window.form.verdict.text())
    assert keyboard_of(handy).keymap == Keymap()
    window.form.keep.click()
    await eventually(lambda: bool(keyboard_of(handy).keymap.changed))
    assert keyboard_of(handy).keymap.key_of(act_of(handy, "menu.leave")) == ""


class Editing:
    """Two menus' acts and two panels'."""

    def __init__(self) -> None:
        self.keep = KeyAct("keep", "Keep", EVERYWHERE, "Ctrl+S")
        self.shelve = KeyAct("alarms:s", "Shelve", "alarms", "S")
        self.move = KeyAct("cameras:m", "Move", "cameras", "← →", is_fixed=True)
        self.snapshot = KeyAct("cameras:s", "Snapshot", "cameras", "S")
        acts = (self.keep, self.shelve, self.move, self.snapshot)
        self.editing = ShortcutEditing(
            lambda: acts, {"alarms": "Alarms", "cameras": "Cameras"}, {"Ctrl+C"}, lambda: ["Alt+P"], Translations("en")
        )


@pytest.mark.parametrize(
    ("act", "key", "verdict", "words"),
    [
        ("keep", "Ctrl+B", Verdict.FREE, "free"),
        ("keep", "B", Verdict.REFUSED, "typed"),
        ("keep", "Alt+P", Verdict.REFUSED, "menu"),
        ("keep", "Ctrl+C", Verdict.FREE, "field"),
        ("shelve", "Ctrl+S", Verdict.TAKEN, "Keep"),
        ("snapshot", "Left", Verdict.REFUSED, "Move"),
        ("snapshot", "A", Verdict.FREE, "field"),
    ],
)
def test_what_a_key_would_mean_is_said_in_words(act: str, key: str, verdict: Verdict, words: str) -> None:
    made = Editing()
    tried = made.editing.tried(getattr(made, act), key, Keymap())
    assert tried.verdict is verdict
    assert words in tried.words


def test_a_reset_takes_the_key_back_from_whoever_has_it() -> None:
    made = Editing()
    keymap = made.editing.with_key(made.keep, "Ctrl+B", Keymap())
    keymap = made.editing.with_key(made.shelve, "Ctrl+S", keymap)
    keymap = made.editing.reset(made.keep, keymap)
    assert (keymap.key_of(made.keep), keymap.key_of(made.shelve)) == ("Ctrl+S", "")


def test_keys_are_told_as_they_are_printed() -> None:
    fr = Translations("fr")
    assert [key_text(key, fr) for key in ("Shift+Del", "Ctrl+Return", "Left", "Ctrl+K")] == [
        "Maj+Suppr",
        "Ctrl+Entrée",
        "←",
        "Ctrl+K",
    ]


def test_fields_keep_copy_and_paste_to_themselves(qtbot: QtBot) -> None:
    assert {"Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+A", "Ctrl+Z"} <= keys_of_fields()
