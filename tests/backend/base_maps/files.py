"""Base maps as files, made by hand, and the smallest images there are."""

import json
import sqlite3
import struct
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

Address = tuple[int, int, int]


def png(side: int = 256, *, shade: int = 128) -> bytes:
    """A grey square."""
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes([shade]) * side) * side)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def mbtiles(path: Path, tiles: Mapping[Address, bytes], facts: Mapping[str, str] | None = None) -> Path:
    """An MBTiles file; tile addresses are counted from the north."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        connection.execute(
            "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)"
        )
        connection.execute("CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)")
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", (facts or {"format": "png"}).items())
        rows = [(z, x, (1 << z) - 1 - y, content) for (z, x, y), content in tiles.items()]
        connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    connection.close()
    return path


def pmtiles(path: Path, tiles: Mapping[Address, bytes], *, kind: TileType = TileType.PNG, **facts: str) -> Path:
    """A PMTiles file, by the format's own library."""
    with path.open("wb") as file:
        writer = Writer(file)
        for (z, x, y), content in sorted(tiles.items(), key=lambda item: zxy_to_tileid(*item[0])):
            writer.write_tile(zxy_to_tileid(z, x, y), content)
        header = {
            "tile_type": kind,
            "tile_compression": Compression.NONE,
            "min_lon_e7": 38_000_000,
            "min_lat_e7": 435_000_000,
            "max_lon_e7": 40_000_000,
            "max_lat_e7": 437_000_000,
            "center_zoom": 0,
            "center_lon_e7": 39_000_000,
            "center_lat_e7": 436_000_000,
        }
        writer.finalize(header, facts)
    return path


def geojson(*features: Mapping[str, object], **more: object) -> bytes:
    """A feature collection."""
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


def feature(kind: str, coordinates: object, **properties: object) -> dict[str, object]:
    """One feature."""
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def street(name: str = "Rue Foch", *, lon: float = 3.87, lat: float = 43.61, **properties: object) -> dict[str, object]:
    """A short line in Montpellier."""
    return feature("LineString", [[lon, lat], [lon + 0.001, lat], [lon + 0.002, lat + 0.001]], name=name, **properties)


class AsyncPieces:
    """Bytes that come a piece at a time."""

    def __init__(self, content: bytes, size: int = 1000) -> None:
        self._pieces: Iterable[bytes] = iter([content[at : at + size] for at in range(0, len(content), size)])

    def __aiter__(self) -> "AsyncPieces":
        return self

    async def __anext__(self) -> bytes:
        for piece in self._pieces:
            return piece
        raise StopAsyncIteration
