"""Too much, nothing, or nonsense: the answer says in words what to do, or the page says what it left out."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.stream import Visual
from exported_maps.ground import MAX_POINTS, street_features
from exported_maps.limits import ExportRefused, view_of
from exported_maps.values import MAX_ASSETS, Bounds, ExportedCone, ExportedLines, LineKind, Shape
from tests.exported_maps.reading import ReadPage
from tests.exported_maps.samples import asset, city, lines, made

NAN = math.nan


def test_five_thousand_assets_are_the_most() -> None:
    many = tuple(asset(number) for number in range(MAX_ASSETS + 1))
    assert len(ReadPage(made(city(assets=many[:-1]))).cells) == 1 + MAX_ASSETS

    with pytest.raises(ExportRefused, match=r"compte 5\u202f001 équipements.*5\u202f000 au plus.*Rapprochez la vue"):
        made(city(assets=many))
    with pytest.raises(ExportRefused, match=r"holds 5,001 assets.*5,000 at most.*Zoom in"):
        made(city(assets=many, language="en"))


def test_a_report_of_nothing_asks_for_a_selection_and_a_view_of_nothing_says_so() -> None:
    with pytest.raises(ExportRefused, match=r"La sélection est vide\. Sélectionnez"):
        made(city(shape=Shape.REPORT, assets=()))
    assert "Aucun équipement dans cette vue." in ReadPage(made(city(assets=()))).text


def test_assets_without_a_place_stand_in_the_list_and_the_page_says_so() -> None:
    lost = (asset(1, lon=None), asset(2, lon=NAN), asset(3, lat=math.inf), asset(4, lon=5.03, lat=91), asset(5))
    read = ReadPage(made(city(language="en", assets=lost)))
    assert len(read.cells) == 6
    assert read.told["drawn"] == 1
    assert "4 assets have no known position" in read.text


@pytest.mark.parametrize(
    "bounds",
    [
        None,
        Bounds(NAN, 47, 5, 48),
        Bounds(5, 48, 4, 47),
        Bounds(-math.inf, -90, math.inf, 90),
        Bounds(-1e300, -1e300, 1e300, 1e300),
        Bounds(5.03, 47.32, 5.03, 47.32),
        Bounds(179.9, 89, 180, 90),
    ],
)
def test_a_view_that_makes_no_sense_gives_a_map_all_the_same(bounds: Bounds | None) -> None:
    view = view_of(city(bounds=bounds))
    assert -180 <= view.west < view.east <= 180
    assert -85.06 <= view.south < view.north <= 85.06
    south_west, north_east = ReadPage(made(city(bounds=bounds))).told["bounds"]
    assert all(math.isfinite(value) for value in (*south_west, *north_east))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(*[st.floats(width=64)] * 2), max_size=6),
    st.tuples(*[st.floats(width=64)] * 5),
    st.tuples(*[st.floats(width=64)] * 4),
)
def test_no_figure_breaks_a_page(
    points: list[tuple[float, float]], cone: tuple[float, ...], bounds: tuple[float, ...]
) -> None:
    wanted = city(
        bounds=Bounds(*bounds),
        cones=(ExportedCone(*cone),),
        lines=(lines(LineKind.STREET, points, names=("Rue",)), lines(LineKind.OUTLINE, points, names=("Dijon",))),
        assets=tuple(asset(number, lon=lon, lat=lat) for number, (lon, lat) in enumerate(points)),
        choropleth=None,
    )
    page = made(wanted)
    assert "NaN" not in ReadPage(page).code["script"][2]
    assert "Infinity" not in ReadPage(page).code["script"][2].replace("Infinity}", "")


def test_too_many_streets_are_thinned_small_ones_first() -> None:
    rng = np.random.default_rng(3)
    small = [[(5 + x, 47 + y), (5.001 + x, 47.001 + y)] for x, y in rng.random((35_000, 2)) / 10]
    large = [[(5 + x, 47 + y), (5.01 + x, 47.01 + y)] for x, y in rng.random((5_000, 2)) / 10]
    layers = (lines(LineKind.STREET, *small, weight=1), lines(LineKind.STREET, *large, weight=3))
    kept = street_features(layers, Bounds(5, 47, 5.1, 47.1))

    points = {f["properties"]["weight"]: sum(map(len, f["geometry"]["coordinates"])) for f in kept}
    assert points == {3: 10_000}
    alone = street_features(layers[:1], Bounds(5, 47, 5.1, 47.1))
    assert sum(len(part) for feature in alone for part in feature["geometry"]["coordinates"]) <= MAX_POINTS


@pytest.mark.parametrize(
    "damaged",
    [
        ExportedLines(kind=LineKind.STREET, lon=b"123", lat=b"", offsets=b""),
        ExportedLines(kind=LineKind.STREET, lon=bytes(16), lat=bytes(8), offsets=bytes(16)),
        ExportedLines(
            kind=LineKind.OUTLINE, lon=bytes(8), lat=bytes(8), offsets=np.array([0, 9], "<i8").tobytes(), names=("x",)
        ),
    ],
)
def test_columns_that_do_not_fit_are_refused_in_words(damaged: ExportedLines) -> None:
    with pytest.raises(ExportRefused, match="ne vont pas ensemble"):
        made(city(lines=(damaged,)))


def test_an_asset_of_no_class_is_refused_in_words() -> None:
    with pytest.raises(ExportRefused, match="ne vont pas ensemble"):
        made(city(assets=(asset(1, kind=9, state=Visual.NORMAL),)))
