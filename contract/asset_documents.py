"""Documents and photos of an asset: kept by the backend as they came, shown as pictures it drew itself."""

import datetime as dt
import enum
from typing import Final

import msgspec

MOST_BYTES: Final = 20 * 2**20
MOST_OF_ONE_ASSET: Final = 100
DAYS_TO_RESTORE: Final = 30


class DocumentKind(enum.StrEnum):
    """What may be kept. Programs and files with macros are not."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"
    TEXT = "text"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    ODS = "ods"


class PictureSize(enum.StrEnum):
    """How large a picture of a photo is: beside others in a list, or to be looked at."""

    THUMBNAIL = "thumbnail"
    PREVIEW = "preview"


class AssetDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One document. `sha256` is of its content as it came; a photo has pictures and a size in pixels."""

    id: str
    asset_id: int
    name: str
    kind: DocumentKind
    size_bytes: int
    sha256: str
    added_by: str
    added_at: dt.datetime
    note: str = ""
    width: int | None = None
    height: int | None = None
    removed_by: str = ""
    removed_at: dt.datetime | None = None  # it can be restored for thirty days


class AssetDocumentList(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first; those that were removed and can be restored are last."""

    items: tuple[AssetDocument, ...]
