"""Lighting by night and by day: levels are seen, and what nobody knows is never drawn as lit."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.samples import octets
from widgets.city_map import DARK, LEVEL_UNKNOWN, LIGHT, MapTheme, ViewMode
from widgets.city_map.looks import theme_for
from widgets.city_map.raster.disc_codes import CORE, TIER, codes_of, palette_of
from widgets.city_map.raster.discs import disc_size, paint_codes

LIT = (ViewMode.LIGHTING_NIGHT, ViewMode.LIGHTING_DAY)


def colour(palette: np.ndarray[tuple[int, ...], np.dtype[np.uint32]], level: int, tier: int = 0) -> QColor:
    code = int(codes_of(octets(0), octets(level))[0])
    return QColor.fromRgba(int(palette[CORE - tier * TIER + code]))


def reach(theme: MapTheme, level: int) -> int:
    """Rings of a lamp's disc that have its colour."""
    palette = palette_of(theme)
    heart = colour(palette, level)
    return sum(colour(palette, level, tier) == heart for tier in range(8))


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_night_is_dark_and_day_is_light_whatever_the_console_looks_like(theme: MapTheme) -> None:
    assert QColor(theme_for(theme, ViewMode.LIGHTING_NIGHT).land).lightnessF() < 0.15
    assert QColor(theme_for(theme, ViewMode.LIGHTING_DAY).land).lightnessF() > 0.8
    assert theme_for(theme, ViewMode.PLAIN) == theme


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_by_night_a_higher_level_is_brighter_and_glows_further(theme: MapTheme) -> None:
    palette = palette_of(theme_for(theme, ViewMode.LIGHTING_NIGHT))
    hearts = [colour(palette, level).lightness() for level in (0, 15, 40, 70, 100)]
    assert hearts == sorted(hearts)
    assert len(set(hearts)) == 5
    glows = [colour(palette, level, 3).alpha() for level in (0, 15, 100)]
    assert glows[0] == 0 < glows[1] < glows[2]
    # A lamp that is off can be seen against the ground, but far from lit.
    ground = QColor(theme_for(theme, ViewMode.LIGHTING_NIGHT).land).lightness()
    assert ground + 15 < hearts[0] < hearts[1] - 30


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_by_day_a_lit_lamp_stands_out_by_its_size(theme: MapTheme) -> None:
    day = theme_for(theme, ViewMode.LIGHTING_DAY)
    sizes = [reach(day, level) for level in (5, 50, 100)]
    assert sizes[0] < sizes[1] < sizes[2]
    ground = QColor(day.land).lightness()
    palette = palette_of(day)
    assert ground - colour(palette, 5).lightness() > 2 * (ground - colour(palette, 0).lightness())


@pytest.mark.parametrize("mode", LIT)
@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("has_rings", [True, False])
def test_an_unknown_level_is_never_drawn_as_lit(mode: ViewMode, theme: MapTheme, has_rings: bool) -> None:
    shown = theme_for(theme, mode)
    palette = palette_of(shown, has_rings=has_rings)
    unknown = {tier: colour(palette, LEVEL_UNKNOWN, tier) for tier in range(8)}
    ground = QColor(shown.land).lightness()
    weakest_lit = abs(colour(palette, 1).lightness() - ground)
    assert all(one.alpha() == 0 for tier, one in unknown.items() if tier >= 2)  # no glow
    strength = abs(unknown[0].lightness() - ground) * unknown[0].alphaF()
    assert strength < weakest_lit
    if has_rings:
        assert unknown[0] == QColor(shown.land)  # an empty ring
        assert unknown[1] != QColor(shown.land)


def test_the_map_changes_light_and_back(make_map: MakeMap) -> None:
    city = make_map()
    plain = city.grab().toImage()
    pictures: list[QImage] = []
    for mode in LIT:
        city.set_view_mode(mode)
        assert city.view_mode is mode
        pictures.append(city.grab().toImage())
    city.set_view_mode(ViewMode.PLAIN)
    assert city.grab().toImage() == plain
    assert pictures[0] != plain
    assert pictures[0] != pictures[1]


def test_a_lost_link_greys_the_night_too(make_map: MakeMap) -> None:
    grey = theme_for(DARK, ViewMode.LIGHTING_NIGHT).greyed()
    assert grey.lighting == ViewMode.LIGHTING_NIGHT.value
    assert QColor(grey.lamp_lit).hsvSaturation() == 0


def test_by_night_a_whole_city_glows_by_its_level_though_each_lamp_is_but_a_dot() -> None:
    palette = palette_of(theme_for(DARK, ViewMode.LIGHTING_NIGHT), has_rings=False)
    here = np.array([10])

    def light(level: int) -> int:
        """All that shines around one lamp."""
        painted = paint_codes(here, here, codes_of(octets(0), octets(level)), 21, 21, disc_size(1.0, 1.0, shines=True))
        return sum(QColor.fromRgba(int(pixel)).alpha() for pixel in np.take(palette, painted).ravel() if pixel)

    by_sight = paint_codes(here, here, codes_of(octets(0), octets(100)), 21, 21, disc_size(1.0, 1.0))
    plain = sum(QColor.fromRgba(int(pixel)).alpha() for pixel in np.take(palette, by_sight).ravel() if pixel)
    assert light(100) > 3 * plain
    assert light(100) > 1.5 * light(40) > 1.5 * light(5)
