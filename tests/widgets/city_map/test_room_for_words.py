"""Words never cover each other, markers or the frame of the map; wall distance makes all of it larger."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QImage, QPainter, QPixmap
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.samples import columns, ids, octets, settle
from tests.widgets.city_map.screen import MIDDLE, Picture, as_seen_by, chroma, differing, picture_of, sprite_rgb
from tests.widgets.city_map.test_labels import streets
from widgets.city_map import DARK, LIGHT, AssetVisual, CityMap, ClassStyle, Glyph, MapTheme, SignText
from widgets.city_map.overlay import alarm_markers, detail_plates, equipment, ground_names, selected_mark
from widgets.city_map.overlay.badge_sprites import BadgeSprites
from widgets.city_map.overlay.occupancy import Occupancy
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.scene.badges import badges_by_cell
from widgets.city_map.scene.scene import Scene

STYLES = (
    ClassStyle("streetlight", "Street light", Glyph.DOT),
    ClassStyle("camera", "Camera", Glyph.CAMERA, 5, 3.0),
    ClassStyle("sign", "Sign", Glyph.SIGN, 6, 3.0),
)
box = st.tuples(st.floats(-200, 900), st.floats(-200, 900), st.floats(1, 400), st.floats(1, 60))


@given(st.lists(box, max_size=40))
def test_a_place_is_given_away_once(boxes: list[tuple[float, float, float, float]]) -> None:
    room = Occupancy()
    taken = [one for one in boxes if room.take(*one)]
    for (ax, ay, aw, ah), (bx, by, bw, bh) in combinations(taken, 2):
        assert abs(ax - bx) >= (aw + bw) / 2 - 1e-6 or abs(ay - by) >= (ah + bh) / 2 - 1e-6
    if boxes:
        assert taken[0] == boxes[0]


def crowded(make_map: MakeMap) -> CityMap:
    """Names of cameras, signs, streets and alarms in one small place."""
    rng = np.random.default_rng(8)
    city = make_map(900, 600)
    city.set_classes(STYLES)
    places = [(MIDDLE[0] + float(dx), MIDDLE[1] + float(dy)) for dx, dy in rng.uniform(-0.002, 0.002, (60, 2))]
    city.set_assets(columns(places, classes=[1 + at % 2 for at in range(60)]))
    states = np.zeros(60, np.uint8)
    states[::7] = AssetVisual.ALARM_P2
    city.set_states(np.arange(1, 61, dtype=np.uint32), states)
    city.set_labels({at: f"Equipment number {at}" for at in range(1, 61)})
    city.meaning.set_details({at: SignText((f"SIGN {at}",)) for at in range(2, 61, 2)})
    lines: list[tuple[str, float, list[tuple[float, float]]]] = [
        (f"Rue numéro {at}", 1.0, [(-900.0, float(y)), (900.0, float(y) + 40)])
        for at, y in enumerate(range(-200, 220, 30))
    ]
    city.ground.set_base_layers([streets(lines)])
    city.select(3)
    return city


def test_nothing_written_covers_anything_written(
    make_map: MakeMap, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = crowded(make_map)
    written: list[QRectF] = []

    def note(painter: QPainter, sprite: QPixmap, px: float, py: float) -> None:
        wide, high = sprite.width() / sprite.devicePixelRatio(), sprite.height() / sprite.devicePixelRatio()
        if wide != high:  # words and plates; icons and markers are square
            written.append(QRectF(px - wide / 2 + 3, py - high / 2 + 3, wide - 6, high - 6))

    for module in (detail_plates, equipment, ground_names, selected_mark, alarm_markers):
        monkeypatch.setattr(module, "blit", note)
    for metres in (0.3, 0.5, 0.9):
        city.go_to(*MIDDLE, metres, animate=False)
        settle(qtbot, city)
        city.grab()  # the frame of the map stood where it stands now
        written.clear()
        city.grab()
        upright = [one for one in written if one.height() < 60]
        assert len(upright) > 8
        frame = city.furniture_areas()
        for one, other in combinations(upright, 2):
            assert not one.intersects(other)
        for one in upright:
            assert not any(one.intersects(other) for other in frame)


def test_a_wall_is_read_from_afar(make_map: MakeMap, qtbot: QtBot) -> None:
    city = make_map(700, 500)
    city.set_classes(STYLES)
    city.set_assets(columns([MIDDLE], classes=[1]))
    city.set_states(ids(1), octets(AssetVisual.ALARM_P1))
    city.set_labels({1: "Camera"})
    city.go_to(*MIDDLE, 0.5, animate=False)
    settle(qtbot, city)
    sizes: list[int] = []
    for factor in (1.0, 2.0):
        city.set_text_zoom(factor)
        settle(qtbot, city)
        picture = picture_of(city)[150:350, 250:500]
        sizes.append(int(np.any(np.abs(picture - picture[0, 0]) > 60, axis=2).sum()))
    assert 3.2 < sizes[1] / sizes[0] < 5.0  # twice as wide and twice as high


def test_badges_part_later_on_a_wall_and_count_the_same() -> None:
    scene = Scene()
    rng = np.random.default_rng(3)
    places = [(MIDDLE[0] + float(a), MIDDLE[1] + float(b)) for a, b in rng.normal(0, 0.01, (200, 2))]
    scene.replace_assets(columns(places))
    scene.set_states(scene.store.ids.copy(), np.full(200, AssetVisual.ALARM_P3, np.uint8))
    near, far = badges_by_cell(scene.store, 3.0), badges_by_cell(scene.store, 3.0, zoom=2.5)
    assert far.size < near.size
    assert far.count.sum() == near.count.sum() == 200


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("kind", ["deuteranopia", "protanopia", "monochrome"])
def test_priorities_and_states_differ_for_every_eye(qtbot: QtBot, theme: MapTheme, kind: str) -> None:
    sprites = Sprites(theme, QFont())
    markers = [sprites.marker(visual, filled=True, pulse=False) for visual in list(AssetVisual)[4:]]
    icons = [
        sprites.icon(Glyph.CAMERA, visual) for visual in (AssetVisual.NORMAL, AssetVisual.UNKNOWN, AssetVisual.FAULT)
    ]
    icons.append(sprites.icon(Glyph.CAMERA, AssetVisual.FAULT, is_suppressed=True))
    for group in (markers, icons):
        for one, other in combinations([as_seen_by(sprite_rgb(sprite), kind) for sprite in group], 2):
            assert differing(one, other, 30) > 25


def test_a_badge_says_every_priority_by_shape_and_number(qtbot: QtBot) -> None:
    plates = BadgeSprites(Sprites(DARK, QFont()))
    grey = [
        as_seen_by(sprite_rgb(plates.plate(9, AssetVisual.ALARM_P1, split, 70, 58)), "monochrome")
        for split in ((1, 8, 0, 0), (1, 0, 8, 0), (1, 0, 0, 8), (8, 1, 0, 0))
    ]
    for one, other in combinations(grey, 2):
        assert differing(one, other, 40) > 6


def test_an_image_of_a_storm_keeps_every_number_apart(make_map: MakeMap, qtbot: QtBot) -> None:
    rng = np.random.default_rng(5)
    city = make_map(1200, 800)
    places = [(MIDDLE[0] + float(a), MIDDLE[1] + float(b)) for a, b in rng.normal(0, 0.02, (10_000, 2))]
    city.set_assets(columns(places))
    every = np.arange(1, 10_001, dtype=np.uint32)
    city.set_states(every, rng.choice(np.array([4, 5, 6, 7, 0x86], np.uint8), 10_000))
    for metres in (1.0, 5.0, 12.0, 15.9):
        city.go_to(*MIDDLE, metres, animate=False)
        settle(qtbot, city)
        areas = city.marker_areas()
        assert len(areas) < 220
        for one, other in combinations(areas, 2):
            assert not one.intersects(other)
    assert not QImage(city.grab().toImage()).isNull()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_a_normal_screen_is_grey(make_map: MakeMap, qtbot: QtBot, theme: MapTheme) -> None:
    """Ten alarms and some faults among two thousand lamps, cameras and signs: under 2 % saturated."""
    rng = np.random.default_rng(6)
    city = make_map(1000, 700, theme=theme)
    city.set_classes(STYLES)
    places = [(MIDDLE[0] + float(a), MIDDLE[1] + float(b)) for a, b in rng.uniform(-0.02, 0.02, (2000, 2))]
    city.set_assets(columns(places, classes=[0] * 1900 + [1] * 90 + [2] * 10))
    every = np.arange(1, 2001, dtype=np.uint32)
    states = np.zeros(2000, np.uint8)
    states[:10], states[10:30] = AssetVisual.ALARM_P3, AssetVisual.FAULT
    city.set_states(every, states)
    city.set_levels(every, np.where(every <= 1900, 80, 255).astype(np.uint8))
    city.meaning.set_details({at: SignText(("TRAVAUX",)) for at in range(1991, 2001)})
    city.meaning.set_pending(ids(*range(100, 120)))
    for metres in (1.0, 3.0, 12.0):
        city.go_to(*MIDDLE, metres, animate=False)
        settle(qtbot, city)
        assert (chroma(picture_of(city)) > 100).mean() < 0.02


@pytest.mark.parametrize("kind", ["deuteranopia", "protanopia", "monochrome"])
def test_lamps_in_every_state_differ_for_every_eye(make_map: MakeMap, qtbot: QtBot, kind: str) -> None:
    looks = {
        "lit": (0, 100),
        "off": (0, 0),
        "stale": (AssetVisual.STALE, 100),
        "fault": (AssetVisual.FAULT, 100),
        "unknown": (AssetVisual.UNKNOWN, 255),
    }
    city = make_map(640, 480)
    city.set_assets(columns([(MIDDLE[0] + 0.0003 * a, MIDDLE[1] + 0.0003 * b) for a in range(5) for b in range(5)]))
    pictures: dict[str, Picture] = {}
    for name, (state, level) in looks.items():
        city.set_states(ids(1), octets(state))
        city.set_levels(ids(1), octets(level))
        city.go_to(*MIDDLE, 0.3, animate=False)
        settle(qtbot, city)
        pictures[name] = as_seen_by(picture_of(city)[228:252, 308:332], kind)
    for one, other in combinations(looks, 2):
        assert differing(pictures[one], pictures[other], 18) > 8, (one, other)
