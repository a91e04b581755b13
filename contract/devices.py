"""Connections to field devices and gateways, and which asset answers at which address."""

import datetime as dt
import enum

import msgspec


class LinkState(enum.StrEnum):
    """A connection's state as the operator reads it."""

    CONNECTING = "connecting"
    UP = "up"
    DOWN = "down"
    REFUSED = "refused"
    PAUSED = "paused"


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """Asset `asset_id` answers at `address` (in the words of its protocol) behind a connection."""

    asset_id: int
    address: str


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """One connection an integration keeps. `secret_name` names the credential; the secret itself is never here."""

    id: str
    integration: str
    url: str
    settings: dict[str, str] = {}
    secret_name: str = ""
    is_paused: bool = False


class LinkStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How a connection does."""

    connection_id: str
    state: LinkState
    reason: str = ""
    since: float = 0.0


class UnknownDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device that speaks over a connection and that no asset is bound to: listed, never made into an asset."""

    connection_id: str
    address: str
    name: str = ""
    kind: str = ""  # what its network calls its type
    first_heard: dt.datetime
    last_heard: dt.datetime
    messages: int = 1
