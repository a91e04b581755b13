"""Which passages answer an ask, inside a ticket's period. In threads: the archive reads from the disk."""

from typing import Generic

import msgspec

from media.footage_door.ports import Archive, P
from video.playback.messages import Where

_CLOSE_S = 0.5


class Period(msgspec.Struct, frozen=True):
    """What a ticket opens: a camera, between two wall times."""

    camera_id: int
    since: float
    until: float


class PassageFinder(Generic[P]):
    """The passages of one period. Its first one may begin before it, with the key picture that it needs."""

    def __init__(self, archive: Archive[P], period: Period) -> None:
        self._archive = archive
        self._period = period

    def first(self, where: Where, at: float) -> P | None:
        """The passage AT, AFTER or BEFORE a time; None when the period has none."""
        period = self._period
        if where is Where.BEFORE:
            return self._last_before(min(at, period.until))
        found = self._inside(self._archive.passage_at(period.camera_id, max(at, period.since)))
        if where is Where.AFTER and found is not None and found.begins_at <= at:
            return self.after(found)
        return found

    def after(self, passage: P) -> P | None:
        """The next one."""
        return self._inside(self._archive.passage_after(passage))

    def before(self, passage: P) -> P | None:
        """The one before."""
        return self._inside(self._archive.passage_before(passage))

    def neighbours(self, passage: P) -> tuple[P | None, P | None]:
        """The one before and the next one."""
        return self.before(passage), self.after(passage)

    def last_end_before(self, at: float) -> float | None:
        """Where the recordings end that lie before a time which none holds."""
        passage = self._last_before(min(at, self._period.until))
        return None if passage is None else passage.ends_at

    def _last_before(self, at: float) -> P | None:
        """The last passage that begins earlier than `at`."""
        found = self._archive.passage_at(self._period.camera_id, at)
        if found is not None and found.begins_at < at:
            return self._inside(found)
        if found is not None:
            return self.before(found)
        return self._last(at)

    def _last(self, until: float) -> P | None:
        """The last passage of a period after which there is none: it is not known, so it is halved."""
        camera_id = self._period.camera_id
        last = self._inside(self._archive.passage_at(camera_id, self._period.since))
        none_from = until
        while last is not None and none_from - last.ends_at > _CLOSE_S:
            middle = (last.ends_at + none_from) / 2
            found = self._archive.passage_at(camera_id, middle)
            if found is None or found.begins_at >= until:
                none_from = middle
            else:
                last = found
        while last is not None and (following := self.after(last)) is not None and following.begins_at < until:
            last = following
        return last

    def _inside(self, passage: P | None) -> P | None:
        period = self._period
        if passage is None or passage.begins_at >= period.until or passage.ends_at <= period.since:
            return None
        return passage
