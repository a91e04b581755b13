"""Who drives: each vehicle's day as a chain of ways and stops, by its trade and its own chances."""

import enum
import math
from typing import Final, NamedTuple

import numpy as np

from city.roads import Roads
from contract.assets import Asset


class Trade(NamedTuple):
    """What a kind of vehicle does: how far it goes, how fast at most, how long it stops, how often on the way."""

    farthest_m: float
    fastest_kmh: float
    stop_s: tuple[float, float]
    every_m: float  # it stops on the way so often; 0: only at the end
    pause_s: float
    out_share: float  # how many are on the road when the city begins


_PATROL: Final = Trade(2_600.0, 42.0, (20.0, 150.0), 0.0, 0.0, 0.8)
_COLLECT: Final = Trade(1_500.0, 18.0, (10.0, 40.0), 90.0, 12.0, 0.7)
_SWEEP: Final = Trade(1_200.0, 11.0, (20.0, 90.0), 0.0, 0.0, 0.6)
_WORK: Final = Trade(4_000.0, 65.0, (180.0, 900.0), 0.0, 0.0, 0.6)
_RARE: Final = Trade(4_000.0, 50.0, (180.0, 900.0), 0.0, 0.0, 0.1)
_TRADES: Final = {
    "Véhicule de police municipale": _PATROL,
    "Benne à ordures": _COLLECT,
    "Balayeuse": _SWEEP,
    "Saleuse": _RARE,
}
_HOME_CHANCE: Final = 0.12
_REST_S: Final = (300.0, 1_800.0)
_GAIN_M_S2: Final = 1.4
_TRIES: Final = 40

FREE, ON_THE_WAY, AT_WORK, AT_DEPOT = "disponible", "en route", "sur place", "au dépôt"


class _Doing(enum.Enum):
    RESTING = enum.auto()
    DRIVING = enum.auto()
    STOPPED = enum.auto()


class Driver:
    """One vehicle, driven on by `advance`."""

    def __init__(self, asset: Asset, home: tuple[float, float], home_node: int, roads: Roads, seed: int) -> None:
        self.asset = asset
        self.x, self.y = home
        self.heading_deg = 0.0
        self.speed_m_s: float = 0.0
        self.status = AT_DEPOT
        self._home, self._home_node = home, home_node
        self._node = home_node
        self._roads = roads
        self._chances = np.random.default_rng([seed, 61, asset.id])
        self.trade = next((trade for kind, trade in _TRADES.items() if asset.name.startswith(kind)), _WORK)
        self._doing = _Doing.RESTING
        is_out = self._chances.random() < self.trade.out_share
        # Those that are out leave within two minutes: ways are looked for one after the other, not all at once.
        self._left_s = float(self._chances.uniform(0.0, 120.0)) if is_out else self._between(_REST_S)
        self._way: list[tuple[float, float, float]] = []
        self._at = 0
        self._until_pause_m = self.trade.every_m

    @property
    def is_moving(self) -> bool:
        """Whether its wheels turn."""
        return self.speed_m_s > 0.3

    def advance(self, seconds: float) -> None:
        """So much time passes."""
        if self._doing is _Doing.DRIVING:
            self._drive(seconds)
            return
        self.speed_m_s = 0.0
        self._left_s -= seconds
        if self._left_s <= 0.0:
            self._set_out()

    def _set_out(self) -> None:
        if self._at < len(self._way) - 1:
            self._doing = _Doing.DRIVING  # it only paused on its way
            return
        goes_home = self._doing is _Doing.STOPPED and self._chances.random() < _HOME_CHANCE
        end = self._home_node if goes_home else self._somewhere()
        self._way, self._at = self._roads.way(self._node, end), 0
        if len(self._way) < 2:
            self._left_s = self._between(self.trade.stop_s)
            return
        self._node = end
        self._doing, self.status = _Doing.DRIVING, ON_THE_WAY

    def _somewhere(self) -> int:
        """Not too far from here, and not far from home either."""
        nodes = self._roads.drivable
        for _ in range(_TRIES):
            node = nodes[int(self._chances.integers(0, len(nodes)))]
            x, y = self._roads.points[node].tolist()
            is_near = 150.0 < math.dist((x, y), (self.x, self.y)) < self.trade.farthest_m
            if is_near and math.dist((x, y), self._home) < 2 * self.trade.farthest_m:
                return node
        return self._home_node

    def _drive(self, seconds: float) -> None:
        allowed = min(self._way[self._at + 1][2], self.trade.fastest_kmh) / 3.6
        self.speed_m_s = min(allowed, self.speed_m_s + _GAIN_M_S2 * seconds)
        left_m = self.speed_m_s * seconds
        self._until_pause_m -= left_m
        while left_m > 0.0 and self._at < len(self._way) - 1:
            x, y, _ = self._way[self._at + 1]
            away = math.dist((self.x, self.y), (x, y))
            if away > 0.01:
                self.heading_deg = math.degrees(math.atan2(x - self.x, y - self.y)) % 360.0
            if away > left_m:
                self.x += (x - self.x) * left_m / away
                self.y += (y - self.y) * left_m / away
                break
            self.x, self.y = x, y
            left_m -= away
            self._at += 1
        if self._at >= len(self._way) - 1:
            self._arrive()
        elif self.trade.every_m and self._until_pause_m <= 0.0:
            self._until_pause_m = self.trade.every_m
            self._doing, self._left_s, self.speed_m_s = _Doing.STOPPED, self.trade.pause_s, 0.0
            self.status = AT_WORK

    def _arrive(self) -> None:
        self.speed_m_s = 0.0
        if self._node == self._home_node:
            self._doing, self.status, self._left_s = _Doing.RESTING, AT_DEPOT, self._between(_REST_S)
        else:
            self._doing, self._left_s = _Doing.STOPPED, self._between(self.trade.stop_s)
            self.status = FREE if self.trade is _PATROL else AT_WORK

    def _between(self, span: tuple[float, float]) -> float:
        return float(self._chances.uniform(*span))
