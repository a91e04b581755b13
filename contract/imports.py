"""Imports of assets from files: how a file is read, what it would change, and what became of it."""

import datetime as dt
import enum

import msgspec

MOST_LINES_TOLD = 200  # of each outcome
MOST_SAMPLE_ROWS = 20


class FileFormat(enum.StrEnum):
    """What a file is. Its name's ending says it; `.gz` may follow CSV and GeoJSON."""

    CSV = "csv"
    GEOJSON = "geojson"
    GEOPACKAGE = "gpkg"
    SHAPEFILE = "shapefile"  # zipped
    XLSX = "xlsx"


class DateOrder(enum.StrEnum):
    """How dates of figures alone are meant: 03/04/2024 is the third of April day first. 2024-04-03 is always clear."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


class Dialect(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How a file is to be read. What is left out is found out from the file, and told."""

    encoding: str = ""  # one of ENCODINGS
    separator: str = ""  # one of SEPARATORS
    decimal: str = ""  # "." or ","
    dates: DateOrder | None = None
    nothing: tuple[str, ...] | None = None  # cells that say nothing: "#N/A", "NULL"
    heading_line: int | None = None  # counts from 1
    layer: str = ""  # a layer of a GeoPackage or Shapefile, a sheet of a workbook; empty: all alike, or the first
    epsg: int | None = None  # the reference system of the positions


ENCODINGS = ("utf-8", "utf-16", "cp1252", "iso8859-15", "cp850", "mac-roman")
SEPARATORS = (";", ",", "\t", "|")


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to read a file. `mapping` is field -> column; `commune` (INSEE code) stands where a row has none.

    Without a class, each row says its own in the column `class`.
    """

    class_: str = msgspec.field(name="class")
    file_name: str = ""  # its ending says the format
    mapping: dict[str, str] = {}
    commune: str = ""
    dialect: Dialect = Dialect()
    retires_missing: bool = False  # assets of the same classes and communes that the file does not name


class RowError(msgspec.Struct, frozen=True, kw_only=True):
    """Why a row cannot be taken. Rows count from 1, without the heading of a CSV."""

    row: int
    reason: str


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did, or would do. All or nothing: with one error, nothing is taken."""

    class_: str = msgspec.field(name="class")
    file_name: str
    is_dry_run: bool
    is_done: bool
    row_count: int
    added_count: int
    changed_count: int
    unchanged_count: int
    error_count: int
    errors: tuple[RowError, ...]  # the first of them
    mapping: dict[str, str]  # field -> column, as it was used
    notes: tuple[str, ...] = ()  # what one should know, such as keys that were made up
    missing_count: int = 0  # of the same classes and communes, in the register and not in the file


class SourceColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a file; `filled` counts the cells that say something."""

    name: str
    filled: int
    sample: str = ""


class FileFacts(msgspec.Struct, frozen=True, kw_only=True):
    """How a file was read, and what is in it."""

    format: FileFormat
    dialect: Dialect  # as it was used: found out, or as one said
    row_count: int
    columns: tuple[SourceColumn, ...]
    sample: tuple[tuple[str, ...], ...] = ()  # the first rows as text
    layers: tuple[str, ...] = ()  # among which one may choose
    has_geometry: bool = False  # places come with the rows, not in columns
    crs_name: str = ""
    nothing_count: int = 0  # cells that hold one of the words for nothing
    dates_unclear: bool = False  # no date of the file tells whether the day or the month stands first


class ImportState(enum.StrEnum):
    """Where an import stands."""

    READING = "reading"
    CHECKING = "checking"
    READY = "ready"  # shown, and waits for a yes
    TAKING = "taking"
    DONE = "done"
    REFUSED = "refused"  # `said` says why; read it otherwise


class Outcome(enum.StrEnum):
    """What a row does."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    MISSING = "missing"  # an asset that no row names
    ERROR = "error"


class ImportLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one row would do. `changes` are (field, before, after) as text."""

    row: int
    outcome: Outcome
    class_: str = msgspec.field(name="class", default="")
    code: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    reason: str = ""
    said_code: str = ""  # of the reason
    said_args: dict[str, str] = {}


class ImportJob(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was sent to be imported. Nothing is taken before its `seal` comes back."""

    id: str
    state: ImportState
    file_name: str
    options: ImportOptions
    begun_at: dt.datetime
    done: int = 0
    total: int = 0
    facts: FileFacts | None = None
    report: ImportReport | None = None
    lines: tuple[ImportLine, ...] = ()  # the first of each outcome
    seal: str = ""
    said: str = ""
    said_code: str = ""
    said_args: dict[str, str] = {}


class ReadAgain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same file, read otherwise."""

    class_: str = msgspec.field(name="class", default="")
    mapping: dict[str, str] = {}
    commune: str = ""
    dialect: Dialect = Dialect()
    retires_missing: bool = False


class TakeImport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Yes to what was shown."""

    seal: str
