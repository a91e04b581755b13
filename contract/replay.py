"""The past of the map: what was recorded, and its frames. Frames travel as one MessagePack value.

Times are UTC milliseconds since 1970. Columns are little-endian arrays as bytes. A place is an int32 of 1e-7 degrees
(11 mm). Where nothing was recorded there is a gap: what the map showed then is not known, and is never calm.
"""

from typing import Final

import msgspec

PLACES_A_DEGREE: Final = 10_000_000
HEADINGS_A_DEGREE: Final = 100
HEADING_UNKNOWN: Final = 0xFFFF
MOST_STEPS: Final = 900  # a request spans at most this many steps: 15 minutes at 1 s
LONGEST_STEP_S: Final = 60


class ReplayGap(msgspec.Struct, frozen=True, array_like=True):
    """Nothing is known of the time after `since_ms` and before `until_ms`."""

    since_ms: int
    until_ms: int


class AlarmMinute(msgspec.Struct, frozen=True, array_like=True):
    """How many alarms came in the minute that begins at `at_ms`, by priority P1 to P4. Calm minutes are left out."""

    at_ms: int
    counts: tuple[int, int, int, int]


class ReplaySpan(msgspec.Struct, frozen=True, kw_only=True):
    """What can be replayed. None: nothing was recorded yet."""

    first_ms: int | None
    last_ms: int | None
    now_ms: int  # the backend's clock
    kept_hours: int
    gaps: tuple[ReplayGap, ...]
    alarms: tuple[AlarmMinute, ...]
    trouble: str = ""  # why nothing is recorded now, and what to do; empty while all is well


class ReplayAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm that came."""

    at_ms: int
    asset_id: int
    priority: int


class ReplayAlarmAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The alarm that came next after, or last before, a moment; None when there is none."""

    alarm: ReplayAlarm | None


class ReplayBatch(msgspec.Struct, frozen=True, kw_only=True):
    """What changed until `at_ms`: ids uint32, visuals uint8 (| flag), levels uint8 as in StatesBody.

    `is_whole`: all that is known; what is not in it is UNKNOWN. Moves: ids uint32, places int32, headings uint16 of
    1/100 degree. `seq` counts the batches of one answer without a gap.
    """

    seq: int
    at_ms: int
    is_whole: bool = False
    ids: bytes = b""
    visuals: bytes = b""
    levels: bytes = b""
    move_ids: bytes = b""
    move_lon: bytes = b""
    move_lat: bytes = b""
    move_heading: bytes = b""


class ReplayFrames(msgspec.Struct, frozen=True, kw_only=True):
    """The map from `since_ms` to `until_ms`, which may be sooner than asked: go on from there.

    The first batch is whole: at `since_ms`, or where recording begins after it.
    """

    since_ms: int
    until_ms: int
    step_s: int
    batches: tuple[ReplayBatch, ...]
    gaps: tuple[ReplayGap, ...] = ()
