"""The live map of the city as a native widget."""

from widgets.city_map.details import (
    AssetDetail,
    Bays,
    CameraDetail,
    JunctionMode,
    JunctionState,
    SignText,
    SupplyTree,
    VehicleDetail,
)
from widgets.city_map.heat import HeatColumns, HeatKind
from widgets.city_map.looks import ViewMode
from widgets.city_map.renderer import MapRenderer
from widgets.city_map.state import LEVEL_UNKNOWN, UNACKNOWLEDGED, AssetVisual
from widgets.city_map.surface import ASSET_MIME
from widgets.city_map.texts import MapTexts
from widgets.city_map.theme import DARK, LIGHT, MapTheme
from widgets.city_map.values import (
    NO_COMMUNE,
    AssetColumns,
    AssetsInView,
    BaseLayer,
    ClassStyle,
    ConeColumns,
    CountsInView,
    Glyph,
    LayerKind,
    MapFilter,
)
from widgets.city_map.view.viewport import Viewport
from widgets.city_map.widget import CityMap

__all__ = [
    "ASSET_MIME",
    "DARK",
    "LEVEL_UNKNOWN",
    "LIGHT",
    "NO_COMMUNE",
    "UNACKNOWLEDGED",
    "AssetColumns",
    "AssetDetail",
    "AssetVisual",
    "AssetsInView",
    "BaseLayer",
    "Bays",
    "CameraDetail",
    "CityMap",
    "ClassStyle",
    "ConeColumns",
    "CountsInView",
    "Glyph",
    "HeatColumns",
    "HeatKind",
    "JunctionMode",
    "JunctionState",
    "LayerKind",
    "MapFilter",
    "MapRenderer",
    "MapTexts",
    "MapTheme",
    "SignText",
    "SupplyTree",
    "VehicleDetail",
    "ViewMode",
    "Viewport",
]
