"""A change of the map as bytes and back: ids as differences, columns byte plane by byte plane, deflated."""

import itertools
import struct
import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

from backend.domain.map_history import MapChange

MOST_BYTES: Final = 64 * 1024 * 1024  # of one change, inflated: millions of assets
_COUNTS: Final = struct.Struct("<II")
_STATE_BYTES: Final = 4 + 1 + 1
_MOVE_BYTES: Final = 4 + 4 + 4 + 2
_LEVEL: Final = 1  # higher levels cost several times the time for a few percent


class PayloadBroken(Exception):
    """These bytes are no change of the map; the text says why."""


def packed(change: MapChange) -> bytes:
    """The bytes of a change."""
    parts = [
        _COUNTS.pack(len(change.ids), len(change.move_ids)),
        _planes(np.diff(change.ids, prepend=np.uint32(0)), np.dtype("<u4")),
        change.visuals.tobytes(),
        change.levels.tobytes(),
        _planes(np.diff(change.move_ids, prepend=np.uint32(0)), np.dtype("<u4")),
        _planes(change.lon, np.dtype("<i4")),
        _planes(change.lat, np.dtype("<i4")),
        _planes(change.heading, np.dtype("<u2")),
    ]
    return zlib.compress(b"".join(parts), _LEVEL)


def unpacked(content: bytes) -> MapChange:
    """The change in these bytes. Raises PayloadBroken."""
    raw = _inflated(content)
    if len(raw) < _COUNTS.size:
        raise PayloadBroken("too short")
    states, moves = _COUNTS.unpack_from(raw)
    if len(raw) != _COUNTS.size + states * _STATE_BYTES + moves * _MOVE_BYTES:
        raise PayloadBroken("its columns do not fit its counts")
    ends = np.cumsum([_COUNTS.size, 4 * states, states, states, 4 * moves, 4 * moves, 4 * moves, 2 * moves]).tolist()
    ids, visuals, levels, move_ids, lon, lat, heading = (raw[a:b] for a, b in itertools.pairwise(ends))
    return MapChange(
        np.cumsum(_unplaned(ids, np.dtype("<u4")), dtype=np.uint32),
        np.frombuffer(visuals, np.uint8),
        np.frombuffer(levels, np.uint8),
        np.cumsum(_unplaned(move_ids, np.dtype("<u4")), dtype=np.uint32),
        _unplaned(lon, np.dtype("<i4")).astype(np.int32, copy=False),
        _unplaned(lat, np.dtype("<i4")).astype(np.int32, copy=False),
        _unplaned(heading, np.dtype("<u2")).astype(np.uint16, copy=False),
    )


def _inflated(content: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(content, MOST_BYTES)
    except zlib.error as error:
        raise PayloadBroken(str(error)) from error
    if not inflater.eof:
        raise PayloadBroken("too long, or cut")
    return raw


def _planes(column: npt.NDArray[np.generic], kind: np.dtype[np.generic]) -> bytes:
    """High bytes of neighbours are alike: side by side they deflate to nearly nothing."""
    as_stored = np.ascontiguousarray(column.astype(kind, copy=False))
    return as_stored.view(np.uint8).reshape(-1, kind.itemsize).T.tobytes()


def _unplaned(planes: bytes, kind: np.dtype[np.generic]) -> npt.NDArray[np.generic]:
    by_plane = np.frombuffer(planes, np.uint8).reshape(kind.itemsize, -1)
    return np.ascontiguousarray(by_plane.T).reshape(-1).view(kind)
