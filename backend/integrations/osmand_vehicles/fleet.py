"""The vehicles of one connection: what they say becomes readings; what cannot be true is counted and moves nobody."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from backend.devkit.adapter import Sink
from backend.devkit.clock import Clock
from backend.devkit.device_token import device_name, is_token
from backend.devkit.sanitise import Sanitiser
from backend.devkit.strangers import Strangers as HeardStrangers
from backend.integrations.osmand_vehicles.limits import Allowance, Strangers
from backend.integrations.osmand_vehicles.listener import NotAllowed, TooMuch
from backend.integrations.osmand_vehicles.protocol import Fix, Report
from backend.integrations.osmand_vehicles.track import Area, Judgement, Track
from contract.devices import Binding, UnknownDevice
from contract.points import Quality, Reading

log = logging.getLogger(__name__)
_LONGEST_DEVICE = 80
_LIES = frozenset({Judgement.IMPOSSIBLE, Judgement.SWAPPED})


class FleetRules(msgspec.Struct, frozen=True, kw_only=True):
    """What is believed of a vehicle, and how much it may say."""

    worst_accuracy_m: float = 300.0
    rate_per_s: float = 10.0
    rate_burst: float = 600.0
    area: Area | None = None


class Vehicle:
    """One bound device."""

    def __init__(self, binding: Binding, rules: FleetRules) -> None:
        self.asset_id = binding.asset_id
        self.address = binding.address
        self.allowance = Allowance(rules.rate_per_s, rules.rate_burst)
        self.track = Track(worst_accuracy_m=rules.worst_accuracy_m, area=rules.area)


class Fleet:
    """Takes reports of known devices that show their token. `counts`: how often each kind of trouble was met."""

    def __init__(
        self, name: str, bindings: Sequence[Binding], secret: str, sink: Sink, clock: Clock, rules: FleetRules
    ) -> None:
        self._name = name
        self._secret = secret
        self._sink = sink
        self._clock = clock
        self._vehicles = {device_name(binding.address): Vehicle(binding, rules) for binding in bindings}
        self._strangers = Strangers()
        self._unbound = HeardStrangers(name, clock)
        self._sanitiser = Sanitiser(clock)
        self._told_liars: set[int] = set()
        self.counts: Counter[str] = Counter()
        self.heard_s: float | None = None
        """When any of them was heard last, on the clock that never jumps."""

    @property
    def lies(self) -> Mapping[str, int]:
        """What devices got wrong, by kind."""
        return {**self._sanitiser.counts, **self.counts}

    def take(self, report: Report, sender: str) -> None:
        """One request. Raises NotAllowed, TooMuch; nothing was taken then."""
        now_s = self._clock.monotonic()
        vehicle = self._vehicles.get(report.device)
        if not self._may(vehicle, report):
            # Phones share the address of their carrier, or of a proxy: whoever has his token is never shut out by it.
            if self._strangers.is_shut_out(sender, now_s):
                self.counts["shut out"] += 1
                raise TooMuch
            self.counts["not allowed"] += 1
            self._strangers.failed(sender, now_s)
            self.heard_unbound(report.device, "OsmAnd")
            raise NotAllowed
        self.take_fixes(report.device, report.fixes)

    def heard_unbound(self, device: str, kind: str) -> None:
        """Somebody called himself so: listed where no vehicle is bound to the name, without what he said."""
        can_be_bound = 1 <= len(device) <= _LONGEST_DEVICE and device.isprintable() and device_name(device) == device
        if can_be_bound and device not in self._vehicles:
            self._unbound.heard(device, kind=kind)

    def unbound(self) -> Sequence[UnknownDevice]:
        """Phones and trackers that reported here and that no vehicle is bound to, the last heard first."""
        return self._unbound.listed()

    def take_fixes(self, device: str, fixes: Sequence[Fix]) -> None:
        """What a known device said, oldest first. Raises NotAllowed, TooMuch."""
        now_s = self._clock.monotonic()
        vehicle = self._vehicles.get(device)
        if vehicle is None:
            raise NotAllowed
        if not vehicle.allowance.take(max(1, len(fixes)), now_s):
            self.counts["too much"] += 1
            raise TooMuch
        self.heard_s = now_s
        readings: list[Reading] = []
        for fix in fixes:
            readings.extend(self._readings(vehicle, fix, now_s))
        if readings:
            self._sink.report(readings)
        else:
            self._sink.assets_reachable((vehicle.asset_id,))

    def shows_token(self, device: str, token: str) -> bool:
        """Whether this is the token of a device that is known here."""
        vehicle = self._vehicles.get(device)
        return self._may(vehicle, Report(device=device, token=token))

    def _may(self, vehicle: Vehicle | None, report: Report) -> bool:
        address = report.device if vehicle is None else vehicle.address
        return is_token(self._secret, address, report.token) and vehicle is not None

    def _readings(self, vehicle: Vehicle, fix: Fix, now_s: float) -> list[Reading]:
        stamp = self._sanitiser.stamp(fix.at)
        judgement = vehicle.track.judge(fix, stamp, now_s)
        if judgement is not Judgement.TRUE:
            self.counts[judgement.value] += 1
        if vehicle.track.clock_stands:
            stamp = None
        numbers: list[tuple[str, float | None, float, float]] = [("battery_percent", fix.battery_percent, 0.0, 100.0)]
        if judgement is Judgement.TRUE:
            speed = vehicle.track.speed_kmh if fix.speed_kmh is None else fix.speed_kmh
            numbers += [("speed_kmh", speed, 0.0, 300.0), ("heading_deg", fix.heading_deg, 0.0, 360.0)]
            numbers += [("accuracy_m", fix.accuracy_m, 0.0, 1e6)]
        place: list[Reading] = []
        if judgement is Judgement.TRUE:
            place = [Reading(vehicle.asset_id, "lon", fix.lon, stamp), Reading(vehicle.asset_id, "lat", fix.lat, stamp)]
            self._told_liars.discard(vehicle.asset_id)
        elif judgement in _LIES:
            place = [Reading(vehicle.asset_id, name, None, stamp, Quality.FAILED) for name in ("lon", "lat")]
            self._say_once(vehicle, judgement)
        elif judgement in {Judgement.LATE, Judgement.REPEATED}:
            return []
        told = [
            self._sanitiser.reading(vehicle.asset_id, point, value, stamp, minimum=least, maximum=most)
            for point, value, least, most in numbers
            if value is not None
        ]
        words = [] if fix.status is None else [Reading(vehicle.asset_id, "status", fix.status, stamp)]
        return [*place, *told, *words]

    def _say_once(self, vehicle: Vehicle, judgement: Judgement) -> None:
        if vehicle.asset_id not in self._told_liars:
            self._told_liars.add(vehicle.asset_id)
            log.warning("%s: the place that %s gives is %s", self._name, device_name(vehicle.address), judgement.value)
