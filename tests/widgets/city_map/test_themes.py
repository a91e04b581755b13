"""Colours that can be read: on the ground of the map, by day and by night."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from widgets.city_map import DARK, LIGHT, AssetVisual, MapTheme


def luminance(name: str) -> float:
    def linear(share: float) -> float:
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    colour = QColor(name)
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_words_and_alarms_stand_out_from_the_ground(theme: MapTheme) -> None:
    for ground in (theme.field, theme.land):
        for words in (theme.place_label, theme.street_label):
            assert contrast(words, ground) >= 4.5, (words, ground)
        for visual in (AssetVisual.ALARM_P1, AssetVisual.ALARM_P2, AssetVisual.ALARM_P3, AssetVisual.ALARM_P4):
            assert contrast(theme.of(visual), ground) >= 4.5, (visual, ground)
        for graphics in (theme.fault, theme.stale, theme.selection, theme.focus, theme.normal):
            assert contrast(graphics, ground) >= 3, (graphics, ground)
    assert contrast(theme.card_text, theme.card_field) >= 4.5


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_digits_are_readable_on_filled_and_hollow_markers(theme: MapTheme) -> None:
    for visual in (AssetVisual.ALARM_P1, AssetVisual.ALARM_P2, AssetVisual.ALARM_P3, AssetVisual.ALARM_P4):
        assert contrast(theme.marker_ink, theme.of(visual)) >= 4.5, visual
        assert contrast(theme.of(visual), theme.marker_field) >= 4.5, visual
    assert contrast(theme.card_text, theme.marker_field) >= 4.5


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_a_lost_link_leaves_its_words_readable_and_no_colour(theme: MapTheme) -> None:
    grey = theme.greyed()
    assert contrast(grey.card_text, grey.card_field) >= 4.5
    for visual in AssetVisual:
        assert QColor(grey.of(visual)).hsvSaturation() == 0
