"""Exported maps as panels see them: values go in, a file is made elsewhere, and the system shows it."""

from pathlib import Path
from typing import Protocol

from exported_maps.values import ExportRequest


class ExportFailed(Exception):
    """There is no file; the text says what happened and what to do."""


class MapFiles(Protocol):
    """Makes files in a process of its own, keeps them where the user wants, opens them in the system's browser."""

    @property
    def opens_afterwards(self) -> bool:
        """Whether a file is to be opened when it is there."""
        ...

    def remember_opening(self, *, wanted: bool) -> None:
        """So it is from now on, at the next start too."""
        ...

    async def make(self, request: ExportRequest) -> bytes:
        """A file's content; cancelling ends the work. Raises ExportFailed."""
        ...

    def proposal(self, name: str, suffix: str) -> Path:
        """Where a file of this name would go unless somebody says otherwise; never one that is there already."""
        ...

    def keep(self, content: bytes, file: Path) -> None:
        """Write it whole or not at all. Raises ExportFailed."""
        ...

    def open(self, file: Path) -> bool:
        """Show it with the system's own program; False where there is none."""
        ...


class NoMapFiles:
    """Where no file can be made."""

    opens_afterwards = False

    def remember_opening(self, *, wanted: bool) -> None:
        """There is nothing to open."""
        del wanted

    async def make(self, request: ExportRequest) -> bytes:
        """Say so."""
        del request
        raise ExportFailed

    def proposal(self, name: str, suffix: str) -> Path:
        """Nothing will be written there."""
        return Path(name + suffix)

    def keep(self, content: bytes, file: Path) -> None:
        """Say so."""
        del content, file
        raise ExportFailed

    def open(self, file: Path) -> bool:
        """Nothing opens."""
        del file
        return False
