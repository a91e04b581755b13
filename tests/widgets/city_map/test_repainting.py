"""What the map paints, when, and what it leaves alone."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.samples import PLACES, STYLES, columns, ids, octets, scattered, settle
from widgets.city_map import (
    DARK,
    LIGHT,
    UNACKNOWLEDGED,
    AssetVisual,
    BaseLayer,
    CityMap,
    ConeColumns,
    LayerKind,
    MapTexts,
)
from widgets.frame_clock import FrameClock


def on_screen(city_map: CityMap) -> QImage:
    """The pixels that the window system holds, without a new frame."""
    shown = city_map.screen().grabWindow(city_map.winId()).toImage()
    return shown.convertToFormat(QImage.Format.Format_RGB32)


def test_a_lost_link_takes_every_colour_away_and_gives_them_back(
    city: CityMap, qtbot: QtBot, clock: FrameClock
) -> None:
    city.set_states(ids(1, 2, 3), octets(AssetVisual.ALARM_P1, AssetVisual.ALARM_P2, AssetVisual.ALARM_P4))
    city.clearFocus()
    assert _chroma(city) > 100
    city.set_link_lost("since 14:03:22")
    assert _chroma(city) < 45  # the card with the words keeps its tint
    city.set_link_lost(None)
    assert _chroma(city) > 100


def test_unacknowledged_alarms_flash_and_acknowledged_ones_do_not(
    city: CityMap, qtbot: QtBot, clock: FrameClock
) -> None:
    city.set_states(ids(1), octets(AssetVisual.ALARM_P1))
    settle(qtbot, city)
    city.set_states(ids(1), octets(AssetVisual.ALARM_P1 | UNACKNOWLEDGED))
    pictures: set[bytes] = set()
    for _ in range(12):
        qtbot.wait(100)
        pictures.add(bytes(city.grab().toImage().constBits()))
    assert len(pictures) >= 2
    city.set_states(ids(1), octets(AssetVisual.ALARM_P1))
    settle(qtbot, city)


class _Paints(QObject):
    """Counts the paint events of what it watches."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        self.count += event.type() is QEvent.Type.Paint
        return False


def test_nothing_is_repainted_while_nothing_happens(city: CityMap, qtbot: QtBot, clock: FrameClock) -> None:
    settle(qtbot, city)
    paints = _Paints()
    city.installEventFilter(paints)
    city.set_states(ids(1, 2, 3, 77), octets(0, 0, 0, 7))  # what it knew already, and a stranger
    qtbot.waitUntil(clock.is_idle, timeout=3000)
    qtbot.wait(100)
    assert paints.count == 0
    city.set_levels(ids(2), octets(80))
    qtbot.waitUntil(lambda: paints.count > 0, timeout=2000)
    settle(qtbot, city)
    assert paints.count <= 3


def test_a_hidden_map_costs_nothing(city: CityMap, clock: FrameClock) -> None:
    city.hide()
    city.set_states(ids(1), octets(AssetVisual.ALARM_P1 | UNACKNOWLEDGED))
    city.move_assets(ids(2), np.array([5.05]), np.array([47.3]), np.array([90.0], np.float32))
    assert clock.is_idle()


def test_a_map_taken_down_while_it_moves_stops_ticking(qtbot: QtBot, clock: FrameClock) -> None:
    city_map = CityMap(clock)
    city_map.set_assets(columns(PLACES))
    city_map.set_states(ids(1), octets(AssetVisual.ALARM_P1 | UNACKNOWLEDGED))
    city_map.show()
    city_map.go_to(5.2, 47.4, 2.0)
    assert not clock.is_idle()
    city_map.deleteLater()
    qtbot.waitUntil(clock.is_idle, timeout=2000)


def test_live_updates_show_the_picture_that_a_fresh_map_shows(
    make_map: MakeMap, qtbot: QtBot, clock: FrameClock
) -> None:
    rng = np.random.default_rng(9)
    live = make_map()
    live.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    live.clearFocus()
    live.set_classes(STYLES)
    live.set_assets(scattered(2000, 3, spread=0.02))
    every = np.arange(1, 2001, dtype=np.uint32)
    states, levels = np.zeros(2000, np.uint8), np.full(2000, 255, np.uint8)
    live.set_states(every, states)
    settle(qtbot, live)
    for _ in range(4):
        some = rng.choice(2000, 12, replace=False)
        states[some], levels[some] = rng.integers(0, 8, 12), rng.integers(0, 101, 12)
        live.set_states(every[some], states[some])
        live.set_levels(every[some], levels[some])
        qtbot.wait(50)
    fresh = make_map()
    fresh.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    fresh.clearFocus()
    fresh.set_classes(STYLES)
    fresh.set_assets(scattered(2000, 3, spread=0.02))
    fresh.set_states(every, states)
    fresh.set_levels(every, levels)
    settle(qtbot, live)
    settle(qtbot, fresh)
    assert live.view == fresh.view
    # What stands on the screen, painted piece by piece, against a frame painted whole.
    assert on_screen(live) == fresh.grab().toImage()


def test_everything_at_once_paints_in_both_themes(make_map: MakeMap, qtbot: QtBot, clock: FrameClock) -> None:
    city_map = make_map(900, 600)
    city_map.set_classes(STYLES)
    city_map.set_assets(columns(PLACES, classes=[1, 2, 200]))
    nan = float("nan")
    city_map.set_cones(
        ConeColumns(ids(1, 2, 9), np.array([30.0, nan, 1.0]), np.array([70.0, 10, 10]), np.array([80.0, 80, -1]))
    )
    city_map.set_communes(["Dijon"], [(5.04, 47.32)])
    city_map.select(1)
    city_map.toggle_legend()
    pictures: list[QImage] = []
    for theme in (DARK, LIGHT):
        city_map.set_theme(theme)
        city_map.go_to(*PLACES[0], 0.4, animate=False)
        settle(qtbot, city_map)
        pictures.append(city_map.grab().toImage())
    assert pictures[0] != pictures[1]


def test_the_same_streets_again_are_not_painted_again(city: CityMap, qtbot: QtBot) -> None:
    def street(lat: float) -> list[BaseLayer]:
        lon, lats = np.array([5.0, 5.1]), np.array([47.3, lat])
        return [BaseLayer("streets", LayerKind.STREET, lon, lats, np.array([0, 2]), ("Rue Monge",), np.array([1.0]))]

    paints = _Paints()
    city.ground.set_base_layers(street(47.31))
    settle(qtbot, city)
    city.installEventFilter(paints)
    city.ground.set_base_layers(street(47.31))
    assert city.is_settled()
    city.ground.set_base_layers(street(47.33))
    assert not city.is_settled()
    settle(qtbot, city)
    assert paints.count >= 1


def test_an_empty_map_says_what_to_do(make_map: MakeMap, qtbot: QtBot) -> None:
    city_map = make_map()
    blank = city_map.grab().toImage()
    city_map.set_texts(MapTexts(empty=""))
    assert city_map.grab().toImage() != blank


def _chroma(city_map: CityMap) -> int:
    image = city_map.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    channels = np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)[:, :3].astype(int)
    return int((channels.max(axis=1) - channels.min(axis=1)).max())
