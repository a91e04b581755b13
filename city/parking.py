"""Bays with sensors in the nearest car parks, and what measures the air: where they stand."""

import datetime as dt
import math
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from city.geography import Geography
from city.projection import to_degrees
from city.register import Register
from contract.assets import Asset

SENSORED_PARKS: Final = 6  # of a city of scale 1; the others count nothing yet and are shown as unknown
ENVIRONMENT_SENSORS: Final = 12
_ROW: Final = 12
_BAY_WIDTH_M, _ROW_DEPTH_M = 2.5, 10.5  # two rows and the lane between them
_SHORT_STAY: Final = "30"  # minutes, in the first car park; the others leave it to the operator


def place_bays(register: Register, *, seed: int, scale: float) -> None:
    """Each bay belongs to its car park; a car park with sensors has as many places as it has bays."""
    rng = np.random.default_rng([seed, 61])
    parks = [asset for asset in register.assets if asset.class_ == "car_park"]
    for number, park in enumerate(parks[: max(1, round(SENSORED_PARKS * scale))], start=1):
        count = _ROW * int(rng.integers(2, 6))
        turn = float(rng.uniform(0.0, math.pi))
        extra = {**park.extra, "bays": str(count), **({"most_minutes": _SHORT_STAY} if number == 1 else {})}
        park = register.replace(msgspec.structs.replace(park, extra=extra))
        installed = dt.date(2022, 3, 1) + dt.timedelta(days=40 * number)
        for index, place in enumerate(_grid(park, count, turn), start=1):
            register.add(
                "parking_bay", f"PL-{park.code.removeprefix('PARK-')}-{index:03d}", place,
                name=f"Place {index}", number=index, street=park.street, commune=park.commune, parent=park,
                commissioned=installed, serial=f"TPS{int(rng.integers(10**7, 10**8))}",
            )  # fmt: skip


def place_environment_sensors(register: Register, geography: Geography, *, seed: int, scale: float) -> None:
    """One a commune, beside its centre, the largest communes first."""
    rng = np.random.default_rng([seed, 62])
    places = to_degrees(geography.centres + 35.0).tolist()
    count = min(len(places), max(1, round(ENVIRONMENT_SENSORS * scale)))
    for index, (commune, (lon, lat)) in enumerate(list(zip(geography.communes, places, strict=True))[:count], start=1):
        register.add(
            "environment_sensor", f"ENV-{index:02d}", (lon, lat),
            name=f"Air {commune.name}", number=index, commune=commune.code, height_m=3.5,
            commissioned=dt.date(2023, 4, 1), serial=f"EM{int(rng.integers(10**8, 10**9))}",
        )  # fmt: skip


def _grid(park: Asset, count: int, turn: float) -> Sequence[tuple[float, float]]:
    """Rows of bays around the car park's point."""
    metres_a_degree = 111_320.0
    east = metres_a_degree * math.cos(math.radians(park.lat))
    rows = math.ceil(count / _ROW)
    places: list[tuple[float, float]] = []
    for index in range(count):
        row, column = divmod(index, _ROW)
        along, aside = (column - (_ROW - 1) / 2) * _BAY_WIDTH_M, (row - (rows - 1) / 2) * _ROW_DEPTH_M
        x = along * math.cos(turn) - aside * math.sin(turn)
        y = along * math.sin(turn) + aside * math.cos(turn)
        places.append((park.lon + x / east, park.lat + y / metres_a_degree))
    return places
