"""What the map is fed with: columns, classes, layers. Values only."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import numpy.typing as npt

from widgets.city_map.state import AssetVisual

Float64s = npt.NDArray[np.float64]
Float32s = npt.NDArray[np.float32]
UInt32s = npt.NDArray[np.uint32]
UInt16s = npt.NDArray[np.uint16]
Bytes = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Glyph(Enum):
    """The icon of a class once the map is near enough; a DOT stays a disc at every scale."""

    DOT = "dot"
    CABINET = "cabinet"
    CAMERA = "camera"
    PTZ_CAMERA = "ptz_camera"
    JUNCTION = "junction"
    BUILDING = "building"
    CAR_PARK = "car_park"
    VEHICLE = "vehicle"
    SIGN = "sign"
    BOLLARD = "bollard"
    NETWORK = "network"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ClassStyle:
    """How one class is drawn; its place in the sequence given to the map is its class_index."""

    code: str
    label: str
    glyph: Glyph = Glyph.DOT
    order: int = 0
    """Among icons and equal states: higher is drawn over lower."""
    icon_mpp: float = 3.0
    """Metres per pixel at and below which the icon is drawn instead of a disc."""
    min_detail_mpp: float = math.inf
    """Metres per pixel above which normal assets of this class are left out (faults and alarms never are)."""


@dataclass(frozen=True, slots=True)
class AssetColumns:
    """Parallel columns, one entry per asset; id 0 and positions off the earth are left out."""

    ids: UInt32s
    lon: Float64s
    lat: Float64s
    class_index: Bytes
    commune_index: UInt16s


NO_COMMUNE = 65535


class LayerKind(Enum):
    """Streets and outlines are lines; labels are names at points."""

    STREET = "street"
    OUTLINE = "outline"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class BaseLayer:
    """Features i has the coordinates offsets[i]:offsets[i+1]; names and weights are per feature.

    Weight of a street: 1 residential, 2 main, 3 arterial, 4 motorway. Labels: 1 small ... 4 large.
    """

    name: str
    kind: LayerKind
    lon: Float64s
    lat: Float64s
    offsets: Rows
    names: tuple[str, ...] = ()
    weights: Float64s | None = None
    attribution: str = ""
    colour: str = ""
    """A colour of MapTheme by name, such as "focus"; empty: as the kind is drawn. Outlines with one are not filled."""
    opacity: float = 1.0
    is_visible: bool = True


@dataclass(frozen=True, slots=True)
class ConeColumns:
    """Fields of view of cameras. Azimuth clockwise from north; fov 360 is a dome."""

    ids: UInt32s
    azimuth_deg: Float64s
    fov_deg: Float64s
    range_m: Float64s


@dataclass(frozen=True, slots=True)
class CountsInView:
    """What stands in the visible rectangle, exactly: the text twin of the picture."""

    total: int
    by_class: dict[str, int] = field(default_factory=dict[str, int])
    by_state: dict[AssetVisual, int] = field(default_factory=dict[AssetVisual, int])
    unacknowledged: int = 0
    suppressed: int = 0
    """Explained by their supply: in none of the states above."""
    pending: int = 0
    """With a command under way."""


def _no_ids() -> UInt32s:
    return np.empty(0, np.uint32)


@dataclass(frozen=True, slots=True)
class MapFilter:
    """What the user does not want to see. Communes are commune_index values; None: all of them."""

    hidden_classes: frozenset[str] = frozenset()
    hidden_visuals: frozenset[AssetVisual] = frozenset()
    communes: frozenset[int] | None = None
    hidden_ids: UInt32s = field(default_factory=_no_ids)
    shows_all_alarms: bool = True
    """Alarms are seen whatever the rest says; when not, the map tells how many it hides."""

    @property
    def is_open(self) -> bool:
        """True when everything passes."""
        return not (self.hidden_classes or self.hidden_visuals or self.hidden_ids.size) and self.communes is None


@dataclass(frozen=True, slots=True)
class AssetsInView:
    """The visible rectangle as a table: the worst first, of equals those nearest to the middle.

    Parallel columns of at most the asked number of rows; `total` says how many stand there.
    """

    ids: UInt32s
    visuals: Bytes
    levels: Bytes
    distances_m: Float64s
    """From the middle of the view, on the ground."""
    total: int
