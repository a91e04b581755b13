"""Gzip from others, unpacked piece by piece so that a bomb is refused before it goes off."""

import enum
import zlib
from typing import Final

HIGHEST_RATIO: Final = 100
_CHUNK: Final = 1 << 20
_SMALL: Final = 1 << 16
GZIP: Final = b"\x1f\x8b"


class GzipFault(enum.Enum):
    """Why a gzip is not unpacked."""

    TOO_LARGE = "too large"
    CUT_SHORT = "cut short"
    DAMAGED = "damaged"


class Unpackable(Exception):
    """This gzip is damaged, or unpacks to more than is sensible; the text says which, `fault` for other words."""

    def __init__(self, fault: GzipFault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


def gunzip(packed: bytes, most: int) -> bytes:
    """What is in it, `most` bytes and 100 times its size at most. Raises Unpackable."""
    most = min(most, max(len(packed) * HIGHEST_RATIO, _SMALL))
    unpacked = bytearray()
    rest = packed
    try:
        while rest[:2] == GZIP:
            stream = zlib.decompressobj(wbits=31)
            piece = stream.decompress(rest, _CHUNK)
            # All input may be taken while output still waits inside: a full piece says so.
            while piece or stream.unconsumed_tail:
                unpacked += piece
                if len(unpacked) > most:
                    raise Unpackable(GzipFault.TOO_LARGE, f"it unpacks to more than {most} bytes")
                piece = stream.decompress(stream.unconsumed_tail, _CHUNK)
            if not stream.eof:
                raise Unpackable(GzipFault.CUT_SHORT, "it is cut short")
            rest = stream.unused_data
    except zlib.error as error:
        raise Unpackable(GzipFault.DAMAGED, "it is damaged") from error
    return bytes(unpacked)
