"""Answers searches for places from an index in memory; house numbers are looked up where they are kept."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec
import numpy as np

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.devkit.threads import Threads
from backend.domain.addresses import AddressStreet
from backend.domain.ground import sphere_distances_m
from backend.domain.place_query import AddressReading, PlaceQuery, parse_query
from backend.domain.rights_place import service_of
from backend.ports import Storage
from backend.services.gazetteer.entries import StreetEntry, Table, equipment_table, place_table
from backend.services.gazetteer.ranking import EXACT_NUMBER, Allows, Asked, Best, best_of, open_rows
from backend.services.register import Register
from contract.assets import Commune
from contract.places import PlaceHit, PlaceHits, PlaceKind

_AFTER_START_S: Final = 8.0  # devices and consoles come first
_STREETS_ASKED: Final = 12  # of these the house number is looked up
_REST_BETWEEN: Final = 10.0  # an index is made again after so many times as long as making it took


class _Ranked(msgspec.Struct, frozen=True):
    hit: PlaceHit
    score: float


@dataclass(frozen=True, slots=True)
class _Index:
    equipment: Table
    places: Table
    revision: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _LookedUp:
    equipment: Best
    places: Best
    streets: Sequence[Best]  # of each way to read an address

    @property
    def is_something(self) -> bool:
        return any(best.total for best in (self.equipment, self.places, *self.streets))


class Gazetteer:
    """The index follows the register at a short distance; what left the register is never told."""

    def __init__(self, register: Register, storage: Storage, clock: Clock) -> None:
        self._register = register
        self._storage = storage
        self._clock = clock
        self._threads = Threads("gazetteer")
        self._searches = Threads("search", 2)  # never behind an index in the making
        self._tasks = Tasks("gazetteer")
        self._address_streets: Sequence[AddressStreet] = ()
        self._addresses_revision = 0
        self._index: _Index | None = None
        self._first = asyncio.Lock()
        self._is_closed = False
        self._is_building = False
        self._rests_until = 0.0

    async def load(self) -> None:
        """Read the streets of the address base; after an import, anew."""
        self._address_streets = await self._storage.address_streets()
        self._addresses_revision += 1
        self._rests_until = 0.0

    async def run(self) -> None:
        """Make the first index a while after the start, so that the first search need not wait for it."""
        await asyncio.sleep(_AFTER_START_S)
        await self._present()

    async def close(self) -> None:
        """End what runs; may be called twice."""
        self._is_closed = True
        await self._tasks.close()
        self._threads.close()
        self._searches.close()

    async def search(
        self, text: str, *, allows: Allows, near: tuple[float, float] | None = None, limit: int = 20
    ) -> PlaceHits:
        """Places that hold every word of `text`, best first; equal ones by their distance from `near` (lon, lat)."""
        query = parse_query(text)
        if not query.words:
            return PlaceHits(items=())
        index = await self._present()
        found = await self._searches.run(_looked_up(index, query, allows, near, limit))
        equipment, hidden = self._equipment(index.equipment, found.equipment, allows)
        places = [_Ranked(_place_hit(index.places.items[row], away), score) for row, score, away in found.places.rows]
        addresses = await self._addresses(index.places, query, found.streets, near)
        # A street that is called like that, number and all (rue du 8 mai 1945), lacks no house number.
        known = {(item.hit.label, item.hit.commune) for item in places}
        addresses = [item for item in addresses if (item.hit.label, item.hit.commune) not in known]
        others = sorted([*addresses, *places], key=_order)
        # Thousands of lamps stand in a street: they never push the street itself out of the list.
        room = max(limit - len(others), limit // 2)
        ranked = sorted([*equipment[:room], *others], key=_order)
        total = found.equipment.total - hidden + found.places.total + len(addresses)
        return PlaceHits(items=tuple(item.hit for item in ranked[:limit]), total=total)

    # --- the index

    async def _present(self) -> _Index:
        wanted = (self._register.revision, self._addresses_revision)
        async with self._first:
            index = self._index or await self._build(wanted)
        if index.revision != wanted and not self._is_building and self._clock.monotonic() >= self._rests_until:
            self._is_building = True
            self._tasks.start(self._build(wanted), name="index")
        return index

    async def settled(self) -> None:
        """The index is as the register is now."""
        await self._build((self._register.revision, self._addresses_revision))

    async def _build(self, revision: tuple[int, int]) -> _Index:
        assets, classes = list(self._register.all()), self._register.classes
        communes = {commune.code: commune for commune in self._register.communes()}
        streets = self._address_streets
        started = self._clock.monotonic()
        try:
            index = await self._threads.run(
                lambda: _Index(
                    equipment_table(assets, classes, communes, lambda: self._is_closed),
                    place_table(assets, streets, communes, classes),
                    revision,
                )
            )
        finally:
            self._is_building = False
        now = self._clock.monotonic()
        self._rests_until = now + (now - started) * _REST_BETWEEN
        self._index = index
        return index

    # --- equipment, streets, communes

    def _equipment(self, table: Table, found: Best, allows: Allows) -> tuple[list[_Ranked], int]:
        """The hits; and how many were left out, because the register has changed since the index was made."""
        ranked: list[_Ranked] = []
        towns = {commune.code: commune.name for commune in self._register.communes()}
        for row, score, distance in found.rows:
            asset_id = table.items[row]
            asset = self._register.get(asset_id) if isinstance(asset_id, int) else None
            if asset is None or not allows(asset.commune, service_of(asset, self._register.classes), asset.class_):
                continue
            town = towns.get(asset.commune, asset.commune)
            label = asset.code if not asset.name else f"{asset.code} · {asset.name}"
            detail = ", ".join(part for part in (asset.street if asset.street not in label else "", town) if part)
            hit = PlaceHit(
                kind=PlaceKind.ASSET,
                label=label,
                detail=detail,
                lon=asset.lon,
                lat=asset.lat,
                asset_id=asset.id,
                class_=asset.class_,
                commune=asset.commune,
                distance_m=distance,
            )
            ranked.append(_Ranked(hit, score))
        return ranked, len(found.rows) - len(ranked)

    # --- addresses

    async def _addresses(
        self, table: Table, query: PlaceQuery, found: Sequence[Best], near: tuple[float, float] | None
    ) -> list[_Ranked]:
        """Each way to read a house number: the address where the base has it, else the street, and that it is not."""
        ranked: dict[tuple[str, str], _Ranked] = {}
        for reading, best in zip(query.readings, found, strict=True):
            streets = [
                (item, score) for row, score, _ in best.rows if isinstance(item := table.items[row], StreetEntry)
            ]
            numbers = await self._numbers(reading, [street for street, _ in streets])
            for street, score in streets:
                hit = _address_hit(street, reading, numbers, near)
                earlier = ranked.get((hit.label, hit.commune))
                worth = score + (EXACT_NUMBER if hit.is_exact else 0.0)
                if earlier is None or worth > earlier.score:
                    ranked[hit.label, hit.commune] = _Ranked(hit, worth)
        return list(ranked.values())

    async def _numbers(
        self, reading: AddressReading, streets: Sequence[StreetEntry]
    ) -> dict[int, dict[str, tuple[float, float]]]:
        ids = [street.address_street for street in streets if street.address_street is not None]
        found: dict[int, dict[str, tuple[float, float]]] = {}
        if ids:
            for item in await self._storage.house_numbers(ids, reading.number):
                found.setdefault(item.street_id, {})[item.suffix] = (item.lon, item.lat)
        return found


def _looked_up(
    index: _Index, query: PlaceQuery, allows: Allows, near: tuple[float, float] | None, limit: int
) -> Callable[[], _LookedUp]:
    """Work for a thread; what one may see is asked before it."""
    numbers = [int(word) for word in query.words if word.isdecimal() and len(word) < 10]
    open_keys = {
        key: allows(*key) for table in (index.equipment, index.places) for key in table.group_keys if key is not None
    }

    def is_allowed(*key: str) -> bool:
        return open_keys.get((key[0], key[1], key[2]), False)

    def work() -> _LookedUp:
        is_open, is_open_place = open_rows(index.equipment, is_allowed), open_rows(index.places, is_allowed)

        def answers(*, forgives: bool) -> _LookedUp:
            asked = Asked(query.words, query.last, near, limit, numbers, forgives)
            readings = [Asked(one.words, query.last, near, _STREETS_ASKED, (), forgives) for one in query.readings]
            return _LookedUp(
                best_of(index.equipment, asked, is_open),
                best_of(index.places, replace(asked, numbers=()), is_open_place),
                [best_of(index.places, reading, is_open_place) for reading in readings],
            )

        sure = answers(forgives=False)
        return sure if sure.is_something else answers(forgives=True)

    return work


def _place_hit(item: object, distance_m: float | None) -> PlaceHit:
    if isinstance(item, StreetEntry):
        return PlaceHit(
            kind=PlaceKind.STREET,
            label=item.name,
            detail=f"{item.postcode} {item.commune_name}".strip(),
            lon=item.lon,
            lat=item.lat,
            asset_id=item.asset_id,
            commune=item.commune,
            bounds=item.bounds,
            distance_m=distance_m,
        )
    if not isinstance(item, Commune):
        raise TypeError(type(item).__name__)
    return PlaceHit(
        kind=PlaceKind.COMMUNE,
        label=item.name,
        detail=item.code,
        lon=item.lon,
        lat=item.lat,
        commune=item.code,
        bounds=_outline_bounds(item),
        distance_m=distance_m,
    )


def _address_hit(
    street: StreetEntry,
    reading: AddressReading,
    numbers: dict[int, dict[str, tuple[float, float]]],
    near: tuple[float, float] | None,
) -> PlaceHit:
    """The very address; else the same number with another suffix; else the street."""
    of_street = numbers.get(street.address_street, {}) if street.address_street is not None else {}
    hit = _place_hit(street, None)
    if not of_street:
        at, label, suffix = (street.lon, street.lat), street.name, ""
    else:
        suffix = reading.suffix if reading.suffix in of_street else min(of_street)
        at = of_street[suffix]
        label = " ".join(part for part in (str(reading.number), suffix, street.name) if part)
    distance = None
    if near is not None:
        distance = round(float(sphere_distances_m(*near, np.array([at[0]]), np.array([at[1]]))[0]), 1)
    if not of_street:
        return msgspec.structs.replace(hit, is_exact=False, distance_m=distance)
    return msgspec.structs.replace(
        hit,
        kind=PlaceKind.ADDRESS,
        label=label,
        lon=at[0],
        lat=at[1],
        asset_id=None,
        bounds=None,
        is_exact=suffix == reading.suffix,
        distance_m=distance,
    )


def _outline_bounds(commune: Commune) -> tuple[float, float, float, float] | None:
    points = [point for ring in commune.outline for point in ring]
    if not points:
        return None
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    return min(lons), min(lats), max(lons), max(lats)


def _order(item: _Ranked) -> tuple[float, float, str]:
    return -round(item.score, 2), item.hit.distance_m or 0.0, item.hit.label
