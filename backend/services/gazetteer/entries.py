"""What can be found, as columns: streets and communes in one table, equipment in another."""

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt

from backend.domain.addresses import AddressStreet, Bounds
from backend.domain.class_words import CALLED
from backend.domain.place_words import expansion, fold, words_of
from backend.domain.rights_place import service_of
from backend.services.gazetteer.word_index import WordIndex
from contract.assets import Asset, AssetClass, Commune

Group = tuple[str, str, str]  # commune, service, class: whoever may see one of them may see all
STREET = "street"
_METRES_PER_DEGREE = 111_320.0


class StreetEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A street of the register, of the address base, or of both."""

    name: str
    commune: str
    commune_name: str
    postcode: str
    lon: float
    lat: float
    bounds: Bounds
    asset_id: int | None
    address_street: int | None  # its id in the address base, for house numbers


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with their words and columns; `items` are what they stand for."""

    items: Sequence[object]
    words: WordIndex
    lons: npt.NDArray[np.float64]
    lats: npt.NDArray[np.float64]
    numbers: npt.NDArray[np.int64]  # what people call it by; -1 for none
    bonus: npt.NDArray[np.float32]
    number_bonus: npt.NDArray[np.float32]  # for those that people do call by their number
    length: npt.NDArray[np.int16]  # of the name, in words
    groups: npt.NDArray[np.int32]
    group_keys: Sequence[Group | None]  # None: open to everybody


_CALLED_BY_NUMBER: Mapping[str, float] = {"camera": 2.0, "vehicle": 1.0, "message_sign": 1.0, "junction": 1.0}
_COMMUNE_BONUS = 2.5
_STREET_BONUS = 2.0


class Abandoned(Exception):
    """The table is not wanted any more."""


def equipment_table(
    assets: Iterable[Asset],
    classes: Mapping[str, AssetClass],
    communes: Mapping[str, Commune],
    is_abandoned: Callable[[], bool] = lambda: False,
) -> Table:
    """Everything that stands at a place. Takes seconds for a large city: raises Abandoned when told to stop."""
    shown = [asset for asset in assets if asset.line is None and not classes[asset.class_].is_line]
    labels = {
        code: _spelled(f"{item.label.fr} {item.label.en} {CALLED.get(code, '')}") for code, item in classes.items()
    }
    words = WordIndex(_equipment_words(shown, labels, communes, is_abandoned))
    groups: dict[Group, int] = {}
    return Table(
        items=[asset.id for asset in shown],
        words=words,
        lons=np.array([asset.lon for asset in shown], np.float64),
        lats=np.array([asset.lat for asset in shown], np.float64),
        numbers=np.array([-1 if asset.number is None else asset.number for asset in shown], np.int64),
        bonus=np.zeros(len(shown), np.float32),
        number_bonus=np.array([_CALLED_BY_NUMBER.get(asset.class_, 0.0) for asset in shown], np.float32),
        length=np.array([len(_spelled(asset.name)) for asset in shown], np.int16),
        groups=np.array(
            [
                groups.setdefault((asset.commune, service_of(asset, classes), asset.class_), len(groups))
                for asset in shown
            ],
            np.int32,
        ),
        group_keys=list(groups),
    )


def place_table(
    assets: Iterable[Asset],
    address_streets: Iterable[AddressStreet],
    communes: Mapping[str, Commune],
    classes: Mapping[str, AssetClass],
) -> Table:
    """Streets, and the communes in which they lie."""
    streets = list(_streets(assets, address_streets, communes, classes))
    towns = list(communes.values())
    items: list[StreetEntry | Commune] = [*streets, *towns]
    roads = classes[STREET].service if STREET in classes else ""
    groups: dict[Group | None, int] = {None: 0}
    return Table(
        items=items,
        words=WordIndex(_place_words(items)),
        lons=np.array([item.lon for item in items], np.float64),
        lats=np.array([item.lat for item in items], np.float64),
        numbers=np.full(len(items), -1, np.int64),
        bonus=np.array([_STREET_BONUS] * len(streets) + [_COMMUNE_BONUS] * len(towns), np.float32),
        number_bonus=np.zeros(len(items), np.float32),
        length=np.array([len(_spelled(item.name)) for item in items], np.int16),
        groups=np.array(
            [groups.setdefault((street.commune, roads, STREET), len(groups)) for street in streets] + [0] * len(towns),
            np.int32,
        ),
        group_keys=list(groups),
    )


def _equipment_words(
    assets: Iterable[Asset],
    labels: Mapping[str, tuple[str, ...]],
    communes: Mapping[str, Commune],
    is_abandoned: Callable[[], bool],
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    for asset in assets:
        if is_abandoned():
            raise Abandoned
        number = () if asset.number is None else (str(asset.number),)
        own = {*words_of(asset.code), *number, *_spelled(asset.name), *labels[asset.class_]}
        town = communes.get(asset.commune)
        yield tuple(own), (*_spelled(asset.street), *(() if town is None else _spelled(town.name)))


def _place_words(items: Iterable[StreetEntry | Commune]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    for item in items:
        if isinstance(item, StreetEntry):
            yield _spelled(item.name), (*_spelled(item.commune_name), *words_of(item.postcode))
        else:
            yield (*_spelled(item.name), *words_of(item.code)), ()


@lru_cache(maxsize=50_000)
def _spelled(text: str) -> tuple[str, ...]:
    """The words of a name, and what its abbreviations stand for."""
    words = words_of(text)
    return tuple(dict.fromkeys((*words, *(long for word in words if (long := expansion(word)) is not None))))


def _streets(
    assets: Iterable[Asset],
    address_streets: Iterable[AddressStreet],
    communes: Mapping[str, Commune],
    classes: Mapping[str, AssetClass],
) -> Iterator[StreetEntry]:
    """One entry a name and commune, whatever it is made of."""
    lines: dict[tuple[str, str], list[Asset]] = defaultdict(list)
    for asset in assets:
        name = asset.name or asset.street
        if asset.line and name and classes[asset.class_].is_line:
            lines[asset.commune, _key(name)].append(asset)
    numbered = {(street.commune, _key(street.name)): street for street in address_streets}
    for key, parts in lines.items():
        yield _of_lines(parts, numbered.pop(key, None), communes)
    for street in numbered.values():
        yield StreetEntry(
            name=street.name,
            commune=street.commune,
            commune_name=street.commune_name,
            postcode=street.postcode,
            lon=street.lon,
            lat=street.lat,
            bounds=street.bounds,
            asset_id=None,
            address_street=street.id,
        )


def _of_lines(parts: Sequence[Asset], numbered: AddressStreet | None, communes: Mapping[str, Commune]) -> StreetEntry:
    longest = max(parts, key=lambda part: _length(part.line or ()))
    lon, lat = _middle(longest.line or ())
    points = [point for part in parts for point in part.line or ()]
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    town = communes.get(longest.commune)
    return StreetEntry(
        name=longest.name or longest.street,
        commune=longest.commune,
        commune_name=longest.commune if town is None else town.name,
        postcode="" if numbered is None else numbered.postcode,
        lon=lon,
        lat=lat,
        bounds=(min(lons), min(lats), max(lons), max(lats)),
        asset_id=longest.id,
        address_street=None if numbered is None else numbered.id,
    )


def _key(name: str) -> str:
    return " ".join(words_of(fold(name)))


def _steps(line: Sequence[tuple[float, float]]) -> list[float]:
    return [
        _METRES_PER_DEGREE * math.hypot((lon_2 - lon_1) * math.cos(math.radians(lat_1)), lat_2 - lat_1)
        for (lon_1, lat_1), (lon_2, lat_2) in itertools.pairwise(line)
    ]


def _length(line: Sequence[tuple[float, float]]) -> float:
    return sum(_steps(line))


def _middle(line: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The point half-way along: it lies on the street, as the middle of its bounds need not."""
    left = _length(line) / 2
    for (start, end), step in zip(itertools.pairwise(line), _steps(line), strict=True):
        if step >= left and step > 0:
            share = left / step
            return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
        left -= step
    return line[len(line) // 2]
