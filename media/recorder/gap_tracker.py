"""What is missing of a camera: everything it should have given and that is not on disk, with the reason."""

from contract.footage import FootageGap
from video.footage.archive import JOIN_S
from video.footage.places import utc


class GapTracker:
    """Counts on from one kept passage to the next. Times in seconds since 1970 UTC."""

    def __init__(self, camera_id: int) -> None:
        self._camera_id = camera_id
        self._kept_until: float | None = None
        self._offered_until = 0.0
        self._reason = "camera_lost"

    @property
    def is_counting(self) -> bool:
        """Whether pictures are due."""
        return self._kept_until is not None

    def begin(self, at: float, reason: str = "camera_lost") -> None:
        """From now on pictures are due; `reason`: why the first may be late."""
        if self._kept_until is None:
            self._kept_until, self._reason = at, reason

    def in_front_of(self, begins_at: float) -> FootageGap | None:
        """The gap that pictures of this moment end once they are on disk; None while others wait to be written."""
        if self._kept_until is None or self._offered_until > self._kept_until:
            return None
        gaps = self._gap(begins_at)
        return gaps[0] if gaps else None

    def offered(self, ends_at: float) -> None:
        """These pictures are on their way to the disk."""
        self._offered_until = ends_at

    def kept(self, begins_at: float, ends_at: float) -> list[FootageGap]:
        """These pictures are on disk; the gap in front of them, if there is one."""
        if self._kept_until is None:
            return []
        gaps = self._gap(begins_at)
        is_step_back = self._kept_until - begins_at > JOIN_S
        if is_step_back and self._reason == "clock_jump":
            gaps = [self._fact(begins_at, begins_at, "clock_jump")]
        self._kept_until = ends_at if is_step_back else max(self._kept_until, ends_at)
        self._reason = "camera_lost"
        return gaps

    def lost(self, reason: str) -> None:
        """Pictures that came were not kept: if a gap comes of it, this is why."""
        self._reason = reason
        self._offered_until = 0.0

    def turn(self, at: float, reason: str) -> list[FootageGap]:
        """Pictures are still due, but from now on for another reason: the gap so far."""
        if self._kept_until is None or reason == self._reason:
            return []
        gaps = self._gap(at)
        if gaps:
            self._kept_until = at
        self._reason = reason
        return gaps

    def end(self, at: float) -> list[FootageGap]:
        """From now on no pictures are due."""
        gaps = self._gap_after_offered(at)
        self._kept_until = None
        self._reason = "camera_lost"
        return gaps

    def open_gap(self, at: float) -> FootageGap | None:
        """What is missing so far, while it still is."""
        gaps = self._gap_after_offered(at)
        return gaps[0] if gaps else None

    def _gap_after_offered(self, at: float) -> list[FootageGap]:
        return [] if at - self._offered_until <= JOIN_S else self._gap(at)

    def _gap(self, until: float) -> list[FootageGap]:
        if self._kept_until is None or until - self._kept_until <= JOIN_S:
            return []
        return [self._fact(self._kept_until, until, self._reason)]

    def _fact(self, since: float, until: float, reason: str) -> FootageGap:
        return FootageGap(since=utc(since), until=utc(until), reason=reason, camera_id=self._camera_id)
