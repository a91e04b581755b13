"""Orders a file at a running backend and fetches it: POST /api/v1/exports."""

import asyncio
from pathlib import Path
from typing import Final

import aiohttp
import msgspec

from backend.commands.through_server import ServerRefused, answer_of, session_with, trusted, unreachable
from contract.exports import ExportJob, ExportRequest, ExportState

_LOOK_EVERY_S: Final = 0.3
_PIECE: Final = 1 << 18


async def export_through(
    server: str, token_file: Path, request: ExportRequest, target: Path, *, ca_file: Path | None = None
) -> ExportJob:
    """The file is at `target` when this returns. Raises ServerRefused."""
    try:
        context = trusted(ca_file)
        token = (await asyncio.to_thread(token_file.read_text)).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ServerRefused(f"a file cannot be read: {error}") from error
    root = server.rstrip("/") + "/api/v1/exports"
    try:
        async with session_with(token) as session:
            async with session.post(root, data=msgspec.json.encode(request), ssl=context) as response:
                job = answer_of(response.status, await response.read(), ExportJob)
            while job.state is ExportState.WRITING:
                await asyncio.sleep(_LOOK_EVERY_S)
                async with session.get(f"{root}/{job.id}", ssl=context) as response:
                    job = answer_of(response.status, await response.read(), ExportJob)
            if job.state is ExportState.FAILED:
                raise ServerRefused(job.said)
            async with session.get(f"{root}/{job.id}/file", ssl=context) as response:
                if response.status != 200:
                    answer_of(response.status, await response.read(), ExportJob)
                with target.open("wb") as file:
                    async for piece in response.content.iter_chunked(_PIECE):
                        file.write(piece)
            async with session.delete(f"{root}/{job.id}", ssl=context):
                return job
    except OSError as error:
        if isinstance(error, aiohttp.ClientError):
            raise unreachable(server, error) from error
        raise ServerRefused(f"{target} cannot be written: {error.strerror or error}") from error
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise unreachable(server, error) from error
