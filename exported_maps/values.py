"""What an exported map is made of. Values only; importing this costs no more than msgspec does."""

import datetime as dt
import enum

import msgspec

from contract.alarms import Priority
from contract.stream import Visual

MAX_ASSETS = 5_000
MAX_ALARMS = 2_000
MAX_CONES = 1_000
MAX_AREAS = 500
MAX_EXTRA_COLUMNS = 20


class Shape(enum.StrEnum):
    """The map beside its list, or a report to be read from top to bottom."""

    VIEW = "view"
    REPORT = "report"


class FileFormat(enum.StrEnum):
    """What the child process can write."""

    HTML = "html"
    CSV = "csv"


class LineKind(enum.StrEnum):
    """Streets carry the map; outlines bound the communes."""

    STREET = "street"
    OUTLINE = "outline"


class Bounds(msgspec.Struct, frozen=True):
    """What the map looks at, in WGS84 degrees."""

    west: float
    south: float
    east: float
    north: float


class AssetKind(msgspec.Struct, frozen=True):
    """A class of assets: its name in the language of the file, and its pictogram ("dot" for lamps)."""

    label: str
    glyph: str = "other"


class ExportedAsset(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the list and one mark on the map. `kind` is a place in the map's `kinds`.

    `extra` holds a text for each of the map's `extra_columns`, in their order.

    What is mobile stands where it was last heard of, `position_age_s` ago or, `is_position_older`, longer; without an
    age it stands where the register has it. Heading is clockwise from north.
    """

    id: int
    code: str
    kind: int
    state: Visual = Visual.UNKNOWN
    is_unacknowledged: bool = False
    lon: float | None = None
    lat: float | None = None
    name: str = ""
    commune: str = ""
    street: str = ""
    level_percent: int | None = None
    extra: tuple[str, ...] = ()
    is_mobile: bool = False
    heading_deg: float | None = None
    position_age_s: float | None = None
    is_position_older: bool = False


class ExportedCone(msgspec.Struct, frozen=True):
    """A camera's field of view; `fov_deg` of 360 is a dome."""

    lon: float
    lat: float
    azimuth_deg: float
    fov_deg: float
    range_m: float


class ExportedLines(msgspec.Struct, frozen=True, kw_only=True):
    """Lines as columns: line i has the points offsets[i]:offsets[i+1].

    `lon`, `lat` and `weights` are little-endian float64, `offsets` int64. Weight 1 is a small street, 4 a motorway.
    """

    kind: LineKind
    lon: bytes
    lat: bytes
    offsets: bytes
    names: tuple[str, ...] = ()
    weights: bytes = b""


class ExportedAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm that stands."""

    priority: Priority
    asset: str
    text: str
    raised_at: dt.datetime | None = None
    is_active: bool = True
    is_acknowledged: bool = False


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """A commune with its outline rings (lon, lat) and what was counted or measured there; None is not known."""

    name: str
    value: float | None
    rings: tuple[tuple[tuple[float, float], ...], ...] = ()


class Choropleth(msgspec.Struct, frozen=True, kw_only=True):
    """One figure per commune, with the words of its legend."""

    title: str
    areas: tuple[Area, ...]
    unit: str = ""
    decimals: int = 0


class ExportedMap(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one file shows. Times are written `utc_offset_minutes` east of UTC, in the zone called `zone`."""

    shape: Shape
    language: str
    title: str
    author: str
    made_at: dt.datetime
    utc_offset_minutes: int = 0
    zone: str = ""
    subtitle: str = ""
    note: str = ""
    bounds: Bounds | None = None
    kinds: tuple[AssetKind, ...] = ()
    assets: tuple[ExportedAsset, ...] = ()
    extra_columns: tuple[str, ...] = ()
    cones: tuple[ExportedCone, ...] = ()
    lines: tuple[ExportedLines, ...] = ()
    alarms: tuple[ExportedAlarm, ...] = ()
    choropleth: Choropleth | None = None
    attribution: tuple[str, ...] = ()


class ExportRequest(msgspec.Struct, frozen=True):
    """What the child process reads from its standard input, as MessagePack."""

    format: FileFormat
    map: ExportedMap
