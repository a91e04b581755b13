"""Addresses of the national base: streets with their house numbers. Not assets: they are found, never watched."""

import hashlib

import msgspec

Bounds = tuple[float, float, float, float]


class AddressStreet(msgspec.Struct, frozen=True, kw_only=True):
    """A street or a hamlet of the address base; its place is that of the address nearest to its middle."""

    id: int
    commune: str  # INSEE code
    commune_name: str
    name: str
    postcode: str
    lon: float
    lat: float
    bounds: Bounds
    count: int  # of its house numbers


class HouseNumber(msgspec.Struct, frozen=True, array_like=True):
    """One address: 12 bis. The suffix is lower case, "" for none."""

    street_id: int
    number: int
    suffix: str
    lon: float
    lat: float


class AddressUpdate(msgspec.Struct, frozen=True):
    """What a file brings: these streets, with their numbers, in the place of those that are removed."""

    removed_streets: tuple[int, ...]
    streets: tuple[AddressStreet, ...]
    numbers: tuple[HouseNumber, ...]


def street_id(commune: str, folded_name: str) -> int:
    """The same for the same street in every file, so that an import can be repeated."""
    digest = hashlib.blake2b(f"{commune}\n{folded_name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
