"""What is known of single assets, when near: signs, junctions, car parks, cameras, crews."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QFont
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.samples import columns, ids, octets, settle
from tests.widgets.city_map.screen import MIDDLE, Picture, as_seen_by, chroma, differing, picture_of, sprite_rgb
from widgets.city_map import (
    DARK,
    LIGHT,
    AssetDetail,
    AssetVisual,
    Bays,
    CameraDetail,
    CityMap,
    ClassStyle,
    ConeColumns,
    Glyph,
    JunctionMode,
    JunctionState,
    MapTexts,
    MapTheme,
    SignText,
    VehicleDetail,
)
from widgets.city_map.overlay.detail_sprites import DetailSprites
from widgets.city_map.overlay.sprites import Sprites
from widgets.city_map.scene.scene import Scene
from widgets.city_map.telling import detail_words

STYLES = (
    ClassStyle("sign", "Message sign", Glyph.SIGN, 6, 6.0),
    ClassStyle("car_park", "Car park", Glyph.CAR_PARK, 5, 6.0),
    ClassStyle("junction", "Junction", Glyph.JUNCTION, 4, 6.0),
    ClassStyle("camera", "Camera", Glyph.CAMERA, 8, 6.0),
    ClassStyle("vehicle", "Vehicle", Glyph.VEHICLE, 9, 8.0),
)


def shown(make_map: MakeMap, qtbot: QtBot, kind: int, detail: AssetDetail | None, mpp: float = 0.5) -> Picture:
    city = map_with(make_map, kind)
    if detail is not None:
        city.meaning.set_details({1: detail, 99: SignText(("nobody",))})
    return look(city, qtbot, mpp)


def map_with(make_map: MakeMap, kind: int) -> CityMap:
    city = make_map(360, 300)
    city.clearFocus()
    city.set_classes(STYLES)
    city.set_assets(columns([MIDDLE], classes=[kind]))
    city.set_states(ids(1), octets(AssetVisual.NORMAL))
    return city


def look(city: CityMap, qtbot: QtBot, mpp: float = 0.5) -> Picture:
    city.go_to(*MIDDLE, mpp, animate=False)
    settle(qtbot, city)
    return picture_of(city)


def amber(picture: Picture) -> int:
    return int((chroma(picture) > 90).sum())


def test_a_sign_shows_its_text_when_near_and_only_then(make_map: MakeMap, qtbot: QtBot) -> None:
    two = shown(make_map, qtbot, 0, SignText(("TRAVAUX", "DEVIATION A38")))
    one = shown(make_map, qtbot, 0, SignText(("TRAVAUX",)))
    assert amber(two) > amber(one) > 60
    assert amber(shown(make_map, qtbot, 0, SignText(()))) == 0
    assert amber(shown(make_map, qtbot, 0, SignText(("  ", "")))) == 0
    assert amber(shown(make_map, qtbot, 0, SignText(("TRAVAUX",)), mpp=3.0)) == 0


def test_a_text_without_end_is_clipped(make_map: MakeMap, qtbot: QtBot) -> None:
    city = map_with(make_map, 0)
    city.resize(640, 480)
    city.meaning.set_details({1: SignText(tuple("W" * 5_000 for _ in range(400)))})
    endless = look(city, qtbot)
    lit = np.argwhere(chroma(endless) > 90)
    assert np.ptp(lit[:, 1]) < 260
    assert np.ptp(lit[:, 0]) < 110


def test_bays_show_a_bar_of_what_is_taken_and_hatch_what_nobody_knows(make_map: MakeMap, qtbot: QtBot) -> None:
    pictures = [
        shown(make_map, qtbot, 1, detail)
        for detail in (None, Bays(100, 100), Bays(50, 100), Bays(0, 100), Bays(None, 100), Bays(3, None), Bays(7, 0))
    ]
    for at, one in enumerate(pictures):
        for other in pictures[at + 1 :]:
            assert differing(one, other) > 8
    light = QColor(DARK.normal)
    full = [
        int(np.all(np.abs(picture - [light.red(), light.green(), light.blue()]) < 8, axis=2).sum())
        for picture in pictures
    ]
    assert full[1] < full[2] < full[3]


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("kind", ["deuteranopia", "protanopia", "monochrome"])
def test_what_a_junction_does_is_told_without_colour(qtbot: QtBot, theme: MapTheme, kind: str) -> None:
    sprites = DetailSprites(Sprites(theme, QFont()))
    pictures = [
        as_seen_by(sprite_rgb(sprites.junction(mode, AssetVisual.NORMAL, is_suppressed=False)), kind)
        for mode in JunctionMode
    ]
    for at, one in enumerate(pictures):
        for other in pictures[at + 1 :]:
            assert differing(one, other, 40) > 12


def test_a_running_junction_names_its_plan_and_has_no_colour(make_map: MakeMap, qtbot: QtBot) -> None:
    running = shown(make_map, qtbot, 2, JunctionState(JunctionMode.RUNNING, "P3"))
    assert differing(running, shown(make_map, qtbot, 2, JunctionState(JunctionMode.RUNNING, ""))) > 20
    assert chroma(running).max() < 40
    assert chroma(shown(make_map, qtbot, 2, JunctionState(JunctionMode.FLASHING_AMBER))).max() > 90


def test_kinds_of_cameras_differ(make_map: MakeMap, qtbot: QtBot) -> None:
    kinds = [CameraDetail(a, b, c) for a in (False, True) for b in (False, True) for c in (False, True)]
    pictures = [shown(make_map, qtbot, 3, detail) for detail in kinds]
    for at, one in enumerate(pictures):
        for other in pictures[at + 1 :]:
            assert differing(one, other) > 12
    assert max(int(chroma(picture).max()) for picture in pictures) < 45  # recording is normal: no red


def test_a_ptz_camera_shows_how_far_it_reaches_and_masks_are_hatched(make_map: MakeMap, qtbot: QtBot) -> None:
    def seen(detail: CameraDetail) -> Picture:
        city = map_with(make_map, 3)
        city.set_cones(ConeColumns(ids(1), np.array([90.0]), np.array([60.0]), np.array([50.0])))
        city.meaning.set_details({1: detail})
        return look(city, qtbot)

    plain, ptz, masked = seen(CameraDetail()), seen(CameraDetail(is_ptz=True)), seen(CameraDetail(is_masked=True))
    ring = np.any(np.abs(plain - ptz) > 10, axis=2)
    ring[120:180, 150:210] = False  # its icon
    assert ring[:, :150].sum() > 30  # behind it too, where the sector does not look
    sector = np.any(np.abs(plain - masked) > 4, axis=2)
    sector[120:180, 150:210] = False
    assert sector[:, 210:].sum() > 100
    assert sector[:, :150].sum() == 0


def test_a_crew_says_what_it_does(make_map: MakeMap, qtbot: QtBot) -> None:
    free = shown(make_map, qtbot, 4, VehicleDetail("free"))
    assert differing(free, shown(make_map, qtbot, 4, VehicleDetail(""))) > 20


def test_details_can_be_changed_one_by_one(make_map: MakeMap, qtbot: QtBot) -> None:
    city = map_with(make_map, 0)
    before = look(city, qtbot)
    city.meaning.update_details({1: SignText(("BONJOUR",))})
    assert amber(look(city, qtbot)) > 60
    city.meaning.update_details({1: None})
    np.testing.assert_array_equal(look(city, qtbot), before)


def test_tooltips_and_screen_readers_are_told_too(make_map: MakeMap, qtbot: QtBot) -> None:
    city = map_with(make_map, 0)
    city.meaning.set_details({1: SignText(("TRAVAUX", "A38"))})
    city.select(1)
    qtbot.waitUntil(lambda: "sign shows: TRAVAUX / A38" in city.accessibleDescription(), timeout=3000)


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        (SignText(()), ["sign is blank"]),
        (Bays(None, 80), ["unknown of 80 bays free"]),
        (JunctionState(JunctionMode.RUNNING, "P3"), ["green plan running", "plan P3"]),
        (JunctionState(JunctionMode.FAULT, "P3"), ["fault"]),
        (CameraDetail(True, True, True), ["PTZ camera", "recording", "parts of the picture are masked"]),
        (CameraDetail(), ["fixed camera"]),
        (VehicleDetail("on its way"), ["crew: on its way"]),
        (VehicleDetail(""), []),
    ],
)
def test_each_detail_has_its_words(detail: AssetDetail, words: list[str]) -> None:
    scene = Scene()
    scene.meaning.set_details({1: detail})
    assert detail_words(scene, MapTexts(), 1) == words
