"""Single addresses gathered into streets with their house numbers."""

import math

import msgspec

from backend.domain.addresses import AddressStreet, HouseNumber, street_id
from backend.domain.place_words import words_of


class _Street(msgspec.Struct):
    commune: str
    commune_name: str
    name: str
    postcode: str
    numbers: dict[tuple[int, str], tuple[float, float]]
    places: list[tuple[float, float]]


class AddressStreets:
    """Fed address by address; what is said twice counts once, the first time."""

    def __init__(self) -> None:
        self._streets: dict[int, _Street] = {}

    def add(
        self,
        *,
        commune: str,
        commune_name: str,
        postcode: str,
        street: str,
        number: int | None,
        suffix: str,
        lon: float,
        lat: float,
    ) -> None:
        """One address, or without a number the place of a street or hamlet."""
        id_ = street_id(commune, " ".join(words_of(street)))
        known = self._streets.get(id_)
        if known is None:
            names = (_one_line(commune_name) or commune, _one_line(street))
            known = self._streets[id_] = _Street(commune, *names, postcode, {}, [])
        known.places.append((lon, lat))
        if number is not None:
            known.numbers.setdefault((number, suffix), (lon, lat))

    def communes(self) -> set[str]:
        """The communes of what was added."""
        return {street.commune for street in self._streets.values()}

    def streets(self) -> tuple[AddressStreet, ...]:
        """Each street, at the address nearest to its middle."""
        return tuple(_finished(id_, street) for id_, street in self._streets.items())

    def numbers(self) -> tuple[HouseNumber, ...]:
        """Every house number."""
        return tuple(
            HouseNumber(id_, number, suffix, *place)
            for id_, street in self._streets.items()
            for (number, suffix), place in street.numbers.items()
        )


def _finished(id_: int, street: _Street) -> AddressStreet:
    lons, lats = [lon for lon, _ in street.places], [lat for _, lat in street.places]
    middle_lon, middle_lat = sum(lons) / len(lons), sum(lats) / len(lats)
    lon, lat = min(street.places, key=lambda at: math.hypot(at[0] - middle_lon, at[1] - middle_lat))
    return AddressStreet(
        id=id_,
        commune=street.commune,
        commune_name=street.commune_name,
        name=street.name,
        postcode=street.postcode,
        lon=lon,
        lat=lat,
        bounds=(min(lons), min(lats), max(lons), max(lats)),
        count=len(street.numbers),
    )


def _one_line(name: str) -> str:
    """Without what could disturb a screen: control characters, signs that turn the direction of writing."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
