"""The bytes of a file, unpacked, within bounds."""

from pathlib import Path
from typing import Final

from backend.devkit.gunzip import GZIP, HIGHEST_RATIO, GzipFault, Unpackable, gunzip
from backend.services.import_files.rows import FileRefused

MOST_BYTES: Final = 256 * 1024 * 1024
MOST_OF_A_LIST: Final = 32 * 1024 * 1024  # of a file that names one thing a line: feeders, addresses of devices
_WORDS: Final = {
    GzipFault.TOO_LARGE: f"the file unpacks to more than {HIGHEST_RATIO} times its size or {MOST_BYTES >> 20} MB",
    GzipFault.CUT_SHORT: "the gzip file is cut short: fetch it again",
    GzipFault.DAMAGED: "the gzip file is damaged: fetch it again",
}


def read_source(source: Path | bytes, most_bytes: int = MOST_BYTES) -> bytes:
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
    if len(content) > most_bytes:
        raise FileRefused(f"the file is larger than {most_bytes >> 20} MB: split it")
    return _gunzip(content, most_bytes) if content[:2] == GZIP else content


def _gunzip(content: bytes, most_bytes: int) -> bytes:
    try:
        return gunzip(content, most_bytes)
    except Unpackable as error:
        if error.fault is GzipFault.TOO_LARGE and most_bytes < MOST_BYTES:
            raise FileRefused(f"the file is larger than {most_bytes >> 20} MB: split it") from error
        raise FileRefused(_WORDS[error.fault]) from error
