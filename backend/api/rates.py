"""How often one login, one key or one address may ask. Consoles stay far below; programs that run away do not."""

import logging
from collections.abc import Callable
from typing import Final

from backend.api.problems import ProblemError
from backend.devkit.clock import Clock
from backend.devkit.origin import origin_of
from backend.devkit.pace import Pace
from backend.domain.rate_limit import RateLimit
from backend.services.administration.refusals import Refusal
from backend.services.said import say
from backend.services.sessions import Session

log = logging.getLogger(__name__)

# A console that opens six maps on three screens asks some 1,500 times in its first seconds, then a few times a second.
OF_A_LOGIN: Final = RateLimit(a_second=300.0, burst=6_000.0)
# Without a login: health, login, refresh, and whatever has no good token. Fifty consoles may share an address.
OF_AN_ADDRESS: Final = RateLimit(a_second=50.0, burst=1_000.0)
MOST_KEPT: Final = 10_000
_BURST_OF_A_KEY_S: Final = 10.0
_LEAST_BURST: Final = 10.0


class Rates:
    """Kept in memory, for so many askers; of more, who asked longest ago is forgotten."""

    def __init__(
        self,
        clock: Clock,
        of_a_login: RateLimit = OF_A_LOGIN,
        of_an_address: RateLimit = OF_AN_ADDRESS,
        refused: Callable[[Refusal, str], None] | None = None,
    ) -> None:
        """`refused` hears who is held back."""
        self._refused = refused
        self._clock = clock
        self._of_an_address = of_an_address
        self._pace = Pace(a_second=of_a_login.a_second, burst=of_a_login.burst, most=MOST_KEPT)
        self.refused = 0  # since the start

    def __len__(self) -> int:
        """How many askers are remembered."""
        return len(self._pace)

    def check(self, session: Session | None, address: str) -> None:
        """Count a request. Raises a problem 429 that says how long to wait."""
        limit: RateLimit | None
        if session is None:
            who, limit = f"address {origin_of(address)}", self._of_an_address
        elif session.requests_a_minute:
            a_second = session.requests_a_minute / 60
            who = session.id
            limit = RateLimit(a_second=a_second, burst=max(_LEAST_BURST, a_second * _BURST_OF_A_KEY_S))
        else:
            who, limit = session.id, None
        wait_s = self._pace.wait_s(who, self._clock.monotonic(), limit)
        if wait_s > 0:
            self.refused += 1
            if self._refused is not None:
                self._refused(*_told(session, address))
            raise ProblemError(
                429, "slow-down", "Too many requests.", say("slow_down", seconds=max(1, round(wait_s))),
                retry_after_s=wait_s,
            )  # fmt: skip


def _told(session: Session | None, address: str) -> tuple[Refusal, str]:
    if session is None:
        return Refusal.ADDRESS, address
    return (Refusal.KEY if session.requests_a_minute else Refusal.LOGIN), session.user.display_name
