"""Vehicles as the control room sees them: where they are, what they do, where they were."""

import datetime as dt
import enum

import msgspec


class VehicleStatus(enum.StrEnum):
    """What a vehicle does. OFFLINE: it fell silent, and where it is now is not known; UNKNOWN: it was never heard."""

    MOVING = "moving"
    STOPPED = "stopped"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


class VehicleState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One vehicle now. Its place is the last that was believed; None: it never said where it is.

    `since`: from when on it has this status, as far as this backend was there to see.
    `distance_m`: straight over the ground from the place that was asked about, not along streets.
    """

    asset_id: int
    status: VehicleStatus
    since: dt.datetime | None = None
    lon: float | None = None
    lat: float | None = None
    heading_deg: float | None = None
    speed_kmh: float | None = None
    heard_at: dt.datetime | None = None
    fixed_at: dt.datetime | None = None  # by the device's own clock
    activity: str = ""
    battery_percent: float | None = None
    distance_m: float | None = None


class VehicleStates(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /fleet and GET /fleet/nearest."""

    items: tuple[VehicleState, ...]
    next: str | None = None


class TrailPoint(msgspec.Struct, frozen=True, array_like=True):
    """Where a vehicle was."""

    at: dt.datetime
    lon: float
    lat: float
    heading_deg: float | None
    speed_kmh: float | None


class Trail(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /fleet/{id}/trail, oldest first. `kept_days`: what is older was forgotten."""

    asset_id: int
    points: tuple[TrailPoint, ...]
    kept_days: int
    total: int  # before it was thinned to what was asked for


class DeviceAccess(msgspec.Struct, frozen=True, kw_only=True):
    """What the phone of a vehicle is given: where to report, as whom, with which token."""

    asset_id: int
    device: str
    url: str
    token: str
    topic: str = ""  # for OwnTracks
