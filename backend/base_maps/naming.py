"""Names of files, ids of base maps, and texts that others wrote."""

import enum
import hashlib
import html
import re
import unicodedata
from typing import Final

from backend.ports import BaseMapTrouble

LONGEST_NAME: Final = 120
LONGEST_ID: Final = 64
_PLAIN_NAME: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9]+)+")
_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
_UNSAFE: Final = frozenset('/\\:*?"<>|')
_TAG: Final = re.compile(r"<[^<>]*>")
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


class Format(enum.Enum):
    """What a file is, by the end of its name."""

    MBTILES = "MBTiles"
    PMTILES = "PMTiles"
    GEOJSON = "GeoJSON"
    GEOPACKAGE = "GeoPackage"
    SHAPEFILE = "Shapefile"

    @property
    def is_tiled(self) -> bool:
        """Whether it holds images rather than lines."""
        return self in {Format.MBTILES, Format.PMTILES}


_ENDINGS: Final = {
    ".mbtiles": Format.MBTILES,
    ".pmtiles": Format.PMTILES,
    ".geojson": Format.GEOJSON,
    ".geojson.gz": Format.GEOJSON,
    ".json": Format.GEOJSON,
    ".json.gz": Format.GEOJSON,
    ".gpkg": Format.GEOPACKAGE,
    ".zip": Format.SHAPEFILE,
}
# What lies beside base maps and is none: settings, notes, companions of other files.
_IGNORED: Final = (
    *(".toml", ".md", ".txt", ".pdf", ".html", ".license", "-wal", "-shm", "-journal"),
    *(".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qmd", ".qml", ".qix", ".xml"),
)


def format_of(name: str) -> Format | None:
    """The format that a file's name tells, None where it tells none that is read."""
    lower = name.lower()
    return next((found for ending, found in _ENDINGS.items() if lower.endswith(ending)), None)


def is_ignored(name: str) -> bool:
    """Whether a file of this name is no base map at all, rather than one that cannot be read."""
    return name.startswith((".", "~")) or name.lower().endswith(_IGNORED)


def checked_file_name(name: str) -> str:
    """The name itself, when it is safe as a file's name here. Raises BaseMapTrouble."""
    is_safe = (
        0 < len(name) <= LONGEST_NAME
        and len(name.encode("utf-8", "replace")) <= 200
        and name[0] not in ".~- "
        and name[-1] not in ". "
        and not _UNSAFE & set(name)
        and name.isprintable()
        and plain_text(name) == name
        and _RESERVED.fullmatch(name) is None
    )
    if not is_safe:
        raise BaseMapTrouble("base_map_name", count=LONGEST_NAME)
    if format_of(name) is None:
        raise BaseMapTrouble("base_map_format")
    return name


def id_of_file(name: str) -> str:
    """The id of the base map in a file: its name where that is plain, else made of it; two files never share one."""
    if _PLAIN_NAME.fullmatch(name) and "--" not in name and len(name) <= LONGEST_ID and is_id(name.replace(".", "-")):
        stem = name.removesuffix(next((end for end in sorted(_ENDINGS, key=len)[::-1] if name.endswith(end)), ""))
        if "." not in stem:
            return name.replace(".", "-")
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    readable = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40].strip("-")
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{readable}--{mark}" if readable else f"map--{mark}"


def is_id(text: str) -> bool:
    """Whether a text may be the id of a base map."""
    return _ID.fullmatch(text) is not None


def title_of_file(name: str) -> str:
    """How a base map is called until somebody names it: its file's name without its ending."""
    lower = name.lower()
    ending = next((end for end in sorted(_ENDINGS, key=len)[::-1] if lower.endswith(end)), "")
    return plain_text(name[: len(name) - len(ending)].replace("_", " ")) or plain_text(name) or "?"


def plain_text(text: str, longest: int = LONGEST_NAME) -> str:
    """One line without control characters, signs that turn the direction of writing, or what no font can show."""
    kept = "".join(
        " " if letter.isspace() else letter
        for letter in text[: longest * 8]
        if letter.isspace() or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def without_tags(text: str) -> str:
    """Attributions are often links in HTML: the words are kept."""
    return html.unescape(_TAG.sub("", text[:4_000]))
