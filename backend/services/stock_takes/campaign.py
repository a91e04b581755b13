"""One stock-take as it is kept: its assets at its opening, and what was seen of each."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import msgspec

from backend.services.register import Register
from contract.asset_editing import AssetFilter
from contract.assets import Asset
from contract.stock_take import StockLine, StockMark, StockTake

MaySee = Callable[[Asset], bool]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a campaign, its marks apart."""

    id: str
    name: str
    zone: AssetFilter
    ring: tuple[tuple[float, float], ...]
    opened_by: str
    opened_at: dt.datetime
    asset_ids: tuple[int, ...]
    strays: tuple[str, ...] = ()
    closed_by: str = ""
    closed_at: dt.datetime | None = None


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of one asset."""

    asset_id: int
    mark: StockMark
    by: str
    at: dt.datetime
    note: str = ""


class Campaign:
    """A head and its marks."""

    def __init__(self, head: Head, marks: Mapping[int, Seen]) -> None:
        self.head = head
        self.marks = dict(marks)
        self._listed = frozenset(head.asset_ids)

    def lists(self, asset_id: int) -> bool:
        """Whether the asset was of the zone when it was opened."""
        return asset_id in self._listed

    def told(self, register: Register, may_see: MaySee) -> StockTake:
        """As far as somebody may see it."""
        counts = dict.fromkeys(StockMark, 0)
        extra_count = asset_count = 0
        for asset, mark in self._marked(register, may_see):
            if self.lists(asset.id):
                asset_count += 1
                counts[mark] += 1
            elif mark is StockMark.FOUND:
                extra_count += 1
        head = self.head
        return StockTake(
            id=head.id,
            name=head.name,
            zone=head.zone,
            ring=head.ring,
            opened_by=head.opened_by,
            opened_at=head.opened_at,
            asset_count=asset_count,
            found_count=counts[StockMark.FOUND],
            not_found_count=counts[StockMark.NOT_FOUND],
            unknown_count=counts[StockMark.UNKNOWN],
            extra_count=extra_count,
            stray_codes=head.strays,
            closed_by=head.closed_by,
            closed_at=head.closed_at,
        )

    def lines(self, register: Register, may_see: MaySee, mark: StockMark | None) -> Sequence[StockLine]:
        """By street, then code."""
        found = [
            self.line(asset)
            for asset, seen in self._marked(register, may_see)
            if mark is None or (seen is mark and (self.lists(asset.id) or mark is StockMark.FOUND))
        ]
        return sorted(found, key=lambda line: (line.street.casefold(), line.code))

    def line(self, asset: Asset) -> StockLine:
        """One asset of it."""
        seen = self.marks.get(asset.id)
        return StockLine(
            asset_id=asset.id,
            class_=asset.class_,
            code=asset.code,
            name=asset.name,
            street=asset.street,
            mark=StockMark.UNKNOWN if seen is None else seen.mark,
            by="" if seen is None else seen.by,
            at=None if seen is None else seen.at,
            note="" if seen is None else seen.note,
            is_extra=not self.lists(asset.id),
        )

    def _marked(self, register: Register, may_see: MaySee) -> Sequence[tuple[Asset, StockMark]]:
        extras = (asset_id for asset_id in self.marks if asset_id not in self._listed)
        found: list[tuple[Asset, StockMark]] = []
        for asset_id in (*self.head.asset_ids, *extras):
            asset = register.get(asset_id)
            if asset is not None and may_see(asset):
                seen = self.marks.get(asset_id)
                found.append((asset, StockMark.UNKNOWN if seen is None else seen.mark))
        return found
