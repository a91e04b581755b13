"""The way in says what happens and shows the first password once."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from console.kit.translations import Translations
from console.shell.login_window import LoginWindow
from tests.ear import Ear
from widgets.look import load_palette


@pytest.fixture
def window(qtbot: QtBot) -> LoginWindow:
    shown = LoginWindow(load_palette("dark"), Translations("en"))
    qtbot.addWidget(shown)
    shown.set_busy(False)
    return shown


def test_enter_sends_once_and_the_password_does_not_stay_on_screen(window: LoginWindow, qtbot: QtBot) -> None:
    sent = Ear()
    window.login_requested.connect(sent)
    window.user.setText("c.moreau")
    window.password.setText("secret")
    QTest.keyClick(window.password, Qt.Key.Key_Return)
    assert sent.heard == [("c.moreau", "secret")]
    assert window.password.text() == ""


def test_an_empty_field_is_told(window: LoginWindow, qtbot: QtBot) -> None:
    QTest.mouseClick(window.button, Qt.MouseButton.LeftButton)
    assert window.status_text == "Enter a user name and a password."


def test_the_first_password_is_shown_with_whose_it_is(window: LoginWindow) -> None:
    window.show_first_password("admin", "corbeau-talus")
    assert "corbeau-talus" in [label.text() for label in window.findChildren(QLabel)]
    assert window.user.text() == "admin"


def test_a_demo_account_is_one_click(window: LoginWindow, qtbot: QtBot) -> None:
    window.show_demo_accounts({"operateur": "demo-pass"})
    button = next(item for item in window.findChildren(QPushButton) if item.text() == "operateur")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (window.user.text(), window.password.text()) == ("operateur", "demo-pass")


def test_while_an_answer_is_awaited_nothing_is_sent_twice(window: LoginWindow, qtbot: QtBot) -> None:
    sent = Ear()
    window.login_requested.connect(sent)
    window.user.setText("c.moreau")
    window.password.setText("secret")
    window.set_busy(True)
    QTest.mouseClick(window.button, Qt.MouseButton.LeftButton)
    assert sent.heard == []


def test_memory_only_is_said(window: LoginWindow) -> None:
    window.show_memory_only("No keyring.")
    assert window.memory_text == "No keyring."
