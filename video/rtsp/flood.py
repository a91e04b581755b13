"""How much a camera may send: far more than any camera does, and less than what would cost its neighbours theirs."""

from video.errors import ProtocolError


class FloodGate:
    """Counts, and now and then looks at the clock. `most` within `seconds` are allowed."""

    def __init__(self, what: str, most: int, seconds: float) -> None:
        self._what = what
        self._most = most
        self._seconds = seconds
        self._left = most
        self._since = float("-inf")

    def pass_one(self, now: float) -> None:
        """One more came. Raises ProtocolError when they came too fast."""
        self._left -= 1
        if self._left <= 0:
            took = now - self._since
            self._left, self._since = self._most, now
            if took < self._seconds:
                raise ProtocolError(f"the camera sends more {self._what} than any camera does")
