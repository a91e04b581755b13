"""Exports of the register: what is wanted, in which format, and how far it is."""

import datetime as dt
import enum

import msgspec

from contract.assets import AssetStatus

FIELDS = (
    "class",
    "code",
    "name",
    "number",
    "street",
    "commune",
    "service",
    "azimuth_deg",
    "fov_deg",
    "range_m",
    "height_m",
    "parent",
    "supply_parent",
    "network_parent",
    "serial",
    "commissioned",
    "expected_life_years",
    "status",
)
EXTRA = "extra"  # as a column: whatever else stands beside the assets


class ExportFormat(enum.StrEnum):
    """What an export becomes."""

    CSV = "csv"
    GEOJSON = "geojson"
    GEOPACKAGE = "gpkg"
    SHAPEFILE = "shapefile"
    XLSX = "xlsx"


class ExportRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which assets and which of their fields. Every filter that is given holds; places come always.

    `columns` are of FIELDS, and EXTRA; none given means all; class and code come
    always. `language` "fr" writes CSV as French spreadsheets read it
    (semicolons, decimal commas, D/M/Y) under French headings.
    """

    format: ExportFormat
    ids: tuple[int, ...] | None = None
    classes: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    statuses: tuple[AssetStatus, ...] = ()
    text: str = ""
    columns: tuple[str, ...] = ()
    language: str = "en"
    epsg: int = 4326


class ExportState(enum.StrEnum):
    """Where an export stands."""

    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"


class ExportJob(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the making; `bytes` once it is ready."""

    id: str
    state: ExportState
    format: ExportFormat
    file_name: str
    begun_at: dt.datetime
    done: int = 0
    total: int = 0
    bytes: int = 0
    said: str = ""
    said_code: str = ""
    said_args: dict[str, str] = {}
