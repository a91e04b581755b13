"""The register changed by hand: one asset or many, each change told, kept and undone as a whole."""

import datetime as dt
import enum
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from contract.assets import Asset, AssetStatus

MOST_ASSETS_AT_ONCE: Final = 20_000
MOST_EDITS_UNDONE_AT_ONCE: Final = 50
# What many assets can share; a code, a place, a number or a serial belongs to one alone.
BULK_FIELDS: Final = (
    "name",
    "street",
    "commune",
    "service",
    "azimuth_deg",
    "fov_deg",
    "range_m",
    "height_m",
    "parent",
    "commissioned",
    "expected_life_years",
    "status",
)


class AssetFields(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The fields to set; one that is left out stays as it is, null empties it.

    `extra` is merged: a key with null is taken away. Feeders are not among them: they change by `/supply/feeders`.
    A place without a commune takes the commune in whose outline it lies.
    """

    lon: float | UnsetType = UNSET
    lat: float | UnsetType = UNSET
    name: str | UnsetType = UNSET
    number: int | UnsetType | None = UNSET
    street: str | UnsetType = UNSET
    commune: str | UnsetType = UNSET
    service: str | UnsetType = UNSET
    azimuth_deg: float | UnsetType | None = UNSET
    fov_deg: float | UnsetType | None = UNSET
    range_m: float | UnsetType | None = UNSET
    height_m: float | UnsetType | None = UNSET
    parent: int | UnsetType | None = UNSET
    serial: str | UnsetType = UNSET
    commissioned: dt.date | UnsetType | None = UNSET
    expected_life_years: float | UnsetType | None = UNSET
    status: AssetStatus | UnsetType = UNSET
    extra: dict[str, str | None] | UnsetType = UNSET


class NewAsset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An asset to be. `fields` names its place; an empty `code` asks the backend for the next free one."""

    class_: str = msgspec.field(name="class")
    code: str
    fields: AssetFields
    reason: str = ""


class AssetEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields of one asset, as it was seen at `version`. Moving it is lon and lat, retiring it is its status."""

    version: int
    fields: AssetFields
    reason: str = ""


class AssetFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All assets that meet every condition that is given."""

    class_: str | None = msgspec.field(name="class", default=None)
    commune: str | None = None
    service: str | None = None
    status: AssetStatus | None = None
    text: str | None = None
    bbox: tuple[float, float, float, float] | None = None


class BulkEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same fields for many assets: those of `ids`, or those of `filter`, never both."""

    fields: AssetFields
    ids: tuple[int, ...] = ()
    filter: AssetFilter | None = None
    reason: str = ""


class EditKind(enum.StrEnum):
    """What a change was for those who made it."""

    CREATED = "created"
    CHANGED = "changed"
    MOVED = "moved"
    RETIRED = "retired"
    BULK = "bulk"
    UNDO = "undo"


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """One field: what it was and became, as JSON values. A key of `extra` is named `extra.KEY`."""

    field: str
    before: object
    after: object


class AssetDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What changes on one asset."""

    asset_id: int
    class_: str = msgspec.field(name="class")
    code: str
    name: str
    changes: tuple[FieldChange, ...]


class BulkValue(msgspec.Struct, frozen=True, kw_only=True):
    """A value that stands today, and on how many of the assets."""

    value: object
    count: int


class BulkField(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a bulk edit: what stands today (the most frequent first), and what will."""

    field: str
    before: tuple[BulkValue, ...]
    other_count: int  # assets with values that `before` has no room for
    after: object
    changed_count: int


class BulkRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """An asset that is left out, and why. `said_code` and `said_args` are the sentence for other languages."""

    asset_id: int
    code: str
    said: str
    said_code: str = ""
    said_args: dict[str, str] = {}


class EditSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One change that was made, as far as the asker may see its assets."""

    id: str
    at: dt.datetime
    by: str
    kind: EditKind
    reason: str
    asset_count: int
    assets: tuple[AssetDifference, ...]  # the first of them
    undone_by: str = ""  # the change that took it back
    undoes: tuple[str, ...] = ()  # the changes that this one took back
    can_undo: bool = False  # by the asker, as far as is known without trying


class EditList(msgspec.Struct, frozen=True, kw_only=True):
    """The last changes, newest first."""

    items: tuple[EditSummary, ...]


class EditDone(msgspec.Struct, frozen=True, kw_only=True):
    """What was done to one asset, and how it stands now."""

    asset: Asset
    edit: EditSummary


class BulkReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a bulk edit did or would do. `seal` names what was looked at: send it (`?seal=`) to take it."""

    is_done: bool
    seal: str
    asset_count: int  # that were asked for
    changed_count: int
    unchanged_count: int
    refused_count: int  # left out
    fields: tuple[BulkField, ...]
    changed: tuple[AssetDifference, ...]  # the first two hundred
    refused: tuple[BulkRefusal, ...]  # the first two hundred
    edit: EditSummary | None = None  # what was done, which can be undone


class UndoEdits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes to take back together, all or none, newest first."""

    edits: tuple[str, ...]
    reason: str = ""
