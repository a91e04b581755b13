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


class FeedKind(enum.StrEnum):
    """What a feeder gives: power, or the way to the network."""

    POWER = "power"
    NETWORK = "network"


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
    RISES_FASTER = "rises_faster"  # by more than the limit within `over_s`
    FALLS_FASTER = "falls_faster"
    STUCK = "stuck"  # within `over_s` it moved by no more than the dead-band, while it should


class EnablingOf(enum.StrEnum):
    """On whose point an enabling condition looks: the nearest of the chain that has such a point."""

    ASSET = "asset"
    PARENT = "parent"
    SUPPLY = "supply"


class EnablingCondition(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm is only meant while another point says so. `when` is one of is_true, is_false, above, below."""

    point: str
    when: AlarmWhen
    of: EnablingOf = EnablingOf.ASSET
    limit: float | None = None


class AlarmRule(msgspec.Struct, frozen=True, kw_only=True):
    """When a point of a class raises an alarm of `kind`. Delays in seconds; limits in the point's unit.

    With `count` it is told from the count-th time within `count_window_s` on. `enabled_by`: all of them must hold.
    """

    kind: str
    when: AlarmWhen
    priority: Priority
    label: Label
    guidance: Label
    limit: float | None = None
    dead_band: float = 0.0
    hold_s: float = 0.0
    clear_hold_s: float = 0.0
    over_s: float = 0.0  # the span of rises_faster, falls_faster and stuck
    count: int = 1
    count_window_s: float = 0.0
    enabled_by: tuple[EnablingCondition, ...] = ()
    is_latching: bool = False
    needs_acknowledgement: bool = True
    is_explained_by_supply: bool = False  # suppressed by design while the supply parent is in alarm
    never_waits: bool = False  # intrusion, fire, panic, door forced: neither held nor folded nor counted first


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
    hangs_on: tuple[FeedKind, ...] = ()  # the feeders that each asset of it should name
    expected_life_years: float | None = None
    points: tuple[PointSpec, ...] = ()
    alarms: tuple[AlarmRule, ...] = ()  # of the asset's link as a whole


class Asset(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One piece of equipment. `id` is for wires and arrays, `code` for people, unique per class.

    A field that stands at its default is left out on the wire. Positions are WGS84 degrees;
    `line` holds the (lon, lat) pairs of a line asset such as a street.
    """

    # gc=False: nothing in it leads back to it, and the collector walking 350,000 of them took half of an import.

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
    network_parent: int | None = None  # the switch or gateway through which it talks
    serial: str = ""
    commissioned: dt.date | None = None
    expected_life_years: float | None = None
    status: AssetStatus = AssetStatus.IN_SERVICE
    line: tuple[tuple[float, float], ...] | None = None
    extra: dict[str, str] = {}
    version: int = 1


class AssetChange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One line of an asset's history: which fields changed, from what to what, by whom."""

    asset_id: int
    at: dt.datetime
    actor: str
    before: dict[str, object]
    after: dict[str, object]
    edit: str = ""  # the change by hand that it belongs to, which can be undone as a whole


class Commune(msgspec.Struct, frozen=True, kw_only=True):
    """A commune: INSEE code, name, label point and, when known, its outline rings (lon, lat).

    `valid_to` is the first day on which it is none any more, `merged_into` what it became part of then.
    """

    code: str
    name: str
    lon: float
    lat: float
    population: int | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    merged_into: str = ""
    outline: tuple[tuple[tuple[float, float], ...], ...] = ()
