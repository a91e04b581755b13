"""What the user hides is hidden everywhere: picture, counts, picks, walk; alarms only when he says so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from tests.widgets.city_map.conftest import MakeMap
from tests.widgets.city_map.samples import STYLES, columns, ids, octets
from widgets.city_map import AssetColumns, AssetVisual, MapFilter
from widgets.city_map.scene.scene import Scene
from widgets.city_map.state import SUPPRESSED
from widgets.city_map.view.viewport import Viewport

EVERYTHING = Viewport(0.0, 0.0, 400.0, 200_000, 200_000)
CODES = [style.code for style in STYLES]
filters = st.builds(
    MapFilter,
    hidden_classes=st.frozensets(st.sampled_from(CODES)),
    hidden_visuals=st.frozensets(st.sampled_from(list(AssetVisual))),
    communes=st.none() | st.frozensets(st.integers(0, 3)),
    hidden_ids=st.lists(st.integers(1, 40), max_size=5).map(lambda ids: np.array(ids, np.uint32)),
    shows_all_alarms=st.booleans(),
)
assets = st.lists(
    st.tuples(st.integers(0, len(CODES) - 1), st.integers(0, 3), st.sampled_from(list(AssetVisual))),
    min_size=1,
    max_size=40,
)


def scene_of(rows: list[tuple[int, int, AssetVisual]]) -> Scene:
    count = len(rows)
    scene = Scene()
    scene.set_styles(STYLES)
    scene.replace_assets(
        AssetColumns(
            ids=np.arange(1, count + 1, dtype=np.uint32),
            lon=np.linspace(-1, 1, count),
            lat=np.linspace(-1, 1, count),
            class_index=np.array([row[0] for row in rows], np.uint8),
            commune_index=np.array([row[1] for row in rows], np.uint16),
        )
    )
    return scene


def passes(number: int, row: tuple[int, int, AssetVisual], wanted: MapFilter) -> bool:
    class_index, commune, visual = row
    if visual >= AssetVisual.ALARM_P4 and wanted.shows_all_alarms:
        return True
    return (
        CODES[class_index] not in wanted.hidden_classes
        and visual not in wanted.hidden_visuals
        and (wanted.communes is None or commune in wanted.communes)
        and number not in wanted.hidden_ids.tolist()
    )


@settings(max_examples=150, deadline=None)
@given(assets, filters, st.booleans())
def test_what_is_counted_is_what_passes(
    rows: list[tuple[int, int, AssetVisual]], wanted: MapFilter, filter_comes_first: bool
) -> None:
    scene = scene_of(rows)
    numbers = np.arange(1, len(rows) + 1, dtype=np.uint32)
    if filter_comes_first:
        scene.set_filter(wanted)
    scene.set_states(numbers, np.array([int(row[2]) for row in rows], np.uint8))
    if not filter_comes_first:
        scene.set_filter(wanted)
    expected = {number for number, row in enumerate(rows, 1) if passes(number, row, wanted)}
    alarms = {number for number in expected if rows[number - 1][2] >= AssetVisual.ALARM_P4}

    table = scene.in_view(EVERYTHING, 1000)
    assert set(table.ids.tolist()) == expected
    assert table.total == scene.counts(EVERYTHING).total == len(expected)
    assert scene.badges(EVERYTHING).count.sum() == len(alarms)
    assert set(scene.alarms_by_importance()) == alarms
    in_alarm = sum(row[2] >= AssetVisual.ALARM_P4 for row in rows)
    assert scene.visibility.hidden_alarms() == in_alarm - len(alarms)
    assert table.visuals.tolist() == sorted(table.visuals.tolist(), reverse=True)


def test_the_table_is_cut_after_the_worst_and_nearest() -> None:
    scene = scene_of([(0, 0, AssetVisual.NORMAL)] * 40)
    scene.set_states(ids(7, 31), octets(AssetVisual.FAULT, AssetVisual.ALARM_P1))
    table = scene.in_view(EVERYTHING, 4)
    assert table.total == 40
    assert table.ids.tolist()[:2] == [31, 7]
    assert set(table.ids.tolist()[2:]) == {20, 21}


@pytest.mark.parametrize("shows_all_alarms", [True, False])
def test_a_hidden_asset_is_neither_seen_nor_picked(make_map: MakeMap, shows_all_alarms: bool) -> None:
    city_map = make_map()
    city_map.set_classes(STYLES)
    city_map.set_assets(columns([(5.0, 47.0)]))
    city_map.go_to(5.0, 47.0, 1.0, animate=False)
    middle = QPointF(city_map.width() / 2, city_map.height() / 2)
    shown = city_map.grab().toImage()
    assert city_map.pick_at(middle) == 1

    city_map.set_filter(MapFilter(hidden_classes=frozenset(CODES), shows_all_alarms=shows_all_alarms))
    assert city_map.pick_at(middle) == 0
    assert city_map.grab().toImage() != shown

    city_map.set_states(ids(1), octets(AssetVisual.ALARM_P2))
    assert city_map.pick_at(middle) == (1 if shows_all_alarms else 0)
    assert city_map.alarms_hidden() == (0 if shows_all_alarms else 1)

    city_map.set_filter(MapFilter())
    assert city_map.pick_at(middle) == 1
    assert city_map.alarms_hidden() == 0


def test_what_its_supply_explains_is_no_alarm_to_the_filter_nor_at_the_head_of_the_table() -> None:
    scene = scene_of([(0, 0, AssetVisual.NORMAL)] * 4)
    scene.set_states(ids(1, 2, 3), octets(AssetVisual.ALARM_P1, AssetVisual.ALARM_P4, AssetVisual.FAULT))
    scene.set_flag(SUPPRESSED, ids(1))
    assert scene.in_view(EVERYTHING, 10).ids.tolist()[0] == 2
    scene.set_filter(MapFilter(hidden_classes=frozenset(CODES)))
    assert scene.in_view(EVERYTHING, 10).ids.tolist() == [2]
    scene.set_flag(SUPPRESSED, ids())
    assert scene.in_view(EVERYTHING, 10).ids.tolist() == [1, 2]
    scene.set_filter(MapFilter(hidden_classes=frozenset(CODES), shows_all_alarms=False))
    assert scene.visibility.hidden_alarms() == 2
    scene.set_flag(SUPPRESSED, ids(1))
    assert scene.visibility.hidden_alarms() == 1
