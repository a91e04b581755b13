"""The loggers we install in every gateway: all events, samples each period, values when the gateway sees a change."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Final

from backend.integrations.talq_lighting.points import MEASURES
from backend.integrations.talq_lighting.protocol.logs import (
    EventSelection,
    LoggedAttribute,
    LoggedContent,
    LoggedFunction,
    LoggerConfig,
    RecordingMode,
    ReportingMode,
    SamplingProfile,
    Selection,
)
from backend.integrations.talq_lighting.protocol.values import Service

_EVERYTHING: Final = Selection(black_list=())
_DELAY_OF_SAMPLES_S: Final = 5


def subscriptions(
    client_address: str, gateway_address: str, services: Sequence[Service], now: dt.datetime, period_s: int
) -> Sequence[LoggerConfig]:
    """The loggers that this gateway supports; the same addresses each time, so that they replace themselves."""
    collect = next((service for service in services if service.name == "DataCollectService"), None)
    modes = (collect.supported_modes if collect is not None else None) or ("EventRecordingMode", "VendorRecordingMode")
    recordings: Mapping[str, tuple[RecordingMode, int]] = {
        "EventRecordingMode": (
            RecordingMode(type="EventRecordingMode", source_events=EventSelection(black_list=())), 0
        ),
        "VendorRecordingMode": (RecordingMode(type="VendorRecordingMode", content=_content()), 0),
        "PeriodicRecordingMode": (
            RecordingMode(
                type="PeriodicRecordingMode",
                content=_content(),
                sampling_profiles=(SamplingProfile(sampling_start_time=now, sampling_period=_duration(period_s)),),
            ),
            _DELAY_OF_SAMPLES_S,
        ),
    }  # fmt: skip
    return [
        LoggerConfig(
            address=str(uuid.uuid5(uuid.UUID(client_address), f"{gateway_address}/{mode}")),
            owner_cms=client_address,
            source_addresses=_EVERYTHING,
            recording_mode=recording,
            reporting_mode=ReportingMode(type="ImmediateReportingMode", delay=delay_s),
        )
        for mode, (recording, delay_s) in recordings.items()
        if mode in modes
    ]


def _content() -> tuple[LoggedContent, ...]:
    by_type: dict[str, list[LoggedAttribute]] = {}
    for function_type, attribute in MEASURES:
        by_type.setdefault(function_type, []).append(LoggedAttribute(name=attribute))
    return tuple(
        LoggedContent(function=LoggedFunction(function_type=type_, attributes=tuple(attributes)))
        for type_, attributes in by_type.items()
    )


def _duration(seconds: int) -> str:
    """ISO 8601, as TALQ wants it."""
    minutes, rest = divmod(seconds, 60)
    return f"PT{minutes}M{rest}S" if rest else f"PT{minutes}M"
