"""One connection is one fleet: an address where its phones report, or a broker where OwnTracks publishes."""

import asyncio
import functools
import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.adapter import Adapter, IntegrationContext, Sink
from backend.devkit.clock import Clock
from backend.devkit.device_token import SHORTEST_SECRET
from backend.devkit.errors import LinkDown
from backend.devkit.link import Link, LinkDelays
from backend.devkit.misconfigured import MisconfiguredAdapter
from backend.devkit.mqtt.access import OWN, broker_access
from backend.integrations.osmand_vehicles.fleet import Fleet, FleetRules
from backend.integrations.osmand_vehicles.listener import Listener
from backend.integrations.osmand_vehicles.only_heard import OnlyHeard
from backend.integrations.osmand_vehicles.owntracks import OwnTracksAdapter
from backend.integrations.osmand_vehicles.protocol import KMH, Report
from backend.integrations.osmand_vehicles.track import parse_area
from contract.devices import Binding, Connection, LinkState, UnknownDevice

OWN_BROKER: Final = "mqtt:own"
_LOOKS: Final = 4  # within the time after which silence is an outage


class OsmandVehicles:
    """Makes an adapter for each fleet; fleets share nothing."""

    def __init__(self, context: IntegrationContext) -> None:
        self._context = context

    async def start(self) -> None:
        """Nothing is shared: each fleet has its own door."""

    def adapter(self, connection: Connection, bindings: Sequence[Binding], sink: Sink) -> Adapter:
        """By the connection's address: http(s) is where phones report to, mqtt(s) is the broker."""
        try:
            return self._made(connection, bindings, sink)
        except ValueError as error:
            return MisconfiguredAdapter(str(error), sink)
        except OSError as error:
            return MisconfiguredAdapter(f"its certificate or key cannot be read: {error}", sink)

    def _made(self, connection: Connection, bindings: Sequence[Binding], sink: Sink) -> Adapter:
        settings = {**self._context.settings, **connection.settings}
        clock = self._context.clock
        fleet = Fleet(connection.id, bindings, self._secret(connection), sink, clock, _rules(settings))
        if connection.url.startswith(("mqtt:", "mqtts:")):
            url = OWN if connection.url == OWN_BROKER else connection.url
            entered = msgspec.structs.replace(connection, url=url, secret_name=settings.get("broker_secret", ""))
            access = functools.partial(broker_access, self._context, entered, settings)
            return OwnTracksAdapter(connection, fleet, settings, access, sink, clock)
        refused = functools.partial(self._context.refused, connection.id)
        return PhonesAdapter(connection, fleet, settings, sink, clock, refused)

    async def close(self) -> None:
        """Nothing is shared."""

    def _secret(self, connection: Connection) -> str:
        try:
            secret = self._context.read_secret(connection.secret_name)
        except KeyError:
            secret = ""
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"the fleet {connection.id} needs a secret of {SHORTEST_SECRET} characters or more")
        return secret


class PhonesAdapter(OnlyHeard):
    """Up while its vehicles are heard: one that listens and hears nobody is no use to an operator."""

    def __init__(
        self,
        connection: Connection,
        fleet: Fleet,
        settings: Mapping[str, str],
        sink: Sink,
        clock: Clock,
        refused: Callable[[str], None],
    ) -> None:
        self.fleet = fleet
        self._clock = clock
        self._silence_s = _positive(settings, "silence_s", 900.0)
        self._heard = asyncio.Event()
        unit = settings.get("speed_unit", "kn")
        if unit not in KMH:
            raise ValueError(f"speed_unit is {unit!r}: it must be one of {', '.join(KMH)}")
        self._listener = Listener(connection.url, _tls(settings), self._take, speed_unit=unit, refused=refused)
        link = Link(
            connection.id,
            attach=self._attach,
            serve=self._serve,
            changed=sink.link_changed,
            clock=clock,
            delays=LinkDelays(first_s=0.05, longest_s=30.0),
        )
        super().__init__(link, "no vehicle of this fleet was heard yet")

    def unknown_devices(self) -> Sequence[UnknownDevice]:
        """Phones that report here and that no vehicle is bound to; never where they are."""
        return self.fleet.unbound()

    async def close(self) -> None:
        """Stop listening; may be called twice."""
        await self._listener.close()

    def _take(self, report: Report, sender: str) -> None:
        self.fleet.take(report, sender)
        self._heard.set()
        if self._link.state is not LinkState.UP:
            self._link.nudge()

    async def _attach(self) -> None:
        await self._listener.start()
        await self._heard.wait()

    async def _serve(self) -> None:
        while True:
            await asyncio.sleep(self._silence_s / _LOOKS)
            heard_s = self.fleet.heard_s
            if heard_s is not None and self._clock.monotonic() - heard_s > self._silence_s:
                self._heard.clear()
                raise LinkDown(f"no vehicle of this fleet has reported for {self._silence_s:g} s")


def create(context: IntegrationContext) -> OsmandVehicles:
    """The integration."""
    return OsmandVehicles(context)


def _rules(settings: Mapping[str, str]) -> FleetRules:
    return FleetRules(
        worst_accuracy_m=_positive(settings, "worst_accuracy_m", 300.0),
        rate_per_s=_positive(settings, "rate_per_s", 10.0),
        rate_burst=_positive(settings, "rate_burst", 600.0),
        area=parse_area(settings.get("area", "")),
    )


def _positive(settings: Mapping[str, str], name: str, default: float) -> float:
    text = settings.get(name, str(default))
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0.0 < number < 1e9:
        raise ValueError(f"{name} is {text!r}: it must be a number over 0")
    return number


def _tls(settings: Mapping[str, str]) -> ssl.SSLContext | None:
    certificate, key = settings.get("certificate", ""), settings.get("key", "")
    if not certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key or None)
    return context
