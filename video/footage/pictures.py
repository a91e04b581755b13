"""Pictures with the time they were taken, alone and in groups."""

import msgspec

from video.access_unit import AccessUnit, StreamParameters
from video.mp4.init_segment import TIMESCALE


class TimedUnit(msgspec.Struct, frozen=True):
    """A coded picture and when it was taken, in seconds since 1970 UTC.

    Read from disk, its `rtp_time` is that time in RTP's clock, and nothing is known of when it was received (0).
    """

    unit: AccessUnit
    at: float


class PictureGroup(msgspec.Struct, frozen=True):
    """A key picture and those that need it, in order of decoding; or, not `is_key`, more of the group before."""

    parameters: StreamParameters
    units: tuple[TimedUnit, ...]
    ends_at: float
    """When the last picture gives way to the next."""
    size: int = -1
    """Bytes of its NAL units; counted when not given."""

    def __post_init__(self) -> None:
        """Count once what is asked for at every door."""
        if self.size < 0:
            counted = sum(sum(map(len, one.unit.nal_units)) for one in self.units)
            msgspec.structs.force_setattr(self, "size", counted)

    @property
    def is_key(self) -> bool:
        """Whether a player can begin here."""
        return self.units[0].unit.is_key

    @property
    def begins_at(self) -> float:
        """When the first picture was taken."""
        return self.units[0].at


class FootageGone(Exception):
    """The recording was purged since it was found."""


def to_ticks(at: float) -> int:
    """Seconds as ticks of the files' clock."""
    return round(at * TIMESCALE)


def to_seconds(ticks: int) -> float:
    """Ticks of the files' clock as seconds."""
    return ticks / TIMESCALE
