"""The field to find something: what is asked, what is shown, what keys do."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.kit.translations import Translations
from widgets.find_box import FindBox, Found
from widgets.frame_clock import FrameClock
from widgets.look import load_palette

FOUND = (
    Found("12", "12 · Place Darcy", "Camera", "Cameras", "mdi6.cctv"),
    Found("s1", "Rue de la Liberté", "Dijon", "Streets", "mdi6.road-variant"),
    Found("s2", "Rue de la Libération", "Chenôve", "Streets", "mdi6.road-variant"),
)


@pytest.fixture
def box(qtbot: QtBot) -> Iterator[FindBox]:
    clock = FrameClock()
    over = QWidget()
    over.resize(900, 600)
    field = FindBox(load_palette("dark"), Translations("en"), clock, over)
    column = QVBoxLayout(over)
    column.addWidget(field)
    column.addStretch(1)
    qtbot.addWidget(over)
    over.show()
    qtbot.waitExposed(over)
    yield field
    field.rest()
    over.hide()
    clock.close()


def type_in(qtbot: QtBot, box: FindBox, words: str) -> None:
    asked: list[str] = []
    box.asked.connect(asked.append)
    QTest.keyClicks(box, words)
    qtbot.waitUntil(lambda: asked == [words.strip()], timeout=2000)


def test_it_asks_once_when_the_hand_rests(qtbot: QtBot, box: FindBox) -> None:
    heard: list[str] = []
    box.asked.connect(heard.append)
    type_in(qtbot, box, "liberte ")
    assert heard == ["liberte"]


def test_results_stand_in_groups_and_are_walked_by_keys(qtbot: QtBot, box: FindBox) -> None:
    type_in(qtbot, box, "12")
    pointed: list[str] = []
    box.pointed_at.connect(pointed.append)
    box.show_found("12", FOUND)
    assert box.is_open
    assert [box.list.item(row).text().split("\n")[0] for row in range(box.list.count())] == [
        "Cameras", "12 · Place Darcy", "Streets", "Rue de la Liberté", "Rue de la Libération",
    ]  # fmt: skip
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Down)  # the last one stays
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert pointed == ["12", "s1", "s2", "s1"]
    taken: list[str] = []
    box.taken.connect(taken.append)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert taken == ["s1"]
    assert not box.is_open


def test_an_answer_to_other_words_is_dropped(qtbot: QtBot, box: FindBox) -> None:
    type_in(qtbot, box, "liberte")
    box.show_found("lib", FOUND)
    assert not box.is_open


def test_enter_never_takes_what_was_found_for_other_words(qtbot: QtBot, box: FindBox) -> None:
    type_in(qtbot, box, "12")
    box.show_found("12", FOUND)
    QTest.keyClicks(box, "3")
    taken: list[str] = []
    asked: list[str] = []
    box.taken.connect(taken.append)
    box.asked.connect(asked.append)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert asked == ["123"]
    assert taken == []


def test_nothing_found_says_what_to_do(qtbot: QtBot, box: FindBox) -> None:
    type_in(qtbot, box, "zzz")
    box.show_found("zzz", (), "Nothing is called that.")
    assert box.is_open
    assert box.words.text() == "Nothing is called that."
    assert not box.list.isVisible()


def test_escape_closes_the_list_then_empties_the_field_which_asks_for_nothing(qtbot: QtBot, box: FindBox) -> None:
    type_in(qtbot, box, "12")
    box.show_found("12", FOUND)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert not box.is_open
    assert box.text() == "12"
    asked: list[str] = []
    box.asked.connect(asked.append)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert asked == [""]
    assert box.text() == ""


def test_the_list_stays_inside_of_a_small_window(qtbot: QtBot, box: FindBox) -> None:
    type_in(qtbot, box, "12")
    box.window().resize(300, 200)
    box.show_found("12", FOUND * 9)
    area = box.window().rect()
    assert area.contains(box.results.geometry())
    box.window().resize(640, 480)
    assert box.window().rect().contains(box.results.geometry())


def test_names_are_plain_text(qtbot: QtBot, box: FindBox) -> None:
    type_in(qtbot, box, "x")
    box.show_found("x", (Found("1", "<b>x</b><img src=y>", "", "Streets", "mdi6.road-variant"),))
    assert box.list.item(1).text() == "<b>x</b><img src=y>"
    assert box.list.item(1).toolTip() == ""


def test_a_narrow_field_says_less_rather_than_half_of_it(qtbot: QtBot, box: FindBox) -> None:
    words = Translations("en")
    box.setFixedWidth(860)
    assert box.placeholderText() == words("find.field")
    box.setFixedWidth(180)
    qtbot.waitUntil(lambda: box.placeholderText() == words("find.short"), timeout=1000)
    box.setFixedWidth(70)
    qtbot.waitUntil(lambda: not box.placeholderText(), timeout=1000)
    assert box.toolTip() == words("find.field")
