"""Joins a ChirpStack v4 network server to the backend: session with its broker, events, silence, orders."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from backend.devkit.adapter import Adapter, DeviceCommand, IntegrationContext, Outcome, Sink
from backend.devkit.errors import LinkDown
from backend.devkit.link import Link, LinkDelays
from backend.devkit.misconfigured import MisconfiguredAdapter
from backend.devkit.mqtt.access import broker_access
from backend.devkit.mqtt.session import Heard, MqttSession, SessionTerms
from backend.devkit.silence import not_heard_for
from backend.devkit.tasks import Tasks
from backend.integrations.chirpstack_mqtt.decoders import Decoder, read_decoders
from backend.integrations.chirpstack_mqtt.downlinks import Downlinks
from backend.integrations.chirpstack_mqtt.protocol import subscriptions
from backend.integrations.chirpstack_mqtt.reports import Reports
from backend.integrations.chirpstack_mqtt.sensors import Sensors
from contract.devices import Binding, Connection, LinkState, UnknownDevice

_NOT_OF_AN_ID: Final = re.compile(r"[^A-Za-z0-9-]+")
_FIRST_RETRY_S: Final = 1.0


class ChirpStackIntegration:
    """All network servers: each connection has a session of its own, nothing is shared."""

    def __init__(self, context: IntegrationContext) -> None:
        self._context = context

    async def start(self) -> None:
        """Nothing is shared."""

    def adapter(self, connection: Connection, bindings: Sequence[Binding], sink: Sink) -> Adapter:
        """An adapter for one network server; it does nothing until `run`."""
        try:
            return ChirpStackAdapter(self._context, connection, bindings, sink)
        except ValueError as error:
            return MisconfiguredAdapter(str(error), sink)

    async def close(self) -> None:
        """Nothing is shared."""


class ChirpStackAdapter:
    """One network server's broker."""

    def __init__(
        self, context: IntegrationContext, connection: Connection, bindings: Sequence[Binding], sink: Sink
    ) -> None:
        self._context = context
        self._connection = connection
        self._settings = {**context.settings, **connection.settings}
        self._sink = sink
        self._clock = context.clock
        self._prefix = self._settings.get("topic_prefix", "")
        self._poll_s = _seconds(self._settings.get("poll_s") or "10", "poll_s")
        self._answer_s = _seconds(self._settings.get("answer_s") or "10", "answer_s")
        silent = self._settings.get("silent_after_s", "")
        decoders: dict[str, Decoder] = dict(read_decoders(_path(self._settings.get("decoders_file", ""))))
        self._sensors = Sensors(connection.id, bindings, context.clock)
        self._reports = Reports(
            self._sensors,
            decoders,
            sink,
            context.clock,
            prefix=self._prefix,
            default_decoder=self._settings.get("decoder", ""),
            silent_after_s=_seconds(silent, "silent_after_s") if silent else None,
        )
        self._downlinks = Downlinks(self._sensors, self._reports.decoder_of, sink, self._answer_s, self._prefix)
        self._session: MqttSession | None = None
        self._lost_at: float | None = None
        self._link = Link(
            connection.id,
            attach=self._attach,
            serve=self._serve,
            changed=self._changed,
            clock=context.clock,
            delays=LinkDelays(first_s=min(_FIRST_RETRY_S, self._poll_s)),
        )

    async def run(self) -> None:
        """Connect, report, reconnect with back-off, for ever; returns only when cancelled."""
        try:
            await self._link.run()
        finally:
            await self.close()

    async def execute(self, command: DeviceCommand) -> Sequence[Outcome]:
        """Send an order once. Raises CommandRefused, LinkDown."""
        orders = self._downlinks.orders(command)
        if self._session is None:
            raise LinkDown(f"there is no session with the broker of {self._connection.id}")
        return await self._downlinks.send(command.id, orders, self._session.publish)

    async def read_back(self, asset_ids: Sequence[int]) -> None:
        """Sensors sleep and cannot be asked: what they say next is what there is."""

    def unknown_devices(self) -> Sequence[UnknownDevice]:
        """Devices that speak here and that no asset is bound to."""
        return self._sensors.unknown()

    async def close(self) -> None:
        """Say goodbye to the broker; may be called twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _attach(self) -> None:
        await self.close()
        address, user, password = await broker_access(self._context, self._connection, self._settings)
        session = MqttSession(address, self._terms(user, password))
        await session.open(subscriptions(self._prefix, self._settings.get("application", "")))
        self._session = session
        if self._lost_at is not None:
            self._sensors.could_not_hear(self._clock.monotonic() - self._lost_at)
        if self._sensors.misbound:
            self._sink.assets_unreachable(list(self._sensors.misbound), "its address is no EUI: correct the binding")

    def _terms(self, user: str, password: str) -> SessionTerms:
        name = _NOT_OF_AN_ID.sub("-", self._connection.id)[:40]
        client_id = self._settings.get("client_id") or f"beffroi-{name}"
        return SessionTerms(
            client_id=client_id,
            status_topic=f"beffroi/{client_id}/status",
            user=user,
            password=password,
            poll_s=self._poll_s,
            answer_s=self._answer_s,
        )

    async def _serve(self) -> None:
        session = self._session
        if session is None:
            return
        if self._lost_at is not None and session.was_kept:
            self._tell_again()
        tasks = Tasks(self._connection.id)
        tasks.start(self._watch_silence(), name="silence of sensors")
        try:
            await session.serve(self._take)
        finally:
            self._lost_at = self._clock.monotonic()
            await tasks.close()

    def _tell_again(self) -> None:
        """The broker kept our session: what came meanwhile comes now, so what was last said still holds."""
        self._sink.report([r for s in self._sensors.by_eui.values() if not s.is_silent for r in s.last.values()])

    def _take(self, heard: Heard) -> None:
        told = self._reports.take(heard)
        if told is not None:
            self._downlinks.take(told[1])

    async def _watch_silence(self) -> None:
        while True:
            for bound_s, sensors in self._sensors.went_silent().items():
                self._sink.assets_unreachable([sensor.asset_id for sensor in sensors], not_heard_for(bound_s))
            await asyncio.sleep(self._poll_s)

    def _changed(self, state: LinkState, reason: str) -> None:
        self._sink.link_changed(state, reason)


def create(context: IntegrationContext) -> ChirpStackIntegration:
    """The integration, as the backend loads it."""
    return ChirpStackIntegration(context)


def _seconds(text: str, name: str) -> float:
    try:
        seconds = float(text)
    except ValueError as error:
        raise ValueError(f"{name} is {text!r}: it must be a number of seconds") from error
    if not 0.05 <= seconds <= 1e7:
        raise ValueError(f"{name} is {text!r}: it must lie between 0.05 s and 115 days")
    return seconds


def _path(text: str) -> Path | None:
    return Path(text) if text else None
