"""What the pointer rests on."""

from typing import NamedTuple


class Hover(NamedTuple):
    """A moment of a camera (milliseconds since 1970), at `x` pixels of the timeline: a thumbnail can be shown there."""

    camera_id: int
    at_ms: float
    x: float
    is_recorded: bool
