"""Imports and exports, joined."""

from pathlib import Path

from backend.devkit.clock import Clock
from backend.ports import Storage
from backend.services.address_import import Loaded
from backend.services.exchange.export_jobs import ExportJobs
from backend.services.exchange.import_jobs import ImportJobs
from backend.services.importing import Importing
from backend.services.register import Register


class Exchange:
    """`start` once the backend answers, `close` before storage."""

    def __init__(
        self, register: Register, storage: Storage, clock: Clock, folder: Path, addresses_loaded: Loaded | None = None
    ) -> None:
        """`folder` is ours alone: what is in it goes when we start."""
        self.importing = Importing(register, storage, addresses_loaded)
        self.imports = ImportJobs(self.importing, clock, folder / "in")
        self.exports = ExportJobs(register, storage, clock, folder / "out")

    def start(self) -> None:
        """Begin to forget."""
        self.imports.start()
        self.exports.start()

    async def close(self) -> None:
        """Stop everything; may be called twice."""
        await self.imports.close()
        await self.exports.close()
        self.importing.close()
