"""Gives every street a French name that is unique within its commune."""

import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Final

import msgspec
import numpy as np

from city.communes import CommuneFacts
from city.street_network import Rank, Street

_KINDS: Final[dict[Rank, tuple[str, ...]]] = {
    Rank.BOULEVARD: ("boulevard",),
    Rank.AVENUE: ("avenue",),
    Rank.COLLECTOR: ("avenue", "rue", "rue", "cours"),
    Rank.SQUARE: ("place",),
    Rank.STREET: ("rue",),
    Rank.LANE: ("impasse", "allée", "allée", "passage", "rue", "square"),
    Rank.ROAD: ("route",),
}


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What names are made of."""

    articled: tuple[str, ...]
    great: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]


def load_words() -> Words:
    """The table beside this file."""
    return msgspec.convert(tomllib.loads(resources.files("city").joinpath("names.toml").read_text("utf-8")), Words)


def name_streets(streets: tuple[Street, ...], communes: tuple[CommuneFacts, ...], seed: int) -> list[str]:
    """One name a street, in the streets' order."""
    words = load_words()
    endings = [_endings(words, np.random.default_rng([seed, 4, index])) for index in range(len(communes))]
    taken: list[set[str]] = [set() for _ in communes]
    names: list[str] = []
    for number, street in enumerate(streets):
        kinds = _KINDS[street.rank]
        kind = kinds[number % len(kinds)]
        if street.towards:
            name = f"{kind} {_of(street.towards)}"
        elif street.rank is Rank.SQUARE:
            name = "place de la Mairie"
        else:
            name = f"{kind} {next(endings[street.commune])}"
        while name in taken[street.commune]:
            name = f"{kind} {next(endings[street.commune])}"
        taken[street.commune].add(name)
        names.append(name)
    return names


def _endings(words: Words, rng: np.random.Generator) -> Iterator[str]:
    """Well-known names first, then people nobody remembers; without end."""
    known = [*words.articled, *words.great]
    for index in rng.permutation(len(known)).tolist():
        yield known[index]
    people = len(words.given) * len(words.family)
    for index in rng.permutation(people).tolist():
        yield f"{words.given[index % len(words.given)]} {words.family[index // len(words.given)]}"
    while True:
        given, first, second = (int(rng.integers(0, size)) for size in (len(words.given), *[len(words.family)] * 2))
        yield f"{words.given[given]} {words.family[first]}-{words.family[second]}"


def _of(place: str) -> str:
    return f"d'{place}" if place[0] in "AEIOUÉÈH" else f"de {place}"
