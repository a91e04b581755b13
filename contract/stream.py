"""The stream between backend and console: MessagePack, snapshot first, then numbered changes.

Topic = (kind, commune, class, service). Each topic has its own sequence and digest. A gap, an unknown id or a digest
that differs asks for a new snapshot. Columns are little-endian numpy arrays as bytes.
"""

import datetime as dt
import enum

import msgspec

from contract.alarm_rules import ClassesChanged
from contract.alarm_work import AlarmConflict
from contract.alarms import Alarm
from contract.assets import Asset
from contract.claims import Claim
from contract.commands import Command
from contract.devices import LinkStatus
from contract.points import PointValue, Quality, Value

PROTOCOL_VERSION = 1


class TopicKind(enum.StrEnum):
    """What a topic carries."""

    ASSETS = "assets"
    STATES = "states"
    POINTS = "points"
    ALARMS = "alarms"
    CLAIMS = "claims"


class Topic(msgspec.Struct, frozen=True, array_like=True):
    """(kind, commune, class, the service that answers for these assets). Rights grant whole topics."""

    kind: TopicKind
    commune: str
    class_: str
    service: str = ""


class Visual(enum.IntEnum):
    """What the map shows of an asset, worst wins: alarms, then what is not known, then normal."""

    NORMAL = 0
    UNKNOWN = 1
    STALE = 2
    FAULT = 3
    ALARM_P4 = 4
    ALARM_P3 = 5
    ALARM_P2 = 6
    ALARM_P1 = 7


UNACKNOWLEDGED_FLAG = 0x80  # added to a Visual in state columns: it flashes
LEVEL_UNKNOWN = 255


# --- client to server


class ClientHello(msgspec.Struct, frozen=True, tag="hello"):
    """First message of a client."""

    protocol_version: int
    schema_hash: str
    client: str = ""


class Subscribe(msgspec.Struct, frozen=True, tag="subscribe", kw_only=True):
    """Replaces the subscription. None = all that one's rights grant. `viewport` = lon/lat min, lon/lat max."""

    kinds: tuple[TopicKind, ...]
    communes: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    viewport: tuple[float, float, float, float] | None = None


class Watch(msgspec.Struct, frozen=True, tag="watch"):
    """Replaces the set of assets whose points, claims and commands are wanted at once, as they come."""

    asset_ids: tuple[int, ...]


class ResyncRequest(msgspec.Struct, frozen=True, tag="resync"):
    """A gap or a wrong digest: send these topics' snapshots anew."""

    topics: tuple[Topic, ...]


class ClientHeartbeat(msgspec.Struct, frozen=True, tag="alive"):
    """Every 2 s: the client lives."""


ClientMessage = ClientHello | Subscribe | Watch | ResyncRequest | ClientHeartbeat


# --- server to client


class Welcome(msgspec.Struct, frozen=True, tag="welcome", kw_only=True):
    """Answer to a hello that fits."""

    server_time: dt.datetime
    server_id: str  # changes when the backend restarts
    user: str


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Why the stream closes: what happened and what to do."""

    code: str  # too_old, schema_differs, not_allowed, too_slow
    detail: str


class AssetsBody(msgspec.Struct, frozen=True, tag="assets"):
    """Assets added or changed, and ids removed. In a snapshot: all of the topic."""

    assets: tuple[Asset, ...]
    removed: tuple[int, ...] = ()


class StatesBody(msgspec.Struct, frozen=True, tag="states", kw_only=True):
    """Columns for the map: ids uint32, visuals uint8 (| flag), levels uint8 percent (255 unknown), versions uint32.

    Mobile assets that moved come in the move columns: lon, lat float64, heading_deg float32 (NaN unknown).
    """

    ids: bytes
    visuals: bytes
    levels: bytes
    versions: bytes
    move_ids: bytes = b""
    move_lon: bytes = b""
    move_lat: bytes = b""
    move_heading: bytes = b""


class PointRow(msgspec.Struct, frozen=True, array_like=True):
    """One point of one asset. Times are UTC milliseconds since 1970, None when unknown."""

    asset_id: int
    point: str
    value: Value
    quality: Quality
    device_ms: int | None
    received_ms: int | None
    version: int


class PointsBody(msgspec.Struct, frozen=True, tag="points"):
    """Point values, the last of each in the window."""

    rows: tuple[PointRow, ...]


class AlarmsBody(msgspec.Struct, frozen=True, tag="alarms"):
    """Alarms as they now stand; one in state A with nothing owed leaves the list."""

    alarms: tuple[Alarm, ...]


class ClaimsBody(msgspec.Struct, frozen=True, tag="claims"):
    """Claims placed or changed, and the ids of those released or expired."""

    claims: tuple[Claim, ...]
    released: tuple[str, ...] = ()


Body = AssetsBody | StatesBody | PointsBody | AlarmsBody | ClaimsBody


class Snapshot(msgspec.Struct, frozen=True, tag="snapshot"):
    """The whole topic as of `seq`."""

    topic: Topic
    seq: int
    body: Body
    digest: int


class Changes(msgspec.Struct, frozen=True, tag="changes"):
    """What followed `seq - 1`. `digest` is the topic's after these changes."""

    topic: Topic
    seq: int
    body: Body
    digest: int


class SnapshotsDone(msgspec.Struct, frozen=True, tag="snapshots_done"):
    """All snapshots of the last Subscribe were sent."""


class TopicState(msgspec.Struct, frozen=True, array_like=True):
    """Where a topic stands, in a heartbeat."""

    topic: Topic
    seq: int
    digest: int


class Heartbeat(msgspec.Struct, frozen=True, tag="heartbeat"):
    """Every 2 s; the console greys everything after 5 s without one."""

    server_time: dt.datetime
    topics: tuple[TopicState, ...]


class WatchedPoints(msgspec.Struct, frozen=True, tag="watched_points"):
    """All points of one watched asset."""

    asset_id: int
    points: dict[str, PointValue]


class WatchedClaims(msgspec.Struct, frozen=True, tag="watched_claims"):
    """All claims on one watched asset."""

    asset_id: int
    claims: tuple[Claim, ...]


class CommandChanged(msgspec.Struct, frozen=True, tag="command"):
    """A command on a watched asset, or one's own, changed its state."""

    command: Command


class LinksChanged(msgspec.Struct, frozen=True, tag="links"):
    """States of device connections."""

    links: tuple[LinkStatus, ...]


class RightsChanged(msgspec.Struct, frozen=True, tag="rights"):
    """One's rights changed: topics that are no longer granted must be dropped at once."""

    revoked: tuple[Topic, ...]


ServerMessage = (
    Welcome
    | Refused
    | Snapshot
    | Changes
    | SnapshotsDone
    | Heartbeat
    | WatchedPoints
    | WatchedClaims
    | CommandChanged
    | LinksChanged
    | RightsChanged
    | AlarmConflict
    | ClassesChanged
)
