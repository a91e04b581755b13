"""Panels in low, narrow docks: what has no room is scrolled to, nothing is squeezed; what fits fills its dock."""

import asyncio
from dataclasses import replace
from typing import Final

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QScrollBar, QTableWidget, QVBoxLayout, QWidget
from PySide6QtAds import CDockManager
from pytestqt.qtbot import QtBot

from console.kit.panel_registry import load_panels
from console.kit.translations import Translations
from console.shell.panel_host import HostedPanel
from tests.console.clipped import clipped_in
from tests.console.conftest import Bench
from tests.console.squeezed import squeezed_in
from tools.screenshots.studio import panel_size
from widgets.look import FONT_PX
from widgets.scroll_frame import ScrollFrame

LOW: Final = (460, 300)
FILLS_ITS_DOCK: Final = frozenset({"map", "cameras", "layers", "approvals", "selection"})
"""What scrolls by itself or draws as large as it is: a frame that scrolled it would only be in the way."""
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.mark.parametrize("zoomed", [100, 150, 200], indirect=True)
async def test_a_panel_in_a_low_dock_covers_and_cuts_nothing(bench: Bench, qtbot: QtBot, zoomed: int) -> None:
    context, found = replace(bench.context, texts=Translations("fr")), dict[str, list[str]]()
    window = QWidget()
    qtbot.addWidget(window)
    manager = CDockManager(window)
    bench.stores.selection.select(bench.asset("PL-004-12").id)
    for panel_id, spec in sorted(load_panels().items()):
        hosted = HostedPanel(panel_id, spec, context, manager, lambda _name, _error: None)
        dock = hosted.dock.widget()
        assert dock is not None
        dock.setParent(None)
        dock.resize(*LOW)
        dock.show()
        while hosted.tasks.running_count:
            await asyncio.sleep(0)
        await _settled(bench)
        wrong = [*squeezed_in(dock), *clipped_in(dock)]
        frame = hosted.panel.widget.parentWidget()
        assert isinstance(frame, ScrollFrame)
        if panel_id in FILLS_ITS_DOCK and hosted.panel.widget.size() != dock.size():
            wrong.append(f"it is {hosted.panel.widget.size().toTuple()}")
        if wrong:
            found[panel_id] = wrong
        hosted.close()
        await hosted.tasks.close()
        dock.close()
        dock.deleteLater()
    assert not found, f"at {zoomed} %: {found}"


async def test_a_panel_of_its_usual_size_has_no_bar(bench: Bench, qtbot: QtBot) -> None:
    scrolling = list[str]()
    for panel_id in sorted(load_panels()):
        panel = bench.open(panel_id)
        frame = ScrollFrame(panel.widget)
        qtbot.addWidget(frame)
        frame.resize(*panel_size(panel_id))
        frame.show()
        await _settled(bench)
        if frame.is_scrolling or panel.widget.geometry() != frame.rect():
            scrolling.append(panel_id)
        panel.close()
    assert not scrolling


@pytest.mark.parametrize("zoomed", [200], indirect=True)
def test_a_list_beside_large_text_keeps_rows_in_sight(qtbot: QtBot, zoomed: int) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    table = QTableWidget(9, 1)
    column.addWidget(QLineEdit())
    column.addWidget(table)
    frame = ScrollFrame(page)
    qtbot.addWidget(frame)
    frame.resize(300, 100)
    frame.show()
    QApplication.processEvents()
    assert table.height() >= 2 * FONT_PX * zoomed / 100 + table.horizontalHeader().height()
    assert frame.is_scrolling


def test_the_wheel_and_the_keyboard_reach_what_is_out_of_sight(qtbot: QtBot) -> None:
    frame, buttons = _tall(qtbot)
    bar = _bar(frame)
    assert buttons[-1].visibleRegion().isEmpty()
    QApplication.sendEvent(frame, _wheel(frame))
    wheeled = bar.value()
    buttons[-1].setFocus()
    QApplication.processEvents()
    assert (wheeled > 0, buttons[-1].visibleRegion().isEmpty()) == (True, False)
    buttons[0].setFocus()
    QApplication.processEvents()
    assert not buttons[0].visibleRegion().isEmpty()


def test_a_page_that_fits_leaves_wheel_and_keys_alone(qtbot: QtBot) -> None:
    frame, _ = _tall(qtbot)
    QApplication.sendEvent(frame, _wheel(frame))
    frame.resize(300, 900)
    QApplication.processEvents()
    assert (frame.is_scrolling, frame.page.geometry()) == (False, frame.rect())
    event = _wheel(frame)
    frame.wheelEvent(event)
    assert not event.isAccepted()
    assert frame.page.pos() == QPoint()


def test_another_page_takes_the_place_of_the_former(qtbot: QtBot) -> None:
    frame, _ = _tall(qtbot)
    former, other = frame.page, QWidget()
    frame.show_page(other)
    assert (frame.is_scrolling, other.geometry(), other.isVisible()) == (False, frame.rect(), True)
    assert former.parentWidget() is None
    former.deleteLater()


def _tall(qtbot: QtBot) -> tuple[ScrollFrame, list[QPushButton]]:
    page = QWidget()
    column = QVBoxLayout(page)
    buttons = [QPushButton(str(number)) for number in range(20)]
    for button in buttons:
        column.addWidget(button)
    frame = ScrollFrame(page)
    qtbot.addWidget(frame)
    frame.resize(300, 200)
    frame.show()
    qtbot.waitExposed(frame)
    frame.activateWindow()
    QApplication.processEvents()
    return frame, buttons


def _bar(frame: ScrollFrame) -> QScrollBar:
    return next(bar for bar in frame.findChildren(QScrollBar) if bar.orientation() is Qt.Orientation.Vertical)


def _wheel(over: QWidget) -> QWheelEvent:
    at = QPointF(over.rect().center())
    none = QPoint()
    return QWheelEvent(
        at,
        QPointF(over.mapToGlobal(over.rect().center())),
        none,
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )


async def _settled(bench: Bench) -> None:
    await bench.work_done()
    for _ in range(5):
        QApplication.processEvents()
        bench.stores.flush()
