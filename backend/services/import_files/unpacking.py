"""The bytes of a file, unpacked, within bounds."""

import zlib
from pathlib import Path
from typing import Final

from backend.services.import_files.rows import FileRefused

MOST_BYTES: Final = 256 * 1024 * 1024
HIGHEST_RATIO: Final = 100
_CHUNK: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"


def read_source(source: Path | bytes) -> bytes:
    """The content of a file or of an upload, unpacked when it is gzipped. Raises FileRefused."""
    if isinstance(source, Path):
        try:
            if not source.is_file():
                raise FileRefused(f"{source.name} is not a file")
            if source.stat().st_size > MOST_BYTES:
                raise FileRefused(f"{source.name} is larger than {MOST_BYTES >> 20} MB: split it")
            content = source.read_bytes()
        except OSError as error:
            raise FileRefused(f"{source.name} cannot be read: {error.strerror}") from error
    else:
        content = source
    if len(content) > MOST_BYTES:
        raise FileRefused(f"the file is larger than {MOST_BYTES >> 20} MB: split it")
    return _gunzip(content) if content[:2] == _GZIP else content


def _gunzip(content: bytes) -> bytes:
    """Unpack piece by piece, so that a bomb is refused before it goes off."""
    most = min(MOST_BYTES, max(len(content) * HIGHEST_RATIO, 1 << 16))
    unpacked = bytearray()
    rest = content
    try:
        while rest[:2] == _GZIP:
            stream = zlib.decompressobj(wbits=31)
            piece = stream.decompress(rest, _CHUNK)
            # All input may be taken while output still waits inside: a full piece says so.
            while piece or stream.unconsumed_tail:
                unpacked += piece
                if len(unpacked) > most:
                    raise FileRefused(
                        f"the file unpacks to more than {HIGHEST_RATIO} times its size or {MOST_BYTES >> 20} MB"
                    )
                piece = stream.decompress(stream.unconsumed_tail, _CHUNK)
            if not stream.eof:
                raise FileRefused("the gzip file is cut short: fetch it again")
            rest = stream.unused_data
    except zlib.error as error:
        raise FileRefused("the gzip file is damaged: fetch it again") from error
    return bytes(unpacked)
