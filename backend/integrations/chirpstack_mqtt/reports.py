"""From events to what the backend is told: readings, signs of life, devices that nobody knows."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from backend.devkit.adapter import Sink
from backend.devkit.clock import Clock
from backend.devkit.errors import ProtocolError
from backend.devkit.mqtt.session import Heard
from backend.devkit.sanitise import Sanitiser
from backend.integrations.chirpstack_mqtt.decoders import Decoder, choose
from backend.integrations.chirpstack_mqtt.protocol import (
    Event,
    EventTopic,
    Log,
    Status,
    Uplink,
    parse_event,
    parse_topic,
)
from backend.integrations.chirpstack_mqtt.sensors import Sensor, Sensors
from contract.points import Reading, Value

log = logging.getLogger(__name__)

_ANY_SILENCE_S: Final = 3.0 * 3600  # of a device whose type nobody told
_LONGEST_NOTE: Final = 200


class Reports:
    """Takes what the broker sends. Never raises: what cannot be understood is counted, and told once in the log."""

    def __init__(
        self,
        sensors: Sensors,
        decoders: Mapping[str, Decoder],
        sink: Sink,
        clock: Clock,
        *,
        prefix: str = "",
        default_decoder: str = "",
        silent_after_s: float | None = None,
    ) -> None:
        self._sensors = sensors
        self._decoders = decoders
        self._sink = sink
        self._clock = clock
        self._prefix = prefix
        self._default_decoder = default_decoder
        self._silent_after_s = silent_after_s
        self._sanitiser = Sanitiser(clock)
        self._complained: set[str] = set()
        self.counts: Counter[str] = Counter()

    def take(self, heard: Heard) -> tuple[EventTopic, Event] | None:
        """One message; gives the event when it is one."""
        if not heard.topic.startswith(f"{self._prefix}application/"):
            self._not_asked_for(heard.topic)
            return None
        try:
            topic = parse_topic(heard.topic, self._prefix)
            event = parse_event(topic, heard.payload)
        except ProtocolError as error:
            self._not_understood(heard.topic, error)
            return None
        if event is None:
            return None
        sensor = self._sensors.get(topic.dev_eui)
        if sensor is None:
            self._sensors.heard_unknown(topic.dev_eui, event.device_info)
        elif sensor.is_repeated(event.deduplication_id and f"{topic.event} {event.deduplication_id}"):
            self.counts["delivered again"] += 1
            return None
        else:
            self._of_sensor(sensor, topic, event, is_retained=heard.is_retained)
        return topic, event

    def decoder_of(self, sensor: Sensor, tags: Mapping[str, str] | None = None) -> Decoder | None:
        """Who reads its frames: as its binding says, its tag `decoder`, its profile, the connection's own."""
        names = (sensor.decoder, (tags or {}).get("decoder", ""))
        found = choose(self._decoders, sensor.profile, names)
        return found or self._decoders.get(self._default_decoder) or self._decoders.get("decoded")

    def _of_sensor(self, sensor: Sensor, topic: EventTopic, event: Event, *, is_retained: bool) -> None:
        sensor.application = topic.application
        sensor.profile = event.device_info.device_profile_name or sensor.profile
        decoder = self.decoder_of(sensor, event.device_info.tags)
        bound_s = self._silent_after_s or (decoder.silent_after_s if decoder is not None else _ANY_SILENCE_S)
        sensor.silent_after_s = bound_s
        stamp = self._sanitiser.stamp(event.at)
        age_s = 0.0 if stamp is None else max(0.0, (self._clock.now() - stamp).total_seconds())
        if is_retained and age_s > bound_s:
            self.counts["kept by the broker too long"] += 1
            return
        self._is_alive(sensor, age_s)
        if stamp is not None and sensor.newest is not None and stamp < sensor.newest:
            self.counts["out of order"] += 1
            return
        sensor.newest = stamp or sensor.newest
        readings = self._readings(sensor, decoder, event, stamp)
        if readings:
            sensor.last.update((reading.point, reading) for reading in readings)
            self._sink.report(readings)

    def _is_alive(self, sensor: Sensor, age_s: float) -> None:
        sensor.heard_s = max(self._clock.monotonic() - age_s, sensor.heard_s or -1e12)
        if sensor.is_silent or not sensor.last:
            sensor.is_silent = False
            self._sink.assets_reachable([sensor.asset_id])

    def _readings(
        self, sensor: Sensor, decoder: Decoder | None, event: Event, stamp: dt.datetime | None
    ) -> Sequence[Reading]:
        match event:
            case Uplink():
                told = self._of_uplink(sensor, decoder, event)
            case Status():
                told = _of_status(event)
            case Log() if event.level != "INFO":
                told = {"network_note": f"{event.code}: {event.description}"[:_LONGEST_NOTE]}
            case _:
                told = {}
        return [self._sanitiser.reading(sensor.asset_id, point, value, stamp) for point, value in told.items()]

    def _of_uplink(self, sensor: Sensor, decoder: Decoder | None, uplink: Uplink) -> dict[str, Value]:
        told: dict[str, Value] = {}
        if decoder is None:
            self.counts["no decoder"] += 1
        else:
            try:
                told |= decoder.points(uplink)
            except ProtocolError as error:
                self._not_understood(sensor.eui, error)
        best = uplink.best()
        if best is not None:
            told["rssi_dbm"] = best.rssi
            if best.snr is not None:
                told["snr_db"] = best.snr
        return told

    def _not_understood(self, whose: str, error: ProtocolError) -> None:
        self.counts["not understood"] += 1
        reason = str(error).partition(":")[0]
        if reason not in self._complained:
            self._complained.add(reason)
            log.warning("%s said what is not understood (told once): %s", whose[:100], error)

    def _not_asked_for(self, topic: str) -> None:
        """The further levels of a topic that is not ours are not told: trackers have their token there."""
        self.counts["not asked for"] += 1
        log.debug("the broker sent what was not asked for: %s/...", topic.partition("/")[0][:100])


def _of_status(status: Status) -> dict[str, Value]:
    if status.external_power_source or status.battery_level_unavailable:
        return {}
    return {"battery_percent": round(status.battery_level, 1)}
