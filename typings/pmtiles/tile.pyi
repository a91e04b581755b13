from enum import Enum
from typing import TypedDict

class Entry:
    tile_id: int
    offset: int
    length: int
    run_length: int
    def __init__(self, tile_id: int, offset: int, length: int, run_length: int) -> None: ...

class Compression(Enum):
    UNKNOWN = 0
    NONE = 1
    GZIP = 2
    BROTLI = 3
    ZSTD = 4

class TileType(Enum):
    UNKNOWN = 0
    MVT = 1
    PNG = 2
    JPEG = 3
    WEBP = 4
    AVIF = 5
    MLT = 6

class SpecVersionUnsupported(Exception): ...
class MagicNumberNotFound(Exception): ...

class HeaderDict(TypedDict):
    version: int
    root_offset: int
    root_length: int
    metadata_offset: int
    metadata_length: int
    leaf_directory_offset: int
    leaf_directory_length: int
    tile_data_offset: int
    tile_data_length: int
    clustered: bool
    internal_compression: Compression
    tile_compression: Compression
    tile_type: TileType
    min_zoom: int
    max_zoom: int
    min_lon_e7: int
    min_lat_e7: int
    max_lon_e7: int
    max_lat_e7: int

def zxy_to_tileid(z: int, x: int, y: int) -> int: ...
def find_tile(entries: list[Entry], tile_id: int) -> Entry | None: ...
def deserialize_directory(buf: bytes) -> list[Entry]: ...
def deserialize_header(buf: bytes) -> HeaderDict: ...
