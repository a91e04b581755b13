"""A week of rosters as values."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class DutyBlock:
    """Who is on call then; nobody: a gap. `words` say all of it."""

    since: dt.datetime
    until: dt.datetime
    names: str
    words: str
    is_gap: bool = False
    is_exception: bool = False


@dataclass(frozen=True)
class DutyRow:
    """One roster."""

    name: str
    blocks: tuple[DutyBlock, ...]
