"""The board on the wall: each area in its place, what is wrong in words, grey while all is calm."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.kit.translations import Translations
from console.panels.area import SPEC
from console.panels.area.panel import AreaPanel
from console.panels.area.presenter import MOST_TILES
from console.store.alarms import AlarmStore
from console.store.stores import Stores
from contract.alarms import Alarm, Annunciation, Priority
from contract.stream import AlarmsBody, Topic, TopicKind
from tests.console.conftest import Bench
from tests.console.store.alarm_making import alarm
from tools.screenshots import sample_city
from tools.screenshots.sample_classes import classes
from widgets.area_board import AreaBoard
from widgets.area_tiles import AreaTile
from widgets.frame_clock import FrameClock
from widgets.look import THEMES, load_palette

P1, P2, P3, P4 = Priority
DIJON, TALANT = "21231", "21617"


def _tell(store: AlarmStore, *alarms: Alarm, is_snapshot: bool = False) -> None:
    for commune in {one.commune for one in alarms}:
        here = tuple(one for one in alarms if one.commune == commune)
        store.apply(Topic(TopicKind.ALARMS, commune, "x"), AlarmsBody(here), is_snapshot=is_snapshot)
    store.flush()


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> Iterator[AreaPanel]:
    """The board of a city without alarms."""
    bench.stores = Stores(lambda: sample_city.NOW, lambda: 100.0)
    bench.stores.catalogue.take(classes(), sample_city.communes())
    made = SPEC.factory(replace(bench.context, stores=bench.stores))
    assert isinstance(made, AreaPanel)
    qtbot.addWidget(made.widget)
    made.widget.resize(960, 640)
    yield made
    made.close()


def _press(board: AreaBoard, key: Qt.Key) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(board, event)


def _tile(panel: AreaPanel, name: str) -> AreaTile:
    return next(tile for tile in panel.board.tiles if tile.name == name)


async def test_an_area_says_its_worst_alarm_how_many_and_what(panel: AreaPanel, bench: Bench) -> None:
    names = [tile.name for tile in panel.board.tiles]
    assert names == ["Chenôve", "Dijon", "Talant"]
    assert panel.summary_text == "No alarm stands"
    many = [alarm(900 + number, P2, commune=TALANT, class_="streetlight") for number in range(5)]
    _tell(bench.stores.alarms, *many, alarm(910, P4, Annunciation.ACKED, commune=TALANT))
    tile = _tile(panel, "Talant")
    assert (tile.worst, tile.is_waiting, tile.waiting) == (P2, True, {P2: 5})
    assert tile.what == ("high: 5 × power",)
    assert tile.more == "1 acknowledged"
    assert [each.name for each in panel.board.tiles] == names  # each keeps its place
    assert panel.summary_text == "Areas with alarms: 1 · alarms to acknowledge: 5"
    assert panel.board.is_flashing


async def test_only_what_waits_flashes_and_what_is_gone_is_calm_again(panel: AreaPanel, bench: Bench) -> None:
    _tell(bench.stores.alarms, alarm(900, P1, commune=TALANT))
    flashing = [panel.board.is_flashing]
    _tell(bench.stores.alarms, alarm(900, P1, Annunciation.ACKED, commune=TALANT))
    flashing.append(panel.board.is_flashing)
    assert flashing == [True, False]
    assert (_tile(panel, "Talant").worst, _tile(panel, "Talant").is_waiting) == (P1, False)
    assert _tile(panel, "Talant").what == ("urgent, acknowledged",)
    _tell(bench.stores.alarms, alarm(900, P1, Annunciation.NORM, commune=TALANT))
    assert _tile(panel, "Talant").worst is None


async def test_what_is_set_aside_or_explained_is_not_counted_twice(panel: AreaPanel, bench: Bench) -> None:
    root = alarm(900, P2, commune=DIJON, folded_count=40)
    members = [alarm(1000 + number, P3, commune=DIJON, folded_into=900) for number in range(40)]
    _tell(bench.stores.alarms, root, *members, alarm(990, P1, commune=DIJON, is_shelved=True))
    tile = _tile(panel, "Dijon")
    assert (tile.worst, tile.waiting, tile.more) == (P2, {P2: 1}, "40 explained")


async def test_by_keyboard_to_the_most_urgent_alarm_of_an_area(panel: AreaPanel, bench: Bench) -> None:
    _tell(bench.stores.alarms, alarm(900, P3, commune=DIJON), alarm(901, P1, commune=DIJON))
    panel.focus_first()
    _press(panel.board, Qt.Key.Key_Right)
    assert panel.board.current is not None
    assert panel.board.current.name == "Dijon"
    assert "Dijon" in panel.board.accessibleName()
    _press(panel.board, Qt.Key.Key_Return)
    assert (bench.stores.selection.alarm_id, bench.stores.selection.asset_id) == (901, 901)


async def test_by_equipment_and_kept_with_the_workspace(panel: AreaPanel, bench: Bench) -> None:
    _tell(bench.stores.alarms, alarm(900, P3, commune=DIJON, class_="camera"))
    panel.switch_grouping()
    assert _tile(panel, "Camera").waiting == {P3: 1}
    assert panel.state() == {"by": "class"}
    panel.take_state({"by": "moon"})
    panel.take_state({"by": "commune"})
    assert _tile(panel, "Dijon").waiting == {P3: 1}


async def test_hundreds_of_areas_keep_those_with_alarms_in_sight(panel: AreaPanel, bench: Bench) -> None:
    _tell(bench.stores.alarms, *(alarm(900 + number, P3, commune=f"c{number:03}") for number in range(MOST_TILES)))
    tiles = panel.board.tiles
    assert len(tiles) == MOST_TILES
    assert tiles[-1].name == "4 others without alarm" or "others" in tiles[-1].name


def _saturated_share(image: QImage) -> float:
    """The share of pixels with a saturated colour."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : 3 * image.width()].reshape(-1, 3).astype(int)
    spread = pixels.max(1) - pixels.min(1)
    return float((spread > 70).mean())


@pytest.mark.parametrize("theme", THEMES)
def test_a_normal_shift_is_grey(theme: str, qapp: QApplication, qtbot: QtBot) -> None:
    """24 communes, two with an alarm: under two per cent of the pixels are saturated."""
    assert qapp is not None
    clock = FrameClock()
    board = AreaBoard(load_palette(theme), Translations("fr"), clock)
    qtbot.addWidget(board)
    board.resize(1920, 1000)
    tiles = [AreaTile(key=str(number), name=f"Commune {number}", more="aucune alarme") for number in range(22)]
    tiles += [AreaTile("a", "Quetigny", P2, is_waiting=True, waiting={P2: 1, P4: 2}, what=("haute : Armoire",))]
    tiles += [AreaTile("b", "Talant", P4, is_waiting=False, what=("basse, acquittée",), more="3 acquittées")]
    board.show_tiles(tiles)
    share = _saturated_share(board.grab().toImage())
    assert 0.0005 < share < 0.02
    board.stop()
    clock.close()
