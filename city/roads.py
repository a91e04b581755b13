"""The streets as a network to drive on: vertices joined along streets and where streets meet; ways by the clock."""

import heapq
import math
from typing import Final

import numpy as np

from city.geography import Geography
from city.projection import Floats
from city.street_network import Rank

KMH: Final = {
    Rank.BOULEVARD: 45.0, Rank.AVENUE: 45.0, Rank.COLLECTOR: 38.0, Rank.SQUARE: 20.0, Rank.STREET: 28.0,
    Rank.LANE: 18.0, Rank.ROAD: 65.0,
}  # fmt: skip
_MEETING_M: Final = 22.0  # vertices lie some 30 m apart: those of two streets that cross lie this near
_END_REACHES_M: Final = 45.0  # the end of a street meets the next one within this
_TURN_KMH: Final = 12.0
_FASTEST_M_S: Final = 65.0 / 3.6
_MOST_LOOKED_AT: Final = 6_000
_CELL_M: Final = 60.0


class Roads:
    """Nodes by number; `points` are their places on the plane, in metres."""

    def __init__(self, geography: Geography) -> None:
        streets = geography.streets
        self.points: Floats = np.concatenate([street.points for street in streets])
        self._xy: list[tuple[float, float]] = [(x, y) for x, y in self.points.tolist()]
        self._next: list[list[tuple[int, float]]] = [[] for _ in self._xy]
        self._cells: dict[tuple[int, int], list[int]] = {}
        owners = np.repeat(np.arange(len(streets)), [len(street.points) for street in streets]).tolist()
        for node, place in enumerate(self._xy):
            self._cells.setdefault(_cell(place), []).append(node)
        first = 0
        for street in streets:
            last = first + len(street.points) - 1
            for node in range(first, last):
                self._join(node, node + 1, KMH[street.rank])
            self._meet(first, owners, _END_REACHES_M)
            self._meet(last, owners, _END_REACHES_M)
            for node in range(first + 1, last):
                self._meet(node, owners, _MEETING_M)
            first = last + 1
        self.drivable: tuple[int, ...] = self._largest_part()
        """Nodes that can all be reached from one another."""

    def nearest(self, x: float, y: float) -> int:
        """The drivable node nearest to a place."""
        nodes = np.array(self.drivable)
        return int(nodes[np.argmin(((self.points[nodes] - np.array([x, y])) ** 2).sum(axis=1))])

    def way(self, start: int, end: int) -> list[tuple[float, float, float]]:
        """The quickest way as (x, y, km/h allowed towards there); empty when it is too long to be looked for."""
        goal = self._xy[end]
        best: dict[int, float] = {start: 0.0}
        came: dict[int, tuple[int, float]] = {}
        waiting = [(math.dist(self._xy[start], goal) / _FASTEST_M_S, start)]
        done: set[int] = set()
        while waiting and len(done) < _MOST_LOOKED_AT:
            _, node = heapq.heappop(waiting)
            if node == end:
                return self._told(came, start, end)
            if node in done:
                continue
            done.add(node)
            for other, kmh in self._next[node]:
                taken = best[node] + math.dist(self._xy[node], self._xy[other]) / (kmh / 3.6)
                if taken < best.get(other, math.inf):
                    best[other] = taken
                    came[other] = (node, kmh)
                    heapq.heappush(waiting, (taken + math.dist(self._xy[other], goal) / _FASTEST_M_S, other))
        return []

    def _told(self, came: dict[int, tuple[int, float]], start: int, end: int) -> list[tuple[float, float, float]]:
        way: list[tuple[float, float, float]] = []
        node = end
        while node != start:
            before, kmh = came[node]
            way.append((*self._xy[node], kmh))
            node = before
        return [(*self._xy[start], KMH[Rank.STREET]), *reversed(way)]

    def _join(self, one: int, other: int, kmh: float) -> None:
        self._next[one].append((other, kmh))
        self._next[other].append((one, kmh))

    def _meet(self, node: int, owners: list[int], within_m: float) -> None:
        """Join a vertex to the nearest vertex of each other street that is so near."""
        place = self._xy[node]
        column, row = _cell(place)
        nearest: dict[int, tuple[float, int]] = {}
        for beside in range(column - 1, column + 2):
            for above in range(row - 1, row + 2):
                for other in self._cells.get((beside, above), ()):
                    away = math.dist(place, self._xy[other])
                    if away <= within_m and owners[other] != owners[node]:
                        known = nearest.get(owners[other])
                        if known is None or away < known[0]:
                            nearest[owners[other]] = (away, other)
        for _, other in nearest.values():
            self._join(node, other, _TURN_KMH)

    def _largest_part(self) -> tuple[int, ...]:
        seen = [False] * len(self._xy)
        largest: list[int] = []
        for first in range(len(self._xy)):
            if seen[first]:
                continue
            part, waiting = [first], [first]
            seen[first] = True
            while waiting:
                for other, _ in self._next[waiting.pop()]:
                    if not seen[other]:
                        seen[other] = True
                        part.append(other)
                        waiting.append(other)
            if len(part) > len(largest):
                largest = part
        return tuple(sorted(largest))


def _cell(place: tuple[float, float]) -> tuple[int, int]:
    return math.floor(place[0] / _CELL_M), math.floor(place[1] / _CELL_M)
