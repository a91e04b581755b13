"""What its supply explains, and what has a command under way: seen, told, and never taken for an alarm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.samples import PLACES, STYLES, columns, ids, octets, settle
from widgets.city_map import DARK, LIGHT, UNACKNOWLEDGED, AssetVisual, CityMap, MapTheme
from widgets.city_map.raster.disc_codes import SUPPRESSED_CODE, codes_of, hatched, palette_of
from widgets.city_map.state import SUPPRESSED

Picture = np.ndarray[Any, np.dtype[np.int64]]


def pixels(city_map: CityMap, side: int = 40) -> Picture:
    """The middle of what is on the screen, as red, green, blue."""
    image = city_map.grab().toImage().convertToFormat(city_map.grab().toImage().Format.Format_RGB32)
    every = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[:, :, 2::-1]
    x, y = image.width() // 2, image.height() // 2
    return every[y - side : y + side, x - side : x + side].astype(np.int64)


def chroma(picture: Picture) -> int:
    return int((picture.max(axis=2) - picture.min(axis=2)).max())


def look_at_first(city_map: CityMap, qtbot: QtBot, metres_per_pixel: float = 0.5) -> Picture:
    city_map.clearFocus()
    city_map.go_to(*PLACES[0], metres_per_pixel, animate=False)
    settle(qtbot, city_map)
    return pixels(city_map)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_a_suppressed_alarm_looks_neither_like_an_alarm_nor_like_a_lit_lamp(
    make_map: MakeMap, qtbot: QtBot, theme: MapTheme
) -> None:
    city = make_map(theme=theme)
    city.set_classes(STYLES)
    city.set_assets(columns(PLACES))
    city.set_states(ids(1, 2, 3), octets(AssetVisual.NORMAL, 0, 0))
    city.set_levels(ids(1), octets(100))
    lit = look_at_first(city, qtbot)
    city.set_states(ids(1), octets(AssetVisual.ALARM_P1 | UNACKNOWLEDGED))
    assert chroma(look_at_first(city, qtbot)) > 100
    city.meaning.set_suppressed(ids(1))
    dark = look_at_first(city, qtbot)
    assert chroma(dark) < 40
    assert not np.array_equal(dark, lit)
    city.meaning.set_suppressed(ids())
    assert chroma(look_at_first(city, qtbot)) > 100


def test_hatching_runs_on_from_tile_to_tile() -> None:
    picture = np.full((12, 20), SUPPRESSED_CODE, np.uint8)
    whole = hatched(picture.copy(), 100, 7)
    right = hatched(picture[:, 9:].copy(), 109, 7)
    np.testing.assert_array_equal(whole[:, 9:], right)
    assert len(np.unique(whole)) == 2


@pytest.mark.parametrize("state", [AssetVisual.FAULT, AssetVisual.ALARM_P1, AssetVisual.STALE, AssetVisual.NORMAL])
def test_every_suppressed_asset_is_drawn_alike_and_below_what_is_wrong(state: AssetVisual) -> None:
    code = int(codes_of(octets(state | SUPPRESSED), octets(100))[0])
    assert code == SUPPRESSED_CODE
    assert code < codes_of(octets(AssetVisual.FAULT), octets(100))[0]
    assert palette_of(DARK)[7 * 32 + code] != palette_of(DARK)[7 * 32 + int(codes_of(octets(state), octets(100))[0])]


def test_flags_stay_when_states_change_and_reach_assets_that_come_later(city: CityMap) -> None:
    city.meaning.set_suppressed(ids(2, 9))
    city.set_states(ids(2), octets(AssetVisual.ALARM_P1))
    city.upsert_assets(columns([(5.01, 47.31)], first_id=9))
    city.set_states(ids(9), octets(AssetVisual.ALARM_P2))
    counts = city.counts_in_view()
    assert (counts.suppressed, counts.by_state.get(AssetVisual.ALARM_P1), counts.total) == (2, None, 4)
    city.next_alarm()
    assert city.selected == 0


def test_a_command_under_way_is_marked_until_it_is_done(city: CityMap, qtbot: QtBot) -> None:
    before = look_at_first(city, qtbot)
    city.meaning.set_pending(ids(1))
    during = look_at_first(city, qtbot)
    assert not np.array_equal(before, during)
    assert chroma(during) < 40  # nothing is wrong: no colour
    city.meaning.set_pending(ids())
    np.testing.assert_array_equal(look_at_first(city, qtbot), before)


def test_a_thousand_commands_in_one_street_share_a_few_clocks(make_map: MakeMap, qtbot: QtBot) -> None:
    city = make_map()
    rng = np.random.default_rng(3)
    places = list(zip(rng.normal(5.0, 0.0004, 1000).tolist(), rng.normal(47.3, 0.0003, 1000).tolist(), strict=True))
    city.set_assets(columns(places))
    every = np.arange(1, 1001, dtype=np.uint32)
    city.set_states(every, np.zeros(1000, np.uint8))
    city.meaning.set_pending(every)
    far = look_at_first(city, qtbot, 60.0)
    ground = far[0, 0]
    marked = np.any(np.abs(far - ground) > 40, axis=2)
    assert 20 < marked.sum() < 900


def test_screen_readers_hear_of_both(city: CityMap, qtbot: QtBot) -> None:
    city.zoom_to_all(animate=False)
    city.meaning.set_suppressed(ids(1))
    city.meaning.set_pending(ids(2, 3))
    qtbot.waitUntil(lambda: "2 commands under way" in city.accessibleDescription(), timeout=3000)
    assert "1 explained by their supply" in city.accessibleDescription()
