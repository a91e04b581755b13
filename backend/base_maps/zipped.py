"""Zipped shapefiles as base maps: unpacked within bounds, under names of our own."""

from pathlib import Path, PurePosixPath
from typing import Final

from backend.devkit.unzip import Archive, Unzippable, ZipFault, checked_archive
from backend.ports import BaseMapTrouble

MOST_LAYERS: Final = 20
_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_CODES: Final = {
    ZipFault.BOMB: "base_map_zip_bomb",
    ZipFault.SLIP: "base_map_zip_slip",
    ZipFault.LOCKED: "base_map_zip_password",
}


def unpack_shapefiles(path: Path, into: Path) -> list[tuple[str, Path]]:
    """(layer's name, its .shp) for each shapefile of an archive. Raises BaseMapTrouble, before anything is written."""
    try:
        with checked_archive(path) as archive:
            return _unpack(archive, _layers(archive, path.name), into)
    except Unzippable as error:
        if error.fault is ZipFault.DAMAGED:
            raise BaseMapTrouble("base_map_damaged", file=path.name, reason=str(error)) from error
        raise BaseMapTrouble(_CODES[error.fault], file=path.name) from error


def _layers(archive: Archive, file: str) -> dict[str, dict[str, str]]:
    layers: dict[str, dict[str, str]] = {}
    for entry in archive.names:
        name = PurePosixPath(entry)
        ending = name.suffix.lower()
        if ending in _PARTS and not name.name.startswith("."):
            layers.setdefault(str(name.with_suffix("")), {}).setdefault(ending, entry)
    whole = {name: parts for name, parts in layers.items() if {".shp", ".shx", ".dbf"} <= parts.keys()}
    if not whole:
        raise BaseMapTrouble("base_map_zip_shapefile", file=file)
    if len(whole) > MOST_LAYERS:
        raise BaseMapTrouble("base_map_zip_bomb", file=file)
    return whole


def _unpack(archive: Archive, layers: dict[str, dict[str, str]], into: Path) -> list[tuple[str, Path]]:
    made: list[tuple[str, Path]] = []
    for number, (name, parts) in enumerate(layers.items()):
        for ending, entry in parts.items():
            archive.unpack(entry, into / f"{number}{ending}")
        made.append((PurePosixPath(name).name, into / f"{number}.shp"))
    return made
