"""What gateways say, as readings: attributes, events, light changes; who stopped answering and who is back."""

import contextlib
import datetime as dt
from collections.abc import Collection, Generator, Iterable, Mapping
from typing import Final, Protocol

import msgspec

from backend.devkit.adapter import Sink
from backend.devkit.clock import Clock
from backend.devkit.sanitise import Sanitiser
from backend.integrations.talq_lighting.known_devices import KnownDevices
from backend.integrations.talq_lighting.points import COMMUNICATION_FAILURE, EVENTS, LEVEL, Measure, measure_of
from backend.integrations.talq_lighting.protocol.logs import (
    AttributeLogData,
    EventLogData,
    LogReport,
    StateChangeEventLogData,
)
from backend.integrations.talq_lighting.protocol.values import Attribute, Command, Device
from backend.integrations.talq_lighting.protocol.wire import level_of
from contract.points import Quality, Reading

_SUPPLY_LOSS: Final = "supplyLoss"
_LIGHT: Final = "actualLightState"
_DEFAULT_REASON: Final = "default"
_NO_NUMBER: Final = object()
_ABSURD: Final = 1e15


Told = set[tuple[str, str]]
"""Addresses of devices, and names of attributes and events."""


class LightChanges(Protocol):
    """Who wants to know that a lamp changed its light."""

    def light_changed(self, address: str, level: float | None, ref: str | None, reason: str | None) -> None:
        """The lamp now gives this level, because of the command `ref`."""
        ...


class Reports:
    """Turns messages of one gateway into calls on the sink: at most one of each kind a message."""

    def __init__(
        self,
        asset_at: Mapping[str, int],
        known: KnownDevices,
        sink: Sink,
        clock: Clock,
        sanitiser: Sanitiser,
        changes: LightChanges,
    ) -> None:
        self._asset_at = asset_at
        self._known = known
        self._sink = sink
        self._clock = clock
        self._sanitiser = sanitiser
        self._changes = changes
        self._questions: list[Told] = []
        self.ignored = 0

    @contextlib.contextmanager
    def asking(self) -> Generator[Told]:
        """While a gateway is asked for values: yields what it tells meanwhile by itself, newer than its answer."""
        told: Told = set()
        self._questions.append(told)
        try:
            yield told
        finally:
            self._questions = [question for question in self._questions if question is not told]

    def devices(self, devices: Iterable[Device], told_since: Collection[tuple[str, str]] | None = None) -> None:
        """Devices with the values that the gateway holds of them.

        `told_since`: what it told while it was asked for them, which stands; None: it sent them by itself.
        """
        batch = _Batch()
        for device in devices:
            if told_since is None:
                self._was_told(device.address, *(name for one in device.functions for name in one.attributes))
            present = _without(device, told_since) if told_since else device
            asset = self._asset_at.get(device.address)
            self._note_silence(present, batch, asset)
            self._note_light(present)
            if asset is None:
                continue
            is_silent = device.address in self._known.silent_since
            quality = Quality.STALE if is_silent else Quality.GOOD
            for function in present.functions:
                for name, attribute in function.attributes.items():
                    self._attribute(batch, asset, function.type, name, attribute, attribute.timestamp, quality)
        self._tell(batch)

    def log(self, report: LogReport) -> None:
        """A log report."""
        batch = _Batch()
        for entry in report.entries:
            data = entry.data
            if data is None:
                continue
            address, function_type = self._known.source(data.src_address)
            asset = self._asset_at.get(address)
            start = len(batch.readings)
            if isinstance(data, EventLogData):
                self._was_told(address, data.event_type)
                self._event(batch, address, asset, data)
            elif asset is None:
                self.ignored += 1
            elif isinstance(data, AttributeLogData):
                self._was_told(address, data.attribute_name)
                stamp = data.attribute_value.timestamp or data.timestamp
                self._attribute(batch, asset, function_type, data.attribute_name, data.attribute_value, stamp)
            else:
                self._was_told(address, _LIGHT)
                self._light(batch, address, asset, data, entry.cms_ref_id)
            self._mark_late(address, batch.readings, start)
        self._tell(batch)

    def _mark_late(self, address: str, readings: list[Reading], start: int) -> None:
        """From `start` on: what a silent device said before it fell silent, which is no sign that it answers."""
        since = self._known.silent_since.get(address)
        if since is None:
            return
        for index, reading in enumerate(readings[start:], start):
            if reading.device_time is not None and reading.device_time <= since:
                readings[index] = msgspec.structs.replace(reading, is_late=True)

    def _was_told(self, address: str, *names: str) -> None:
        for question in self._questions:
            question.update((address, name) for name in names)

    def _attribute(
        self,
        batch: "_Batch",
        asset: int,
        function_type: str,
        name: str,
        attribute: Attribute,
        stamp: dt.datetime | None,
        quality: Quality = Quality.GOOD,
    ) -> None:
        measure = measure_of(function_type, name)
        if measure is not None:
            value = level_of(attribute.value) if measure is LEVEL else attribute.value
            value = attribute.value if value is None else value
            batch.readings.append(self._measured(asset, measure, value, stamp, quality))
        elif name in EVENTS and isinstance(attribute.value, bool):
            batch.readings.append(self._sanitiser.reading(asset, name, attribute.value, stamp, quality=quality))

    def _measured(
        self, asset: int, measure: Measure, value: object, stamp: dt.datetime | None, quality: Quality = Quality.GOOD
    ) -> Reading:
        number: object = _NO_NUMBER
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            # Absurd numbers stay as they are: the sanitiser refuses them, a product might overflow.
            number = value * measure.factor if abs(value) < _ABSURD else value
        return self._sanitiser.reading(
            asset,
            measure.point,
            number,
            stamp,
            minimum=measure.minimum,
            maximum=measure.maximum,
            quality=quality,
        )

    def _event(self, batch: "_Batch", address: str, asset: int | None, data: EventLogData) -> None:
        has_begun = data.start_end_flag is not False
        stamp = self._sanitiser.stamp(data.timestamp)
        if data.event_type == COMMUNICATION_FAILURE:
            self._set_silent(batch, address, asset, is_silent=has_begun, since=stamp)
            return
        if data.event_type == _SUPPLY_LOSS:
            (self._known.dark_cabinets.add if has_begun else self._known.dark_cabinets.discard)(address)
        if asset is not None and data.event_type in EVENTS:
            batch.readings.append(Reading(asset, data.event_type, has_begun, stamp))

    def _light(self, batch: "_Batch", address: str, asset: int, data: StateChangeEventLogData, ref: str | None) -> None:
        state = data.state or data.command.state
        value = state.value if state.name == "LevelState" else None
        reading = self._measured(asset, LEVEL, value, data.timestamp)
        batch.readings.append(reading)
        level = reading.value
        self._changes.light_changed(
            address,
            level if isinstance(level, (int, float)) else None,
            ref or data.command.cms_ref_id,
            data.command.reason or _DEFAULT_REASON,
        )

    def _note_light(self, device: Device) -> None:
        actuator = device.function("LampActuatorFunction")
        actual = actuator.attributes.get(_LIGHT) if actuator is not None else None
        if actuator is None or actual is None:
            return
        feedback = actuator.attributes.get("feedbackLightCommand")
        try:
            command = msgspec.convert(feedback.value, Command) if feedback is not None else None
        except msgspec.ValidationError:
            command = None
        level = level_of(actual.value)
        if command is None:
            self._changes.light_changed(device.address, level, None, None)
        else:
            reason = command.reason or _DEFAULT_REASON
            self._changes.light_changed(device.address, level, command.cms_ref_id, reason)

    def _note_silence(self, device: Device, batch: "_Batch", asset: int | None) -> None:
        for function in device.functions:
            failure = function.attributes.get(COMMUNICATION_FAILURE)
            if failure is not None and isinstance(failure.value, bool):
                stamp = self._sanitiser.stamp(failure.timestamp)
                self._set_silent(batch, device.address, asset, is_silent=failure.value, since=stamp)
            supply = function.attributes.get(_SUPPLY_LOSS)
            if supply is not None and isinstance(supply.value, bool):
                dark = self._known.dark_cabinets
                (dark.add if supply.value else dark.discard)(device.address)

    def _set_silent(
        self, batch: "_Batch", address: str, asset: int | None, *, is_silent: bool, since: dt.datetime | None
    ) -> None:
        if is_silent:
            self._known.silent_since.setdefault(address, since or self._clock.now())
        else:
            if self._known.silent_since.pop(address, None) is not None:
                self._known.returned.add(address)
        if asset is not None:
            batch.silence[asset] = address if is_silent else None

    def _tell(self, batch: "_Batch") -> None:
        back = [asset for asset, address in batch.silence.items() if address is None]
        if back:
            self._sink.assets_reachable(back)
        if batch.readings:
            self._sink.report(batch.readings)
        lost: dict[str, list[int]] = {}
        for asset, address in batch.silence.items():
            if address is not None:
                lost.setdefault(self._known.why_silent(address), []).append(asset)
        for reason, assets in lost.items():
            self._sink.assets_unreachable(assets, reason)


def _without(device: Device, told: Collection[tuple[str, str]]) -> Device:
    functions = tuple(
        msgspec.structs.replace(
            function,
            attributes={name: it for name, it in function.attributes.items() if (device.address, name) not in told},
        )
        for function in device.functions
    )
    return msgspec.structs.replace(device, functions=functions)


class _Batch:
    """What one message leads to. `silence`: asset -> address of the device that went silent, None when it is back."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.silence: dict[int, str | None] = {}
