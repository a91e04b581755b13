"""The simulated devices as TALQ describes them, with the values they have now."""

from collections.abc import Iterable
from typing import Any, Protocol

from backend.integrations.talq_lighting.protocol.values import Attribute, Command, Device, Function
from backend.integrations.talq_lighting.simulator.announced import CABINET_CLASS, GATEWAY_CLASS, LAMP_CLASS, light
from backend.integrations.talq_lighting.simulator.lamp_field import NO_OVERRIDE, LampField
from backend.integrations.talq_lighting.simulator.outbox import epoch
from backend.integrations.talq_lighting.simulator.sites import CabinetSite, LampSite

MAINS_V = 230.0


class Numbers(Protocol):
    """What the inventory reads of the running gateway."""

    field: LampField
    open_doors: set[int]
    lamp_events: dict[int, set[str]]
    unreachable: set[int]
    calendar_of: list[str | None]
    step_program: list[str]


class Inventory:
    """Composes Device values; keeps nothing but the sites."""

    def __init__(self, numbers: Numbers, lamps: tuple[LampSite, ...], cabinets: tuple[CabinetSite, ...]) -> None:
        self._numbers = numbers
        self.lamps = lamps
        self.cabinets = cabinets
        self.lamp_at = {lamp.address: index for index, lamp in enumerate(lamps)}
        self.cabinet_at = {cabinet.address: index for index, cabinet in enumerate(cabinets)}

    def lamp(self, index: int, *, with_values: bool = True) -> Device:
        """A lamp controller."""
        site = self.lamps[index]
        cabinet = self.cabinets[int(self._numbers.field.cabinet[index])].address
        functions = [
            Function(
                id="basic",
                type="BasicFunction",
                attributes=_identity(site.name or site.address[:8], site.lon, site.lat),
            ),
            Function(
                id="communication",
                type="CommunicationFunction",
                attributes={
                    "parentAddress": _text(f"{cabinet}/communication"),
                    "communicationFailure": _flag(index in self._numbers.unreachable),
                },
            ),
        ]
        actuator = self.actuator(index) if with_values else {"calendarID": self.calendar(index)}
        functions.append(Function(id="lampActuator", type="LampActuatorFunction", attributes=actuator))
        monitor = self.monitor(index) if with_values else {}
        functions.append(Function(id="lampMonitor", type="LampMonitorFunction", attributes=monitor))
        return Device(
            address=site.address, name=site.name or site.address[:8], class_=LAMP_CLASS, functions=tuple(functions)
        )

    def actuator(self, index: int) -> dict[str, Attribute]:
        """What the lamp is told and gives, as the gateway last heard."""
        field = self._numbers.field
        command = self.command(index)
        return {
            "defaultLightState": Attribute(type="AttributeLevelState", value=light(100)),
            "targetLightCommand": Attribute(type="AttributeCommand", value=command),
            "feedbackLightCommand": Attribute(type="AttributeCommand", value=command),
            "actualLightState": Attribute(
                type="AttributeLevelState", timestamp=epoch(field.told_at[index]), value=light(int(field.level[index]))
            ),
            "calendarID": self.calendar(index),
        }

    def calendar(self, index: int) -> Attribute:
        """The calendar that the lamp follows, "" when none."""
        return _text(self._numbers.calendar_of[index] or "")

    def monitor(self, index: int) -> dict[str, Attribute]:
        """What the lamp measures and complains of."""
        events = self._numbers.lamp_events.get(index, ())
        measured = dict(self.lamp_measurements(index))
        return measured | {name: _flag(value=True) for name in sorted(events) if name != "communicationFailure"}

    def lamp_measurements(self, index: int) -> Iterable[tuple[str, Attribute]]:
        """Power, energy, hours of light and voltage of a lamp."""
        field = self._numbers.field
        yield "activePower", _float(field.power_of(index))
        yield "activeEnergy", _float(float(field.energy_kwh[index]), 4)
        yield "operatingHours", _float(float(field.hours[index]), 3)
        yield "supplyVoltage", _float(MAINS_V - (index % 17) * 0.4)

    def command(self, index: int) -> Command:
        """The command in force."""
        field = self._numbers.field
        if field.override[index] == NO_OVERRIDE:
            program = self._numbers.step_program[index] or None
            return Command(state=light(int(field.program_level[index])), reason="program", ref_address=program)
        until = float(field.override_until[index])
        return Command(
            state=light(int(field.override[index])),
            reason="override",
            cms_ref_id=field.override_ref[index],
            expiration=None if until == float("inf") else epoch(until),
        )

    def cabinet(self, index: int) -> Device:
        """A cabinet's controller; on its battery when the supply is lost."""
        site = self.cabinets[index]
        has_supply = bool(self._numbers.field.cabinet_has_supply[index])
        functions = (
            Function(
                id="basic",
                type="BasicFunction",
                attributes=_identity(site.name or site.address[:8], site.lon, site.lat)
                | {"batteryMode": _flag(not has_supply)},
            ),
            Function(
                id="communication",
                type="CommunicationFunction",
                attributes={"communicationFailure": _flag(value=False)},
            ),
            Function(
                id="meter",
                type="ElectricalMeterFunction",
                attributes=dict(self.cabinet_measurements(index)) | {"supplyLoss": _flag(not has_supply)},
            ),
            Function(
                id="cabinetMonitor",
                type="CabinetMonitorFunction",
                attributes={"cabinetDoorOpen": _flag(index in self._numbers.open_doors)},
            ),
        )
        return Device(
            address=site.address, name=site.name or site.address[:8], class_=CABINET_CLASS, functions=functions
        )

    def cabinet_measurements(self, index: int) -> Iterable[tuple[str, Attribute]]:
        """Power, energy and voltage of a cabinet's meter."""
        field = self._numbers.field
        has_supply = bool(field.cabinet_has_supply[index])
        yield "totalPower", _float(float(field.cabinet_power_kw()[index]), 4)
        yield "totalActiveEnergy", _float(float(field.cabinet_energy_kwh()[index]), 4)
        yield "supplyVoltage", _float(MAINS_V - (index % 7) * 0.5 if has_supply else 0.0)


def gateway_device(
    address: str, name: str, *, zone: str, lon: float, lat: float, own_uri: str, cms_uri: str, cms_address: str
) -> Device:
    """The gateway as a device of its own."""
    functions = (
        Function(id="basic", type="BasicFunction", attributes=_identity(name, lon, lat) | {"timeZone": _text(zone)}),
        Function(
            id="gateway",
            type="GatewayFunction",
            attributes={
                "cmsUri": Attribute(type="AttributeUri", value=cms_uri),
                "cmsAddress": _text(cms_address),
                "gatewayUri": Attribute(type="AttributeUri", value=own_uri),
                "gatewayAddress": _text(address),
                "vendor": _text("Beffroi simulator"),
            },
        ),
    )
    return Device(address=address, name=name, class_=GATEWAY_CLASS, functions=functions)


def _identity(name: str, lon: float, lat: float) -> dict[str, Attribute]:
    location: dict[str, Any] = {"latitude": lat, "longitude": lon}
    return {"displayName": _text(name), "location": Attribute(type="AttributeLocation", value=location)}


def _text(value: str) -> Attribute:
    return Attribute(type="AttributeString", value=value)


def _flag(value: bool) -> Attribute:
    return Attribute(type="AttributeBoolean", value=value)


def _float(value: float, digits: int = 2) -> Attribute:
    return Attribute(type="AttributeFloat", value=round(value, digits))
