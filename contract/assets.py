"""Assets and their classes: the one city model."""

import datetime as dt
import enum

import msgspec

from contract.alarms import Priority
from contract.points import PointKind


class AssetStatus(enum.StrEnum):
    """Where an asset stands in its life."""

    PLANNED = "planned"
    IN_SERVICE = "in_service"
    OUT_OF_SERVICE = "out_of_service"
    RETIRED = "retired"


class Label(msgspec.Struct, frozen=True):
    """A name in the two languages of the screens."""

    fr: str
    en: str


class AlarmWhen(enum.StrEnum):
    """What makes a point raise an alarm."""

    IS_TRUE = "is_true"
    IS_FALSE = "is_false"
    ABOVE = "above"
    BELOW = "below"
    QUALITY_FAILED = "quality_failed"
    COMMUNICATION_LOST = "communication_lost"  # quality STALE after the device was heard
    DIFFERS_FROM_COMMAND = "differs_from_command"  # unexpected: not what the winning claim says


class AlarmRule(msgspec.Struct, frozen=True, kw_only=True):
    """When a point of a class raises an alarm of `kind`. Delays in seconds; limits in the point's unit."""

    kind: str
    when: AlarmWhen
    priority: Priority
    label: Label
    guidance: Label
    limit: float | None = None
    dead_band: float = 0.0
    hold_s: float = 0.0
    clear_hold_s: float = 0.0
    is_latching: bool = False
    needs_acknowledgement: bool = True
    is_explained_by_supply: bool = False  # suppressed by design while the supply parent is in alarm


class PointSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What a class of assets can tell, in which unit, and whether it may be driven.

    `is_reading`: a yes/no that changes all the time (motion) and is kept with the readings, not in the journal.
    `is_ours`: told by the backend itself, not by the device: no sign of life, and not stale when the device is silent.
    """

    name: str
    label: Label
    kind: PointKind
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    is_controllable: bool = False
    is_reading: bool = False
    is_ours: bool = False
    stale_after_s: float | None = None
    alarms: tuple[AlarmRule, ...] = ()


class AssetClass(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of equipment, as data."""

    code: str
    label: Label
    icon: str
    service: str
    is_line: bool = False  # drawn as a base layer (streets), not as an asset
    is_mobile: bool = False
    feeds: bool = False  # may be a supply parent
    expected_life_years: float | None = None
    points: tuple[PointSpec, ...] = ()
    alarms: tuple[AlarmRule, ...] = ()  # of the asset's link as a whole


class Asset(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One piece of equipment. `id` is for wires and arrays, `code` for people, unique per class.

    A field that stands at its default is left out on the wire. Positions are WGS84 degrees;
    `line` holds the (lon, lat) pairs of a line asset such as a street.
    """

    id: int
    code: str
    class_: str = msgspec.field(name="class")
    lon: float
    lat: float
    name: str = ""
    number: int | None = None
    street: str = ""
    commune: str = ""
    service: str = ""
    azimuth_deg: float | None = None
    fov_deg: float | None = None
    range_m: float | None = None
    height_m: float | None = None
    parent: int | None = None
    supply_parent: int | None = None
    serial: str = ""
    commissioned: dt.date | None = None
    expected_life_years: float | None = None
    status: AssetStatus = AssetStatus.IN_SERVICE
    line: tuple[tuple[float, float], ...] | None = None
    extra: dict[str, str] = {}
    version: int = 1


class AssetChange(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an asset's history: which fields changed, from what to what, by whom."""

    asset_id: int
    at: dt.datetime
    actor: str
    before: dict[str, object]
    after: dict[str, object]


class Commune(msgspec.Struct, frozen=True, kw_only=True):
    """A commune: INSEE code, name, label point and, when known, its outline rings (lon, lat)."""

    code: str
    name: str
    lon: float
    lat: float
    population: int | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    outline: tuple[tuple[tuple[float, float], ...], ...] = ()
