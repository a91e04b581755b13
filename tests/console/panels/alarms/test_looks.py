"""How the alarm panel looks: colour only for what is abnormal, nothing cut off in large text."""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from console.kit.translations import Translations
from console.panels.alarms.panel import AlarmsPanel
from tests.console.conftest import Bench
from widgets.look import load_fonts, load_palette, style_sheet

MOST_SATURATED_SHARE = 0.02


def _saturated_share(image: QImage) -> float:
    whole = image.convertToFormat(QImage.Format.Format_RGB888)
    bits = np.frombuffer(cast("bytes", whole.constBits()), np.uint8).reshape(whole.height(), whole.bytesPerLine())
    pixels = bits[:, : whole.width() * 3].reshape(-1, 3).astype(np.int16)
    high, low = pixels.max(axis=1), pixels.min(axis=1)
    return int(np.count_nonzero((high - low) > 0.5 * np.maximum(high, 1))) / len(pixels)


@pytest.fixture(params=["dark", "light"])
def dressed(request: pytest.FixtureRequest, bench: Bench, qapp: QApplication) -> Iterator[Bench]:
    """The bench in the clothes of a theme."""
    load_fonts()
    palette = load_palette(request.param)
    qapp.setStyleSheet(style_sheet(palette, 100))
    bench.context = replace(bench.context, palette=palette, texts=Translations("fr"))
    yield bench
    qapp.setStyleSheet("")


async def test_a_normal_shift_has_hardly_any_saturated_pixel(dressed: Bench, qtbot: QtBot) -> None:
    panel = AlarmsPanel(dressed.context)
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(panel.widget)
    window.resize(640, 800)
    window.show()
    await dressed.work_done()
    panel.list.select(1)
    assert 0.0005 < _saturated_share(window.grab().toImage()) < MOST_SATURATED_SHARE
    panel.close()


@pytest.mark.parametrize("zoom", [100, 150, 200])
async def test_rows_grow_with_the_text_and_a_narrow_dock_still_holds_the_panel(
    bench: Bench, qtbot: QtBot, qapp: QApplication, zoom: int
) -> None:
    load_fonts()
    qapp.setStyleSheet(style_sheet(load_palette("dark"), zoom))
    try:
        bench.context = replace(bench.context, texts=Translations("fr"))
        panel = AlarmsPanel(bench.context)
        window = QMainWindow()
        qtbot.addWidget(window)
        window.setCentralWidget(panel.widget)
        window.resize(360, 800)
        window.show()
        await bench.work_done()
        table = panel.list.table
        assert table.rowHeight(0) >= 2 * table.fontMetrics().height()
        assert panel.widget.minimumSizeHint().width() <= 360 * max(zoom / 100, 1) * 0.8
        panel.close()
    finally:
        qapp.setStyleSheet("")
