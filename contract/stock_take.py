"""Stock-takes: the assets of a zone looked for on the ground, found or not."""

import datetime as dt
import enum
from typing import Final

import msgspec

from contract.asset_editing import AssetFilter

MOST_ASSETS: Final = 50_000
MOST_MARKS_AT_ONCE: Final = 5_000
LABEL_PREFIX: Final = "urn:beffroi:asset:"  # then CLASS:CODE, percent-encoded, on QR labels


class StockMark(enum.StrEnum):
    """What is known of one asset."""

    UNKNOWN = "unknown"  # nobody has looked yet
    FOUND = "found"
    NOT_FOUND = "not_found"


class StockTakeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The zone: assets that meet the filter and stand inside `ring` (lon, lat), where one is given.

    With `asset_ids`, only those of them, such as were chosen on a map.
    """

    name: str
    zone: AssetFilter
    ring: tuple[tuple[float, float], ...] = ()
    asset_ids: tuple[int, ...] = ()


class StockTake(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign; counts are of what the asker may see."""

    id: str
    name: str
    zone: AssetFilter
    opened_by: str
    opened_at: dt.datetime
    asset_count: int
    found_count: int
    not_found_count: int
    unknown_count: int
    extra_count: int  # found, and not of the zone
    stray_codes: tuple[str, ...]  # scanned, and of no asset of the register
    ring: tuple[tuple[float, float], ...] = ()
    closed_by: str = ""
    closed_at: dt.datetime | None = None


class StockTakeList(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first."""

    items: tuple[StockTake, ...]


class StockLine(msgspec.Struct, frozen=True, kw_only=True):
    """One asset of a campaign."""

    asset_id: int
    class_: str = msgspec.field(name="class")
    code: str
    name: str
    street: str
    mark: StockMark
    by: str = ""
    at: dt.datetime | None = None
    note: str = ""
    is_extra: bool = False


class StockLines(msgspec.Struct, frozen=True, kw_only=True):
    """A page by street, then code; `next` is the cursor."""

    items: tuple[StockLine, ...]
    next: str | None
    total: int


class MarkRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was seen of these assets, together."""

    asset_ids: tuple[int, ...]
    mark: StockMark
    note: str = ""


class ScanRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code as a scanner read it or a hand wrote it: of a label, or of the asset alone."""

    code: str
    note: str = ""


class ScanAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The asset that the code names is found; None: no asset has that code, and it is kept as a stray."""

    take: StockTake
    line: StockLine | None
