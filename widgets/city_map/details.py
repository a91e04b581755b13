"""What is known of single assets beyond their state: shown when the map is near. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from widgets.city_map.values import UInt32s


class JunctionMode(Enum):
    """What the lanterns of a junction do."""

    RUNNING = "running"
    FLASHING_AMBER = "flashing_amber"
    DARK = "dark"
    FAULT = "fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SignText:
    """The text as it stands on the sign, line by line; no lines: the sign is blank."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JunctionState:
    """What a junction does, and the number or name of its plan while it runs."""

    mode: JunctionMode
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Bays:
    """Bays of a car park; None is unknown."""

    free: int | None
    total: int | None


@dataclass(frozen=True, slots=True)
class CameraDetail:
    """What a camera is and does."""

    is_ptz: bool = False
    is_recording: bool = False
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class VehicleDetail:
    """A short word from the crew: free, on its way, at work."""

    status: str = ""


AssetDetail = SignText | JunctionState | Bays | CameraDetail | VehicleDetail


def _no_ids() -> UInt32s:
    return np.empty(0, np.uint32)


@dataclass(frozen=True, slots=True)
class SupplyTree:
    """What a cabinet feeds; `cut_off` are those of them that get no supply now."""

    parent_id: int
    fed_ids: UInt32s
    cut_off_ids: UInt32s = field(default_factory=_no_ids)
