"""Columns and counts of the city follow the register, change by change, and agree with counting by hand."""

import random
from collections import Counter

import msgspec
import numpy as np
from pytestqt.qtbot import QtBot

from console.store.city_columns import CityChange
from console.store.city_counts import Count, count_city
from console.store.placed import NO_COMMUNE, PlacedColumns, class_order
from contract.assets import Asset, AssetStatus
from contract.stream import UNACKNOWLEDGED_FLAG, AssetsBody, Changes, Topic, TopicKind, Visual
from tests.console.conftest import Bench


async def test_one_changed_asset_changes_one_row(bench: Bench, qtbot: QtBot) -> None:
    told: list[CityChange] = []
    bench.stores.city.changed.connect(told.append)
    school, lamp = bench.asset("B006"), bench.asset("PL-000-00")
    before = len(bench.stores.city.all().ids)
    moved = msgspec.structs.replace(school, lon=5.1, version=2)
    _change(bench, (moved,), removed=(lamp.id,))
    assert len(told) == 1
    assert not told[0].is_whole
    assert told[0].upserted.ids.tolist() == [school.id]
    assert told[0].removed.tolist() == [lamp.id]
    placed = bench.stores.city.all()
    assert len(placed.ids) == before - 1
    assert placed.lon[placed.ids == school.id].tolist() == [5.1]
    assert bool((np.diff(placed.ids.astype(np.int64)) > 0).all())


async def test_the_same_again_is_no_change(bench: Bench, qtbot: QtBot) -> None:
    told: list[CityChange] = []
    bench.stores.city.changed.connect(told.append)
    _change(bench, (bench.asset("B006"),))
    assert len(told[0].upserted.ids) == 0


async def test_what_is_taken_away_for_good_leaves_the_map(bench: Bench, qtbot: QtBot) -> None:
    told: list[CityChange] = []
    bench.stores.city.changed.connect(told.append)
    school = bench.asset("B006")
    _change(bench, (msgspec.structs.replace(school, status=AssetStatus.RETIRED),))
    assert told[0].removed.tolist() == [school.id]
    assert school.id not in bench.stores.city.all().ids


async def test_counts_of_the_sample_city_are_those_of_a_plain_count(bench: Bench, qtbot: QtBot) -> None:
    counts = bench.stores.city.counts()
    points = [asset for asset in bench.stores.assets.all() if asset.line is None]
    in_alarm = Counter(asset.class_ for asset in points if bench.stores.states.visual_of(asset.id) >= Visual.ALARM_P4)
    for code, total in Counter(asset.class_ for asset in points).items():
        assert counts.by_class[code] == Count(total, in_alarm[code])
    assert counts.by_commune["21231"] == counts.total == Count(len(points), sum(in_alarm.values()))
    assert sum(counts.by_state.values()) == len(points)


def test_counts_agree_with_counting_by_hand_whatever_the_columns_hold() -> None:
    dice = random.Random(11)  # a drawing, not a secret
    for _ in range(30):
        size = dice.randrange(0, 60)
        ids = sorted(dice.sample(range(1, 200), size))
        kinds = [dice.randrange(3) for _ in ids]
        places = [dice.choice([0, 1, NO_COMMUNE]) for _ in ids]
        heard = sorted(dice.sample(range(1, 200), dice.randrange(0, 120)))
        visuals = [dice.randrange(8) | (UNACKNOWLEDGED_FLAG if dice.random() < 0.3 else 0) for _ in heard]
        state_of = {key: Visual(value & 0x7F) for key, value in zip(heard, visuals, strict=True)}
        placed = PlacedColumns(
            np.array(ids, np.uint32),
            np.zeros(size),
            np.zeros(size),
            np.array(kinds, np.uint8),
            np.array(places, np.uint16),
        )
        counts = count_city(
            placed, ("a", "b", "c"), ("x", "y"), np.array(heard, np.uint32), np.array(visuals, np.uint8)
        )
        by_hand = Counter(state_of.get(key, Visual.UNKNOWN) for key in ids)
        assert {key: value for key, value in counts.by_state.items() if value} == dict(by_hand)
        for index, code in enumerate("abc"):
            mine = [state_of.get(key, Visual.UNKNOWN) for key, kind in zip(ids, kinds, strict=True) if kind == index]
            assert counts.by_class[code] == Count(len(mine), sum(item >= Visual.ALARM_P4 for item in mine))
        nowhere = [state_of.get(key, Visual.UNKNOWN) for key, at in zip(ids, places, strict=True) if at == NO_COMMUNE]
        assert counts.by_commune[""] == Count(len(nowhere), sum(item >= Visual.ALARM_P4 for item in nowhere))


async def test_a_class_of_lines_is_on_no_map(bench: Bench, qtbot: QtBot) -> None:
    assert "street" not in class_order(bench.stores.catalogue.classes)


def _change(bench: Bench, assets: tuple[Asset, ...], removed: tuple[int, ...] = ()) -> None:
    # The sample city's own topic, so that what is removed was held by it.
    topic = Topic(TopicKind.ASSETS, "21231", "all")
    bench.stores.message(Changes(topic, 2, AssetsBody(assets, removed), 0))
    bench.stores.flush()
