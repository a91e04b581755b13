"""What backend and media process say to each other: one JSON message a line, over the child's stdin and stdout."""

import msgspec


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

    def __repr__(self) -> str:
        """Without address, user and password."""
        return f"OpenCamera({self.camera_id}, {self.stream!r})"


class CloseCamera(msgspec.Struct, frozen=True, tag="close_camera", kw_only=True):
    """Nobody may watch this stream any more: its viewers are hung up on."""

    camera_id: int
    stream: str


class IssueTicket(msgspec.Struct, frozen=True, tag="issue_ticket", kw_only=True):
    """`ticket` opens this stream once, for this user, within `expires_in` seconds. `session`: the login that asked."""

    ticket: str
    camera_id: int
    stream: str
    user: str
    expires_in: float
    session: str = ""

    def __repr__(self) -> str:
        """Without the ticket."""
        return f"IssueTicket({self.camera_id}, {self.stream!r}, {self.user!r})"


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


class TicketReady(msgspec.Struct, frozen=True, tag="ticket_ready", kw_only=True):
    """The ticket may be handed out."""

    ticket: str


class CameraState(msgspec.Struct, frozen=True, tag="camera_state", kw_only=True):
    """How the pull of a stream fares.

    `state`: connecting, live, stalled, refused, wrong_password, not_found, damaged, closed (nobody watches).
    """

    camera_id: int
    stream: str
    state: str
    detail: str = ""


class TicketUsed(msgspec.Struct, frozen=True, tag="ticket_used", kw_only=True):
    """A viewer presented the ticket; it is burnt."""

    ticket: str
    camera_id: int
    stream: str
    user: str


class TicketRefused(msgspec.Struct, frozen=True, tag="ticket_refused", kw_only=True):
    """Somebody asked for a stream with a ticket that is burnt, expired, made up, or another stream's."""

    camera_id: int | None
    reason: str


class ViewingEnded(msgspec.Struct, frozen=True, tag="viewing_ended", kw_only=True):
    """A viewer is gone, or never began to watch (0 seconds)."""

    ticket: str
    camera_id: int
    stream: str
    user: str
    seconds: float


MediaCommand = OpenCamera | CloseCamera | IssueTicket | RevokeUser
MediaEvent = MediaReady | TicketReady | CameraState | TicketUsed | TicketRefused | ViewingEnded
