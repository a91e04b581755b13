"""What we know of a gateway's devices: which exist, of which functions, which are silent and since when."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from backend.integrations.talq_lighting.protocol.values import Device, DeviceClass, Function
from backend.integrations.talq_lighting.schedule import Place

_GATEWAY: Final = "GatewayFunction"
_FALLBACK: Final = Place(lon=5.04, lat=47.32)


class KnownDevices:
    """Devices of one gateway without their values: 34,000 lamps must fit in little memory."""

    def __init__(self) -> None:
        self.classes: dict[str, DeviceClass] = {}
        self.silent_since: dict[str, dt.datetime] = {}
        self.returned: set[str] = set()  # answer again, and have not been read since
        self.dark_cabinets: set[str] = set()
        self.calendar_of: dict[str, str] = {}
        self.place = _FALLBACK
        self._devices: dict[str, Device] = {}
        self._parents: dict[str, str] = {}
        self._shapes: dict[tuple[tuple[str, str], ...], tuple[Function, ...]] = {}
        self._ordered: Sequence[Device] | None = None

    def learn(self, devices: Iterable[Device]) -> None:
        """Devices as the gateway describes them; parents, calendars and places are kept, measured values are not."""
        for device in devices:
            self._devices[device.address] = self._slim(device)
            self._learn_attributes(device)
        self._ordered = None

    def change(self, devices: Iterable[Device]) -> None:
        """Parts of devices that changed."""
        for device in devices:
            if device.address in self._devices:
                self._learn_attributes(device)

    def forget(self, address: str) -> None:
        """A device is gone."""
        for kept in (self._devices, self._parents, self.calendar_of, self.silent_since):
            kept.pop(address, None)
        self.dark_cabinets.discard(address)
        self._ordered = None

    def forget_all(self) -> None:
        """Before the gateway is read anew."""
        for kept in (self._devices, self._parents, self.calendar_of, self.silent_since):
            kept.clear()
        self.dark_cabinets.clear()
        self.returned.clear()
        self._ordered = None

    def get(self, address: str) -> Device | None:
        """One device."""
        return self._devices.get(address)

    def all(self) -> Sequence[Device]:
        """All devices in order of arrival."""
        if self._ordered is None:
            self._ordered = list(self._devices.values())
        return self._ordered

    def source(self, source: str) -> tuple[str, str]:
        """Address and type of function of a log entry's source; the type is "" when unknown."""
        address, _, function_id = source.partition("/")
        device = self._devices.get(address)
        if device is None or not function_id:
            return address, ""
        function_id = function_id.partition("/")[0]
        return address, next((f.type for f in device.functions if f.id == function_id), "")

    def function_id(self, address: str, type_: str) -> str | None:
        """The id of a device's function of this type."""
        device = self._devices.get(address)
        function = device.function(type_) if device is not None else None
        return function.id if function is not None else None

    def why_silent(self, address: str) -> str:
        """Why a device that does not answer may not, in words; "" when it answers as far as we know."""
        since = self.silent_since.get(address)
        if since is None:
            return ""
        reason = f"not answering since {self.local_time(since)}"
        parent = self._parents.get(address, "")
        if parent in self.dark_cabinets:
            cabinet = self._devices.get(parent)
            reason += f"; cabinet {cabinet.name if cabinet else parent} reports supply loss"
        elif parent in self.silent_since:
            reason += "; its cabinet does not answer either"
        return reason

    def local_time(self, moment: dt.datetime) -> str:
        """Hour and minute where the gateway stands, with the zone."""
        try:
            zone: dt.tzinfo = zoneinfo.ZoneInfo(self.place.zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            zone = dt.UTC
        return moment.astimezone(zone).strftime("%H:%M %Z")

    def _slim(self, device: Device) -> Device:
        if device.function(_GATEWAY) is not None:
            return device
        key = tuple((function.id, function.type) for function in device.functions)
        shape = self._shapes.setdefault(key, tuple(Function(id=id_, type=type_) for id_, type_ in key))
        return msgspec.structs.replace(device, functions=shape)

    def _learn_attributes(self, device: Device) -> None:
        known = self._devices.get(device.address)
        is_gateway = known is not None and known.function(_GATEWAY) is not None
        for function in device.functions:
            attributes = function.attributes
            if isinstance(parent := _value(attributes, "parentAddress"), str):
                self._parents[device.address] = parent.partition("/")[0]
            if isinstance(calendar := _value(attributes, "calendarID"), str):
                self.calendar_of[device.address] = calendar
            if is_gateway and function.type == "BasicFunction":
                self._learn_place(attributes)

    def _learn_place(self, attributes: Mapping[str, object]) -> None:
        zone, location = _value(attributes, "timeZone"), _value(attributes, "location")
        if isinstance(zone, str) and zone:
            self.place = msgspec.structs.replace(self.place, zone=zone)
        if isinstance(location, dict):
            try:
                where = msgspec.convert(location, _Location)
            except msgspec.ValidationError:
                return
            if abs(where.latitude) <= 90 and abs(where.longitude) <= 180:
                self.place = msgspec.structs.replace(self.place, lon=where.longitude, lat=where.latitude)


class _Location(msgspec.Struct, frozen=True):
    latitude: float
    longitude: float


def _value(attributes: Mapping[str, object], name: str) -> object:
    return getattr(attributes.get(name), "value", None)
