"""Pages of the journal in words. No Qt."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from console.kit.formats import day_and_time
from console.kit.ports import AssetLookup, Catalogue, Client
from console.store.journal_words import actor_text, asset_text, entry_text
from contract.journal import JournalEntry
from widgets.texts import Texts

_SHORTEST_RUN: Final = 4
_FEW_LINES: Final = 20
_MOST_PAGES: Final = 4


@dataclass(frozen=True)
class JournalLine:
    """One entry in words."""

    seq: int
    asset_id: int | None
    at: dt.datetime
    time: str
    what: str
    where: str
    who: str


@dataclass(frozen=True)
class JournalPart:
    """Some lines, newest first, and the cursor of what is older."""

    lines: Sequence[JournalLine]
    next: str | None


class JournalPresenter:
    """Asks for a page at a time."""

    def __init__(self, assets: AssetLookup, catalogue: Catalogue, client: Client, tr: Texts) -> None:
        self._assets = assets
        self._catalogue = catalogue
        self._client = client
        self._tr = tr

    async def page(self, now: dt.datetime, *, asset_id: int | None, cursor: str | None) -> JournalPart:
        """Entries of one asset or of all; more than one page where runs left few lines. Raises RequestFailed."""
        lines: list[JournalLine] = []
        gathered: Sequence[JournalLine] = ()
        for _page in range(_MOST_PAGES):
            page = await self._client.journal(asset_id=asset_id, cursor=cursor)
            lines.extend(self._line(entry, now) for entry in page.items)
            gathered, cursor = _gathered(lines), page.next
            if cursor is None or len(gathered) >= _FEW_LINES:
                break
        return JournalPart(gathered, cursor)

    def _line(self, entry: JournalEntry, now: dt.datetime) -> JournalLine:
        return JournalLine(
            seq=entry.seq,
            asset_id=entry.asset_id,
            at=entry.at,
            time=day_and_time(entry.at, now),
            what=entry_text(entry, self._assets, self._catalogue, self._tr),
            where=asset_text(self._assets, entry.asset_id),
            who=actor_text(entry.actor, self._tr),
        )


def _gathered(lines: Sequence[JournalLine]) -> Sequence[JournalLine]:
    """Runs of the same happening as one line with its count: fifty explained alarms must not bury their cause."""
    gathered: list[JournalLine] = []
    for _what, run in groupby(lines, key=lambda line: line.what):
        same = list(run)
        if len(same) < _SHORTEST_RUN:
            gathered.extend(same)
            continue
        first = same[0]
        where = f"{first.where}…" if len({line.asset_id for line in same}) > 1 else first.where
        who = first.who if len({line.who for line in same}) == 1 else ""
        gathered.append(replace(first, what=f"{first.what} ×{len(same)}", where=where, who=who))
    return gathered
