"""A real MBTiles file, painted here: one colour over the whole conurbation, so that it can be told on the screen."""

import math
import sqlite3
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PySide6.QtGui import QColor

WEST, SOUTH, EAST, NORTH = 4.7, 47.1, 5.4, 47.55
ZOOMS: Final = range(9, 14)
_TILE_PX: Final = 256


def mbtiles(file: Path, colour: QColor, attribution: str) -> None:
    """Made beside its place, then put there: whoever looks finds all of it or nothing."""
    made = file.with_suffix(".making")
    made.unlink(missing_ok=True)
    painted = _png(colour)
    base = sqlite3.connect(made)
    try:
        base.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        base.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
        told = {
            "name": "Painted plan",
            "format": "png",
            "attribution": attribution,
            "bounds": f"{WEST},{SOUTH},{EAST},{NORTH}",
            "minzoom": str(ZOOMS.start),
            "maxzoom": str(ZOOMS.stop - 1),
        }
        base.executemany("INSERT INTO metadata VALUES (?, ?)", told.items())
        for zoom in ZOOMS:
            columns = range(_column(WEST, zoom), _column(EAST, zoom) + 1)
            rows = range(_row(NORTH, zoom), _row(SOUTH, zoom) + 1)
            # Rows of an MBTiles file are counted from the south.
            tiles = [(zoom, x, 2**zoom - 1 - y, painted) for x in columns for y in rows]
            base.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", tiles)
        base.commit()
    finally:
        base.close()
    made.replace(file)


def spoil(file: Path) -> None:
    """As a disk that fails leaves it: the name is right, the content is not."""
    broken = file.with_suffix(".making")
    broken.write_bytes(b"\0not a map\0" * 4000)
    broken.replace(file)


def _png(colour: QColor) -> bytes:
    pixels = np.empty((_TILE_PX, _TILE_PX, 3), np.uint8)
    pixels[:] = colour.blue(), colour.green(), colour.red()
    is_made, content = cv2.imencode(".png", pixels)
    assert is_made
    return content.tobytes()


def _column(lon: float, zoom: int) -> int:
    return int((lon + 180) / 360 * (1 << zoom))


def _row(lat: float, zoom: int) -> int:
    angle = math.radians(lat)
    return int((1 - math.asinh(math.tan(angle)) / math.pi) / 2 * (1 << zoom))
