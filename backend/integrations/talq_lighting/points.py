"""Which TALQ attribute or event is which point of an asset, in which unit."""

from collections.abc import Mapping
from typing import Final

import msgspec


class Measure(msgspec.Struct, frozen=True):
    """A point, the factor to its unit, and the range beyond which a value is a lie."""

    point: str
    factor: float = 1.0
    minimum: float = 0.0
    maximum: float = 1e9


LEVEL: Final = Measure("level_percent", maximum=100.0)

# By type of function: supplyVoltage and operatingHours exist in several.
MEASURES: Final[Mapping[tuple[str, str], Measure]] = {
    ("LampActuatorFunction", "actualLightState"): LEVEL,
    ("LampMonitorFunction", "activePower"): Measure("power_w", maximum=20_000.0),
    ("LampMonitorFunction", "activeEnergy"): Measure("energy_kwh"),
    ("LampMonitorFunction", "operatingHours"): Measure("operating_hours", maximum=1e6),
    ("LampMonitorFunction", "supplyVoltage"): Measure("supply_voltage_v", maximum=1_000.0),
    # TALQ gives a meter's power in kilowatts, a lamp's in watts.
    ("ElectricalMeterFunction", "totalPower"): Measure("power_w", factor=1000.0, minimum=-1e7, maximum=1e7),
    ("ElectricalMeterFunction", "totalActiveEnergy"): Measure("energy_kwh"),
    ("ElectricalMeterFunction", "supplyVoltage"): Measure("supply_voltage_v", maximum=1_000.0),
}

LAMP_EVENTS: Final = frozenset({
    "absoluteLampPowerTooHigh", "absoluteLampPowerTooLow", "dimmingFailure", "powerFactorTooLow", "lampFailure",
    "invalidLampType", "highTemperature", "relayFailure", "lampPowerTooHigh", "lampPowerTooLow",
    "controlGearCommFailure", "cyclingFailure", "supplyLoss", "supplyVoltageTooHigh", "supplyVoltageTooLow",
    "contactorError", "lampUnexpectedOn", "leakageDetected", "currentTooHigh", "currentTooLow",
    "lampVoltageTooHigh", "lampVoltageTooLow",
})  # fmt: skip

CABINET_EVENTS: Final = frozenset({
    "supplyLoss", "cabinetDoorOpen", "leakageDetected", "batteryMode", "supplyVoltageTooHigh", "supplyVoltageTooLow",
})  # fmt: skip

EVENTS: Final = LAMP_EVENTS | CABINET_EVENTS
COMMUNICATION_FAILURE: Final = "communicationFailure"
CONTROLLED: Final = "level_percent"


def measure_of(function_type: str, attribute: str) -> Measure | None:
    """The point that this attribute is, None when we keep none."""
    return MEASURES.get((function_type, attribute))
