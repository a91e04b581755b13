"""OwnTracks over MQTT: publishes of ROOT/USER/DEVICE become reports of the vehicle USER."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from backend.devkit.adapter import Sink
from backend.devkit.clock import Clock
from backend.devkit.errors import LinkDown, ProtocolError
from backend.devkit.link import Link, delays_of
from backend.devkit.mqtt.address import BrokerAddress
from backend.devkit.mqtt.session import Heard, MqttSession, SessionTerms
from backend.integrations.osmand_vehicles.fleet import Fleet
from backend.integrations.osmand_vehicles.listener import NotAllowed, TooMuch
from backend.integrations.osmand_vehicles.only_heard import OnlyHeard
from backend.integrations.osmand_vehicles.protocol import LARGEST_BODY, owntracks_sender, parse_owntracks
from contract.devices import Connection, UnknownDevice

_LONGEST_ID: Final = 64
_KIND: Final = "OwnTracks"
Access = Callable[[], Awaitable[tuple[BrokerAddress, str, str]]]
"""Where the broker is, and as whom to enter, asked anew at each try. Raises LinkDown, LinkRefused."""


class OwnTracksAdapter(OnlyHeard):
    """Up while it is connected to the broker and subscribed; the broker keeps what comes while we are away."""

    def __init__(
        self,
        connection: Connection,
        fleet: Fleet,
        settings: Mapping[str, str],
        access: Access,
        sink: Sink,
        clock: Clock,
    ) -> None:
        self._root = settings.get("owntracks_topic", "owntracks").strip("/")
        if not self._root or set(self._root) & set("+#"):
            raise ValueError("owntracks_topic must be a topic without + and #, such as owntracks")
        self._access = access
        self._name = connection.id
        self._poll_s = float(settings.get("poll_s", "10"))
        self._session: MqttSession | None = None
        self._wants_token = settings.get("owntracks_device", "token") != "any"
        self.fleet = fleet
        link = Link(
            connection.id,
            attach=self._attach,
            serve=self._serve,
            changed=sink.link_changed,
            clock=clock,
            delays=delays_of(settings),
        )
        super().__init__(link, "the broker is not connected")

    def unknown_devices(self) -> Sequence[UnknownDevice]:
        """Phones that publish here and that no vehicle is bound to; never where they are."""
        return self.fleet.unbound()

    async def close(self) -> None:
        """Leave the broker; may be called twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _attach(self) -> None:
        await self.close()
        address, user, password = await self._access()
        name = f"beffroi-{self._name}"[:_LONGEST_ID]
        terms = SessionTerms(
            client_id=name, status_topic=f"beffroi/{name}", user=user, password=password, poll_s=self._poll_s
        )
        self._session = MqttSession(address, terms)
        await self._session.open((f"{self._root}/+/+",))

    async def _serve(self) -> None:
        if self._session is None:
            raise LinkDown("the session with the broker was closed")
        await self._session.serve(self._hear)

    def _hear(self, heard: Heard) -> None:
        """One publish; what makes no sense or comes from nobody known is counted."""
        sender = owntracks_sender(heard.topic, self._root)
        if sender is None or len(heard.payload) > LARGEST_BODY:
            self.fleet.counts["no report"] += 1
            return
        user, device = sender
        if self._wants_token and not self.fleet.shows_token(user, device):
            self.fleet.counts["not allowed"] += 1
            self.fleet.heard_unbound(user, _KIND)
            return
        try:
            fix = parse_owntracks(heard.payload)
            # What the broker kept may be of last week: without its time it says nothing of now.
            if fix is not None and not (heard.is_retained and fix.at is None):
                self.fleet.take_fixes(user, (fix,))
        except ProtocolError:
            self.fleet.counts["malformed"] += 1
        except NotAllowed:
            self.fleet.counts["not allowed"] += 1
            self.fleet.heard_unbound(user, _KIND)
        except TooMuch:
            self.fleet.counts["conflated"] += 1
