"""Losses folded into the equipment to blame: the reference model's exact roots, circles, two feeders for one asset."""

import time
from collections.abc import Iterable

import numpy as np

from backend.domain.alarms.folding import NOBODY, Fed, Folds, SupplyNet, fold, supply_net
from tests.backend.domain.alarms.lit_city import (
    CABINET,
    CORE,
    LIGHTS,
    ROOTS_OF_10_000,
    SWITCH,
    cabinet_of,
    fed,
    lights_of,
)

CITY = supply_net(fed())


def folded(net: SupplyNet, lost: Iterable[int], signs: Iterable[int] = ()) -> Folds:
    flags = np.zeros((2, len(net.ids)), np.bool_)
    for flag, ids in zip(flags, (lost, signs), strict=True):
        flag[[net.rows[asset_id] for asset_id in ids]] = True
    return fold(net, flags[0], flags[1])


def cards(net: SupplyNet, lost: Iterable[int], signs: Iterable[int] = ()) -> set[int]:
    """What an operator sees: roots, and what nothing explains."""
    lost = list(lost)
    found = folded(net, lost, signs)
    rows = [net.rows[asset_id] for asset_id in [*lost, *signs]]
    tops = {row if found.roots[row] == NOBODY else int(found.roots[row]) for row in rows}
    return {int(net.ids[row]) for row in tops}


def test_ten_thousand_lights_are_their_twenty_two_true_roots() -> None:
    seen = cards(CITY, range(10_000))
    assert seen == ROOTS_OF_10_000
    assert len(seen) == 22
    assert CORE not in seen
    assert SWITCH + 12 not in seen


def test_all_lights_are_one_card() -> None:
    assert cards(CITY, range(LIGHTS)) == {CORE}


def test_one_cabinets_lights_are_one_card() -> None:
    assert cards(CITY, lights_of(CABINET + 7)) == {CABINET + 7}


def test_five_lights_far_apart_are_five_cards() -> None:
    lights = [11, 4_000, 9_999, 20_000, 33_999]
    assert cards(CITY, lights) == set(lights)


def test_a_cabinet_is_blamed_from_four_fifths_of_its_lights() -> None:
    lights = list(lights_of(CABINET + 3))
    assert len(cards(CITY, lights[:31])) == 31
    assert cards(CITY, lights[:32]) == {CABINET + 3}


def test_of_two_lamps_lost_the_cabinet_is_not_blamed() -> None:
    net = supply_net([Fed(1, 9), Fed(2, 9), Fed(9)])
    assert cards(net, [1, 2]) == {1, 2}
    assert cards(net, [1, 2], signs=[9]) == {9}


def test_what_a_feeder_tells_of_itself_needs_no_share() -> None:
    light = lights_of(CABINET + 5)[0]
    assert cards(CITY, [light, 20_000], signs=[CABINET + 5]) == {CABINET + 5, 20_000}


def test_a_light_of_a_cabinet_that_is_well_is_its_own_card_though_the_switch_is_blamed() -> None:
    lost = [light for cabinet in range(16) for light in lights_of(CABINET + cabinet)]
    lonely = lights_of(CABINET + 18)[0]
    assert cards(CITY, [*lost, lonely]) == {SWITCH, lonely}


def test_behind_a_switch_that_is_silent_a_cabinets_lights_are_explained_though_the_cabinet_says_nothing() -> None:
    lights = lights_of(CABINET)[:2]
    assert cards(CITY, lights, signs=[SWITCH]) == {SWITCH}


def test_the_highest_cause_is_the_card() -> None:
    assert cards(CITY, lights_of(CABINET), signs=[CABINET, SWITCH]) == {SWITCH}


def test_cameras_behind_a_mute_switch_blame_the_switch_not_the_cabinets_that_feed_a_few_each() -> None:
    cameras = [Fed(camera, power=100 + camera // 4, network=200) for camera in range(40)]
    net = supply_net([*cameras, *(Fed(100 + cabinet) for cabinet in range(10)), Fed(200)])
    assert cards(net, range(40)) == {200}


def test_a_cabinet_that_tells_its_loss_is_believed_before_switches_are_blamed() -> None:
    cameras = [Fed(camera, power=100, network=200 + camera // 4) for camera in range(40)]
    net = supply_net([*cameras, Fed(100), *(Fed(200 + switch) for switch in range(10))])
    assert cards(net, range(40)) == {100}
    assert cards(net, range(40), signs=[100]) == {100}


def test_power_and_network_lost_apart_are_two_cards() -> None:
    lamps = [Fed(lamp, power=100) for lamp in range(10)]
    cameras = [Fed(50 + camera, network=200) for camera in range(10)]
    net = supply_net([*lamps, *cameras, Fed(100), Fed(200)])
    assert cards(net, [*range(10), *range(50, 60)]) == {100, 200}


def test_a_cabinet_that_talks_through_the_switch_it_feeds_is_no_endless_circle() -> None:
    lamps = [Fed(lamp, power=100) for lamp in range(10)]
    net = supply_net([*lamps, Fed(100, network=200), Fed(200, power=100, network=300), Fed(300)])
    assert cards(net, range(10)) == {100}
    assert cards(net, range(10), signs=[100, 200]) == {100}
    assert cards(net, [], signs=[200, 300]) == {300}


def test_what_cannot_tell_its_loss_does_not_speak_for_its_cabinet() -> None:
    lamps = [Fed(lamp, power=100) for lamp in range(4)]
    planned = [Fed(lamp, power=100, is_counted=False) for lamp in range(10, 50)]
    assert cards(supply_net([*lamps, *planned, Fed(100)]), range(4)) == {100}


def test_an_unknown_feeder_is_nobodys_and_no_assets_are_no_net() -> None:
    net = supply_net([Fed(1, 77), Fed(2, 77), Fed(3, 77)])
    assert cards(net, [1, 2, 3]) == {1, 2, 3}
    assert cards(supply_net([]), []) == set()


def test_folding_the_whole_city_is_far_quicker_than_events_come() -> None:
    lost = np.ones(len(CITY.ids), np.bool_)
    signs = np.zeros(len(CITY.ids), np.bool_)
    started = time.perf_counter()
    for _ in range(5):
        fold(CITY, lost, signs)
    took = (time.perf_counter() - started) / 5
    assert LIGHTS / took > 100_000, f"{took:.3f} s a time"


def test_a_light_belongs_to_the_cabinet_in_order() -> None:
    assert (cabinet_of(0), cabinet_of(39), cabinet_of(40)) == (CABINET, CABINET, CABINET + 1)
    assert CITY.ids[CITY.rows[CORE]] == CORE
