"""Sensors on an MQTT broker joined to the backend: all that is the same for every kind of them."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from backend.devkit.adapter import Adapter, DeviceCommand, IntegrationContext, Outcome, Sink
from backend.devkit.errors import CommandRefused, LinkRefused
from backend.devkit.link import Link
from backend.devkit.manifest import read_manifest
from backend.devkit.mqtt.access import broker_access
from backend.devkit.mqtt.message_table import SensorLanguage, read_message_table
from backend.devkit.mqtt.sensor_reports import SensorReports
from backend.devkit.mqtt.session import MqttSession, SessionTerms
from backend.devkit.silence import not_heard_for
from backend.devkit.tasks import Tasks
from backend.domain.asset_classes import parse_asset_classes
from contract.assets import PointSpec
from contract.devices import Binding, Connection, UnknownDevice

_NOT_OF_AN_ID: Final = re.compile(r"[^A-Za-z0-9-]+")
_ANY_SILENCE_S: Final = 6 * 3600.0
_SHORTEST_S, _LONGEST_S = 0.05, 1e7


class MqttSensors:
    """An integration of sensors that say `language`. What lies beyond the limits of `points` is FAILED.

    `silent_after_s`: a sensor that says nothing for so long is not believed any more; the connection's setting of that
    name goes before it.
    """

    def __init__(
        self,
        context: IntegrationContext,
        name: str,
        language: SensorLanguage,
        points: Mapping[str, PointSpec],
        silent_after_s: float | None = None,
    ) -> None:
        self._context = context
        self._name = name
        self._language = language
        self._points = points
        self._silent_after_s = silent_after_s or _ANY_SILENCE_S

    async def start(self) -> None:
        """Nothing is shared: each connection has a session of its own."""

    def adapter(self, connection: Connection, bindings: Sequence[Binding], sink: Sink) -> Adapter:
        """An adapter for one broker; it does nothing until `run`."""
        reports = SensorReports(self._context, connection, bindings, sink, self._language, self._points)
        return _SensorsAdapter(self._context, self._name, connection, reports, self._language, self._silent_after_s)

    async def close(self) -> None:
        """Nothing is shared."""


def sensors_in(folder: Path, context: IntegrationContext, language: SensorLanguage | None = None) -> MqttSensors:
    """What the files of an integration say: manifest.toml, asset_classes.toml, and messages.toml unless `language`
    is given. Raises in words that name the file.
    """
    manifest = read_manifest(folder / "manifest.toml")
    classes = parse_asset_classes((folder / "asset_classes.toml").read_text("utf-8"))
    points = {point.name: point for asset_class in classes.values() for point in asset_class.points}
    if language is not None:
        return MqttSensors(context, manifest.name, language, points)
    table = read_message_table(folder / "messages.toml")
    strange = sorted(table.points.keys() - points.keys())
    if strange:
        known = ", ".join(sorted(points)) or "none"
        raise ValueError(f"messages.toml: no class of asset_classes.toml has the point {strange[0]} (it has: {known})")
    return MqttSensors(context, manifest.name, table, points, table.silent_after_s)


class _SensorsAdapter:
    """The sensors of one broker."""

    def __init__(
        self,
        context: IntegrationContext,
        name: str,
        connection: Connection,
        reports: SensorReports,
        language: SensorLanguage,
        silent_after_s: float,
    ) -> None:
        self._context = context
        self._name = name
        self._connection = connection
        self._settings: Mapping[str, str] = {**context.settings, **connection.settings}
        self._reports = reports
        self._language = language
        self._silent_after_s = silent_after_s
        self._poll_s = 10.0
        self._session: MqttSession | None = None
        self._lost_at: float | None = None
        self._link = Link(
            connection.id,
            attach=self._attach,
            serve=self._serve,
            changed=reports.sink.link_changed,
            clock=context.clock,
        )

    async def run(self) -> None:
        """Connect, report, reconnect with back-off, for ever; returns only when cancelled."""
        try:
            await self._link.run()
        finally:
            await self.close()

    async def execute(self, command: DeviceCommand) -> Sequence[Outcome]:
        """Sensors take no orders. Raises CommandRefused."""
        raise CommandRefused(f"these sensors do not know {command.action}")

    async def read_back(self, asset_ids: Sequence[int]) -> None:
        """Sensors sleep and cannot be asked: what they say next is what there is."""

    def unknown_devices(self) -> Sequence[UnknownDevice]:
        """Sensors that speak here and that no asset is bound to."""
        return self._reports.strangers.listed()

    async def close(self) -> None:
        """Say goodbye to the broker; may be called twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _attach(self) -> None:
        await self.close()
        self._poll_s = self._seconds("poll_s", self._poll_s)
        self._silent_after_s = self._seconds("silent_after_s", self._silent_after_s)
        address, user, password = await broker_access(self._context, self._connection, self._settings)
        client_id = self._settings.get("client_id") or f"beffroi-{self._name}-{_plain(self._connection.id)}"
        terms = SessionTerms(
            client_id=client_id,
            status_topic=f"beffroi/{client_id}/status",
            user=user,
            password=password,
            poll_s=self._poll_s,
        )
        session = MqttSession(address, terms)
        await session.open(self._language.topics())
        self._session = session

    async def _serve(self) -> None:
        session = self._session
        if session is None:
            return
        if self._lost_at is not None:
            self._reports.could_not_hear(self._context.clock.monotonic() - self._lost_at)
            if session.was_kept:
                self._reports.tell_again()
        tasks = Tasks(self._connection.id)
        tasks.start(self._watch_silence(), name="silence of sensors")
        try:
            await session.serve(self._reports.take)
        finally:
            self._lost_at = self._context.clock.monotonic()
            await tasks.close()

    async def _watch_silence(self) -> None:
        why = not_heard_for(self._silent_after_s)
        while True:
            self._reports.went_silent(self._silent_after_s, why)
            await asyncio.sleep(self._poll_s)

    def _seconds(self, name: str, usual: float) -> float:
        text = self._settings.get(name, "")
        try:
            seconds = float(text) if text else usual
        except ValueError:
            seconds = 0.0
        if not _SHORTEST_S <= seconds <= _LONGEST_S:
            raise LinkRefused(
                f"correct the connection: {name} is {text!r}, it must be seconds, {_SHORTEST_S:g} or more"
            )
        return seconds


def _plain(words: str) -> str:
    return _NOT_OF_AN_ID.sub("-", words)[:40]
