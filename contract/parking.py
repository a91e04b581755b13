"""Car parks and their bays: how full, how long, and how long is allowed."""

import datetime as dt

import msgspec

from contract.devices import UnknownDevice

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
MOST_MINUTES = 10_080  # a week


class StayRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long one may stay in a car park: minutes that count within the hours of the days named.

    Hours are local minutes of the day, `to_minute` 1440 is midnight; days count from Monday, 0.
    `tolerance_minutes` pass before it is told.
    """

    most_minutes: int
    tolerance_minutes: int = 0
    from_minute: int = 0
    to_minute: int = 1440
    days: tuple[int, ...] = EVERY_DAY


class RuleRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rule that shall hold; None: as long as one likes."""

    rule: StayRule | None


class CarPark(msgspec.Struct, frozen=True, kw_only=True):
    """One car park now. `places`: as the register says; the counts are of bays with a sensor.

    What no sensor tells is unknown: it is neither free nor occupied. `over_stays` None: no rule holds.
    """

    id: int
    code: str
    name: str
    commune: str
    places: int | None
    bays: int
    free: int
    occupied: int
    unknown: int
    over_stays: int | None = None
    rule: StayRule | None = None
    may_change_rule: bool = False


class CarParks(msgspec.Struct, frozen=True, kw_only=True):
    """All that one may see, by name."""

    items: tuple[CarPark, ...]


class Bay(msgspec.Struct, frozen=True, kw_only=True):
    """One bay now. `is_occupied` None: not known. `over_minutes`: by how much the stay is too long."""

    id: int
    code: str
    number: int | None
    is_occupied: bool | None
    since: dt.datetime | None = None
    over_minutes: int | None = None
    battery_percent: float | None = None


class Bays(msgspec.Struct, frozen=True, kw_only=True):
    """The bays of a car park, by number."""

    items: tuple[Bay, ...]


class UnknownDevices(msgspec.Struct, frozen=True, kw_only=True):
    """Devices that speak and that no asset is bound to, the last heard first."""

    items: tuple[UnknownDevice, ...]
