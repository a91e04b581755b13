"""What a simulated gateway says of itself: its services, the classes of its devices, its first program."""

from typing import Final

from backend.integrations.talq_lighting.protocol.programs import (
    AstroClockTimeControl,
    Calendar,
    ControlProgram,
    FixedTimeControl,
)
from backend.integrations.talq_lighting.protocol.values import (
    AttributeDesc,
    CommandBase,
    DeviceClass,
    EventDesc,
    FunctionDesc,
    Service,
    State,
)

LAMP_CLASS: Final = "StreetLamp"
CABINET_CLASS: Final = "LightingCabinet"
GATEWAY_CLASS: Final = "LightingGateway"

LAMP_EVENTS: Final = (
    "absoluteLampPowerTooHigh", "absoluteLampPowerTooLow", "dimmingFailure", "powerFactorTooLow", "lampFailure",
    "highTemperature", "relayFailure", "lampPowerTooHigh", "lampPowerTooLow", "controlGearCommFailure",
    "cyclingFailure", "supplyLoss", "supplyVoltageTooHigh", "supplyVoltageTooLow", "contactorError",
    "lampUnexpectedOn", "leakageDetected", "currentTooHigh", "currentTooLow", "lampVoltageTooHigh",
    "lampVoltageTooLow",
)  # fmt: skip

DEFAULT_PROGRAM: Final = "night"
DEFAULT_CALENDAR: Final = "every-night"


def services() -> tuple[Service, ...]:
    """The services, with the limits a gateway of this size has."""
    return (
        Service(
            name="ConfigurationService",
            commissioning_supported=True,
            devices_pagination_supported=True,
            supported_profiles=("lighting",),
        ),
        Service(
            name="ControlService",
            supported_types=(
                "AbsoluteActivePeriod",
                "AstroClockActivePeriod",
                "AstroClockTimeControl",
                "ccDate",
                "ccDay",
            ),
            maximum_calendars=64,
            maximum_programs=128,
            day_offset=0,
        ),
        Service(
            name="DataCollectService",
            maximum_data_logs=16,
            supported_modes=(
                "VendorRecordingMode",
                "EventRecordingMode",
                "PeriodicRecordingMode",
                "ImmediateReportingMode",
            ),
            # Samples are spread over the whole period so that the radio network is never flooded.
            sampling_accuracy=900.0,
            min_collection_time=1,
        ),
        Service(name="GroupManagementService", maximum_number_of_groups=256, maximum_group_size=10_000),
    )


def device_classes() -> tuple[DeviceClass, ...]:
    """The three classes of devices behind a gateway."""
    basic = _function("basic", "BasicFunction", "displayName", "serial", "location")
    radio = _function(
        "communication",
        "CommunicationFunction",
        "parentAddress",
        "communicationFailure",
        events=("communicationFailure",),
    )
    return (
        DeviceClass(
            name=LAMP_CLASS,
            functions=(
                basic,
                radio,
                _function(
                    "lampActuator",
                    "LampActuatorFunction",
                    "defaultLightState",
                    "targetLightCommand",
                    "feedbackLightCommand",
                    "actualLightState",
                    "calendarID",
                    events=("lightStateChange",),
                ),
                _function(
                    "lampMonitor",
                    "LampMonitorFunction",
                    "operatingHours",
                    "supplyVoltage",
                    "activePower",
                    "activeEnergy",
                    *LAMP_EVENTS,
                    events=LAMP_EVENTS,
                ),
            ),
        ),
        DeviceClass(
            name=CABINET_CLASS,
            functions=(
                _function("basic", "BasicFunction", "displayName", "location", "batteryMode", events=("batteryMode",)),
                radio,
                _function(
                    "meter",
                    "ElectricalMeterFunction",
                    "totalPower",
                    "totalActiveEnergy",
                    "supplyVoltage",
                    "supplyLoss",
                    events=("supplyLoss",),
                ),
                _function("cabinetMonitor", "CabinetMonitorFunction", "cabinetDoorOpen", events=("cabinetDoorOpen",)),
            ),
        ),
        DeviceClass(
            name=GATEWAY_CLASS,
            functions=(
                _function("basic", "BasicFunction", "displayName", "location", "timeZone"),
                _function(
                    "gateway", "GatewayFunction", "cmsUri", "cmsAddress", "gatewayUri", "gatewayAddress", "vendor"
                ),
            ),
        ),
    )


def night_program(owner: str) -> ControlProgram:
    """Full light from sunset, 60 % between 23:00 and 05:00, off at sunrise."""
    return ControlProgram(
        type="ControlProgramOne",
        id=DEFAULT_PROGRAM,
        owner_cms=owner,
        active_periods=(),
        fixed_time_controls=(_fixed("05:00:00", 100), _fixed("23:00:00", 60)),
        astro_clock_time_controls=(_solar("sunset", "Min", 100), _solar("sunrise", "Set", 0)),
    )


def every_night(owner: str) -> Calendar:
    """The calendar that runs the night program each day."""
    return Calendar(id=DEFAULT_CALENDAR, owner_cms=owner, rules=(), default_program=DEFAULT_PROGRAM)


def light(level: int) -> State:
    """A light level."""
    return State(name="LevelState", value=level)


def _fixed(time: str, level: int) -> FixedTimeControl:
    return FixedTimeControl(start_time=time, command=CommandBase(state=light(level)))


def _solar(event: str, operation: str, level: int) -> AstroClockTimeControl:
    return AstroClockTimeControl(
        offset=0, solar_event_type=event, operation=operation, command=CommandBase(state=light(level))
    )


def _function(id_: str, type_: str, *attributes: str, events: tuple[str, ...] = ()) -> FunctionDesc:
    return FunctionDesc(
        function_id=id_,
        type=type_,
        attributes=tuple(AttributeDesc(name=name) for name in attributes),
        events=tuple(EventDesc(type=name) for name in events),
    )
