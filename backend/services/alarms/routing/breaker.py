"""When a channel that fails is left alone for a while."""

from typing import Final

AFTER: Final = 3  # failures in a row
FIRST_S: Final = 30.0
LONGEST_S: Final = 300.0


class Breaker:
    """Closed: messages go. Open: none goes until a time; then one tries, and the others wait for how it fares."""

    def __init__(self) -> None:
        self._failures = 0
        self._span_s = FIRST_S
        self._until = 0.0
        self._is_trying = False

    @property
    def is_open(self) -> bool:
        """Whether the channel counts as down."""
        return self._failures >= AFTER

    def wait_s(self, now: float) -> float:
        """Seconds until the next try may be made; 0: now."""
        if not self.is_open:
            return 0.0
        if self._is_trying:
            return 1.0
        return max(0.0, self._until - now)

    def begin(self) -> None:
        """A try begins."""
        self._is_trying = True

    def worked(self) -> None:
        """The channel answered as it should."""
        self._failures, self._span_s, self._is_trying = 0, FIRST_S, False

    def failed(self, now: float, spread: float, retry_after_s: float = 0.0) -> None:
        """It did not. `spread` in [0, 1) parts channels of several backends."""
        was_open = self.is_open
        self._failures += 1
        self._is_trying = False
        if self.is_open:
            if was_open:
                self._span_s = min(LONGEST_S, 2 * self._span_s)
            self._until = now + max(self._span_s * (0.75 + spread / 2), retry_after_s)

    def given_up(self) -> None:
        """The try was broken off: nothing is known."""
        self._is_trying = False
