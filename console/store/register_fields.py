"""The fields of the register as its list, its filters and its groups know them. No Qt."""

import enum
from collections.abc import Mapping
from typing import Final

EXTRA: Final = "extra."
"""Begins the name of a column that a city's own file brought along."""


class Kind(enum.StrEnum):
    """What stands in a field, and so what can be asked of it."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    ASSET = "asset"


class Field(enum.StrEnum):
    """Every field of an asset that the console holds for all assets; columns of the city's own are `extra.KEY`."""

    NAME = "name"
    CODE = "code"
    NUMBER = "number"
    CLASS = "class"
    STATE = "state"
    STREET = "street"
    COMMUNE = "commune"
    SERVICE = "service"
    STATUS = "status"
    SERIAL = "serial"
    COMMISSIONED = "commissioned"
    AGE = "age_years"
    LIFE = "expected_life_years"
    END_OF_LIFE = "end_of_life"
    PARENT = "parent"
    SUPPLY = "supply_parent"
    NETWORK = "network_parent"
    AZIMUTH = "azimuth_deg"
    FOV = "fov_deg"
    RANGE = "range_m"
    HEIGHT = "height_m"
    LON = "lon"
    LAT = "lat"


TEXTS: Final = (Field.CODE, Field.NAME, Field.SERIAL)
WORDS: Final = (Field.CLASS, Field.COMMUNE, Field.SERVICE, Field.STATUS, Field.STREET)
NUMBERS: Final = (
    Field.NUMBER,
    Field.AZIMUTH,
    Field.FOV,
    Field.RANGE,
    Field.HEIGHT,
    Field.LIFE,
    Field.LON,
    Field.LAT,
)
REFERENCES: Final = (Field.PARENT, Field.SUPPLY, Field.NETWORK)
USUAL: Final = (Field.NAME, Field.CODE, Field.CLASS, Field.STREET, Field.COMMUNE, Field.STATE)
"""What is shown until somebody says otherwise."""

_KINDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(TEXTS, Kind.TEXT),
    Field.STREET: Kind.TEXT,
    **dict.fromkeys((Field.CLASS, Field.COMMUNE, Field.SERVICE, Field.STATUS, Field.STATE), Kind.CHOICE),
    **dict.fromkeys((*NUMBERS, Field.AGE), Kind.NUMBER),
    **dict.fromkeys((Field.COMMISSIONED, Field.END_OF_LIFE), Kind.DATE),
    **dict.fromkeys(REFERENCES, Kind.ASSET),
}
GROUPABLE: Final = (
    Field.CLASS,
    Field.COMMUNE,
    Field.SERVICE,
    Field.STREET,
    Field.STATUS,
    Field.STATE,
    Field.COMMISSIONED,
    Field.END_OF_LIFE,
    Field.PARENT,
    Field.SUPPLY,
    Field.NETWORK,
)


def is_field(name: str) -> bool:
    """Whether there is such a field: one of ours, or a column that a city's file brought along."""
    return name in _KINDS or (name.startswith(EXTRA) and len(name) > len(EXTRA))


def kind_of(name: str) -> Kind:
    """What stands in a field; a city's own column holds text."""
    return _KINDS.get(name, Kind.TEXT)
