"""Larger text is not cut off: every panel with the sample city, French and English, at 100, 150 and 200 %."""

import logging
from dataclasses import replace
from typing import Final

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.kit.panel_registry import load_panels
from console.kit.translations import LANGUAGES, Translations
from tests.console.clipped import clipped_in
from tests.console.conftest import Bench
from tools.screenshots.studio import panel_size

ZOOMS: Final = (100, 150, 200)
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.mark.parametrize("panel_id", sorted(load_panels()))
@pytest.mark.parametrize("zoomed", ZOOMS, indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_word_of_a_panel_has_room(
    bench: Bench, qtbot: QtBot, panel_id: str, zoomed: int, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    context = replace(bench.context, texts=Translations(language))
    panel = load_panels()[panel_id].factory(context)
    width, height = panel_size(panel_id)
    async with bench.shown(panel, width if zoomed < 200 else width * 3 // 2, height):
        for _ in range(5):
            QApplication.processEvents()
            bench.stores.flush()
        clipped = clipped_in(panel.widget)
    assert not clipped
    assert not [
        record.message for record in caplog.records if "no fr text" in record.message or "no en text" in record.message
    ]


def test_what_is_cut_off_would_be_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    label, button, told = QLabel("Alarme incendie", window), QPushButton("Acquitter", window), QLabel("Alarme", window)
    told.setToolTip("Alarme")
    for number, widget in enumerate((label, button, told)):
        widget.setGeometry(0, 40 * number, 20, 30)
    window.show()
    assert [each.split(":")[0] for each in clipped_in(window)] == ["QLabel", "QPushButton"]
