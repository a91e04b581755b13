"""The streets of one commune: a square, avenues towards the neighbours, boulevards around, and blocks between them."""

import itertools
import math
from collections.abc import Callable
from typing import Final

import numpy as np

from city.blocks import Corner, Cut, cut_into_blocks, straight
from city.projection import Floats
from city.street_network import Crossing, Rank, Street, StreetNetwork

_STEP_M: Final = 40.0
_SQUARE_M: Final = 42.0
_FULL_TURN: Final = 2.0 * math.pi


class TownShape:
    """The built-up blob around a centre: how far the town reaches in each direction."""

    def __init__(self, centre: tuple[float, float], turns: Floats, reach: Floats) -> None:
        self.centre = centre
        self._turns = turns
        self._reach = reach
        # Rings are round in the middle and take the town's own shape towards its edge.
        self._round_reach = float(min(reach.mean(), 1.6 * reach.min()))

    @property
    def mean_reach_m(self) -> float:
        """Mean distance from the centre to the town's edge."""
        return float(self._reach.mean())

    def reach_m(self, turn: float) -> float:
        """Distance to the town's edge in one direction."""
        return float(np.interp(turn % _FULL_TURN, self._turns, self._reach, period=_FULL_TURN))

    def at(self, share: float, turn: float) -> tuple[float, float]:
        """The point at a share of the way to the edge, never inside the central square."""
        reach = share * self.reach_m(turn) + (1.0 - share) * self._round_reach
        distance = max(_SQUARE_M, share * reach)
        return self.centre[0] + distance * math.cos(turn), self.centre[1] + distance * math.sin(turn)

    def share_at(self, x: float, y: float) -> float:
        """0 at the centre, 1 at the town's edge."""
        aside_x, aside_y = x - self.centre[0], y - self.centre[1]
        return math.hypot(aside_x, aside_y) / self.reach_m(math.atan2(aside_y, aside_x))


class CommuneStreets:
    """Lays the streets of one commune into the network."""

    def __init__(
        self, network: StreetNetwork, commune: int, shape: TownShape, block_side_m: float, rng: np.random.Generator
    ) -> None:
        self._network = network
        self._commune = commune
        self._shape = shape
        self._block_side_m = block_side_m
        self._rng = rng

    def lay(self, neighbours: list[tuple[float, str]]) -> None:
        """`neighbours`: direction and name of the communes that an avenue leads to."""
        rings = self._ring_shares()
        main_turns = self._spread([turn % _FULL_TURN for turn, _ in neighbours], widest=2.1)
        all_turns = self._spread(main_turns, widest=max(0.45, 900.0 / self._shape.mean_reach_m))
        towards = {turn % _FULL_TURN: name for turn, name in neighbours}
        radials: dict[tuple[float, int], int] = {}
        around: dict[tuple[int, float], int] = {}
        for band, share in enumerate(rings[:-1]):
            around.update(self._lay_ring(band, share, main_turns if band == 0 else all_turns))
        for turn in all_turns:
            first = 0 if turn in main_turns else min(1, len(rings) - 2)
            number = self._lay_radial(turn, rings[first], towards.get(turn, ""), is_main=turn in main_turns)
            for band in range(first, len(rings) - 1):
                radials[turn, band] = number
        self._note_ring_crossings(rings, main_turns, all_turns, around, radials)
        for band in range(len(rings) - 1):
            turns = main_turns if band == 0 and len(rings) > 2 else all_turns
            for index, turn in enumerate(turns):
                following = turns[(index + 1) % len(turns)]
                self._cut_district(band, rings, turn, following, around, radials)

    def _ring_shares(self) -> list[float]:
        """Shares of the way out at which a ring lies: the square, boulevards, the town's edge (which is no street)."""
        reach = self._shape.mean_reach_m
        if reach > 2000.0:
            inner = [430.0 / reach, 900.0 / reach, 0.5, 0.78]
        elif reach > 900.0:
            inner = [0.3, 0.68]
        elif reach > 450.0:
            inner = [0.5]
        else:
            inner = []
        return [min(0.2, _SQUARE_M / reach), *inner, 1.0]

    def _spread(self, turns: list[float], widest: float) -> list[float]:
        """Directions in order, with new ones where the gap is too wide and none closer than 0.3 rad to another."""
        kept: list[float] = []
        for turn in sorted(turns):
            if all(_gap(turn, other) > 0.3 for other in kept):
                kept.append(turn)
        if not kept:
            kept = [float(self._rng.uniform(0.0, _FULL_TURN))]
        filled: list[float] = []
        for index, turn in enumerate(kept):
            gap = (kept[(index + 1) % len(kept)] - turn) % _FULL_TURN or _FULL_TURN
            pieces = max(1, math.ceil(gap / widest))
            filled.append(turn)
            for piece in range(1, pieces):
                lean = float(self._rng.uniform(-0.12, 0.12)) * gap / pieces
                filled.append((turn + gap * piece / pieces + lean) % _FULL_TURN)
        return sorted(filled)

    def _lay_ring(self, band: int, share: float, turns: list[float]) -> dict[tuple[int, float], int]:
        """One street for each stretch between main avenues; answers which street follows each direction."""
        found: dict[tuple[int, float], int] = {}
        rank = Rank.SQUARE if band == 0 else Rank.BOULEVARD if self._shape.mean_reach_m > 2000.0 else Rank.COLLECTOR
        if band == 0:
            number = self._add(self._arc(share, [*turns, turns[0] + _FULL_TURN]), rank)
            return {(band, turn): number for turn in turns}
        for index in range(0, len(turns), 2):
            stretch = turns[index : index + 3]
            if index + 2 >= len(turns):
                stretch = [*turns[index:], turns[0] + _FULL_TURN]
            number = self._add(self._arc(share, stretch), rank)
            for turn in stretch[:-1]:
                found[band, turn] = number
        return found

    def _lay_radial(self, turn: float, from_share: float, towards: str, *, is_main: bool) -> int:
        rank = Rank.AVENUE if is_main and self._shape.mean_reach_m > 700.0 else Rank.COLLECTOR
        points = straight(self._shape.at(from_share, turn), self._shape.at(1.0, turn), _STEP_M)
        return self._add(points, rank, towards)

    def _note_ring_crossings(
        self,
        rings: list[float],
        main_turns: list[float],
        all_turns: list[float],
        around: dict[tuple[int, float], int],
        radials: dict[tuple[float, int], int],
    ) -> None:
        for band, share in enumerate(rings[:-1]):
            for turn in main_turns if band == 0 else all_turns:
                weight = 4.0 if turn in main_turns else 2.5
                ways = (around[band, turn], radials[turn, band])
                self._network.crossings.append(
                    Crossing(self._shape.at(share, turn), self._commune, ways, weight, turn, is_square=band == 0)
                )

    def _cut_district(
        self,
        band: int,
        rings: list[float],
        turn: float,
        following: float,
        around: dict[tuple[int, float], int],
        radials: dict[tuple[float, int], int],
    ) -> None:
        gap = (following - turn) % _FULL_TURN or _FULL_TURN
        outer_turns = [other for other in sorted({t for t, _ in radials}) if 1e-9 < (other - turn) % _FULL_TURN < gap]
        outward = [turn, *sorted(outer_turns, key=lambda other: (other - turn) % _FULL_TURN)]
        corners: list[Corner] = []
        inner_street = around.get((band, turn), -1)
        corners += [(*point, inner_street) for point in self._arc_points(rings[band], turn + gap, turn)]
        corners.append((*self._shape.at(rings[band], turn), radials.get((turn, band), -1)))
        for index, start in enumerate(outward):
            stop = outward[index + 1] if index + 1 < len(outward) else turn + gap
            end = start + ((stop - start) % _FULL_TURN or gap)
            street = around.get((band + 1, start), -1)
            corners += [(*point, street) for point in self._arc_points(rings[band + 1], start, end)]
        corners.append((*self._shape.at(rings[band + 1], turn + gap), radials.get((following, band), -1)))
        cut_into_blocks(corners, self._block_m2, self._street_adder(), self._rng)

    def _street_adder(self) -> Callable[[Cut], int]:
        def add(cut: Cut) -> int:
            length = math.dist(cut.start, cut.end)
            rank = Rank.COLLECTOR if cut.generation == 0 and length > 350.0 else Rank.STREET
            if cut.is_dead_end or length < 75.0:
                rank = Rank.LANE
            number = self._add(straight(cut.start, cut.end, _STEP_M), rank)
            turn = math.atan2(cut.end[1] - cut.start[1], cut.end[0] - cut.start[0])
            for point, other in ((cut.start, cut.meets[0]), (cut.end, cut.meets[1])):
                if other >= 0:
                    met = self._network.streets[other].rank
                    weight = {Rank.AVENUE: 1.2, Rank.BOULEVARD: 1.2, Rank.COLLECTOR: 0.6}.get(met, 0.0)
                    weight *= 1.5 if rank is Rank.COLLECTOR else 0.8
                    if weight > 0.0:
                        self._network.crossings.append(Crossing(point, self._commune, (other, number), weight, turn))
            return number

        return add

    def _block_m2(self, x: float, y: float) -> float:
        side = self._block_side_m * (0.62 + 0.75 * min(1.0, self._shape.share_at(x, y)))
        return side * side

    def _add(self, points: Floats, rank: Rank, towards: str = "") -> int:
        return self._network.add(Street(self._commune, rank, points, towards))

    def _arc(self, share: float, turns: list[float]) -> Floats:
        """A ring's line through these directions; it has the very corners of the districts on both its sides."""
        corners: list[tuple[float, float]] = []
        for start, end in itertools.pairwise(turns):
            corners += self._arc_points(share, start, end)
        corners.append(self._shape.at(share, turns[-1]))
        pieces = [straight(a, b, _STEP_M)[:-1] for a, b in itertools.pairwise(corners)]
        return np.concatenate([*pieces, np.array(corners[-1:])])

    def _arc_points(self, share: float, start: float, end: float) -> list[tuple[float, float]]:
        """Corners along an arc, without its end."""
        reach = max(_SQUARE_M, share * self._shape.mean_reach_m)
        pieces = max(1, math.ceil(abs(end - start) * reach / min(100.0, 0.6 * reach)))
        return [self._shape.at(share, turn) for turn in np.linspace(start, end, pieces + 1)[:-1].tolist()]


def _gap(one: float, other: float) -> float:
    apart = abs(one - other) % _FULL_TURN
    return min(apart, _FULL_TURN - apart)
