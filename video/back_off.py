"""How long to wait before trying again."""

import secrets
from collections.abc import Callable

_random = secrets.SystemRandom()


class BackOff:
    """Doubles from `first_s` to `longest_s`, each wait jittered by a quarter so that cameras do not march."""

    def __init__(
        self,
        first_s: float = 0.5,
        longest_s: float = 15.0,
        fraction: Callable[[], float] = _random.random,
    ) -> None:
        self._first = first_s
        self._longest = longest_s
        self._fraction = fraction
        self._next = first_s

    def reset(self) -> None:
        """All is well again: the next failure is the first."""
        self._next = self._first

    def wait_s(self, at_least: float = 0.0) -> float:
        """Seconds to wait now."""
        wait = max(self._next, at_least)
        self._next = min(self._next * 2, self._longest)
        return wait * (0.75 + 0.5 * self._fraction())
