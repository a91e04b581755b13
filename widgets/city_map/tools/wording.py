"""Lengths and areas in words, in the units people use. Pure."""

from __future__ import annotations

from widgets.city_map.texts import MapTexts

_SPACE = "\u202f"


def length_words(metres: float, texts: MapTexts) -> str:
    """12.3 m, 456 m, 1.23 km, 45.6 km."""
    if round(metres, 1) < 100:
        return f"{_number(metres, 1, texts)} {texts.metres}"
    if round(metres) < 1_000:
        return f"{_number(metres, 0, texts)} {texts.metres}"
    return f"{_number(metres / 1_000, 2 if metres < 99_995 else 1, texts)} {texts.kilometres}"


def area_words(square_metres: float, texts: MapTexts) -> str:
    """456 m², 1.23 ha, 4.56 km²."""
    if round(square_metres) < 10_000:
        return f"{_number(square_metres, 0 if square_metres >= 100 else 1, texts)} {texts.metres}²"
    if square_metres < 1_000_000:
        return f"{_number(square_metres / 10_000, 2, texts)} {texts.hectares}"
    return f"{_number(square_metres / 1_000_000, 2, texts)} {texts.kilometres}²"


def _number(value: float, places: int, texts: MapTexts) -> str:
    return f"{value:,.{places}f}".replace(",", _SPACE).replace(".", texts.decimal_mark)
