"""Recordings: what is to be recorded, what is there, what is marked and what is locked."""

import datetime as dt
import enum

import msgspec

LONGEST_DAYS = 30
"""French law: one month at most. No setting goes beyond; the media process holds to it whatever it is told."""


class RecordingMode(enum.StrEnum):
    """When a camera is recorded."""

    OFF = "off"
    CONTINUOUS = "continuous"
    SCHEDULE = "schedule"  # within its hours
    EVENT = "event"  # from the pre-roll before an event to the post-roll after it


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Local minutes of the day, on these weekdays (0 = Monday); may cross midnight."""

    from_minute: int
    to_minute: int
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


class RecordingPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one camera is recorded. `quota_bytes` 0: no limit of its own. `time_zone` is the hours' (IANA name)."""

    mode: RecordingMode = RecordingMode.OFF
    stream: str = "main"
    hours: tuple[Hours, ...] = ()
    time_zone: str = "Europe/Paris"
    pre_roll_s: int = 10
    post_roll_s: int = 30
    kept_days: int = LONGEST_DAYS
    quota_bytes: int = 0


class PlanChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Record these cameras so from now on."""

    camera_ids: tuple[int, ...]
    plan: RecordingPlan


class CameraRecording(msgspec.Struct, frozen=True, kw_only=True):
    """One camera's plan and how its recording fares: off, waiting, recording, failed."""

    camera_id: int
    plan: RecordingPlan
    state: str = "off"
    detail: str = ""
    """Why, in English; `detail_code` and `detail_args` say the same for consoles that speak otherwise."""
    detail_code: str = ""
    detail_args: dict[str, str] = {}
    version: int = 0


class RecordingList(msgspec.Struct, frozen=True, kw_only=True):
    """The cameras this caller may see; the disk under the recordings; why purging is held, if it is."""

    items: tuple[CameraRecording, ...]
    total: int
    next: str | None = None
    used_bytes: int = 0
    free_bytes: int = 0
    quota_bytes: int = 0
    trouble: str = ""


class FootageSpan(msgspec.Struct, frozen=True, kw_only=True):
    """Pictures without a hole, from then to then."""

    since: dt.datetime
    until: dt.datetime


class FootageGap(msgspec.Struct, frozen=True, kw_only=True):
    """Should have been recorded and was not. `reason`: camera_lost, disk_full, disk_slow, disk_failed, service_down,
    clock_jump (of no length: the clock was set back), damaged, refused, purged_quota, or not_recorded (of a seal)."""

    since: dt.datetime
    until: dt.datetime
    reason: str
    camera_id: int = 0


class FootageMark(msgspec.Struct, frozen=True, kw_only=True):
    """Something on the timeline. `kind`: motion, event, alarm, bookmark, lock. `until` None: a moment."""

    id: str
    kind: str
    since: dt.datetime
    until: dt.datetime | None = None
    label: str = ""
    priority: int = 0
    """Of an alarm: 1 to 4."""
    asset_id: int = 0
    """Of an alarm: whose it is; the camera's own or that of an asset in its sight."""
    alarm_kind: str = ""


class CameraFootage(msgspec.Struct, frozen=True, kw_only=True):
    """One camera's timeline in a period, oldest first."""

    camera_id: int
    since: dt.datetime
    until: dt.datetime
    spans: tuple[FootageSpan, ...] = ()
    gaps: tuple[FootageGap, ...] = ()
    marks: tuple[FootageMark, ...] = ()
    oldest: dt.datetime | None = None
    trouble: str = ""


class FootageNear(msgspec.Struct, frozen=True, kw_only=True):
    """A camera near a place and whether it was recorded at a time: from then to then without a hole, if it was."""

    camera_id: int
    distance_m: float
    sees_it: bool
    has_footage: bool
    since: dt.datetime | None = None
    until: dt.datetime | None = None


class NearbyFootage(msgspec.Struct, frozen=True, kw_only=True):
    """Cameras near a place: those that have the moment and see it first, then those that have it, then by distance."""

    items: tuple[FootageNear, ...]
    total: int
    next: str | None = None
    trouble: str = ""


class FootageRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Watch recordings of a camera. The purpose of the session is entered with it (see ViewingPurpose)."""

    since: dt.datetime
    until: dt.datetime


class FootageTicket(msgspec.Struct, frozen=True, kw_only=True):
    """Opens the footage door once. `host`, `port`: where; `is_encrypted`: TLS."""

    host: str
    port: int
    is_encrypted: bool
    ticket: str
    expires_in: int
    is_masked: bool
    server_time: dt.datetime

    def __repr__(self) -> str:
        """Without the ticket."""
        return f"FootageTicket({self.host!r}, {self.port})"


class BookmarkRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Mark a moment of a camera."""

    at: dt.datetime
    label: str
    until: dt.datetime | None = None


class Bookmark(msgspec.Struct, frozen=True, kw_only=True):
    """A moment somebody marked."""

    id: str
    camera_id: int
    at: dt.datetime
    label: str
    made_by: str
    until: dt.datetime | None = None


class BookmarkList(msgspec.Struct, frozen=True, kw_only=True):
    """The bookmarks of one camera, oldest first."""

    items: tuple[Bookmark, ...]
    total: int
    next: str | None = None


class ViewingPurpose(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody watches, said once per shift or incident and entered with every viewing of his session.

    Live pictures may be watched on routine duty (`is_routine`, the default); recordings, stills, evidence and lifted
    masks need a reason in words.
    """

    reason: str
    incident: str = ""
    requisition: str = ""
    is_routine: bool = False
    said_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None


class PurposeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Say why, for the rest of the shift (12 hours at most) or until it is said anew."""

    reason: str
    incident: str = ""
    requisition: str = ""


class StillRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One picture as JPEG: now, or recorded at a time."""

    at: dt.datetime | None = None
    stream: str = "main"


class FootageLock(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed extraction: its own copy, reason and expiry, under two persons."""

    id: str
    camera_ids: tuple[int, ...]
    since: dt.datetime
    until: dt.datetime
    reason: str
    requisition: str
    requested_by: str
    approved_by: str
    made_at: dt.datetime
    expires_at: dt.datetime
    state: str = "sealing"
    """sealing, sealed, failed (tried again), releasing, released."""
    bytes: int = 0
    detail: str = ""


class LockRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Seal a period. `approval_id`: act "lock_footage", payload = these fields but itself."""

    camera_ids: tuple[int, ...]
    since: dt.datetime
    until: dt.datetime
    reason: str
    expires_at: dt.datetime
    approval_id: str
    requisition: str = ""


class LockRelease(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Give a seal up before its end. `approval_id`: act "release_footage_lock", payload {"lock_id": id}."""

    reason: str
    approval_id: str


class LockList(msgspec.Struct, frozen=True, kw_only=True):
    """Sealed extractions whose cameras the caller may all see, newest first."""

    items: tuple[FootageLock, ...]
    total: int
    next: str | None = None
