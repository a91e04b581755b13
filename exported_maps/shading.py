"""How a choropleth's figures fall into shades. Pure functions."""

import math
from typing import Final, NamedTuple

from exported_maps.values import Choropleth
from exported_maps.wording import Words

SHADES: Final = ("#EDF3F8", "#C6DBEC", "#8FBCDB", "#4A90C2", "#14598F")
"""Light to dark in one hue: still in order when printed in grey."""


class Step(NamedTuple):
    """One shade of the legend."""

    colour: str
    text: str


class Shading(NamedTuple):
    """The shade of each area (-1: no value) and the legend."""

    shade_of: tuple[int, ...]
    steps: tuple[Step, ...]


def shading(choropleth: Choropleth, words: Words) -> Shading:
    """About as many areas in each shade, and equal figures always in the same one."""
    figures = [_figure(area.value) for area in choropleth.areas]
    known = sorted({round(figure, choropleth.decimals) for figure in figures if figure is not None})
    count = min(len(SHADES), len(known))
    if not count:
        return Shading((-1,) * len(figures), ())
    groups = [known[len(known) * at // count : len(known) * (at + 1) // count] for at in range(count)]
    first = (len(SHADES) - count) // 2 if count < len(SHADES) else 0
    steps = tuple(
        Step(SHADES[first + at], _range_text(group[0], group[-1], choropleth, words)) for at, group in enumerate(groups)
    )
    tops = [group[-1] for group in groups]
    shade_of = tuple(
        -1
        if figure is None
        else first + next(at for at, top in enumerate(tops) if round(figure, choropleth.decimals) <= top)
        for figure in figures
    )
    return Shading(shade_of, steps)


def figure_text(value: float | None, choropleth: Choropleth, words: Words) -> str:
    """One figure with its unit, a dash where it is not known."""
    figure = _figure(value)
    if figure is None:
        return "—"
    unit = f"\u202f{choropleth.unit}" if choropleth.unit else ""
    return f"{words.number(figure, choropleth.decimals)}{unit}"


def _figure(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) and abs(value) < 1e15 else None


def _range_text(low: float, high: float, choropleth: Choropleth, words: Words) -> str:
    if low == high:
        return figure_text(low, choropleth, words)
    return words("range", low=words.number(low, choropleth.decimals), high=figure_text(high, choropleth, words))
