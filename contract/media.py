"""What backend and media process say to each other: one JSON message a line, over the child's stdin and stdout.

Here what the backend commands; what the media process says is in `media_events.py`, and imported from here as well.

Pictures leave the media process by four doors: live (RTSP), footage, stills, evidence. Each opens by a message that
names the person and carries the masks to burn in: `masks` has no default, so that no door opens without the question.
"""

import datetime as dt

import msgspec

from contract.footage import RecordingPlan
from contract.masks import Mask
from contract.media_events import (
    CameraCondition,
    CameraState,
    EvidenceClip,
    EvidenceClips,
    EvidenceProgress,
    FootageDisk,
    FootageListed,
    FootageSealed,
    GapRecorded,
    MediaEvent,
    MediaReady,
    Purged,
    PurgeHeld,
    RecordingState,
    StillTaken,
    StreamProbed,
    TicketReady,
    TicketRefused,
    TicketUsed,
    ViewingEnded,
)

__all__ = [
    "BuildEvidence",
    "CameraCondition",
    "CameraState",
    "CancelEvidence",
    "CloseCamera",
    "EvidenceClip",
    "EvidenceClips",
    "EvidenceProgress",
    "FootageDisk",
    "FootageListed",
    "FootagePart",
    "FootageSealed",
    "GapRecorded",
    "IssueFootageTicket",
    "IssueTicket",
    "ListFootage",
    "MasksChanged",
    "MediaCommand",
    "MediaEvent",
    "MediaReady",
    "OpenCamera",
    "PlanRecording",
    "ProbeStream",
    "PurgeHeld",
    "Purged",
    "RecordEvent",
    "RecordingState",
    "ReleaseSeal",
    "RevokeUser",
    "SealFootage",
    "StillTaken",
    "StreamKey",
    "StreamProbed",
    "TakeStill",
    "TicketReady",
    "TicketRefused",
    "TicketUsed",
    "ViewingEnded",
]


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
    has_sound: bool = False
    """Its sound may be pulled beside its pictures, for tickets that say so. It is never recorded."""

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
    `has_sound`: its sound may be heard as well, unless there are masks.
    """

    ticket: str
    camera_id: int
    stream: str
    user: str
    expires_in: float
    masks: tuple[Mask, ...]
    session: str = ""
    lasts_s: float | None = None
    has_sound: bool = False

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

    With a `session` only that login's: he logged out at one desk and watches on at another. With a `camera_id` only
    what he sees of that camera: his masks were lifted, or came back, and he asks anew.
    """

    user: str
    session: str = ""
    camera_id: int | None = None


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
