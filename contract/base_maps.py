"""Base maps: what lies under the assets on the map, chosen by the city. Positions are WGS84 lon, lat in degrees."""

import enum

import msgspec


class BaseMapKind(enum.StrEnum):
    """How a base map is drawn: from image tiles, or from lines and names that the console draws itself."""

    RASTER = "raster"  # GET /base-maps/{id}/tiles/{z}/{x}/{y}
    VECTOR = "vector"  # GET /base-maps/{id}/features


class BaseMapState(enum.StrEnum):
    """Whether a base map can be drawn now."""

    READY = "ready"
    BROKEN = "broken"  # `trouble` says why and what to do; what the backend has kept of it is still given


class Bounds(msgspec.Struct, frozen=True, array_like=True):
    """A box on the ground. It never crosses the antimeridian: west <= east, south <= north."""

    west: float
    south: float
    east: float
    north: float


class BaseMap(msgspec.Struct, frozen=True, kw_only=True):
    """One base map. `id` is made of a-z, 0-9, - and _, and may stand in a path as it is.

    Tiles are Web Mercator (EPSG:3857), y counted from the north, 2**z by 2**z for the world, each a square of `tile_px`
    pixels. Zoom 0 is the whole world in one tile, whatever its size.
    """

    id: str
    name: str
    kind: BaseMapKind
    attribution: str = ""  # plain text, one line; must be shown wherever the base map is
    min_zoom: int = 0
    max_zoom: int = 22  # above it, enlarge tiles of this level
    bounds: Bounds | None = None  # None: not known, perhaps the whole world
    tile_px: int = 256
    state: BaseMapState = BaseMapState.READY
    trouble: str = ""  # what happened and what to do, in English; where it is ready, what was left out
    trouble_code: str = ""  # the same for machines: codes of the console's `said` texts, joined by "+"
    trouble_args: dict[str, str] = {}
    revision: str = ""  # differs once the content may have changed: forget what you keep of the former one
    is_remote: bool = False  # fetched from a server, through the backend's cache


class BaseMapList(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of GET /base-maps: all base maps, the lowest on the map first."""

    items: tuple[BaseMap, ...]
    next: str | None
    total: int


class FeatureKind(enum.StrEnum):
    """What the lines or points of a vector layer are."""

    STREET = "street"  # open lines
    OUTLINE = "outline"  # rings, closed: the last point of each line is its first
    LABEL = "label"  # points with a name; each feature has one point


class VectorFeatures(msgspec.Struct, frozen=True, kw_only=True):
    """Features of one kind in columns, little-endian. Feature i has the points `offsets[i]:offsets[i + 1]`.

    A feature of several parts comes as several, each with the same name. GET /base-maps/{id}/features answers a
    MessagePack array of these.
    """

    name: str
    kind: FeatureKind
    lon: bytes  # <f8, degrees
    lat: bytes  # <f8, degrees
    offsets: bytes  # <i8, one more than there are features; begins with 0, ends with the count of points
    names: tuple[str, ...]  # one a feature, plain text, "" where there is none
    weights: bytes | None = None  # <f8, one a feature, NaN where there is none: width or rank as the file gives it
    attribution: str = ""
