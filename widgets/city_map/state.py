"""What an asset looks like on the map: one small number per asset, worst is highest."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class AssetVisual(IntEnum):
    """Ordered from calm to worst; where two assets share a pixel the higher one is seen."""

    NORMAL = 0
    UNKNOWN = 1
    STALE = 2
    FAULT = 3
    ALARM_P4 = 4
    ALARM_P3 = 5
    ALARM_P2 = 6
    ALARM_P1 = 7


VISUAL_MASK: Final = 0x07
UNACKNOWLEDGED: Final = 0x80
"""Flag added to a state whose alarm nobody has acknowledged: it flashes."""
SUPPRESSED: Final = 0x40
"""Flag of an asset whose state is explained by its supply: it is no alarm of its own. Kept by the map."""
PENDING: Final = 0x20
"""Flag of an asset with a command under way. Kept by the map."""
KEPT_FLAGS: Final = SUPPRESSED | PENDING

LEVEL_UNKNOWN: Final = 255
FIRST_ALARM: Final = int(AssetVisual.ALARM_P4)
ALARM_BIT: Final = 0x04
"""Set in the state of every alarm and of nothing else."""
ALARMS_WORST_FIRST: Final = (
    AssetVisual.ALARM_P1,
    AssetVisual.ALARM_P2,
    AssetVisual.ALARM_P3,
    AssetVisual.ALARM_P4,
)


def priority_number(visual: AssetVisual) -> int:
    """1 for P1 ... 4 for P4; 0 for what is no alarm."""
    return 8 - int(visual) if visual >= AssetVisual.ALARM_P4 else 0
