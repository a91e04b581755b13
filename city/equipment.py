"""Places what is not lighting: network, cameras, junctions, signs, bollards, car parks, buildings, vehicles."""

import datetime as dt
import math
from typing import Final

import numpy as np

from city.buildings import place_buildings
from city.geography import Geography
from city.projection import Floats, to_degrees
from city.register import Register, titled
from city.sites import azimuth_deg, beside, pick_spread
from city.street_names import load_words
from city.street_network import Rank
from contract.assets import Asset

CAMERAS: Final = 269
JUNCTIONS: Final = 113
MESSAGE_SIGNS: Final = 40
BOLLARDS: Final = 26
CAR_PARKS: Final = 20
VEHICLES: Final = 205
STREAMING_CAMERAS: Final = 16
_CAMERAS_A_SWITCH: Final = 9
_DOME_REACH: Final = 1.6  # a dome zooms: it sees further than a fixed lens of the same width
_DEPOTS: Final = 3
_FLEET: Final = (
    ("Balayeuse", 26), ("Benne à ordures", 48), ("Camion nacelle", 14), ("Saleuse", 18), ("Fourgon voirie", 40),
    ("Véhicule de police municipale", 24), ("Fourgonnette espaces verts", 35),
)  # fmt: skip
_UNITS: Final = {
    "Balayeuse": "Propreté", "Benne à ordures": "Collecte", "Camion nacelle": "Éclairage public",
    "Saleuse": "Viabilité hivernale", "Fourgon voirie": "Voirie", "Véhicule de police municipale": "Police municipale",
    "Fourgonnette espaces verts": "Espaces verts",
}  # fmt: skip
_CREWS: Final = {kind: "Patrouille" if kind == "Véhicule de police municipale" else "Équipe" for kind, _ in _FLEET}


class Equipment:
    """Adds equipment to the register, each kind with its own chances, so that one kind never moves another."""

    def __init__(self, register: Register, geography: Geography, names: list[str], *, seed: int, scale: float) -> None:
        self._register = register
        self._geography = geography
        self._names = names
        self._seed = seed
        self._scale = scale
        self._codes = [commune.code for commune in geography.communes]
        self._crossing_points = np.array([crossing.point for crossing in geography.crossings])
        self._from_centre_m = np.hypot(*(self._crossing_points - geography.centres[0]).T)
        self._crossing_weights = np.array([crossing.weight for crossing in geography.crossings])

    def place_network(self) -> list[Asset]:
        """The core switch, then one switch a commune; answers the communes' own."""
        centres = to_degrees(self._geography.centres + 60.0).tolist()
        core = self._register.add(
            "network_switch", "SW-000", (centres[0][0], centres[0][1]),
            name="Cœur de réseau", commune=self._codes[0], commissioned=dt.date(2018, 3, 12), serial="CN900000",
        )  # fmt: skip
        return [
            self._register.add(
                "network_switch",
                f"SW-{commune.code}",
                (lon, lat),
                name=f"Nœud de {commune.name}",
                commune=commune.code,
                feeder=core,
                commissioned=dt.date(2018, 4, 1) + dt.timedelta(days=11 * index),
                serial=f"CN{910000 + index}",
            )
            for index, (commune, (lon, lat)) in enumerate(zip(self._geography.communes, centres, strict=True))
        ]

    def place_gateways(self, switches: list[Asset]) -> list[Asset]:
        """One lighting gateway a commune, beside its switch."""
        return [
            self._register.add(
                "lighting_gateway",
                f"PAS-{commune.code}",
                (switch.lon, switch.lat),
                name=f"Passerelle d'éclairage de {commune.name}",
                commune=commune.code,
                feeder=switch,
                commissioned=dt.date(2019, 1, 15) + dt.timedelta(days=19 * index),
                serial=f"TQ{2190000 + 37 * index}",
            )
            for index, (commune, switch) in enumerate(zip(self._geography.communes, switches, strict=True))
        ]

    def place_cameras(self, switches: list[Asset]) -> list[Asset]:
        """Numbered from the city's centre outwards; answers those that stream."""
        rng = np.random.default_rng([self._seed, 20])
        away = self._from_centre_m
        pull = np.exp(-away / 2200.0) + 0.035
        squares = np.array([3.0 if crossing.is_square else 1.0 for crossing in self._geography.crossings])
        scores = (self._crossing_weights + 0.4) * squares * pull * rng.uniform(0.3, 1.0, len(away))
        picked = pick_spread(self._crossing_points, scores, self._count(CAMERAS), 110.0)
        picked.sort(key=lambda index: float(away[index]))
        access: dict[int, tuple[Asset, int]] = {}
        streaming: list[Asset] = []
        for number, index in enumerate(picked, start=1):
            crossing = self._geography.crossings[index]
            feeder, used = access.get(crossing.commune, (switches[crossing.commune], 0))
            if used >= _CAMERAS_A_SWITCH:
                feeder, used = self._access_switch(number, index, switches[crossing.commune]), 0
            access[crossing.commune] = (feeder, used + 1)
            looks = crossing.turn + math.pi * int(rng.integers(0, 2)) + float(rng.normal(0.0, 0.25))
            lens = int(rng.choice(4, p=[0.35, 0.35, 0.2, 0.1]))
            aside = (crossing.point[0] - 9.0 * math.cos(looks), crossing.point[1] - 9.0 * math.sin(looks))
            is_ptz = has_ptz(number)
            camera = self._register.add(
                "camera", f"CAM-{number:03d}", self._lon_lat(aside),
                name=self._crossing_name(index), number=number, street=self._street_name(crossing.streets[0]),
                commune=self._codes[crossing.commune], feeder=feeder,
                azimuth_deg=azimuth_deg(looks), fov_deg=(62.0, 78.0, 95.0, 108.0)[lens],
                range_m=(120.0, 90.0, 70.0, 45.0)[lens] * (_DOME_REACH if is_ptz else 1.0),
                height_m=float(rng.choice([4.5, 6.0, 8.0])),
                commissioned=_day(rng, 2009, 2024), serial=f"VP{int(rng.integers(10**7, 10**8))}",
                extra={"ptz": "yes" if is_ptz else "no"},
            )  # fmt: skip
            if number <= STREAMING_CAMERAS:
                streaming.append(camera)
        return streaming

    def place_junctions(self, switches: list[Asset]) -> None:
        """Signals where big streets cross."""
        rng = np.random.default_rng([self._seed, 21])
        scores = self._crossing_weights * rng.uniform(0.7, 1.0, len(self._crossing_weights))
        away = self._from_centre_m
        scores *= np.exp(-away / 6000.0)
        for number, index in enumerate(
            pick_spread(self._crossing_points, scores, self._count(JUNCTIONS), 160.0), start=1
        ):
            crossing = self._geography.crossings[index]
            self._register.add(
                "junction", f"CF-{number:03d}", self._lon_lat(crossing.point),
                name=self._crossing_name(index), number=number, street=self._street_name(crossing.streets[0]),
                commune=self._codes[crossing.commune], feeder=switches[crossing.commune],
                commissioned=_day(rng, 1998, 2023), serial=f"CTL{int(rng.integers(10**5, 10**6))}",
            )  # fmt: skip

    def place_message_signs(self, switches: list[Asset]) -> None:
        """Signs along the avenues, facing those who come in."""
        rng = np.random.default_rng([self._seed, 22])
        big = [n for n, street in enumerate(self._geography.streets) if street.rank <= Rank.AVENUE]
        big = big or [n for n, street in enumerate(self._geography.streets) if street.rank is Rank.COLLECTOR]
        for number in range(1, self._count(MESSAGE_SIGNS) + 1):
            street = big[int(rng.integers(0, len(big)))]
            point, azimuth = beside(self._geography, street, float(rng.uniform(0.25, 0.9)), -8.0)
            commune = self._geography.streets[street].commune
            self._register.add(
                "message_sign", f"PMV-{number:02d}", self._lon_lat(point),
                name=f"Panneau {self._names[street]}", number=number, street=self._street_name(street),
                commune=self._codes[commune], azimuth_deg=azimuth, height_m=5.5, feeder=switches[commune],
                commissioned=_day(rng, 2008, 2023), serial=f"PMV{int(rng.integers(10**5, 10**6))}",
            )  # fmt: skip

    def place_bollards(self, switches: list[Asset]) -> None:
        """Around the pedestrian streets of the old town."""
        rng = np.random.default_rng([self._seed, 23])
        away = self._from_centre_m
        scores = np.exp(-(((away - 380.0) / 200.0) ** 2)) * rng.uniform(0.6, 1.0, len(away))
        for number, index in enumerate(
            pick_spread(self._crossing_points, scores, self._count(BOLLARDS), 60.0), start=1
        ):
            crossing = self._geography.crossings[index]
            point, _ = beside(self._geography, crossing.streets[1], 0.06, 0.0)
            self._register.add(
                "bollard", f"BOR-{number:02d}", self._lon_lat(point),
                name=f"Borne {self._names[crossing.streets[1]]}", number=number,
                street=self._street_name(crossing.streets[1]), commune=self._codes[crossing.commune],
                feeder=switches[crossing.commune], commissioned=_day(rng, 2012, 2023),
            )  # fmt: skip

    def place_car_parks(self, switches: list[Asset]) -> None:
        """Most around the centre, a few at the tram's ends."""
        rng = np.random.default_rng([self._seed, 24])
        words = load_words()
        away = self._from_centre_m
        scores = np.exp(-away / 900.0) + 0.12 * rng.random(len(away))
        for number, index in enumerate(
            pick_spread(self._crossing_points, scores, self._count(CAR_PARKS), 330.0), start=1
        ):
            crossing = self._geography.crossings[index]
            point, _ = beside(self._geography, crossing.streets[1], 0.3, 35.0)
            self._register.add(
                "car_park", f"PARK-{number:02d}", self._lon_lat(point),
                name=f"Parking {words.great[int(rng.integers(0, len(words.great)))]}", number=number,
                street=self._street_name(crossing.streets[1]), commune=self._codes[crossing.commune],
                feeder=switches[crossing.commune], commissioned=_day(rng, 1975, 2021),
                extra={"bays": str(int(rng.integers(12, 75)) * 10)},
            )  # fmt: skip

    def place_buildings(self) -> None:
        """Town halls first, then schools and the rest."""
        place_buildings(self._register, self._geography, self._names, seed=self._seed, scale=self._scale)

    def place_vehicles(self) -> None:
        """In the yards of their depots, where they stand until their own integration tells where they are."""
        rng = np.random.default_rng([self._seed, 26])
        yards = [self._geography.centres[index] + np.array([430.0, -520.0]) for index in range(_DEPOTS)]
        kinds = [kind for kind, share in _FLEET for _ in range(share)]
        for number in range(1, self._count(VEHICLES) + 1):
            kind = kinds[(number * 37) % len(kinds)]
            yard = number % _DEPOTS
            row, column = divmod(number // _DEPOTS, 14)
            point = (float(yards[yard][0]) + 4.0 * column, float(yards[yard][1]) - 9.0 * row)
            self._register.add(
                "vehicle", f"VEH-{number:03d}", self._lon_lat(point),
                name=f"{kind} {number}", number=number, commune=self._codes[yard],
                commissioned=_day(rng, 2012, 2024), serial=f"VF1{int(rng.integers(10**9, 10**10))}",
                extra={"unit": _UNITS[kind], "crew": f"{_CREWS[kind]} {1 + number % 40:02d}"},
            )  # fmt: skip

    def _access_switch(self, number: int, index: int, feeder: Asset) -> Asset:
        crossing = self._geography.crossings[index]
        return self._register.add(
            "network_switch", f"SW-{feeder.commune}-{number:03d}", self._lon_lat(crossing.point),
            name=f"Commutateur {self._names[crossing.streets[0]]}", street=self._street_name(crossing.streets[0]),
            commune=feeder.commune, feeder=feeder, commissioned=dt.date(2019, 6, 1), serial=f"CN{920000 + number}",
        )  # fmt: skip

    def _count(self, at_scale_one: int) -> int:
        return max(1, round(at_scale_one * self._scale))

    def _street_name(self, street: int) -> str:
        return titled(self._names[street])

    def _crossing_name(self, index: int) -> str:
        crossing = self._geography.crossings[index]
        first, second = (self._street_name(street) for street in crossing.streets)
        return first if crossing.is_square else f"{first} / {second}"

    def _lon_lat(self, point: tuple[float, float]) -> tuple[float, float]:
        return lon_lat(point)


def has_ptz(number: int) -> bool:
    """Two cameras in three are domes that turn."""
    return number % 3 != 0


def lon_lat(point: tuple[float, float]) -> tuple[float, float]:
    """One point of the plane in degrees."""
    row: Floats = to_degrees(np.array([point]))
    return float(row[0, 0]), float(row[0, 1])


def _day(rng: np.random.Generator, first_year: int, last_year: int) -> dt.date:
    return dt.date(int(rng.integers(first_year, last_year + 1)), 1, 1) + dt.timedelta(days=int(rng.integers(0, 365)))
