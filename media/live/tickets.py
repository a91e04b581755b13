"""One-shot tickets: each opens one stream, for one user, once, for half a minute."""

import math
from typing import Final

import msgspec

from contract.media import IssueTicket, StreamKey
from video.clocks import Clock
from video.masks import Geometry, geometry

MAX_TICKETS: Final = 10_000
LONGEST_S: Final = 60.0


class Ticket(msgspec.Struct, frozen=True):
    """What a ticket opens, until when, and until when it shows it (monotonic seconds)."""

    secret: str
    key: StreamKey
    user: str
    ends_at: float
    session: str = ""
    masks: Geometry = ()
    shows_until: float | None = None
    has_sound: bool = False

    def belongs_to(self, user: str, session: str) -> bool:
        """Whether it is this user's, and this login's if one is named."""
        return self.user == user and session in {"", self.session}

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Ticket({self.key}, {self.user!r})"


class Tickets:
    """The tickets nobody has used yet."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._unspent: dict[str, Ticket] = {}

    def __len__(self) -> int:
        """How many are unspent and have not ended."""
        self._forget_ended()
        return len(self._unspent)

    def issue(self, command: IssueTicket) -> None:
        """Make a ticket good from now on; how long it shows pictures is counted from now too."""
        self._forget_ended()
        while len(self._unspent) >= MAX_TICKETS:
            del self._unspent[next(iter(self._unspent))]
        now = self._clock()
        good_s = min(command.expires_in, LONGEST_S, math.inf if command.lasts_s is None else command.lasts_s)
        self._unspent[command.ticket] = Ticket(
            command.ticket,
            StreamKey(command.camera_id, command.stream),
            command.user,
            now + good_s,
            command.session,
            geometry(command.masks),
            None if command.lasts_s is None else now + command.lasts_s,
            # Masks cover pictures; nothing covers what is said behind a masked window.
            command.has_sound and not command.masks,
        )

    def burn(self, secret: str, key: StreamKey) -> Ticket | None:
        """The ticket, spent from now on; None when it opens nothing, or not this stream (and is spent all the same)."""
        self._forget_ended()
        ticket = self._unspent.pop(secret, None)
        return ticket if ticket is not None and ticket.key == key else None

    def revoke(self, user: str, session: str = "") -> None:
        """Make a user's tickets void, or those of one login."""
        kept = {secret: one for secret, one in self._unspent.items() if not one.belongs_to(user, session)}
        self._unspent = kept

    def void_other_masks(self, camera_id: int, masks: Geometry) -> None:
        """Make void what would show this camera with other masks than these."""
        self._unspent = {
            secret: one for secret, one in self._unspent.items() if one.key.camera_id != camera_id or one.masks == masks
        }

    def _forget_ended(self) -> None:
        now = self._clock()
        self._unspent = {secret: ticket for secret, ticket in self._unspent.items() if ticket.ends_at > now}
