"""Whether a process that says nothing is frozen, stuck, or only kept from the processor by others."""

import os
from pathlib import Path
from typing import Final, NamedTuple

_STOPPED: Final = frozenset("TtZX")
_BUSY_SHARE: Final = 0.5


class Vitality(NamedTuple):
    """A process at one moment: its state as Linux has it (R, S, D, T ...), and the processor seconds it has used."""

    state: str
    cpu_s: float


def vitality_of(process_id: int) -> Vitality | None:
    """How it is now; None where nobody can say."""
    try:
        text = Path(f"/proc/{process_id}/stat").read_text("ascii", "replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    if len(fields) < 13 or not (fields[11].isdigit() and fields[12].isdigit()):
        return None
    return Vitality(fields[0], (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))


def is_only_starved(before: Vitality | None, now: Vitality | None, seconds: float) -> bool:
    """Silent for `seconds`, and yet to be waited for: it wants to run, and others had the processor.

    One that is stopped, that sleeps in silence, or that ran all the time and says nothing will not come back.
    """
    if before is None or now is None or now.state in _STOPPED:
        return False
    return now.state == "R" and now.cpu_s - before.cpu_s < _BUSY_SHARE * seconds
