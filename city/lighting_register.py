"""Enters the lamps and cabinets into the register, each under what feeds it."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np

from city.communes import CommuneFacts
from city.lighting import Cabinets, Lamps
from city.projection import to_pairs
from city.register import Register, titled
from contract.assets import Asset

_LIGHT_SOURCES: Final = {True: "LED", False: "sodium"}


@dataclass(frozen=True, slots=True)
class LitGroup:
    """A cabinet and the lamps it feeds."""

    cabinet: Asset
    lamps: tuple[Asset, ...]


@dataclass(frozen=True, slots=True)
class LitCommune:
    """A lighting gateway and the cabinets behind it."""

    commune: CommuneFacts
    gateway: Asset
    groups: tuple[LitGroup, ...]


def register_lighting(
    register: Register,
    communes: tuple[CommuneFacts, ...],
    names: list[str],
    gateways: list[Asset],
    lamps: Lamps,
    cabinets: Cabinets,
) -> tuple[LitCommune, ...]:
    """Cabinets first, then lamps in the order of their columns; `names` are the streets'."""
    boxes = _register_cabinets(register, communes, names, gateways, cabinets)
    fed = _register_lamps(register, communes, names, boxes, lamps)
    behind: list[list[LitGroup]] = [[] for _ in communes]
    for row, box in enumerate(boxes):
        behind[int(cabinets.commune[row])].append(LitGroup(box, tuple(fed[row])))
    return tuple(
        LitCommune(commune, gateway, tuple(groups))
        for commune, gateway, groups in zip(communes, gateways, behind, strict=True)
    )


def _register_cabinets(
    register: Register,
    communes: tuple[CommuneFacts, ...],
    names: list[str],
    gateways: list[Asset],
    cabinets: Cabinets,
) -> list[Asset]:
    boxes: list[Asset] = []
    for row, place in enumerate(to_pairs(cabinets.points)):
        commune, street, number = int(cabinets.commune[row]), int(cabinets.street[row]), int(cabinets.number[row])
        box = register.add(
            "lighting_cabinet", f"ARM-{communes[commune].code}-{number:03d}", place,
            name=f"Armoire {number}, {names[street]}", number=number, street=titled(names[street]),
            commune=communes[commune].code, feeder=gateways[commune], height_m=1.4,
            commissioned=dt.date.fromordinal(int(cabinets.commissioned[row])),
            serial=f"ARM{100_000 + 7 * (31 * number + 997 * commune)}",
        )  # fmt: skip
        boxes.append(box)
    return boxes


def _register_lamps(
    register: Register, communes: tuple[CommuneFacts, ...], names: list[str], boxes: list[Asset], lamps: Lamps
) -> list[list[Asset]]:
    fed: list[list[Asset]] = [[] for _ in boxes]
    titles = [titled(name) for name in names]
    codes = [commune.code for commune in communes]
    sources = {
        (power, is_led): {"rated_power_w": f"{power:.0f}", "light_source": _LIGHT_SOURCES[is_led]}
        for power, is_led in set(zip(lamps.power_w.tolist(), lamps.is_led.tolist(), strict=True))
    }
    first = np.searchsorted(lamps.commune, np.arange(len(codes)))
    # Plain lists: one numpy scalar at a time would cost more than everything else here.
    numbers: list[int] = (np.arange(len(lamps.points)) - first[lamps.commune] + 1).tolist()
    communes_: list[int] = lamps.commune.tolist()
    streets: list[int] = lamps.street.tolist()
    places: list[int] = lamps.place_in_street.tolist()
    cabinets: list[int] = lamps.cabinet.tolist()
    heights: list[float] = lamps.height_m.tolist()
    powers: list[float] = lamps.power_w.tolist()
    leds: list[bool] = lamps.is_led.tolist()
    days: list[int] = lamps.commissioned.tolist()
    for row, place in enumerate(to_pairs(lamps.points)):
        code, street = codes[communes_[row]], titles[streets[row]]
        lamp = register.add(
            "streetlight", f"PL-{code}-{numbers[row]:06d}", place,
            name=f"{street}, point {places[row]}", street=street, commune=code, feeder=boxes[cabinets[row]],
            commissioned=dt.date.fromordinal(days[row]), height_m=heights[row],
            serial=f"OLC{(row * 7919 + 104_729) % 16**8:08X}", extra=sources[powers[row], leds[row]],
        )  # fmt: skip
        fed[cabinets[row]].append(lamp)
    return fed
