"""Bodies of the HTTP API under /api/v1. Times are UTC ISO 8601, positions WGS84 lon, lat."""

import datetime as dt

import msgspec

from contract.alarms import Alarm
from contract.assets import Asset, AssetChange, AssetClass, Commune
from contract.claims import Claim, Rank
from contract.commands import Command
from contract.devices import LinkStatus
from contract.journal import JournalEntry
from contract.points import PointValue, Value
from contract.rights import Grant, User


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An RFC 9457 problem+json body: what happened and what to do."""

    type: str
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    detail_code: str = ""  # the detail for machines: codes joined by "+"; "" where only words say it
    detail_args: dict[str, str] = {}


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /health, no login: alive, and since when."""

    status: str  # "ok" or "degraded"
    version: str
    server_time: dt.datetime
    asset_count: int
    detail: str = ""
    is_exercise: bool = False  # a city that is played: nothing here is real


class LoginRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /login."""

    user: str
    password: str


class RefreshRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /refresh: rotates; a refresh token used twice kills its family."""

    refresh_token: str


class Tokens(msgspec.Struct, frozen=True):
    """Opaque tokens. `expires_in` seconds is the access token's."""

    access_token: str
    refresh_token: str
    expires_in: int


class Ticket(msgspec.Struct, frozen=True):
    """One use, 30 s, for the WebSocket."""

    ticket: str
    expires_in: int


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who one is and may."""

    name: str
    display_name: str
    role: str
    grants: tuple[Grant, ...]
    is_exercise: bool = False  # as in Health


class AssetPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of assets; `next` is the cursor of the following page, None at the end."""

    items: tuple[Asset, ...]
    next: str | None
    total: int


class AlarmPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of alarms."""

    items: tuple[Alarm, ...]
    next: str | None
    total: int


class JournalPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of journal entries, newest first."""

    items: tuple[JournalEntry, ...]
    next: str | None
    total: int


class CommandPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of commands, newest first."""

    items: tuple[Command, ...]
    next: str | None
    total: int


class ClaimPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of claims."""

    items: tuple[Claim, ...]
    next: str | None
    total: int


class CommuneList(msgspec.Struct, frozen=True, kw_only=True):
    """All communes, with outlines."""

    items: tuple[Commune, ...]
    next: str | None
    total: int


class AssetClassList(msgspec.Struct, frozen=True, kw_only=True):
    """All asset classes."""

    items: tuple[AssetClass, ...]
    next: str | None
    total: int


class AssetDetail(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a card shows first."""

    asset: Asset
    points: dict[str, PointValue]
    claims: tuple[Claim, ...]
    alarms: tuple[Alarm, ...]
    history: tuple[AssetChange, ...]
    supply_children_count: int = 0


class PointSample(msgspec.Struct, frozen=True, array_like=True):
    """One kept reading of a numeric point, for trends."""

    at: dt.datetime
    value: Value
    quality: int


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """Readings of one point between two times, oldest first."""

    asset_id: int
    point: str
    samples: tuple[PointSample, ...]


class PointColumn(msgspec.Struct, frozen=True, kw_only=True):
    """One numeric point of a class as columns: ids <u4, values <f8. Assets that never told it are not in it."""

    ids: bytes
    values: bytes
    unit: str = ""


class AcknowledgeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /alarms/{id}/acknowledge."""

    occurrence: int
    comment: str = ""


class ShelveRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /alarms/{id}/shelve."""

    reason: str
    until: dt.datetime
    is_one_shot: bool = False


class ReasonRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reason, for acts that need nothing else."""

    reason: str


class ClaimRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /claims. `id` is the client's UUID; `asset_ids` are claimed together, all or none are accepted.

    Rank TWO_PERSON_MANUAL needs `approval_id`: an approval of act "place_claim" whose payload is this very
    request with an empty `approval_id`.
    """

    id: str
    asset_ids: tuple[int, ...]
    property: str
    value: Value
    reason: str
    expires_at: dt.datetime | None = None
    rank: Rank = Rank.OPERATOR
    approval_id: str = ""


class ClaimOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a claim request, per asset."""

    claims: tuple[Claim, ...]
    commands: tuple[Command, ...]


class CommandRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /commands. `deadline_s` seconds from receipt."""

    id: str
    asset_id: int
    action: str
    arguments: dict[str, Value] = {}
    reason: str = ""
    deadline_s: float = 10.0


class ViewRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """POST /cameras/{id}/view: asks for a live picture; the viewing is entered in the register."""

    stream: str = "sub"  # "sub" or "main"
    reason: str = ""
    sound: bool = False  # to hear it as well; refused where sound is not allowed


class ViewTicket(msgspec.Struct, frozen=True, kw_only=True):
    """An RTSP address with a one-shot ticket, good for `expires_in` seconds."""

    url: str
    expires_in: int
    is_masked: bool = False
    lasts_s: float | None = None
    """The masks are lifted for this viewer, and the picture ends then: ask anew."""

    def __repr__(self) -> str:
        """Without the ticket."""
        return f"ViewTicket({self.url.partition('?')[0]!r})"


class NearbyCamera(msgspec.Struct, frozen=True, kw_only=True):
    """A camera near a place; `sees_it` by field of view and range; `streams` when it has a live picture."""

    asset: Asset
    distance_m: float
    sees_it: bool
    streams: bool


class NearbyCameras(msgspec.Struct, frozen=True, kw_only=True):
    """Nearest first, those that stream and see the place before the others."""

    items: tuple[NearbyCamera, ...]
    next: str | None
    total: int


class ApprovalRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Asks a second person for an act, bound to the hash of its exact payload."""

    act: str
    payload: dict[str, object]
    reason: str


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """A two-person approval: single use, expires in 5 minutes, never by the same person.

    The second person reads `payload` and agrees to exactly that: `payload_hash` binds it.
    """

    id: str
    act: str
    payload_hash: str
    requester: str
    reason: str
    requested_at: dt.datetime
    expires_at: dt.datetime
    payload: dict[str, object] = {}
    approver: str = ""
    approved_at: dt.datetime | None = None
    is_used: bool = False


class Workspace(msgspec.Struct, frozen=True, kw_only=True):
    """A named arrangement of panels, opaque to the backend (the console's own JSON)."""

    name: str
    content: str
    updated_at: dt.datetime | None = None
    is_shared: bool = False  # everybody of the owner's role may open it


class WorkspaceList(msgspec.Struct, frozen=True, kw_only=True):
    """One's workspaces."""

    items: tuple[Workspace, ...]
    next: str | None
    total: int


class LinkList(msgspec.Struct, frozen=True, kw_only=True):
    """All device connections."""

    items: tuple[LinkStatus, ...]
    next: str | None
    total: int


class UserList(msgspec.Struct, frozen=True, kw_only=True):
    """All accounts."""

    items: tuple[User, ...]
    next: str | None
    total: int


class GrantsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """PUT /users/{name}/grants: replaces them; open streams are filtered anew within a second."""

    grants: tuple[Grant, ...]


class ActiveRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """PUT /users/{name}/active."""

    is_active: bool


class ApprovalList(msgspec.Struct, frozen=True, kw_only=True):
    """Approvals that wait for a second person, or to be used."""

    items: tuple[Approval, ...]
    next: str | None
    total: int
