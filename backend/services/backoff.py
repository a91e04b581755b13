"""How long somebody who keeps failing to log in must wait."""

from collections import OrderedDict
from typing import Final

import msgspec

from backend.devkit.origin import origin_of

FREE_PER_ACCOUNT: Final = 4
FREE_PER_ADDRESS: Final = 30
LONGEST_S: Final = 300.0
FORGET_AFTER_S: Final = 3_600.0
MOST_KEPT: Final = 20_000


class _Failures(msgspec.Struct):
    count: int = 0
    last_at: float = 0.0


class Backoff:
    """Counts failures per account *and* address, and per address over all accounts.

    Nobody can lock an account for others: whoever is on duty logs in from his own address; and where he has logged in
    before, what others do at that address (a room behind one router) does not hold him up. Addresses are networks: of
    IPv6 everybody has as many as he likes.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()
        self._at_home: OrderedDict[tuple[str, str], None] = OrderedDict()

    def wait_s(self, account: str, address: str, now: float) -> float:
        """Seconds still to wait before the next try; 0 when it may be made."""
        address = origin_of(address)
        own = self._wait((account, address), FREE_PER_ACCOUNT, now)
        return (
            own if (account, address) in self._at_home else max(own, self._wait(("", address), FREE_PER_ADDRESS, now))
        )

    def failed(self, account: str, address: str, now: float) -> None:
        """A try failed."""
        address = origin_of(address)
        for key in ((account, address), ("", address)):
            failures = self._failures.setdefault(key, _Failures())
            if now - failures.last_at > FORGET_AFTER_S:
                failures.count = 0
            failures.count += 1
            failures.last_at = now
            self._failures.move_to_end(key)
        while len(self._failures) > MOST_KEPT:
            self._failures.popitem(last=False)

    def succeeded(self, account: str, address: str) -> None:
        """The account logged in from there: its own count starts anew, the address's does not."""
        address = origin_of(address)
        self._failures.pop((account, address), None)
        self._at_home[account, address] = None
        self._at_home.move_to_end((account, address))
        while len(self._at_home) > MOST_KEPT:
            self._at_home.popitem(last=False)

    def _wait(self, key: tuple[str, str], free: int, now: float) -> float:
        failures = self._failures.get(key)
        if failures is None or failures.count < free:
            return 0.0
        span = min(LONGEST_S, 2.0 ** min(failures.count - free + 1, 20))
        return max(0.0, failures.last_at + span - now)
