"""Sends a file to a running backend: POST /api/v1/imports."""

import io
import ssl
from pathlib import Path

import aiohttp

from backend.commands.through_server import ServerRefused, answer_of, session_with, trusted, unreachable
from contract.imports import ImportOptions, ImportReport


async def upload(
    server: str,
    token_file: Path,
    file: Path,
    options: ImportOptions,
    *,
    dry_run: bool,
    ca_file: Path | None = None,
) -> ImportReport:
    """The file is the body, how to read it the query. Raises ServerRefused."""
    token, content, context = _read_files(token_file, file, ca_file)
    query = {
        "class": options.class_,
        "name": options.file_name,
        "commune": options.commune,
        "map": ",".join(f"{field}={column}" for field, column in options.mapping.items()),
        "dry_run": "true" if dry_run else "false",
    }
    try:
        async with (
            session_with(token) as session,
            session.post(
                server.rstrip("/") + "/api/v1/imports",
                params=query,
                data=io.BytesIO(content),
                headers={"Content-Type": "application/octet-stream"},
                ssl=context,
                allow_redirects=False,
            ) as response,
        ):
            return answer_of(response.status, await response.read(), ImportReport)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise unreachable(server, error) from error


def _read_files(token_file: Path, file: Path, ca_file: Path | None) -> tuple[str, bytes, ssl.SSLContext]:
    try:
        return token_file.read_text().strip(), file.read_bytes(), trusted(ca_file)
    except (OSError, UnicodeDecodeError) as error:
        raise ServerRefused(f"a file cannot be read: {error}") from error
