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
from widgets.city_map.ground.tile_source import GroundBox, RasterLayer, TileKey, TileSource
from widgets.city_map.heat import HeatColumns, HeatKind
from widgets.city_map.looks import ViewMode
from widgets.city_map.meaning_texts import MeaningTexts
from widgets.city_map.renderer import MapRenderer
from widgets.city_map.state import LEVEL_UNKNOWN, UNACKNOWLEDGED, AssetVisual
from widgets.city_map.texts import MapTexts
from widgets.city_map.theme import DARK, LIGHT, MapTheme
from widgets.city_map.tools.coordinates import CoordinateForm
from widgets.city_map.tools.values import (
    AreaKind,
    AreaMode,
    AreaSelection,
    MapArea,
    MapMark,
    MapTool,
    MarkKind,
    Measurement,
)
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
from widgets.mime import ASSET_MIME

__all__ = [
    "ASSET_MIME",
    "DARK",
    "LEVEL_UNKNOWN",
    "LIGHT",
    "NO_COMMUNE",
    "UNACKNOWLEDGED",
    "AreaKind",
    "AreaMode",
    "AreaSelection",
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
    "CoordinateForm",
    "CountsInView",
    "Glyph",
    "GroundBox",
    "HeatColumns",
    "HeatKind",
    "JunctionMode",
    "JunctionState",
    "LayerKind",
    "MapArea",
    "MapFilter",
    "MapMark",
    "MapRenderer",
    "MapTexts",
    "MapTheme",
    "MapTool",
    "MarkKind",
    "MeaningTexts",
    "Measurement",
    "RasterLayer",
    "SignText",
    "SupplyTree",
    "TileKey",
    "TileSource",
    "VehicleDetail",
    "ViewMode",
    "Viewport",
]
