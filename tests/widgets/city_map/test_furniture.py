"""What frames the map: nothing covers anything, and everything can be read."""

from __future__ import annotations

import itertools
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QPaintEvent, QRegion
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.french import FRENCH
from tests.widgets.city_map.made_tiles import MadeTiles
from tests.widgets.city_map.samples import PLACES, STYLES, columns, ids, octets, settle
from widgets.city_map import (
    AssetVisual,
    CityMap,
    CoordinateForm,
    MapFilter,
    MapTexts,
    MapTool,
    RasterLayer,
)
from widgets.city_map.overlay.corners import MARGIN, Card, Corner, placed
from widgets.city_map.tools.wording import area_words, length_words

NOTICES = (
    "IGN plan : serveur injoignable depuis 14:02",
    "Fond communal : fichier illisible (communes.gpkg). Demandez à l'administrateur de le réimporter sans tarder.",
    "Cadastre : plus de place sur le disque",
    "Photographie aérienne : refusée par le serveur",
    "Zonage : fichier vide",
)


def pairs_that_overlap(boxes: dict[str, QRectF]) -> list[tuple[str, str]]:
    return [(a, b) for a, b in itertools.combinations(boxes, 2) if boxes[a].intersects(boxes[b])]


@pytest.mark.parametrize(
    ("size", "ratio"),
    [((800, 500), 1.0), ((800, 500), 1.25), ((800, 500), 1.5), ((800, 500), 2.0), ((1920, 1080), 1.0)],
)
@pytest.mark.parametrize("texts", [MapTexts(), FRENCH], ids=["en", "fr"])
def test_with_everything_on_nothing_covers_anything(
    make_map: MakeMap,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    ratio: float,
    texts: MapTexts,
) -> None:
    monkeypatch.setattr(CityMap, "devicePixelRatioF", Mock(return_value=ratio))
    city_map = make_map(*size)
    city_map.set_texts(texts)
    city_map.set_classes(STYLES)
    city_map.set_assets(columns(PLACES, classes=[0, 1, 2]))
    city_map.set_states(ids(1, 2, 3), octets(5, 7 | 0x80, 3))
    city_map.ground.set_tile_sources([RasterLayer(MadeTiles(attribution="© Institut national de l'information " * 5))])
    city_map.readout.set_notices(NOTICES)
    city_map.tools.start(MapTool.SELECT_LASSO)
    city_map.chosen.set_ids(ids(1, 2))
    city_map.readout.set_form(CoordinateForm.SEXAGESIMAL)
    city_map.toggle_legend()
    for lost in (None, "since 14:03:22"):
        city_map.set_link_lost(lost)
        QTest.mouseMove(city_map, QPoint(300, 300))
        settle(qtbot, city_map)
        assert city_map.view.pixel_ratio == ratio
        boxes = city_map.readout.furniture.boxes
        assert {"scale", "coordinates", "attribution", "legend", "hint", "notice 0"} <= set(boxes)
        assert ("lost" in boxes) == (lost is not None)
        assert pairs_that_overlap(boxes) == []
        assert all(QRectF(0, 0, *size).contains(box) for box in boxes.values())
    city_map.set_text_zoom(2.0)
    settle(qtbot, city_map)
    assert pairs_that_overlap(city_map.readout.furniture.boxes) == []
    city_map.tools.stop()


@given(
    st.lists(st.tuples(st.sampled_from(list(Corner)), st.floats(1, 900), st.floats(1, 300)), max_size=9),
    st.floats(60, 2000),
    st.floats(60, 1200),
)
def test_cards_of_any_size_never_meet(cards: list[tuple[Corner, float, float]], width: float, height: float) -> None:
    boxes = placed([Card(str(i), *card) for i, card in enumerate(cards)], width, height)
    assert pairs_that_overlap(boxes) == []
    room = QRectF(0, 0, width, height).adjusted(MARGIN - 0.01, MARGIN - 0.01, 0.01 - MARGIN, 0.01 - MARGIN)
    assert all(room.contains(box) for box in boxes.values())


def test_the_place_under_the_pointer_is_written_as_wished(make_map: MakeMap, qtbot: QtBot) -> None:
    city_map = make_map()
    city_map.go_to(5.0415, 47.322, 2.0, animate=False)
    settle(qtbot, city_map)
    furniture = city_map.readout.furniture
    assert furniture.coordinates == ("1 px = 2.0 m",)
    QTest.mouseMove(city_map, QPoint(320, 240))
    settle(qtbot, city_map)
    assert furniture.coordinates[0].startswith("47.3220")
    assert "5.041" in furniture.coordinates[0]
    spot = furniture.boxes["coordinates"].center().toPoint()
    for form, sign in (
        (CoordinateForm.SEXAGESIMAL, "′"),
        (CoordinateForm.LAMBERT_93, "L93"),
        (CoordinateForm.DEGREES, "°"),
    ):
        QTest.mouseClick(city_map, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        assert city_map.readout.form is form
        assert sign in furniture.coordinates[0]
    city_map.set_texts(FRENCH)
    QTest.mouseMove(city_map, QPoint(330, 240))
    assert "2,0 m" in furniture.coordinates[-1]


def test_the_read_out_follows_the_map_under_a_still_pointer(make_map: MakeMap, qtbot: QtBot) -> None:
    city_map = make_map()
    city_map.go_to(5.0415, 47.322, 2.0, animate=False)
    QTest.mouseMove(city_map, QPoint(320, 240))
    settle(qtbot, city_map)
    before = city_map.readout.furniture.coordinates
    city_map.go_to(5.2, 47.4, 3.0, animate=False)
    settle(qtbot, city_map)
    assert city_map.readout.furniture.coordinates[0] != before[0]
    assert city_map.readout.furniture.coordinates[1] == "1 px = 3.0 m"
    city_map.go_to(5.2, 47.4, 0.6)
    settle(qtbot, city_map)
    assert (
        city_map.readout.furniture.coordinates[1] == f"1 px = {city_map.view.metres_per_pixel:.1f} m" == "1 px = 0.6 m"
    )


def test_the_legend_lists_what_is_in_view_and_what_is_hidden(city: CityMap, qtbot: QtBot) -> None:
    city.set_assets(columns(PLACES, classes=[0, 1, 2]))
    city.set_states(ids(1, 2, 3), octets(0, AssetVisual.ALARM_P2, 0))
    city.toggle_legend()
    rows = city.readout.furniture.legend_rows
    words = [text for text, _ in rows.lines]
    assert words == ["alarm P2", "lamp, lit", "lamp, off", "Camera", "Bollard"]
    assert rows.notes == ()
    city.set_filter(MapFilter(hidden_classes=frozenset({"camera"}), shows_all_alarms=False))
    qtbot.waitUntil(
        lambda: "Camera" not in [text for text, _ in city.readout.furniture.legend_rows.lines], timeout=3000
    )
    notes = city.readout.furniture.legend_rows.notes
    assert notes[1] == "1 alarms hidden by the filter"
    city.go_to(*PLACES[0], 1.0, animate=False)
    qtbot.waitUntil(
        lambda: [text for text, _ in city.readout.furniture.legend_rows.lines] == ["lamp, lit", "lamp, off"],
        timeout=3000,
    )


def test_a_broken_base_map_says_so_and_the_map_stays_alive(city: CityMap, qtbot: QtBot) -> None:
    city.readout.set_notices(NOTICES)
    settle(qtbot, city)
    furniture = city.readout.furniture
    assert [name for name in furniture.boxes if name.startswith("notice")] == [f"notice {i}" for i in range(4)]
    assert city.hover.words_around(furniture.boxes["notice 1"].center()) == "\n".join(NOTICES)
    chosen: list[int] = []
    city.asset_selected.connect(chosen.append)
    QTest.keyClick(city, Qt.Key.Key_Tab)
    city.readout.set_notices(())
    settle(qtbot, city)
    assert not [name for name in furniture.boxes if name.startswith("notice")]


class _Painted(QObject):
    """Adds up what is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.region = QRegion()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        if isinstance(event, QPaintEvent):
            self.region += event.region()
        return False


def test_moving_the_pointer_paints_the_read_out_and_nothing_else(city: CityMap, qtbot: QtBot) -> None:
    settle(qtbot, city)
    QTest.mouseMove(city, QPoint(300, 200))
    settle(qtbot, city)
    painted = _Painted()
    city.installEventFilter(painted)
    QTest.mouseMove(city, QPoint(310, 200))
    settle(qtbot, city)
    qtbot.waitUntil(lambda: not painted.region.isEmpty(), timeout=2000)
    assert painted.region.boundingRect().width() < 320
    assert painted.region.boundingRect().height() < 60


@pytest.mark.parametrize(
    ("metres", "words"),
    [(0.04, "0.0 m"), (12.34, "12.3 m"), (99.96, "100 m"), (999.4, "999 m"), (999.6, "1.00 km"), (123_456, "123.5 km")],
)
def test_lengths_are_written_with_as_many_figures_as_matter(metres: float, words: str) -> None:
    assert length_words(metres, MapTexts()) == words


@pytest.mark.parametrize(
    ("square", "words"),
    [(3.21, "3,2 m²"), (9_999.7, "1,00 ha"), (456.4, "456 m²"), (690_000, "69,00 ha"), (2_345_678, "2,35 km²")],
)
def test_areas_are_written_in_the_unit_people_use(square: float, words: str) -> None:
    assert area_words(square, FRENCH) == words
    assert np.isfinite(square)
