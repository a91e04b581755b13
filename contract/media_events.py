"""What the media process says to the backend: answers, and what it does and finds."""

import datetime as dt

import msgspec

from contract.footage import FootageGap, FootageMark, FootageSpan
from contract.masks import Mask


class MediaReady(msgspec.Struct, frozen=True, tag="media_ready", kw_only=True):
    """The media process listens."""

    rtsp_port: int
    is_encrypted: bool = False
    footage_port: int = 0
    """Where recordings are asked for; 0 when none are kept."""


class TicketReady(msgspec.Struct, frozen=True, tag="ticket_ready", kw_only=True):
    """The ticket may be handed out."""

    ticket: str

    def __repr__(self) -> str:
        """Without the ticket."""
        return "TicketReady()"


class CameraState(msgspec.Struct, frozen=True, tag="camera_state", kw_only=True):
    """How the pull of a stream fares.

    `state`: connecting, live, stalled, refused, wrong_password, not_found, damaged, closed (nobody watches).
    """

    camera_id: int
    stream: str
    state: str
    detail: str = ""


class TicketUsed(msgspec.Struct, frozen=True, tag="ticket_used", kw_only=True):
    """A viewer presented the ticket; it is burnt. `stream`: "sub", "main", or "footage"."""

    ticket: str
    camera_id: int
    stream: str
    user: str


class TicketRefused(msgspec.Struct, frozen=True, tag="ticket_refused", kw_only=True):
    """Somebody asked for a stream with a ticket that is burnt, expired, made up, or another stream's; `count` times."""

    camera_id: int | None
    reason: str
    count: int = 1


class ViewingEnded(msgspec.Struct, frozen=True, tag="viewing_ended", kw_only=True):
    """A viewer is gone, or never began to watch (0 seconds). Of footage: the earliest and latest picture handed out."""

    ticket: str
    camera_id: int
    stream: str
    user: str
    seconds: float
    earliest: dt.datetime | None = None
    latest: dt.datetime | None = None


class RecordingState(msgspec.Struct, frozen=True, tag="recording_state", kw_only=True):
    """How the recording of a camera fares: off, waiting (its hours or an event), recording, or failed, and why."""

    camera_id: int
    state: str
    detail: str = ""


class GapRecorded(msgspec.Struct, frozen=True, tag="gap_recorded", kw_only=True):
    """A camera that should have been recorded was not, from then to then: a fact of the archive."""

    camera_id: int
    gap: FootageGap


class Purged(msgspec.Struct, frozen=True, tag="purged", kw_only=True):
    """Recordings were destroyed, and their files were looked for afterwards: `left` of them still exist.

    `reason`: retention, quota, seal. `until`: nothing of this camera older than that remains (except seals).
    """

    camera_id: int
    reason: str
    until: dt.datetime
    files: int
    bytes: int
    left: int = 0
    lock_id: str = ""


class PurgeHeld(msgspec.Struct, frozen=True, tag="purge_held", kw_only=True):
    """Nothing is purged for now, and why (the clock jumped, the archive is not whole); empty: purging goes on."""

    reason: str


class FootageDisk(msgspec.Struct, frozen=True, tag="footage_disk", kw_only=True):
    """The disk under the recordings. `is_stopped`: by policy nothing more is recorded until there is room."""

    used_bytes: int
    free_bytes: int
    quota_bytes: int
    is_stopped: bool


class StillTaken(msgspec.Struct, frozen=True, tag="still_taken", kw_only=True):
    """The JPEG lies at `path` (the backend reads and deletes it), or `trouble` says why there is none."""

    id: str
    path: str = ""
    taken_at: dt.datetime | None = None
    trouble: str = ""


class FootageListed(msgspec.Struct, frozen=True, tag="footage_listed", kw_only=True):
    """Answers ListFootage, oldest first."""

    id: str
    spans: tuple[FootageSpan, ...] = ()
    gaps: tuple[FootageGap, ...] = ()
    marks: tuple[FootageMark, ...] = ()
    oldest: dt.datetime | None = None
    trouble: str = ""


class FootageSealed(msgspec.Struct, frozen=True, tag="footage_sealed", kw_only=True):
    """Answers SealFootage; `missing` says for which parts nothing was recorded."""

    id: str
    lock_id: str
    files: int = 0
    bytes: int = 0
    missing: tuple[FootageGap, ...] = ()
    trouble: str = ""


class EvidenceProgress(msgspec.Struct, frozen=True, tag="evidence_progress", kw_only=True):
    """How far a package is."""

    id: str
    done_bytes: int
    total_bytes: int


class EvidenceClip(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a package. `is_original`: byte for byte as recorded; else masks were burnt in by re-encoding."""

    name: str
    camera_id: int
    label: str
    since: dt.datetime
    until: dt.datetime
    bytes: int
    sha256: str
    is_original: bool
    codec: str
    masks: tuple[Mask, ...] = ()
    part: int = 0
    """Which of BuildEvidence's parts it belongs to."""
    width: int = 0
    height: int = 0
    pictures: int = 0


class EvidenceClips(msgspec.Struct, frozen=True, tag="evidence_clips", kw_only=True):
    """Ends BuildEvidence: the clips in order, or why there are none.

    `trouble`: cancelled, nothing, no_recorder, too_many, unreadable, no_room, disk, disk_error, all_lost, or failed;
    `trouble_args` fill its words.
    """

    id: str
    clips: tuple[EvidenceClip, ...] = ()
    gaps: tuple[FootageGap, ...] = ()
    """Of what was asked for: when nothing was recorded, and why (also: not_recorded, purged, damaged)."""
    trouble: str = ""
    trouble_args: dict[str, str] = {}


class StreamProbed(msgspec.Struct, frozen=True, tag="stream_probed", kw_only=True):
    """Answers ProbeStream: the picture's codec and size, or the state that stood in its way and why."""

    id: str
    codec: str = ""
    width: int = 0
    height: int = 0
    trouble: str = ""
    detail: str = ""


class CameraCondition(msgspec.Struct, frozen=True, tag="camera_condition", kw_only=True):
    """What the pictures of a camera say of it; said when it changes. None: not known."""

    camera_id: int
    is_frozen: bool | None = None
    is_dark: bool | None = None
    is_covered: bool | None = None
    is_blurred: bool | None = None
    is_moved: bool | None = None
    is_in_motion: bool | None = None


MediaEvent = (
    MediaReady
    | TicketReady
    | CameraState
    | TicketUsed
    | TicketRefused
    | ViewingEnded
    | RecordingState
    | GapRecorded
    | Purged
    | PurgeHeld
    | FootageDisk
    | StillTaken
    | FootageListed
    | FootageSealed
    | EvidenceProgress
    | EvidenceClips
    | StreamProbed
    | CameraCondition
)
