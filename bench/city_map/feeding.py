"""The one place where the bench feeds the application's map and switches its layers on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bench.generated_map import (
    CABINET,
    CAMERA,
    CAR_PARK,
    JUNCTION,
    LAMP,
    MIDDLE,
    NAMES,
    SIGN,
    STYLES,
    VEHICLE,
    GeneratedMap,
)
from widgets.city_map import (
    UNACKNOWLEDGED,
    AssetDetail,
    AssetVisual,
    Bays,
    CameraDetail,
    CityMap,
    JunctionMode,
    JunctionState,
    MapMark,
    SignText,
    SupplyTree,
    VehicleDetail,
)

UPDATES_HZ = 10
MOVES_PER_S, STATES_PER_S = 405, 1_000
_CALM = (AssetVisual.NORMAL, AssetVisual.NORMAL, AssetVisual.NORMAL, AssetVisual.STALE, AssetVisual.UNKNOWN,
         AssetVisual.FAULT)  # fmt: skip
_ALARMS = (AssetVisual.ALARM_P4, AssetVisual.ALARM_P3, AssetVisual.ALARM_P2, AssetVisual.ALARM_P1)
_ALARMS_A_TURN = 2


def furnish(city_map: CityMap, city: GeneratedMap) -> None:
    """The city itself: ground, equipment, how it is, what cameras see and what things are called."""
    ids = city.columns.ids
    city_map.set_classes(STYLES)
    city_map.set_communes(NAMES, city.centroids)
    city_map.ground.set_base_layers(city.layers)
    city_map.set_assets(city.columns)
    city_map.set_states(ids, city.states)
    city_map.set_levels(ids, city.levels)
    city_map.set_cones(city.cones)
    city_map.set_labels(city.labels)


def feed(city_map: CityMap, city: GeneratedMap) -> None:
    """Everything the map can show, every layer on."""
    furnish(city_map, city)
    ids = city.columns.ids
    vehicles = np.flatnonzero(city.columns.class_index == VEHICLE)
    city_map.move_assets(ids[vehicles], city.columns.lon[vehicles], city.columns.lat[vehicles], city.headings[vehicles])
    city_map.meaning.set_details(_details(city))
    fed = ids[(city.columns.class_index == LAMP)][:60]
    city_map.meaning.set_supply_tree(SupplyTree(_first(city, CABINET), fed, fed[:20]))
    city_map.meaning.set_suppressed(fed[:20])
    city_map.meaning.set_pending(fed[20:25])
    city_map.readout.set_notices(("Base map: no answer since 14:03",))
    city_map.marks.set_marks((MapMark("1", *MIDDLE, "1 Rue de la Liberté"),))
    city_map.toggle_legend()
    city_map.select(_first(city, CAMERA))


def _first(city: GeneratedMap, class_index: int) -> int:
    return int(city.columns.ids[np.flatnonzero(city.columns.class_index == class_index)[0]])


def _details(city: GeneratedMap) -> dict[int, AssetDetail]:
    """Something to say about everything that has something to say."""
    makes: dict[int, Callable[[int], AssetDetail]] = {
        CAMERA: lambda number: CameraDetail(number % 3 == 0, number % 2 == 0, number % 7 == 0),
        JUNCTION: lambda number: JunctionState(tuple(JunctionMode)[number % len(JunctionMode)], f"P{number % 9}"),
        CAR_PARK: lambda number: Bays(number % 90, 90),
        VEHICLE: lambda number: VehicleDetail(("free", "on its way", "at work")[number % 3]),
        SIGN: lambda number: SignText((f"A38 {number % 40} MIN", "ROCADE FLUIDE")),
    }
    return {
        number: makes[kind](number)
        for number, kind in zip(city.columns.ids.tolist(), city.columns.class_index.tolist(), strict=True)
        if kind in makes
    }


class LiveCity:
    """A living city, ten times a second: vehicles drive, lamps dim, links fail, alarms come and go."""

    def __init__(self, city: GeneratedMap, city_map: CityMap, times: int = 1) -> None:
        self._map, self._times = city_map, times
        self._ids = city.columns.ids
        vehicles = np.flatnonzero(city.columns.class_index == VEHICLE)
        self._vehicles = self._ids[vehicles]
        self._lon, self._lat = city.columns.lon[vehicles].copy(), city.columns.lat[vehicles].copy()
        self._heading = city.headings[vehicles].copy()
        self._rng = np.random.default_rng(6)
        self._raised: list[int] = []

    def turn(self, _now: float = 0.0) -> None:
        """What happens in a tenth of a second."""
        self._drive(self._times * MOVES_PER_S // UPDATES_HZ)
        changes = self._times * STATES_PER_S // UPDATES_HZ
        dimmed = self._rng.choice(self._ids, changes // 2)
        self._map.set_levels(dimmed, self._rng.integers(0, 101, dimmed.size).astype(np.uint8))
        raised = self._rng.choice(self._ids, _ALARMS_A_TURN * self._times)
        ended = self._raised[: raised.size] if len(self._raised) > 40 * self._times else []
        self._raised = [*self._raised[len(ended) :], *raised.tolist()]
        calm = self._rng.choice(self._ids, changes - dimmed.size - raised.size - len(ended))
        ids = np.concatenate((calm, np.array(ended, np.uint32), raised)).astype(np.uint32)
        states = np.concatenate(
            (
                self._rng.choice(np.array(_CALM, np.uint8), calm.size),
                np.zeros(len(ended), np.uint8),
                self._rng.choice(np.array(_ALARMS, np.uint8), raised.size) | UNACKNOWLEDGED,
            )
        ).astype(np.uint8)
        self._map.set_states(ids, states)

    def _drive(self, count: int) -> None:
        some = self._rng.integers(0, self._vehicles.size, count)
        self._heading[some] += self._rng.normal(0, 5, count).astype(np.float32)
        turn = np.radians(self._heading[some])
        self._lon[some] += 1.3e-4 * np.sin(turn)
        self._lat[some] += 0.9e-4 * np.cos(turn)
        self._map.move_assets(self._vehicles[some], self._lon[some], self._lat[some], self._heading[some])


class Storm:
    """A supply fails and comes back: ten thousand alarms in one tick, then a hundred changes ten times a second."""

    ALARMS = 10_000
    CHANGES = 100

    def __init__(self, city: GeneratedMap, city_map: CityMap) -> None:
        self._map = city_map
        self._ids = city.columns.ids
        self._rng = np.random.default_rng(11)
        self._has_broken_out = False

    def turn(self, _now: float = 0.0) -> None:
        """What happens in a tenth of a second."""
        count = self.CHANGES if self._has_broken_out else self.ALARMS
        self._has_broken_out = True
        ids = self._rng.choice(self._ids, count, replace=False)
        some = _ALARMS if count == self.ALARMS else (*_ALARMS, *_CALM)
        states = self._rng.choice(np.array(some, np.uint8), count)
        states[states >= AssetVisual.ALARM_P4] |= np.uint8(UNACKNOWLEDGED)
        self._map.set_states(ids, states)
