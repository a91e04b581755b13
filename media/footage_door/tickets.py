"""One-shot tickets of the footage door: each opens one camera's recordings of one period, once, for one user."""

from collections.abc import Callable
from typing import Final

import msgspec

from contract.media import IssueFootageTicket, MasksChanged
from video.clocks import Clock

MAX_TICKETS: Final = 10_000
LONGEST_S: Final = 60.0


class FootageTickets:
    """The tickets nobody has used yet."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._unspent: dict[str, tuple[float, IssueFootageTicket]] = {}

    def issue(self, command: IssueFootageTicket) -> None:
        """Make a ticket good from now on."""
        self._forget_ended()
        while len(self._unspent) >= MAX_TICKETS:
            del self._unspent[next(iter(self._unspent))]
        ends_at = self._clock() + min(command.expires_in, LONGEST_S)
        # What it opens ends when it says so, however late it is presented.
        lasts_until = None if command.lasts_s is None else self._clock() + command.lasts_s
        self._unspent[command.ticket] = (ends_at, msgspec.structs.replace(command, lasts_s=lasts_until))

    def burn(self, secret: str) -> IssueFootageTicket | None:
        """What it opens, spent from now on, `lasts_s` being the seconds left; None when it opens nothing."""
        self._forget_ended()
        _, command = self._unspent.pop(secret, (0.0, None))
        if command is None or command.lasts_s is None:
            return command
        left = command.lasts_s - self._clock()
        return msgspec.structs.replace(command, lasts_s=left) if left > 0 else None

    def revoke(self, user: str, session: str = "") -> None:
        """Make a user's tickets void, or those of one login."""
        self._keep(lambda one: not belongs_to(one, user, session))

    def masks_changed(self, command: MasksChanged) -> None:
        """Void what would show this camera with other masks."""
        self._keep(lambda one: one.camera_id != command.camera_id or one.masks == command.masks)

    def _keep(self, is_kept: Callable[[IssueFootageTicket], bool]) -> None:
        self._unspent = {secret: held for secret, held in self._unspent.items() if is_kept(held[1])}

    def _forget_ended(self) -> None:
        now = self._clock()
        self._unspent = {secret: held for secret, held in self._unspent.items() if held[0] > now}


def belongs_to(ticket: IssueFootageTicket, user: str, session: str) -> bool:
    """Whether it is this user's, and this login's if one is named."""
    return ticket.user == user and session in {"", ticket.session}
