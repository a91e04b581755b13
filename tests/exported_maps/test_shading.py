"""A choropleth says the same by shade, by legend and by number."""

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from exported_maps.shading import SHADES, figure_text, shading
from exported_maps.values import Area, Choropleth
from exported_maps.wording import Words


def _of(*values: float | None) -> Choropleth:
    return Choropleth(title="Défauts", areas=tuple(Area(name=str(n), value=v) for n, v in enumerate(values)), unit="%")


@given(st.lists(st.one_of(st.none(), st.floats(width=64), st.integers(0, 50).map(float)), max_size=30))
def test_greater_is_never_lighter_and_equal_is_equal(values: list[float | None]) -> None:
    shaded = shading(_of(*values), Words("fr"))
    known = sorted(
        (round(value), shade)
        for value, shade in zip(values, shaded.shade_of, strict=True)
        if value is not None and math.isfinite(value) and abs(value) < 1e15
    )
    assert all(0 <= shade < len(SHADES) for _value, shade in known)
    assert all(one[1] <= other[1] for one, other in itertools.pairwise(known))
    assert shaded.shade_of.count(-1) == len(values) - len(known)
    shades = {shade for _value, shade in known}
    assert len(dict(known)) == len(set(known))
    assert len(shades) == len(shaded.steps)


def test_the_legend_names_the_ranges() -> None:
    shaded = shading(_of(1, 2, 3, 4, 5, 6, 7, 8, 9, 1200, None), Words("fr"))
    assert [step.text for step in shaded.steps] == [
        "1 à 2\u202f%",
        "3 à 4\u202f%",
        "5 à 6\u202f%",
        "7 à 8\u202f%",
        "9 à 1\u202f200\u202f%",
    ]
    assert figure_text(None, _of(), Words("fr")) == "—"
