"""Whether the wall clock is to be believed before anything is destroyed by it. Pure: readings in, a verdict out.

The rule. Time is credible while the wall clock goes as the machine's own count of seconds does. It is not when
- during one run of the machine, it went more than a minute further, or less far, than the seconds that passed, at once
  or by and by (a minute a day is forgiven);
- after a restart of the machine, it stands before the last credible time, or more than 45 days after it.
It is credible again
- at once, when the clock comes back to where it should be, within a minute;
- when it has gone steadily for a day and the step was two days at most, or for seven days whatever the step: somebody
  set it right, was told of it by an alarm all that while, and let it stand.
What is kept meanwhile is kept too long rather than destroyed too early.
"""

from typing import Final

import msgspec

TOLERANCE_S: Final = 60.0
DAY_S: Final = 86_400.0
LONGEST_OFF_S: Final = 45 * DAY_S
SMALL_STEP_S: Final = 2 * DAY_S
STEADY_AFTER_SMALL_S: Final = DAY_S
STEADY_AFTER_ANY_S: Final = 7 * DAY_S


class ClockReading(msgspec.Struct, frozen=True):
    """The wall clock, the machine's seconds since it started (also while it sleeps), and which start that was."""

    wall: float
    uptime: float
    boot: str


class ClockRecord(msgspec.Struct, frozen=True):
    """What is remembered from one look at the clock to the next, over restarts."""

    last: ClockReading
    untrusted_s: float = 0.0
    """How far the clock stands from where it should be."""
    steady_s: float = 0.0
    """How long it has gone steadily since it jumped."""

    @property
    def is_credible(self) -> bool:
        """Whether recordings may be destroyed by this clock."""
        return abs(self.untrusted_s) <= TOLERANCE_S


def look(record: ClockRecord | None, now: ClockReading) -> ClockRecord:
    """What is known after another look. Without a record, as at the very first start, the clock is believed."""
    if record is None:
        return ClockRecord(now)
    drift, passed = _drift(record.last, now)
    forgiven = (passed or 0.0) * TOLERANCE_S / DAY_S
    before = record.untrusted_s
    if record.is_credible:
        before = max(before - forgiven, 0.0) if before > 0 else min(before + forgiven, 0.0)
    untrusted = before + drift
    if abs(untrusted) <= TOLERANCE_S:
        return ClockRecord(now, untrusted)
    steady = 0.0 if abs(drift) > TOLERANCE_S or record.is_credible else record.steady_s + (passed or 0.0)
    if steady >= _patience(untrusted):
        return ClockRecord(now)
    return ClockRecord(now, untrusted, steady)


def _drift(last: ClockReading, now: ClockReading) -> tuple[float, float | None]:
    """How much too far the clock went, and the seconds that passed (None: another start of the machine)."""
    if now.boot == last.boot and now.uptime >= last.uptime:
        passed = now.uptime - last.uptime
        return now.wall - last.wall - passed, passed
    if now.wall < last.wall - TOLERANCE_S:
        return now.wall - last.wall, None
    if now.wall > last.wall + LONGEST_OFF_S:
        return now.wall - last.wall - LONGEST_OFF_S, None
    return 0.0, None


def _patience(untrusted: float) -> float:
    return STEADY_AFTER_SMALL_S if abs(untrusted) <= SMALL_STEP_S else STEADY_AFTER_ANY_S
