"""What a file is, by what stands in it. A name alone is believed for nothing."""

import io
import zipfile
from typing import Final

from backend.devkit.unzip import UNREADABLE, is_plain
from backend.services.import_files import cells
from backend.services.import_files.cells import CellRefused
from backend.services.refusals import DocumentRefused
from backend.services.said import say
from contract.asset_documents import DocumentKind

LONGEST_NAME: Final = 120
PHOTOS: Final = frozenset({DocumentKind.JPEG, DocumentKind.PNG, DocumentKind.WEBP})
MEDIA_TYPES: Final = {
    DocumentKind.JPEG: "image/jpeg",
    DocumentKind.PNG: "image/png",
    DocumentKind.WEBP: "image/webp",
    DocumentKind.PDF: "application/pdf",
    DocumentKind.TEXT: "text/plain",
    DocumentKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    DocumentKind.ODT: "application/vnd.oasis.opendocument.text",
    DocumentKind.ODS: "application/vnd.oasis.opendocument.spreadsheet",
}
_ENDINGS: Final = {
    DocumentKind.JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    DocumentKind.TEXT: (".txt", ".csv", ".log", ".md"),
}
_MOST_ENTRIES: Final = 10_000
_MOST_TYPE_BYTES: Final = 100
_FORBIDDEN: Final = '<>:"/\\|?*'


def clean_name(name: str) -> str:
    """A file's name that every system can keep. Raises DocumentRefused."""
    try:
        text = cells.clean_text(name.replace("\\", "/").rsplit("/", 1)[-1])
    except CellRefused:
        text = ""
    text = "".join("_" if character in _FORBIDDEN else character for character in text).strip(" .")
    if not text or len(text) > LONGEST_NAME:
        raise DocumentRefused(say("document_name", count=LONGEST_NAME))
    return text


def kind_of(name: str, content: bytes) -> DocumentKind:
    """What it is; its name must say the same. Raises DocumentRefused."""
    kind = _by_content(name, content)
    if kind is None:
        raise DocumentRefused(say("document_kind", name=name))
    if not name.casefold().endswith(_ENDINGS.get(kind, (f".{kind.value}",))):
        raise DocumentRefused(say("document_ending", name=name, kind=kind.value))
    return kind


def _by_content(name: str, content: bytes) -> DocumentKind | None:
    if content.startswith(b"\xff\xd8\xff"):
        return DocumentKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return DocumentKind.PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return DocumentKind.WEBP
    if content.startswith(b"%PDF-"):
        return DocumentKind.PDF
    if content.startswith(b"PK\x03\x04"):
        return _office(name, content)
    return DocumentKind.TEXT if _is_text(content) else None


def _office(name: str, content: bytes) -> DocumentKind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.namelist()
            if len(entries) > _MOST_ENTRIES:
                return None
            if any("vbaproject" in entry.casefold() or entry.startswith("Basic/") for entry in entries):
                raise DocumentRefused(say("document_macros", name=name))
            if "[Content_Types].xml" in entries:
                if "word/document.xml" in entries:
                    return DocumentKind.DOCX
                return DocumentKind.XLSX if "xl/workbook.xml" in entries else None
            if "mimetype" not in entries or not is_plain(archive.getinfo("mimetype")):
                return None
            with archive.open("mimetype") as told:
                said = told.read(_MOST_TYPE_BYTES).decode("ascii", "replace").strip()
    except (*UNREADABLE, OSError):
        return None
    return next((kind for kind, media in MEDIA_TYPES.items() if media == said), None)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(ord(character) < 32 and character not in "\t\n\r\f" for character in text)
