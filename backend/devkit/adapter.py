"""The contract between an integration and the backend."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.kept_ports import KeptPorts
from backend.devkit.mqtt.own_broker import OwnBroker
from backend.devkit.refused_at_doors import NoteRefused, not_noted
from contract.cameras import CameraDetails
from contract.claims import Claim
from contract.commands import CommandState
from contract.devices import Binding, Connection, LinkState, UnknownDevice
from contract.onboarding import FoundCamera
from contract.points import Reading, Value


class DeviceCommand(msgspec.Struct, frozen=True, kw_only=True):
    """What an adapter is asked to do. For action "set": `property` and `value` (None takes our override back).

    `lease_token`: of who moves the head; an adapter that has seen a newer one refuses it. 0: nobody's.
    `expires_at` goes out to the device when its protocol knows expiry, so that it reverts even when cut off.
    """

    id: str
    asset_ids: tuple[int, ...]
    action: str
    property: str = ""
    value: Value = None
    arguments: Mapping[str, Value] = {}
    reason: str = ""
    expires_at: dt.datetime | None = None
    lease_token: int = 0


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a command on one asset: DEVICE_ACK, VERIFIED, REJECTED, FAILED or UNKNOWN, and why.

    `code` and `args` say the same as `detail` in one of the sentences that consoles know in every language.
    """

    asset_id: int
    state: CommandState
    detail: str = ""
    code: str = ""
    args: Mapping[str, str] = {}


class Sink(Protocol):
    """Where an adapter reports. Calls never block and never raise."""

    def report(self, readings: Sequence[Reading]) -> None:
        """New values, oldest first."""
        ...

    def assets_unreachable(self, asset_ids: Sequence[int], reason: str) -> None:
        """These devices stopped answering: all their points turn STALE."""
        ...

    def assets_reachable(self, asset_ids: Sequence[int]) -> None:
        """These devices answer again; their points turn GOOD as they report."""
        ...

    def link_changed(self, state: LinkState, reason: str = "") -> None:
        """The connection itself went up or down; DOWN turns every bound asset STALE."""
        ...

    def field_claims(self, asset_id: int, property_: str, claims: Sequence[Claim]) -> None:
        """Claims that live in the field (a gateway's calendar): shown, read-only; replaces earlier ones."""
        ...

    def outcomes_known(self, command_id: str, outcomes: Sequence[Outcome]) -> None:
        """What became of some assets of a command that `execute` still works on: nobody waits for the slowest.

        DEVICE_ACK, then perhaps VERIFIED; `execute` returns them too.
        """
        ...

    def late_outcome(self, command_id: str, outcome: Outcome) -> None:
        """A device answered a command after `execute` had given up on it."""
        ...

    async def kept(self) -> bool:
        """Wait until all that was reported before is committed; False when storage does not take it now.

        Where a device forgets what is confirmed to it, confirm it only then.
        """
        ...


class Adapter(Protocol):
    """One connection, kept alive until cancelled."""

    async def run(self) -> None:
        """Connect, report, reconnect with back-off, for ever; returns only when cancelled."""
        ...

    async def execute(self, command: DeviceCommand) -> Sequence[Outcome]:
        """Do it once, never again by itself; one outcome per asset. Raises CommandRefused, LinkDown."""
        ...

    async def read_back(self, asset_ids: Sequence[int]) -> None:
        """Ask the devices for their present values; the answers come through the sink. Raises LinkDown."""
        ...

    async def close(self) -> None:
        """Free what was opened; may be called twice."""
        ...


@runtime_checkable
class StreamingAdapter(Protocol):
    """An adapter of cameras: says where their video is. The media process opens it, with the connection's secret."""

    async def stream_uri(self, asset_id: int, stream: str) -> str:
        """The RTSP address of stream "sub" or "main", WITHOUT credentials. Raises LinkDown, CommandRefused."""
        ...

    async def snapshot(self, asset_id: int) -> bytes:
        """A JPEG: a viewing, registered like any other by whoever asks. Raises LinkDown, CommandRefused."""
        ...


@runtime_checkable
class DescribingAdapter(Protocol):
    """An adapter of cameras that can be asked what they are and how they stand."""

    async def details(self, asset_id: int) -> CameraDetails:
        """Asked anew of the camera; what it does not answer is named. Raises LinkDown, CommandRefused."""
        ...


@runtime_checkable
class ListeningAdapter(Protocol):
    """An adapter that hears devices which no asset is bound to."""

    def unknown_devices(self) -> Sequence[UnknownDevice]:
        """Those heard since it began, the last heard first; a bounded number of them."""
        ...


@runtime_checkable
class ListingAdapter(Protocol):
    """An adapter whose gateway lists its devices, whether they speak or not."""

    def unbound_devices(self) -> Sequence[UnknownDevice]:
        """Those that no asset is bound to, as last read; a bounded number of them."""
        ...


class TriedCamera(msgspec.Struct, frozen=True, kw_only=True):
    """What a camera said when it was tried; the streams without credentials."""

    details: CameraDetails
    stream_sub: str
    stream_main: str


@runtime_checkable
class CameraFinder(Protocol):
    """An integration that finds cameras on a network and tries them out before anything is stored."""

    async def discover(self, wait_s: float) -> Sequence[FoundCamera]:
        """Who answers; nothing is connected. Raises LinkDown when nothing can be asked."""
        ...

    async def try_out(self, connection: Connection, address: str, credentials: str) -> TriedCamera:
        """Ask one camera everything that its adapter will need. Raises DeviceError in words."""
        ...


class IntegrationContext(msgspec.Struct, frozen=True, kw_only=True):
    """What an integration is given once: its clock, its settings, how secrets are read.

    `own_broker`: the backend's MQTT broker, one for all integrations; it starts when first asked for.
    `refused`: told of everybody whom a listener of its own refuses: by which door, and from which address.
    `ports`: where a listener that chooses its own port finds it again after a restart.
    """

    clock: Clock
    settings: Mapping[str, str]
    read_secret: "SecretReader"
    own_broker: OwnBroker | None = None
    ports: KeptPorts = msgspec.field(default_factory=KeptPorts)
    refused: NoteRefused = not_noted


class SecretReader(Protocol):
    """Gives the credential behind a secret's name."""

    def __call__(self, secret_name: str, /) -> str:
        """The secret ("user:password"); raises KeyError when there is none."""
        ...


class Integration(Protocol):
    """One field protocol: opens its shared listener if it has one, and makes adapters.

    The module `backend.integrations.NAME.adapter` offers `create(context: IntegrationContext) -> Integration`.
    """

    async def start(self) -> None:
        """Open what all connections share (a listener for notifications)."""
        ...

    def adapter(self, connection: Connection, bindings: Sequence[Binding], sink: Sink) -> Adapter:
        """An adapter for one connection; it does nothing until `run`."""
        ...

    async def close(self) -> None:
        """Close what `start` opened; may be called twice."""
        ...
