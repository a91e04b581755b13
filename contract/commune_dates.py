"""Communes come, go and merge: which one a place belongs to at a date, reckoned alike on both sides."""

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from contract.assets import Commune


class CommuneDates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From which day on it is a commune, from which day on it is none any more, and which one it became part of."""

    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    merged_into: str = ""
    name: str = ""  # empty: as it is called already
    reason: str = ""


class CommuneAt(msgspec.Struct, frozen=True, kw_only=True):
    """To which commune an asset belongs at a date. `code` is empty where that is not known."""

    date: dt.date
    code: str
    name: str
    recorded_code: str  # what the register says: where it stands, whatever became of that commune


def is_in_force(commune: Commune, at: dt.date) -> bool:
    """Whether it is a commune on that day; a date that nobody knows does not end anything."""
    has_begun = commune.valid_from is None or commune.valid_from <= at
    return has_begun and (commune.valid_to is None or at < commune.valid_to)


def communes_at(communes: Mapping[str, Commune], at: dt.date) -> Sequence[Commune]:
    """All that are communes on that day."""
    return [commune for commune in communes.values() if is_in_force(commune, at)]


def commune_at(communes: Mapping[str, Commune], code: str, at: dt.date) -> str:
    """Which commune the ground of `code` belongs to on that day: itself, or what it became part of by then."""
    seen: set[str] = set()
    while (commune := communes.get(code)) is not None and code not in seen:
        seen.add(code)
        has_ended = commune.valid_to is not None and commune.valid_to <= at
        if not has_ended or not commune.merged_into:
            break
        code = commune.merged_into
    return code
