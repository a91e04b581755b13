"""Tells how full car parks are and which stays are too long, by the rule of each car park."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import repeat_for_ever
from backend.domain.parking import over_minutes, wrong_with
from backend.domain.rights import CITY_ZONE
from backend.ports import KeptRecord, Storage, StorageError, Unit
from backend.services.devices import Devices
from backend.services.live_state import LiveState
from backend.services.parking.bays import OCCUPIED, PARK_CLASS, BayStates
from backend.services.register import Register
from backend.services.said import Said, say
from contract.alarms import Alarm
from contract.assets import Asset
from contract.devices import UnknownDevice
from contract.journal import EntryKind, NewEntry
from contract.parking import Bay, CarPark, StayRule
from contract.points import PointValue, Quality, Reading, Value

KEPT: Final = "parking_rule"
_LOOK_EVERY_S: Final = 1.0
_STAYS_EVERY_S: Final = 5.0
_LOOK_BACK: Final = dt.timedelta(days=2)
_MOST_SAMPLES: Final = 2_000
_PROVEN_AT_ONCE: Final = 20
_OF_REGISTER: Final = "most_minutes"  # a car park's own field: a rule for whom nobody has made another
_FREE_STAY: Final = b"\xc0"  # somebody decided that no rule holds


class ParkingRefused(Exception):
    """This rule cannot be; `said` says why."""

    def __init__(self, said: Said) -> None:
        super().__init__(str(said))
        self.said = said


class Parking:
    """Hears the feed; `load` first, then `run` until cancelled. Whoever calls has asked for the rights."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        register: Register,
        live: LiveState,
        devices: Devices,
        report: Callable[[Sequence[Reading]], None],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._register = register
        self._live = live
        self._devices = devices
        self._report = report
        self._states = BayStates(register, live)
        self._rules: dict[int, StayRule | None] = {}
        self._told: dict[tuple[int, str], Value] = {}
        self._over: dict[int, int] = {}
        self._stays_at = 0.0

    async def load(self) -> None:
        """Rules that were kept."""
        kept = await self._storage.records(KEPT)
        self._rules = {int(key): msgspec.msgpack.decode(body, type=StayRule | None) for key, body in kept.items()}
        self._states.build()

    async def run(self) -> None:
        """Count what changed each second; look at stays every few seconds."""
        await repeat_for_ever(self.look, _LOOK_EVERY_S, "car parks could not be counted; they are again in a moment")

    async def look(self) -> None:
        """Once."""
        await self._prove_stays()
        changed, self._states.changed = self._states.changed, set()
        now = self._clock.monotonic()
        if now - self._stays_at >= _STAYS_EVERY_S or not self._stays_at:
            self._stays_at = now
            changed |= {park_id for park_id in self._states.parks() if self.rule(park_id) is not None}
        readings = [reading for park_id in changed for reading in self._fresh(park_id)]
        if readings:
            self._report(readings)

    # --- what the feed tells

    def points_changed(self, changes: Sequence[tuple[int, str, PointValue]]) -> None:
        """Bays fill, empty, fall silent."""
        self._states.points_changed(changes)

    def alarm_changed(self, alarm: Alarm) -> None:
        """Nothing to us."""

    def assets_changed(self, assets: Sequence[Asset], removed: Sequence[Asset] = ()) -> None:
        """Bays come and go."""
        if any(asset.class_ == PARK_CLASS for asset in (*assets, *removed)):
            self._states.build()
        else:
            self._states.assets_changed(assets, removed)

    def states_changed(self, asset_ids: Sequence[int]) -> None:
        """Nothing to us."""

    def assets_moved(self, asset_ids: Sequence[int]) -> None:
        """Nothing to us."""

    # --- what is asked

    def car_parks(self, may_see: Callable[[Asset], bool]) -> Iterator[Asset]:
        """Car parks that one may see."""
        for topic in self._register.topics():
            if topic[1] == PARK_CLASS:
                yield from (asset for asset in self._register.of_topic(*topic) if may_see(asset))

    def state(self, park: Asset, *, may_change_rule: bool) -> CarPark:
        """One car park now."""
        counted, rule = self._states.count(park.id), self.rule(park.id)
        return CarPark(
            id=park.id,
            code=park.code,
            name=park.name,
            commune=park.commune,
            places=_number(park.extra.get("bays", "")),
            bays=counted.bays,
            free=counted.free,
            occupied=counted.occupied,
            unknown=counted.unknown,
            over_stays=None if rule is None else sum(b in self._over for b in self._states.bays_of(park.id)),
            rule=rule,
            may_change_rule=may_change_rule,
        )

    def bays(self, park_id: int, may_see: Callable[[Asset], bool]) -> Sequence[Bay]:
        """The bays of a car park by number."""
        found = [self._register.get(bay_id) for bay_id in self._states.bays_of(park_id)]
        seen = [bay for bay in found if bay is not None and may_see(bay)]
        return [self._bay(bay) for bay in sorted(seen, key=lambda bay: (bay.number or 0, bay.code))]

    def rule(self, park_id: int) -> StayRule | None:
        """The rule that holds: as somebody made it, else as the register says."""
        if park_id in self._rules:
            return self._rules[park_id]
        park = self._register.get(park_id)
        minutes = None if park is None else _number(park.extra.get(_OF_REGISTER, ""))
        rule = StayRule(most_minutes=minutes) if minutes else None
        return rule if rule is not None and not wrong_with(rule) else None

    async def set_rule(self, park: Asset, rule: StayRule | None, by: str) -> None:
        """From now on; stays that go on count from their beginning. Raises ParkingRefused, StorageError."""
        if park.class_ != PARK_CLASS:
            raise ParkingRefused(say("parking_no_car_park", asset=park.code))
        if rule is not None and (wrong := wrong_with(rule)):
            raise ParkingRefused(say(f"parking_rule_{wrong}"))
        payload: dict[str, object] = {
            "event": "parking_rule",
            "before": msgspec.to_builtins(self.rule(park.id)),
            "after": msgspec.to_builtins(rule),
        }
        entry = NewEntry(kind=EntryKind.ASSET, actor=by, payload=payload, asset_id=park.id)
        body = _FREE_STAY if rule is None else msgspec.msgpack.encode(rule)
        await self._storage.commit(Unit(entries=[entry], records=[KeptRecord(KEPT, str(park.id), body)]))
        self._rules[park.id] = rule
        self._states.changed.add(park.id)

    def unknown_devices(self) -> Sequence[UnknownDevice]:
        """Devices that speak over any connection and that no asset is bound to."""
        found: list[UnknownDevice] = []
        for link in self._devices.links():
            found += self._devices.strangers(link.connection_id)
        return sorted(found, key=lambda device: device.last_heard, reverse=True)

    # --- reckoning

    def _bay(self, bay: Asset) -> Bay:
        battery = self._live.point(bay.id, "battery_percent")
        charge = battery.value if battery is not None and battery.quality is not Quality.FAILED else None
        return Bay(
            id=bay.id,
            code=bay.code,
            number=bay.number,
            is_occupied=self._states.is_occupied(bay.id),
            since=self._states.since(bay.id),
            over_minutes=self._over.get(bay.id),
            battery_percent=float(charge) if isinstance(charge, (int, float)) else None,
        )

    def _fresh(self, park_id: int) -> Iterator[Reading]:
        """What is new of a car park and the stays in it."""
        rule, now, over = self.rule(park_id), self._clock.now(), 0
        for bay_id in self._states.bays_of(park_id):
            since = self._states.since(bay_id)
            minutes = None if rule is None or since is None else over_minutes(rule, since, now, CITY_ZONE)
            if minutes is None:
                self._over.pop(bay_id, None)
            else:
                self._over[bay_id], over = minutes, over + 1
            # Silence proves neither that it left nor that it stays: what was told stands until the bay speaks.
            if self._states.is_occupied(bay_id) is not None:
                yield from self._told_anew(bay_id, "over_stay", minutes is not None)
        counted = self._states.count(park_id)
        known = counted.free + counted.occupied
        yield from self._told_anew(park_id, "free_bays", counted.free if known else None)
        yield from self._told_anew(park_id, "occupied_bays", counted.occupied if known else None)
        yield from self._told_anew(park_id, "unknown_bays", counted.unknown)
        percent = round(100 * counted.occupied / known, 1) if known else None
        yield from self._told_anew(park_id, "occupied_percent", percent)
        if rule is None and self._told.get((park_id, "over_stays")):
            yield Reading(park_id, "over_stays", 0)  # what was too long by a rule that is gone is so no more
        yield from self._told_anew(park_id, "over_stays", None if rule is None else over)

    def _told_anew(self, asset_id: int, point: str, value: Value) -> Iterator[Reading]:
        key = (asset_id, point)
        if key in self._told and self._told[key] == value:
            return
        is_first = key not in self._told
        self._told[key] = value
        if value is None:
            if not is_first:
                yield Reading(asset_id, point, None, None, Quality.UNKNOWN)
            return
        yield Reading(asset_id, point, value)

    async def _prove_stays(self) -> None:
        """After a start, readings that were kept tell since when a bay is occupied."""
        for _ in range(min(_PROVEN_AT_ONCE, len(self._states.unproven))):
            bay_id = self._states.unproven.pop()
            now = self._clock.now()
            try:
                samples = await self._storage.readings(bay_id, OCCUPIED, now - _LOOK_BACK, now, _MOST_SAMPLES)
            except StorageError:
                return
            began: dt.datetime | None = None
            for sample in samples:
                if not sample.value:
                    began = None
                elif began is None:
                    began = sample.at
            if began is not None:
                self._states.proven(bay_id, began)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None
