"""Stock-takes in words, and what is asked of the backend about them. No Qt."""

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

from console.kit.formats import day_and_time, number_text
from console.kit.ports import Catalogue, Client
from console.store.wording import class_text
from contract.asset_editing import AssetFilter
from contract.stock_take import (
    MarkRequest,
    ScanRequest,
    StockLine,
    StockMark,
    StockTake,
    StockTakeRequest,
)
from widgets.texts import Texts

MOST_LINES: Final = 5_000
_PAGE: Final = 1_000
_MOST_STRAYS: Final = 8


class LineRow(NamedTuple):
    """One asset of a campaign, in words."""

    asset_id: int
    code: str
    name: str
    street: str
    mark: str
    seen: str
    note: str


class Scanned(NamedTuple):
    """What a scan said, and how the campaign stands."""

    take: StockTake
    words: str
    asset_id: int | None


class StockTakePresenter:
    """One campaign at a time; the campaign comes with each question."""

    def __init__(self, catalogue: Catalogue, client: Client, tr: Texts) -> None:
        self._catalogue = catalogue
        self._client = client
        self._tr = tr

    def classes(self) -> Sequence[tuple[str, str]]:
        """Codes and names of what is looked for."""
        found = [one for one in self._catalogue.classes.values() if not one.is_line and not one.is_mobile]
        named = [(one.code, class_text(self._catalogue, one.code, self._tr)) for one in found]
        return sorted(named, key=lambda one: one[1].casefold())

    def communes(self) -> Sequence[tuple[str, str]]:
        """Codes and names."""
        named = [(one.code, one.name) for one in self._catalogue.communes.values()]
        return sorted(named, key=lambda one: one[1].casefold())

    def title(self, take: StockTake, now: dt.datetime) -> str:
        """A campaign in a list."""
        key = "stock_take.title_closed" if take.closed_at is not None else "stock_take.title_open"
        return self._tr(key, name=take.name, at=day_and_time(take.opened_at, now))

    def figures(self, take: StockTake) -> str:
        """How far it is."""
        language = self._tr.language
        counts = {
            "found": take.found_count,
            "not_found": take.not_found_count,
            "unknown": take.unknown_count,
            "total": take.asset_count,
        }
        words = [self._tr("stock_take.figures", **{key: number_text(n, language) for key, n in counts.items()})]
        if take.extra_count:
            words.append(self._tr("stock_take.extra", count=take.extra_count))
        if take.stray_codes:
            shown = ", ".join(take.stray_codes[:_MOST_STRAYS])
            more = len(take.stray_codes) - _MOST_STRAYS
            codes = shown if more <= 0 else self._tr("asset_file.and_more", codes=shown, count=more)
            words.append(self._tr("stock_take.strays", codes=codes))
        return " · ".join(words)

    def done_percent(self, take: StockTake) -> int:
        """How much of it was looked at."""
        return 100 * (take.asset_count - take.unknown_count) // max(take.asset_count, 1)

    async def takes(self) -> Sequence[StockTake]:
        """Newest first. Raises RequestFailed."""
        return (await self._client.stock_takes()).items

    async def open(self, name: str, class_: str, commune: str, asset_ids: Sequence[int]) -> StockTake:
        """Begin one. Raises RequestFailed."""
        zone = AssetFilter(class_=class_ or None, commune=commune or None)
        return await self._client.open_stock_take(StockTakeRequest(name=name, zone=zone, asset_ids=tuple(asset_ids)))

    async def lines(self, take: StockTake, mark: StockMark | None, now: dt.datetime) -> tuple[Sequence[LineRow], int]:
        """Its assets, and how many there are in all. Raises RequestFailed."""
        found: list[StockLine] = []
        cursor: str | None = None
        while True:
            page = await self._client.stock_lines(take.id, mark=mark, cursor=cursor, limit=_PAGE)
            found += page.items
            cursor = page.next
            if cursor is None or len(found) >= MOST_LINES:
                return [self._row(line, now) for line in found], page.total

    async def mark(self, take: StockTake, asset_ids: Sequence[int], mark: StockMark, note: str) -> StockTake:
        """What was seen. Raises RequestFailed."""
        return await self._client.mark_stock(take.id, MarkRequest(asset_ids=tuple(asset_ids), mark=mark, note=note))

    async def scan(self, take: StockTake, code: str) -> Scanned:
        """A code was read. Raises RequestFailed."""
        answer = await self._client.scan_stock(take.id, ScanRequest(code=code))
        line = answer.line
        if line is None:
            return Scanned(answer.take, self._tr("stock_take.stray", code=code[:60]), None)
        key = "stock_take.scanned_extra" if line.is_extra else "stock_take.scanned"
        what = " ".join(part for part in (line.code, line.name) if part)
        return Scanned(answer.take, self._tr(key, what=what, street=line.street or "-"), line.asset_id)

    async def missing(self, take: StockTake) -> Sequence[int]:
        """The assets that were not found. Raises RequestFailed."""
        page = await self._client.stock_lines(take.id, mark=StockMark.NOT_FOUND, limit=_PAGE)
        return [line.asset_id for line in page.items]

    def _row(self, line: StockLine, now: dt.datetime) -> LineRow:
        seen = "" if line.at is None else f"{line.by} · {day_and_time(line.at, now)}"
        mark = self._tr(f"stock_take.mark.{line.mark.value}")
        if line.is_extra:
            mark = self._tr("stock_take.mark_extra", mark=mark)
        return LineRow(line.asset_id, line.code, line.name, line.street, mark, seen, line.note)
