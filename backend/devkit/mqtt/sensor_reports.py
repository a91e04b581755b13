"""From what sensors say to what the backend is told: readings, signs of life and silence, sensors that nobody bound."""

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from typing import Final

from backend.devkit.adapter import IntegrationContext, Sink
from backend.devkit.errors import ProtocolError
from backend.devkit.mqtt.message_table import SensorLanguage, Told
from backend.devkit.mqtt.session import Heard
from backend.devkit.sanitise import Sanitiser
from backend.devkit.strangers import Strangers
from contract.assets import PointSpec
from contract.devices import Binding, Connection
from contract.points import PointKind, Quality, Reading, Value

log = logging.getLogger(__name__)

_LARGEST: Final = 1e15
_MOST_COMPLAINTS: Final = 50


class _Sensor:
    """One bound sensor."""

    def __init__(self, asset_id: int) -> None:
        self.asset_id = asset_id
        self.heard_s: float | None = None  # monotonic
        self.is_away = False
        self.last: dict[str, Reading] = {}


class SensorReports:
    """From messages to what the backend is told. Never raises: what is not understood is told once in the log."""

    def __init__(
        self,
        context: IntegrationContext,
        connection: Connection,
        bindings: Sequence[Binding],
        sink: Sink,
        language: SensorLanguage,
        points: Mapping[str, PointSpec],
    ) -> None:
        self.sink = sink
        self.sensors = {binding.address: _Sensor(binding.asset_id) for binding in bindings}
        self.strangers = Strangers(connection.id, context.clock)
        self._clock = context.clock
        self._connection_id = connection.id
        self._language = language
        self._points = points
        self._sanitiser = Sanitiser(context.clock)
        self._complained: set[str] = set()

    def take(self, heard: Heard) -> None:
        """One message."""
        try:
            told = self._language.read(heard.topic, heard.payload)
        except ProtocolError as error:
            self._not_understood(heard.topic, error)
            return
        if told is None:
            return
        sensor = self.sensors.get(told.address)
        if sensor is None:
            self.strangers.heard(told.address)
        elif told.is_there is False:
            sensor.is_away = True
            self.sink.assets_unreachable([sensor.asset_id], "it said that it goes, or lost its connection")
        else:
            self._of_sensor(sensor, told, heard)

    def tell_again(self) -> None:
        """The broker kept our session: what was said meanwhile comes now, so what was last said still holds."""
        self.sink.report([r for s in self.sensors.values() if not s.is_away for r in s.last.values()])

    def went_silent(self, after_s: float, why: str) -> None:
        """Those that said nothing for too long are not believed any more."""
        now = self._clock.monotonic()
        silent = [
            sensor
            for sensor in self.sensors.values()
            if not sensor.is_away and sensor.heard_s is not None and now - sensor.heard_s > after_s
        ]
        for sensor in silent:
            sensor.is_away = True
        if silent:
            self.sink.assets_unreachable([sensor.asset_id for sensor in silent], why)

    def could_not_hear(self, seconds: float) -> None:
        """The link was down for so long: nobody's silence counts."""
        for sensor in self.sensors.values():
            if sensor.heard_s is not None:
                sensor.heard_s += seconds

    def _of_sensor(self, sensor: _Sensor, told: Told, heard: Heard) -> None:
        stamp = self._sanitiser.stamp(told.at)
        if heard.is_retained and told.points and stamp is None:
            return  # the broker kept it, nobody knows since when: no sign of life
        age_s = 0.0 if stamp is None else max(0.0, (self._clock.now() - stamp).total_seconds())
        sensor.heard_s = max(self._clock.monotonic() - (age_s if heard.is_retained else 0.0), sensor.heard_s or -1e12)
        if sensor.is_away or not sensor.last:
            sensor.is_away = False
            self.sink.assets_reachable([sensor.asset_id])
        readings = [self._reading(sensor.asset_id, name, value, stamp) for name, value in told.points.items()]
        if readings:
            sensor.last.update((reading.point, reading) for reading in readings)
            self.sink.report(readings)

    def _reading(self, asset_id: int, name: str, value: Value, stamp: dt.datetime | None) -> Reading:
        spec = self._points.get(name)
        if spec is None:
            return self._sanitiser.reading(asset_id, name, value, stamp)
        if not _is_of_kind(value, spec.kind):
            return Reading(asset_id, name, None, stamp, Quality.FAILED)
        low = -_LARGEST if spec.minimum is None else spec.minimum
        high = _LARGEST if spec.maximum is None else spec.maximum
        return self._sanitiser.reading(asset_id, name, value, stamp, minimum=low, maximum=high)

    def _not_understood(self, topic: str, error: ProtocolError) -> None:
        reason = str(error).partition(":")[0]
        if reason not in self._complained and len(self._complained) < _MOST_COMPLAINTS:
            self._complained.add(reason)
            log.warning("%s: %s is not understood (told once): %s", self._connection_id, topic[:100], error)


def _is_of_kind(value: Value, kind: PointKind) -> bool:
    match kind:
        case PointKind.BOOLEAN:
            return isinstance(value, bool)
        case PointKind.NUMBER:
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case PointKind.TEXT:
            return isinstance(value, str)
