"""Which passages answer an ask, inside a ticket's period. In threads: the archive reads from the disk."""

import msgspec

from video.footage.archive import FootageArchive, Passage
from video.playback.messages import Where


class Period(msgspec.Struct, frozen=True):
    """What a ticket opens: a camera, between two wall times."""

    camera_id: int
    since: float
    until: float


class PassageFinder:
    """The passages of one period. Its first one may begin before it, with the key picture that it needs."""

    def __init__(self, archive: FootageArchive, period: Period) -> None:
        self._archive = archive
        self._period = period

    def first(self, where: Where, at: float) -> Passage | None:
        """The passage AT, AFTER or BEFORE a time; None when the period has none."""
        period = self._period
        if where is Where.BEFORE:
            return self._last_before(min(at, period.until))
        found = self._inside(self._archive.passage_at(period.camera_id, max(at, period.since)))
        if where is Where.AFTER and found is not None and found.begins_at <= at:
            return self.after(found)
        return found

    def after(self, passage: Passage) -> Passage | None:
        """The next one."""
        return self._inside(self._archive.passage_after(passage))

    def before(self, passage: Passage) -> Passage | None:
        """The one before."""
        return self._inside(self._archive.passage_before(passage))

    def neighbours(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        """The one before and the next one."""
        return self.before(passage), self.after(passage)

    def last_end_before(self, at: float) -> float | None:
        """Where the recordings end that lie before a time which none holds."""
        passage = self._last_before(min(at, self._period.until))
        return None if passage is None else passage.ends_at

    def _last_before(self, at: float) -> Passage | None:
        """The last passage that begins earlier than `at`."""
        found = self._archive.passage_at(self._period.camera_id, at)
        if found is not None and found.begins_at < at:
            return self._inside(found)
        if found is not None:
            return self.before(found)
        return self._inside(self._archive.newest(self._period.camera_id))

    def _inside(self, passage: Passage | None) -> Passage | None:
        period = self._period
        if passage is None or passage.begins_at >= period.until or passage.ends_at <= period.since:
            return None
        return passage
