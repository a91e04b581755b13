"""Colours are named, readable in both themes, and the alarm colours are the agreed ones."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from contract.alarms import Priority
from widgets.look import THEMES, load_fonts, load_palette, style_sheet


def _luminance(name: str) -> float:
    colour = QColor(name)

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_and_alarms_can_be_read_on_every_ground(theme: str) -> None:
    palette = load_palette(theme)
    for ground in (palette.field, palette.surface, palette.raised):
        assert _contrast(palette.text, ground) >= 7
        assert _contrast(palette.text_muted, ground) >= 4.5
        for priority in Priority:
            assert _contrast(palette.of_priority(priority), ground) >= 3.0  # graphics
    for priority in Priority:
        assert _contrast(palette.of_priority(priority), palette.field) >= 4.5
        assert _contrast(palette.ink, palette.of_priority(priority)) >= 4.5


def test_the_alarm_colours_on_dark_are_the_agreed_ones() -> None:
    palette = load_palette("dark")
    assert [palette.of_priority(priority) for priority in Priority] == ["#FF4D4D", "#FF9F1C", "#FFE14D", "#5EC8FF"]
    assert palette.field == "#1E2329"


@pytest.mark.parametrize("theme", THEMES)
def test_the_style_sheet_has_no_colour_of_its_own(theme: str, qapp: QApplication) -> None:
    sheet = style_sheet(load_palette(theme), 150)
    assert "$" not in sheet
    assert "font-size: 20px" in sheet
    assert load_fonts() == ()
    assert qapp is not None


def test_f44_a_label_that_is_not_ours_shows_letters_too(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    """Those of docking tabs, and of panels in packages of others: rich text would read files of this machine."""
    picture = QPixmap(640, 480)
    picture.fill()
    assert picture.save(str(tmp_path / "wide.png"))
    before = qapp.styleSheet()
    qapp.setStyleSheet(style_sheet(load_palette("dark"), 100))
    try:
        label = QLabel(f'<img src="{tmp_path}/wide.png">')
        qtbot.addWidget(label)
        label.show()
        assert label.sizeHint().height() < 100, "it shows the letters, not the picture"
        assert label.textFormat() is Qt.TextFormat.PlainText
    finally:
        qapp.setStyleSheet(before)
