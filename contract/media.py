"""What backend and media process say to each other: one JSON message a line, over the child's stdin and stdout.

Pictures leave the media process by four doors: live (RTSP), footage, stills, evidence. Each opens by a message that
names the person and carries the masks to burn in: `masks` has no default, so that no door opens without the question.
"""

import datetime as dt

import msgspec

from contract.footage import FootageGap, FootageMark, FootageSpan, RecordingPlan
from contract.masks import Mask


class StreamKey(msgspec.Struct, frozen=True):
    """One of a camera's streams: "sub" for tiles, "main" for the spotlight."""

    camera_id: int
    stream: str


class OpenCamera(msgspec.Struct, frozen=True, tag="open_camera", kw_only=True):
    """This stream may be watched from now on; the camera itself is opened when the first viewer comes.

    The password crosses no other channel than this pipe.
    """

    camera_id: int
    stream: str
    url: str
    user: str = ""
    password: str = ""
    is_movable: bool = False
    """Its head turns by command: no view is its own, so that none is called moved or blurred."""

    def __repr__(self) -> str:
        """Without address, user and password."""
        return f"OpenCamera({self.camera_id}, {self.stream!r})"


class CloseCamera(msgspec.Struct, frozen=True, tag="close_camera", kw_only=True):
    """Nobody may watch this stream any more: its viewers are hung up on."""

    camera_id: int
    stream: str


class IssueTicket(msgspec.Struct, frozen=True, tag="issue_ticket", kw_only=True):
    """`ticket` opens this live stream once, for this user, within `expires_in` seconds. `session`: his login.

    `masks` are burnt into every picture. `lasts_s`: the viewing ends by itself then (a lifted mask comes back).
    """

    ticket: str
    camera_id: int
    stream: str
    user: str
    expires_in: float
    masks: tuple[Mask, ...]
    session: str = ""
    lasts_s: float | None = None

    def __repr__(self) -> str:
        """Without the ticket."""
        return f"IssueTicket({self.camera_id}, {self.stream!r}, {self.user!r})"


class IssueFootageTicket(msgspec.Struct, frozen=True, tag="issue_footage_ticket", kw_only=True):
    """`ticket` opens the recordings of this camera between two times, once; otherwise like IssueTicket."""

    ticket: str
    camera_id: int
    user: str
    expires_in: float
    since: dt.datetime
    until: dt.datetime
    masks: tuple[Mask, ...]
    session: str = ""
    lasts_s: float | None = None

    def __repr__(self) -> str:
        """Without the ticket."""
        return f"IssueFootageTicket({self.camera_id}, {self.user!r})"


class MasksChanged(msgspec.Struct, frozen=True, tag="masks_changed", kw_only=True):
    """The masks of this camera are others now: who watches it with other masks is hung up on, and asks anew."""

    camera_id: int
    masks: tuple[Mask, ...]


class PlanRecording(msgspec.Struct, frozen=True, tag="plan_recording", kw_only=True):
    """Record this camera so from now on. Its stream has been told by OpenCamera before."""

    camera_id: int
    plan: RecordingPlan


class RecordEvent(msgspec.Struct, frozen=True, tag="record_event", kw_only=True):
    """Something happened in sight of this camera: a plan of mode "event" records, from its pre-roll on."""

    camera_id: int
    kind: str
    label: str = ""


class TakeStill(msgspec.Struct, frozen=True, tag="take_still", kw_only=True):
    """One picture as JPEG: the newest live one, or the recorded one at a time. Answered by StillTaken."""

    id: str
    camera_id: int
    user: str
    masks: tuple[Mask, ...]
    stream: str = "main"
    at: dt.datetime | None = None


class ListFootage(msgspec.Struct, frozen=True, tag="list_footage", kw_only=True):
    """What is recorded of this camera in a period. Answered by FootageListed."""

    id: str
    camera_id: int
    since: dt.datetime
    until: dt.datetime


class FootagePart(msgspec.Struct, frozen=True, kw_only=True):
    """A camera and a period; `masks` are burnt into what leaves."""

    camera_id: int
    since: dt.datetime
    until: dt.datetime
    masks: tuple[Mask, ...]
    label: str = ""
    """What the camera is called in file names and the manifest: code and name."""


class SealFootage(msgspec.Struct, frozen=True, tag="seal_footage", kw_only=True):
    """Copy these periods, as recorded, into a sealed extraction that no purge reaches. Answered by FootageSealed."""

    id: str
    lock_id: str
    parts: tuple[FootagePart, ...]


class ReleaseSeal(msgspec.Struct, frozen=True, tag="release_seal", kw_only=True):
    """A sealed extraction has expired or was given up: delete it. Answered by Purged with reason "seal"."""

    lock_id: str


class BuildEvidence(msgspec.Struct, frozen=True, tag="build_evidence", kw_only=True):
    """Write the clips of a package into `folder` (its part files say how far an earlier try came: it resumes).

    From recordings, or from the sealed extraction `lock_id`. Answered by EvidenceProgress and then EvidenceClips.
    """

    id: str
    folder: str
    parts: tuple[FootagePart, ...]
    lock_id: str = ""


class CancelEvidence(msgspec.Struct, frozen=True, tag="cancel_evidence", kw_only=True):
    """Stop writing a package; what is written stays for a resume until the backend deletes it."""

    id: str


class ProbeStream(msgspec.Struct, frozen=True, tag="probe_stream", kw_only=True):
    """Try whether this stream brings pictures; none leaves. Answered by StreamProbed."""

    id: str
    url: str
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Without address, user and password."""
        return f"ProbeStream({self.id!r})"


class RevokeUser(msgspec.Struct, frozen=True, tag="revoke_user", kw_only=True):
    """This user lost a right or left: unspent tickets are void and open viewings end.

    With a `session` only that login's: he logged out at one desk and watches on at another.
    """

    user: str
    session: str = ""


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
    """Somebody asked for a stream with a ticket that is burnt, expired, made up, or another stream's."""

    camera_id: int | None
    reason: str


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
    """Ends BuildEvidence: the clips in order, or why there are none ("cancelled" when it was)."""

    id: str
    clips: tuple[EvidenceClip, ...] = ()
    gaps: tuple[FootageGap, ...] = ()
    """Of what was asked for: when nothing was recorded, and why (also: not_recorded, purged, damaged)."""
    trouble: str = ""


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


MediaCommand = (
    OpenCamera
    | CloseCamera
    | IssueTicket
    | IssueFootageTicket
    | MasksChanged
    | PlanRecording
    | RecordEvent
    | TakeStill
    | ListFootage
    | SealFootage
    | ReleaseSeal
    | BuildEvidence
    | CancelEvidence
    | ProbeStream
    | RevokeUser
)
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
