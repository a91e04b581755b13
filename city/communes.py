"""The facts the city stands on: its communes, read from the table beside this file."""

import datetime as dt
import tomllib
from importlib import resources

import msgspec


class CommuneFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A commune as INSEE and IGN publish it. `population` is None where it is not known."""

    code: str
    name: str
    lon: float
    lat: float
    surface_km2: float
    population: int | None = None
    merged_into: str | None = None
    merged_on: dt.date | None = None


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    communes: tuple[CommuneFacts, ...] = msgspec.field(name="commune")


def load_communes() -> tuple[CommuneFacts, ...]:
    """The 24 communes, most populous first as the table gives them."""
    text = resources.files("city").joinpath("communes.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _Table).communes


def inhabitants_served(communes: tuple[CommuneFacts, ...]) -> list[float]:
    """Inhabitants by commune, for sizing streets; a merged commune takes its share by surface of its host's."""
    by_code = {commune.code: commune for commune in communes}
    served = {commune.code: float(commune.population or 0) for commune in communes}
    for commune in communes:
        if commune.population is None and commune.merged_into is not None:
            host = by_code[commune.merged_into]
            share = commune.surface_km2 / (commune.surface_km2 + host.surface_km2)
            moved = served[host.code] * share
            served[commune.code] += moved
            served[host.code] -= moved
    return [served[commune.code] for commune in communes]
