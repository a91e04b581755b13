"""One vehicle of the fleet's list, in words. No Qt, so that presenters can make it."""

import enum
from dataclasses import dataclass


class Wheels(enum.Enum):
    """What a vehicle does, as the list marks it."""

    TURN = "turn"
    STAND = "stand"
    LOST = "lost"
    NEVER = "never"


@dataclass(frozen=True)
class VehicleLine:
    """One row: words only; `wheels` gives it its mark and its tone."""

    asset_id: int
    wheels: Wheels
    vehicle: str
    status: str
    service: str
    crew: str
    activity: str
    speed: str
    heard: str
    distance: str = ""
    tooltip: str = ""
