"""Zipped shapefiles: measured before anything is unpacked, and unpacked under names of our own."""

import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Final

from backend.ports import BaseMapTrouble

MOST_BYTES: Final = 512 * 2**20
HIGHEST_RATIO: Final = 100
MOST_ENTRIES: Final = 1_000
MOST_LAYERS: Final = 20
_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_CHUNK: Final = 1 << 20
_SMALL: Final = 16 * 2**20  # tables of blanks pack very well
_DRIVE: Final = re.compile(r"[A-Za-z]:")


def unpack_shapefiles(path: Path, into: Path) -> list[tuple[str, Path]]:
    """(layer's name, its .shp) for each shapefile of an archive. Raises BaseMapTrouble, before anything is written."""
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = _checked(archive.infolist(), path.name)
            return _unpack(archive, wanted, into, path.name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise BaseMapTrouble("base_map_damaged", file=path.name, reason=str(error)[:200] or "not a zip file") from error


def _checked(entries: list[zipfile.ZipInfo], file: str) -> dict[str, dict[str, zipfile.ZipInfo]]:
    if len(entries) > MOST_ENTRIES:
        raise BaseMapTrouble("base_map_zip_bomb", file=file)
    total = 0
    layers: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        is_outside = name.is_absolute() or ".." in name.parts or _DRIVE.match(entry.filename) is not None
        if is_outside or stat.S_ISLNK(entry.external_attr >> 16):
            raise BaseMapTrouble("base_map_zip_slip", file=file)
        if entry.flag_bits & 1:
            raise BaseMapTrouble("base_map_zip_password", file=file)
        total += entry.file_size
        if total > MOST_BYTES or entry.file_size > max(entry.compress_size * HIGHEST_RATIO, _SMALL):
            raise BaseMapTrouble("base_map_zip_bomb", file=file)
        ending = name.suffix.lower()
        if ending in _PARTS and not entry.is_dir() and not name.name.startswith("."):
            layers.setdefault(str(name.with_suffix("")), {}).setdefault(ending, entry)
    whole = {name: parts for name, parts in layers.items() if {".shp", ".shx", ".dbf"} <= parts.keys()}
    if not whole:
        raise BaseMapTrouble("base_map_zip_shapefile", file=file)
    if len(whole) > MOST_LAYERS:
        raise BaseMapTrouble("base_map_zip_bomb", file=file)
    return whole


def _unpack(
    archive: zipfile.ZipFile, layers: dict[str, dict[str, zipfile.ZipInfo]], into: Path, file: str
) -> list[tuple[str, Path]]:
    made: list[tuple[str, Path]] = []
    for number, (name, parts) in enumerate(layers.items()):
        for ending, entry in parts.items():
            _unpack_one(archive, entry, into / f"{number}{ending}", file)
        made.append((PurePosixPath(name).name, into / f"{number}.shp"))
    return made


def _unpack_one(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, to: Path, file: str) -> None:
    """What an archive says of its sizes may be false: what comes out is counted."""
    rest = entry.file_size
    with archive.open(entry) as packed, to.open("xb") as unpacked:
        while chunk := packed.read(_CHUNK):
            rest -= len(chunk)
            if rest < 0:
                raise BaseMapTrouble("base_map_zip_bomb", file=file)
            unpacked.write(chunk)
