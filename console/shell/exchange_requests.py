"""Requests about files that come in and go out."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode

from backend_client import exchange
from backend_client.session import Session
from console.shell.asking import asked
from contract.exports import ExportJob, ExportRequest
from contract.imports import ImportJob, ReadAgain, TakeImport


class ExchangeRequests:
    """console.kit.exchange_ports.ExchangeCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def send_import(self, file: Path, first: ReadAgain, progress: Callable[[int, int], None]) -> ImportJob:
        """Send a file to be looked at. Raises OSError for the file."""
        query = urlencode({"name": file.name, "class": first.class_, "commune": first.commune})
        return await asked(exchange.send(self._session, f"/imports/files?{query}", file, ImportJob, progress))

    async def import_job(self, job_id: str) -> ImportJob:
        """How far it is."""
        return await asked(self._session.get(_import(job_id), ImportJob))

    async def read_import_again(self, job_id: str, how: ReadAgain) -> ImportJob:
        """The same file, read otherwise."""
        return await asked(self._session.put_for(f"{_import(job_id)}/reading", how, ImportJob))

    async def take_import(self, job_id: str, seal: str) -> ImportJob:
        """Yes to what was shown."""
        return await asked(self._session.post_for(f"{_import(job_id)}/take", TakeImport(seal=seal), ImportJob))

    async def forget_import(self, job_id: str) -> None:
        """Stop it; the file is deleted."""
        await asked(self._session.delete(_import(job_id)))

    async def import_errors(self, job_id: str) -> bytes:
        """Every row that is wrong, as CSV with the reason beside its cells."""
        return await asked(self._session.get_bytes(f"{_import(job_id)}/errors"))

    async def begin_export(self, request: ExportRequest) -> ExportJob:
        """Order a file."""
        return await asked(self._session.post_for("/exports", request, ExportJob))

    async def export_job(self, job_id: str) -> ExportJob:
        """How far it is."""
        return await asked(self._session.get(_export(job_id), ExportJob))

    async def fetch_export(self, job: ExportJob, target: Path, progress: Callable[[int, int], None]) -> None:
        """Write it to a file, whole or not at all. Raises OSError for the file."""
        await asked(exchange.fetch(self._session, f"{_export(job.id)}/file", job.bytes, target, progress))

    async def forget_export(self, job_id: str) -> None:
        """Stop it, or delete what was made."""
        await asked(self._session.delete(_export(job_id)))


def _import(job_id: str) -> str:
    return f"/imports/files/{quote(job_id, safe='')}"


def _export(job_id: str) -> str:
    return f"/exports/{quote(job_id, safe='')}"
