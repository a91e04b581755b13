"""The copy of the journal's checkpoints in another place: who can change both is much harder to find."""

import os
from pathlib import Path
from typing import BinaryIO, Final

NAME: Final = "journal-checkpoints.jsonl"
_MARK: Final = "checkpoint-copy"  # beside our own file: where a copy was made
_WINDOW: Final = 64 * 1024  # so much of the copy's end must be as ours is
_PIECE: Final = 1024 * 1024


class CopyDiffers(Exception):
    """The copy holds what our own file does not: one of the two was changed. Nothing is written."""


class CheckpointCopy:
    """Our own file is the spool: what the copy lacks is what comes after its end."""

    def __init__(self, data_dir: Path, folder: Path) -> None:
        self._own = data_dir / NAME
        self._mark = data_dir / _MARK
        self._folder = folder

    def bring_up_to_date(self) -> int:
        """Append what is missing; it is on the other disk when this returns. Says how many bytes.

        A place that held a copy and is empty now is a mount that is gone, not a new beginning. Raises OSError,
        CopyDiffers.
        """
        own_bytes = self._own.stat().st_size if self._own.exists() else 0
        is_new = not self._was_made()
        # Opened even when nothing is missing: whether it can be written is what is asked.
        flags = os.O_RDWR | os.O_APPEND | (os.O_CREAT if is_new else 0)
        with os.fdopen(os.open(self._folder / NAME, flags, 0o600), "r+b") as copy:
            has_bytes = os.fstat(copy.fileno()).st_size
            if has_bytes > own_bytes:
                raise CopyDiffers
            copied = 0
            if own_bytes:
                with self._own.open("rb") as own:
                    copied = _append(own, copy, has_bytes)
            copy.flush()
            os.fsync(copy.fileno())
        if is_new:
            self._mark.write_text(str(self._folder), encoding="utf-8")
        return copied

    def _was_made(self) -> bool:
        try:
            return self._mark.read_text(encoding="utf-8") == str(self._folder)
        except FileNotFoundError:
            return False


def _append(own: BinaryIO, copy: BinaryIO, has_bytes: int) -> int:
    start = max(0, has_bytes - _WINDOW)
    own.seek(start)
    copy.seek(start)
    if own.read(has_bytes - start) != copy.read(has_bytes - start):
        raise CopyDiffers
    copied = 0
    while piece := own.read(_PIECE):
        whole = piece[: piece.rfind(b"\n") + 1]
        copy.write(whole)
        copied += len(whole)
        if len(whole) < len(piece):
            break  # a line in the making
    return copied
