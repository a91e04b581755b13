"""On any power and network: nothing independent is hidden, each explanation has its card, folding can be undone."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.alarms.folding import FOLD_LEAST, NOBODY, Fed, Folds, SupplyNet, fold, supply_net
from contract.alarm_flood import FOLD_SHARE

MOST = 60


@st.composite
def cities(draw: st.DrawFn) -> tuple[Sequence[Fed], set[int], set[int]]:
    """Assets with feeders of a smaller number, which are lost, and feeders that tell their own fault."""
    count = draw(st.integers(1, MOST))
    assets = [Fed(0)]
    for number in range(1, count):
        power = draw(st.none() | st.integers(max(0, number // 6 - 1), number // 4))
        network = draw(st.none() | st.integers(0, number // 6)) if draw(st.booleans()) else None
        assets.append(Fed(number, power, network))
    lost = draw(st.sets(st.integers(0, count - 1)))
    if draw(st.booleans()):  # whole families, as floods have them
        family = draw(st.integers(0, count - 1))
        lost |= {asset.asset_id for asset in assets if family in (asset.power, asset.network)}
    feeders = {feeder for asset in assets for feeder in (asset.power, asset.network) if feeder is not None}
    signs = draw(st.sets(st.sampled_from(sorted(feeders)), max_size=3)) if feeders else set[int]()
    return assets, lost, signs


def folded(assets: Sequence[Fed], lost: set[int], signs: set[int]) -> tuple[SupplyNet, Folds]:
    net = supply_net(assets)
    flags = np.zeros((2, len(net.ids)), np.bool_)
    for flag, ids in zip(flags, (lost, signs), strict=True):
        flag[[net.rows[asset_id] for asset_id in ids]] = True
    return net, fold(net, flags[0], flags[1])


def above(assets: Sequence[Fed], asset_id: int) -> set[int]:
    """All that feeds it, however far up."""
    found: set[int] = set()
    waiting = [asset_id]
    while waiting:
        asset = assets[waiting.pop()]
        for feeder in (asset.power, asset.network):
            if feeder is not None and feeder not in found:
                found.add(feeder)
                waiting.append(feeder)
    return found


@given(cities())
@settings(max_examples=120, deadline=None)
def test_what_is_folded_hangs_on_a_root_that_is_itself_a_cause_and_shown(
    city: tuple[Sequence[Fed], set[int], set[int]],
) -> None:
    assets, lost, signs = city
    net, folds = folded(assets, lost, signs)
    for asset_id in lost | signs:
        root = int(folds.roots[net.rows[asset_id]])
        if root == NOBODY:
            continue
        cause = int(net.ids[root])
        assert cause in above(assets, asset_id), "only what feeds it explains it"
        assert cause in signs or folds.blamed[root], "only what tells its fault or is blamed explains"
        assert folds.roots[root] == NOBODY, "the card of a root is in the list"


@given(cities())
@settings(max_examples=120, deadline=None)
def test_nobody_is_blamed_for_less_than_four_fifths(city: tuple[Sequence[Fed], set[int], set[int]]) -> None:
    assets, lost, signs = city
    net, folds = folded(assets, lost, signs)
    for row in np.flatnonzero(folds.blamed):
        blamed = int(net.ids[row])
        families = [
            [asset.asset_id for asset in assets if asset.power == blamed],
            [asset.asset_id for asset in assets if asset.network == blamed],
        ]
        shares = [
            (sum(bool(folds.down[net.rows[child]]) for child in family), len(family)) for family in families if family
        ]
        assert any(down >= FOLD_LEAST and down >= FOLD_SHARE * count - 1e-9 for down, count in shares)


@given(cities())
@settings(max_examples=120, deadline=None)
def test_nothing_independent_is_hidden(city: tuple[Sequence[Fed], set[int], set[int]]) -> None:
    """A loss is explained only if a feeder tells its fault, or nearly all beside it are down as well."""
    assets, lost, signs = city
    net, folds = folded(assets, lost, signs)
    for asset_id in lost:
        if above(assets, asset_id) & signs:
            continue
        asset = assets[asset_id]
        crowds = [
            sum(
                bool(folds.down[net.rows[other.asset_id]]) for other in assets if feeder in (other.power, other.network)
            )
            for feeder in (asset.power, asset.network)
            if feeder is not None
        ]
        if max(crowds, default=0) < FOLD_LEAST:
            assert folds.roots[net.rows[asset_id]] == NOBODY


@given(cities())
@settings(max_examples=120, deadline=None)
def test_folded_and_shown_are_all_that_came(city: tuple[Sequence[Fed], set[int], set[int]]) -> None:
    assets, lost, signs = city
    net, folds = folded(assets, lost, signs)
    rows = [net.rows[asset_id] for asset_id in sorted(lost)]
    hidden = [row for row in rows if folds.roots[row] != NOBODY]
    shown = [row for row in rows if folds.roots[row] == NOBODY]
    assert len(hidden) + len(shown) == len(lost)
    cards = {int(folds.roots[row]) for row in hidden}
    assert all(folds.roots[card] == NOBODY for card in cards), "each hidden one has a card to open"


@given(cities(), st.data())
@settings(max_examples=120, deadline=None)
def test_when_all_is_back_but_one_that_one_is_shown(
    city: tuple[Sequence[Fed], set[int], set[int]], data: st.DataObject
) -> None:
    assets, lost, _ = city
    if not lost:
        return
    stays = data.draw(st.sampled_from(sorted(lost)))
    net, folds = folded(assets, {stays}, set())
    assert folds.roots[net.rows[stays]] == NOBODY
    assert not folds.blamed.any()


@given(st.lists(st.integers(0, 10), min_size=1, max_size=MOST), st.data())
@settings(max_examples=200, deadline=None)
def test_on_a_tree_it_is_what_one_would_reckon_by_hand(shape: list[int], data: st.DataObject) -> None:
    assets = [Fed(0), *(Fed(number, min(step, number - 1)) for number, step in enumerate(shape, 1))]
    lost = data.draw(st.sets(st.integers(0, len(shape))))
    _, folds = folded(assets, lost, set())
    down = set(lost)
    for number in reversed(range(len(assets))):
        family = [asset.asset_id for asset in assets if asset.power == number]
        count = sum(child in down for child in family)
        if count >= FOLD_LEAST and 10 * count >= 8 * len(family):
            down.add(number)
            assert folds.blamed[number]
        else:
            assert not folds.blamed[number]
    for number in down:
        cause, feeder = number, assets[number].power
        while feeder is not None and folds.blamed[feeder] and cause in down:
            cause, feeder = feeder, assets[feeder].power
        assert int(folds.roots[number]) == (NOBODY if cause == number else cause)
