"""PMTiles version 3: a base map in one file, tiles found through directories of ids."""

import gzip
import json
import os
from collections import OrderedDict
from pathlib import Path
from typing import Final, cast

from pmtiles.tile import (
    Compression,
    Entry,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from backend.base_maps.images import MOST_BYTES, sniff
from backend.base_maps.naming import plain_text, without_tags
from backend.base_maps.opening import open_plain, unreadable
from backend.base_maps.tile_numbers import MOST_ZOOM, checked_bounds
from backend.base_maps.tiled_file import TiledFile
from backend.devkit.gunzip import Unpackable, gunzip
from backend.devkit.threads import Threads
from backend.ports import BaseMapTrouble
from contract.base_maps import BaseMap, BaseMapKind

_HEADER_BYTES: Final = 127
_MOST_DIRECTORY: Final = 2**19  # unpacked; the format's own advice is 16 kB for the first, some more for leaves
_MOST_METADATA: Final = 2**20
_DEEPEST: Final = 4
_KEPT_DIRECTORIES: Final = 64


class PmtilesFile(TiledFile):
    """One .pmtiles file. Read by position, not mapped: a file that shrinks under us gives an error, not a crash."""

    def __init__(self, path: Path, map_id: str, threads: Threads) -> None:
        super().__init__(path, map_id, threads)
        self._descriptor: int | None = None
        self._header: HeaderDict | None = None
        self._directories: OrderedDict[tuple[int, int], list[Entry]] = OrderedDict()

    def _read_description(self) -> BaseMap:
        with self._lock:
            header = self._open()
            if header["tile_type"] in {TileType.MVT, TileType.MLT}:
                raise BaseMapTrouble("base_map_vector_tiles", file=self._path.name)
            facts = self._metadata(header)
            entry = self._first_entry(header)
            content = None if entry is None else self._tile_content(header, entry)
        image = None if content is None else sniff(content)
        if entry is None:
            raise BaseMapTrouble("base_map_no_tiles", file=self._path.name)
        if image is None:
            raise BaseMapTrouble("base_map_not_images", file=self._path.name)
        sides = (header[side] / 1e7 for side in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7"))
        low, high = min(header["min_zoom"], MOST_ZOOM), min(header["max_zoom"], MOST_ZOOM)
        return BaseMap(
            id=self._id,
            name=plain_text(str(facts.get("name", ""))),
            kind=BaseMapKind.RASTER,
            attribution=plain_text(without_tags(str(facts.get("attribution", ""))), 300),
            min_zoom=min(low, high),
            max_zoom=max(low, high),
            bounds=checked_bounds(*sides),
            tile_px=image.width,
            revision=self.revision,
        )

    def _read_tile(self, z: int, x: int, y: int) -> bytes | None:
        wanted = zxy_to_tileid(z, x, y)
        with self._lock:
            header = self._open()
            at, length = header["root_offset"], header["root_length"]
            for _ in range(_DEEPEST):
                found = find_tile(self._directory(header, at, length), wanted)
                if found is None:
                    return None
                if found.run_length > 0:
                    return self._tile_content(header, found)
                at, length = header["leaf_directory_offset"] + found.offset, found.length
        raise self._damaged("its directories lead nowhere")

    def _first_entry(self, header: HeaderDict) -> Entry | None:
        at, length = header["root_offset"], header["root_length"]
        for _ in range(_DEEPEST):
            entries = self._directory(header, at, length)
            if not entries or entries[0].run_length > 0:
                return entries[0] if entries else None
            at, length = header["leaf_directory_offset"] + entries[0].offset, entries[0].length
        raise self._damaged("its directories lead nowhere")

    def _open(self) -> HeaderDict:
        if self._header is not None:
            return self._header
        if self._is_closed:
            raise BaseMapTrouble("base_map_missing", file=self._path.name)
        self._descriptor = open_plain(self._path)
        try:
            header = deserialize_header(self._bytes(0, _HEADER_BYTES))
        except (MagicNumberNotFound, UnicodeDecodeError) as error:
            self._drop()
            raise BaseMapTrouble("base_map_not_that", file=self._path.name, format="PMTiles") from error
        except SpecVersionUnsupported as error:
            self._drop()
            raise self._damaged("it is not of version 3") from error
        except (ValueError, IndexError) as error:
            self._drop()
            raise self._damaged(plain_text(str(error))) from error
        except BaseMapTrouble:
            self._drop()
            raise
        self._header = header
        return header

    def _metadata(self, header: HeaderDict) -> dict[str, object]:
        """What others may have left out or spoilt: nothing of it is needed to draw."""
        try:
            raw = self._bytes(header["metadata_offset"], min(header["metadata_length"], _MOST_METADATA))
            found: object = json.loads(self._unpacked(header, raw, _MOST_METADATA))
        except (ValueError, RecursionError, BaseMapTrouble):
            return {}
        return cast("dict[str, object]", found) if isinstance(found, dict) else {}

    def _directory(self, header: HeaderDict, at: int, length: int) -> list[Entry]:
        known = self._directories.get((at, length))
        if known is not None:
            self._directories.move_to_end((at, length))
            return known
        if not 0 < length <= _MOST_DIRECTORY:
            raise self._damaged("a directory of it has no sensible size")
        raw = self._unpacked(header, self._bytes(at, length), _MOST_DIRECTORY)
        try:
            # The library unpacks without a bound and knows gzip alone: it is given what is unpacked already.
            entries = deserialize_directory(gzip.compress(raw, compresslevel=0))
        except (EOFError, ValueError, OverflowError, MemoryError) as error:
            raise self._damaged("a directory of it is cut short") from error
        self._directories[at, length] = entries
        while len(self._directories) > _KEPT_DIRECTORIES:
            self._directories.popitem(last=False)
        return entries

    def _unpacked(self, header: HeaderDict, raw: bytes, most: int) -> bytes:
        match header["internal_compression"]:
            case Compression.NONE:
                return raw
            case Compression.GZIP:
                try:
                    return gunzip(raw, most)
                except Unpackable as error:
                    raise self._damaged(str(error)) from error
            case other:
                raise BaseMapTrouble("base_map_packing", file=self._path.name, packing=other.name.lower())

    def _tile_content(self, header: HeaderDict, entry: Entry) -> bytes:
        if not 0 < entry.length <= MOST_BYTES:
            raise self._damaged("a tile of it has no sensible size")
        raw = self._bytes(header["tile_data_offset"] + entry.offset, entry.length)
        if header["tile_compression"] is not Compression.GZIP:
            return raw
        try:
            return gunzip(raw, MOST_BYTES)
        except Unpackable as error:
            raise self._damaged(str(error)) from error

    def _bytes(self, at: int, length: int) -> bytes:
        if self._descriptor is None:
            raise self._damaged("it was closed")
        try:
            found = os.pread(self._descriptor, length, at)
        except (OSError, OverflowError) as error:
            if isinstance(error, OSError):
                raise unreadable(self._path, error) from error
            raise self._damaged("it points outside of itself") from error
        if len(found) < length:
            raise self._damaged("it is cut short")
        return found

    def _damaged(self, reason: str) -> BaseMapTrouble:
        return BaseMapTrouble("base_map_damaged", file=self._path.name, reason=reason)

    def _drop(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        self._header = None

    def _close(self) -> None:
        super()._close()
        with self._lock:
            self._directories.clear()
