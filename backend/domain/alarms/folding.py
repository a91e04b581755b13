"""What a fault of a feeder explains: losses folded bottom-up along power and network into the equipment to blame.

A feeder is blamed when it says itself that it is down, or when four fifths of what it feeds are down: at a third or
a half the wrong equipment was blamed. What is explained belongs to one root, the highest cause above it.
"""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from contract.alarm_flood import FOLD_SHARE

FOLD_LEAST = 3  # lost together: of fewer the feeder is not blamed, two lamps can fail on their own
NOBODY = -1
_MOST_VETO_ROUNDS = 8
Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Fed(msgspec.Struct, frozen=True):
    """One asset and its feeders. `is_counted`: it could tell of its loss, so its feeder is judged by it."""

    asset_id: int
    power: int | None = None
    network: int | None = None
    is_counted: bool = True


class _Edges(msgspec.Struct, frozen=True):
    """Who hangs on feeders of one height, in one relation; `place` is each child's feeder within `feeders`."""

    children: Rows
    place: Rows
    feeders: Rows
    fed: Rows  # how many counted children each feeder has
    is_counted: Flags  # of each child


class SupplyNet(msgspec.Struct, frozen=True):
    """Power and network as columns. `levels`: low feeders first, each with its power and its network edges."""

    ids: Rows
    rows: dict[int, int]
    levels: Sequence[tuple[_Edges, _Edges]]

    def row(self, asset_id: int) -> int | None:
        """The row of an asset; None when it is not in the net."""
        return self.rows.get(asset_id)


class Folds(msgspec.Struct, frozen=True):
    """What explains what, by row. `roots`: the highest cause above, or NOBODY. `blamed`: by what it feeds alone."""

    roots: Rows
    blamed: Flags
    down: Flags


def supply_net(assets: Iterable[Fed]) -> SupplyNet:
    """The net of these assets. Feeders that are not among them are nobody's; a circle is cut out."""
    listed = list(assets)
    rows = {asset.asset_id: row for row, asset in enumerate(listed)}
    count = len(listed)
    relations = [
        np.fromiter((_row(rows, asset.asset_id, asset.power) for asset in listed), np.int64, count),
        np.fromiter((_row(rows, asset.asset_id, asset.network) for asset in listed), np.int64, count),
    ]
    counted = np.fromiter((asset.is_counted for asset in listed), np.bool_, count)
    heights = _cut_circles(relations, count)
    for feeder in relations:
        counted[feeder[feeder != NOBODY]] = True  # a mute feeder can be blamed
    levels = [
        (_edges(relations[0], heights, height, counted), _edges(relations[1], heights, height, counted))
        for height in range(1, int(heights.max(initial=0)) + 1)
    ]
    ids = np.fromiter((asset.asset_id for asset in listed), np.int64, count)
    return SupplyNet(ids, rows, levels)


def fold(net: SupplyNet, lost: Flags, signs: Flags) -> Folds:
    """`lost`: rows whose own alarms tell their loss. `signs`: feeders that say themselves that they are down."""
    vetoes = (np.zeros(len(lost), np.bool_), np.zeros(len(lost), np.bool_))
    blames, down = _blames(net, lost, signs, vetoes)
    for _ in range(_MOST_VETO_ROUNDS):
        if not _veto(net, signs, blames, down, vetoes):
            break
        blames, down = _blames(net, lost, signs, vetoes)
    return Folds(_roots(net, signs, blames, down), (blames[0] | blames[1]) & ~signs, down)


def _blames(net: SupplyNet, lost: Flags, signs: Flags, vetoes: Sequence[Flags]) -> tuple[tuple[Flags, Flags], Flags]:
    """Bottom-up: who is blamed by power, by network; and all that is down, so explained or a cause."""
    down = lost | signs
    blames = (np.zeros(len(lost), np.bool_), np.zeros(len(lost), np.bool_))
    for level in net.levels:
        for edges, blamed, vetoed in zip(level, blames, vetoes, strict=True):
            losses = _losses(edges, down)
            many = (losses >= FOLD_LEAST) & (losses >= edges.fed * FOLD_SHARE - 1e-9)
            blamed[edges.feeders] = many & ~vetoed[edges.feeders]
        for edges in level:
            down[edges.feeders] |= blames[0][edges.feeders] | blames[1][edges.feeders]
    return blames, down


def _veto(net: SupplyNet, signs: Flags, blames: Sequence[Flags], down: Flags, vetoes: Sequence[Flags]) -> bool:
    """Power and network both blamed for the same losses: the one that explains fewer of them is not to blame."""
    covers = [np.zeros(len(down), np.int64), np.zeros(len(down), np.int64)]
    feeder = (_nobodies(len(down)), _nobodies(len(down)))
    for level in net.levels:
        for relation, edges in enumerate(level):
            covers[relation][edges.feeders] = _losses(edges, down)
            feeder[relation][edges.children] = edges.feeders[edges.place]
    weight: list[Rows] = []
    for relation in (0, 1):
        above = np.where(feeder[relation] == NOBODY, 0, feeder[relation])
        is_cause = (feeder[relation] != NOBODY) & (signs[above] | blames[relation][above])
        strength = np.where(signs[above], np.iinfo(np.int64).max, covers[relation][above])
        weight.append(np.where(is_cause, strength, 0))
    is_other = down & (feeder[0] != feeder[1])
    beaten = (is_other & (weight[0] < weight[1]), is_other & (weight[1] <= weight[0]) & (weight[0] > 0))
    changed = False
    for relation in (0, 1):
        left = np.zeros(len(down), np.int64)
        mine = down & ~beaten[relation] & (feeder[relation] != NOBODY)
        np.add.at(left, feeder[relation][mine], 1)
        useless = blames[relation] & ~signs & (left == 0)
        changed = changed or bool(useless.any())
        vetoes[relation][useless] = True
    return changed


def _roots(net: SupplyNet, signs: Flags, blames: Sequence[Flags], down: Flags) -> Rows:
    """Top-down. A feeder that tells of its fault explains all below it; one that is only blamed, what is down."""
    count = len(down)
    roots = (_nobodies(count), _nobodies(count))
    told = (_nobodies(count), _nobodies(count))  # the nearest feeder above that tells of its own fault
    for level in reversed(net.levels):
        for relation, edges in enumerate(level):
            child, feeder = edges.children, edges.feeders[edges.place]
            above = np.where(told[0][feeder] != NOBODY, told[0][feeder], told[1][feeder])
            above = np.where(signs[feeder], feeder, above)
            is_cause = signs[feeder] | (blames[relation][feeder] & down[child])
            cause = np.where(is_cause, feeder, above)
            higher = np.where(roots[0][cause] != NOBODY, roots[0][cause], roots[1][cause])
            told[relation][child] = above
            roots[relation][child] = np.where((cause != NOBODY) & (higher != NOBODY), higher, cause)
    return np.where(roots[0] != NOBODY, roots[0], roots[1])


def _nobodies(count: int) -> Rows:
    return np.full(count, NOBODY, np.int64)


def _row(rows: dict[int, int], asset_id: int, feeder: int | None) -> int:
    return NOBODY if feeder is None or feeder == asset_id else rows.get(feeder, NOBODY)


def _cut_circles(relations: Sequence[Rows], count: int) -> Rows:
    """Cut what runs in a circle, the network before power; gives the longest way down to what feeds nothing.

    A cabinet that talks through the switch it feeds is such a circle.
    """
    heights = _heights(relations, count)
    while (heights == NOBODY).any():
        stuck = _tied(relations, heights == NOBODY)
        for feeder in reversed(relations):
            runs = stuck & (feeder != NOBODY) & stuck[np.where(feeder == NOBODY, 0, feeder)]
            if runs.any():
                feeder[runs] = NOBODY
                break
        heights = _heights(relations, count)
    return heights


def _tied(relations: Sequence[Rows], stuck: Flags) -> Flags:
    """Of what has no height, what also has no top: the circles, and what lies between two of them."""
    while True:
        has_feeder = np.zeros(len(stuck), np.bool_)
        for feeder in relations:
            has_feeder |= (feeder != NOBODY) & stuck[np.where(feeder == NOBODY, 0, feeder)]
        if not (stuck & ~has_feeder).any():
            return stuck
        stuck = stuck & has_feeder


def _heights(relations: Sequence[Rows], count: int) -> Rows:
    """The longest way down to what feeds nothing; NOBODY on and above a circle."""
    waits = np.zeros(count, np.int64)
    for feeder in relations:
        np.add.at(waits, feeder[feeder != NOBODY], 1)
    heights = np.where(waits == 0, 0, NOBODY)
    ready = np.flatnonzero(waits == 0)
    height = 0
    while len(ready):
        height += 1
        freed: list[Rows] = []
        for feeder in relations:
            above = feeder[ready]
            above = above[above != NOBODY]
            np.subtract.at(waits, above, 1)
            freed.append(above)
        touched = np.unique(np.concatenate(freed))
        ready = touched[waits[touched] == 0]
        heights[ready] = height
    return heights


def _edges(feeder: Rows, heights: Rows, height: int, counted: Flags) -> _Edges:
    hangs = np.flatnonzero(feeder != NOBODY)
    hangs = hangs[heights[feeder[hangs]] == height]
    feeders, place = np.unique(feeder[hangs], return_inverse=True)
    fed = np.bincount(place, weights=counted[hangs], minlength=len(feeders)).astype(np.int64)
    return _Edges(hangs.astype(np.int64), place.astype(np.int64), feeders.astype(np.int64), fed, counted[hangs])


def _losses(edges: _Edges, down: Flags) -> Rows:
    weights = down[edges.children] & edges.is_counted
    return np.bincount(edges.place, weights=weights, minlength=len(edges.feeders)).astype(np.int64)
