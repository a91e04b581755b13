"""Names and reasons are shown as they were written, in labels and tooltips, whatever they look like (fault row F44)."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from widgets.plain_text import PlainLabel, as_plain, tip

ROOT = Path(__file__).parents[2]
EVIL = (
    "<b>GW-1</b>",
    "<img src='file:///etc/passwd'>",
    "lamp <!-- hidden -->",
    "<h1>P1 FIRE</h1>",
    "<a href='http://127.0.0.1'>click</a>",
    "a < b & c > d",
    "&lt;b&gt;",
    "<qt>two\nlines</qt>",
)


@pytest.mark.parametrize("name", EVIL)
def test_f44_a_label_shows_the_letters_of_a_name(qtbot: QtBot, name: str) -> None:
    label = PlainLabel(name)
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == name
    empty = PlainLabel()
    qtbot.addWidget(empty)
    empty.setText(name)
    assert empty.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("name", EVIL)
def test_f44_a_tooltip_shows_the_letters_of_a_name(qtbot: QtBot, name: str) -> None:
    shown = QTextDocument()
    shown.setHtml(as_plain(name))
    assert shown.toPlainText().split() == name.split()
    assert tip(name) == (as_plain(name) if "<" in name else name)
    assert tip("plain words") == "plain words"
    assert tip("") == ""


def test_f44_no_label_of_a_screen_obeys_what_it_shows() -> None:
    found: list[str] = []
    for path in [file for part in ("widgets", "console") for file in sorted((ROOT / part).rglob("*.py"))]:
        text = path.read_text("utf-8")
        if "QLabel" not in text or path.name == "plain_text.py":
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call):
                names = [ast.unparse(node.func)]
            elif isinstance(node, ast.ClassDef):
                names = [ast.unparse(base) for base in node.bases]
            else:
                continue
            if {"QLabel", "QtWidgets.QLabel"} & set(names):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []
