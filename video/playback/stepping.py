"""A picture on, a picture back: over the edges of passages, and over what was not recorded."""

import msgspec

from video.playback.messages import Where
from video.playback.reel import Reel, Spot


class Missing(msgspec.Struct, frozen=True):
    """A passage must be fetched first."""

    where: Where
    at: float


def stepped(reel: Reel, spot: Spot, pictures: int) -> Spot | Missing:
    """The picture so many further on, or back; the last, or the first, where there are no more."""
    passage = reel.newest_of(spot.passage)
    if passage.has_keys_only:
        return Missing(Where.AT, passage.begins_at)
    index = spot.index + pictures
    while index >= len(passage.times):
        if passage.given.next_begins_at is None:
            return Spot(passage, len(passage.times) - 1)
        following = reel.after(passage)
        if following is None or following.has_keys_only:
            return Missing(Where.AFTER, passage.begins_at)
        index -= len(passage.times)
        passage = following
    while index < 0:
        if passage.given.previous_ends_at is None:
            return Spot(passage, 0)
        earlier = reel.before(passage)
        if earlier is None or earlier.has_keys_only:
            return Missing(Where.BEFORE, passage.begins_at)
        passage = earlier
        index += len(passage.times)
    return Spot(passage, index)
