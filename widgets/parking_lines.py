"""What lists of car parks and boards of bays are told: words and figures, ready to be shown."""

import enum
from dataclasses import dataclass


class BayLook(enum.Enum):
    """What is known of a bay."""

    FREE = "free"
    TAKEN = "taken"
    OVER = "over"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ParkLine:
    """One car park. Shares of its bays from 0 to 1; all three 0: nothing is measured there."""

    asset_id: int
    name: str
    commune: str
    free: str
    taken: str
    unknown: str
    over: str
    rule: str
    taken_share: float
    unknown_share: float
    is_known: bool
    tooltip: str


@dataclass(frozen=True, slots=True)
class BayCell:
    """One bay: what stands in it, and all of it in words."""

    asset_id: int
    label: str
    look: BayLook
    note: str
    spoken: str
