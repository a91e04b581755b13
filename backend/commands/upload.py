"""Sends a file to a running backend: POST /api/v1/imports."""

import io
import ssl
from pathlib import Path

import aiohttp
import msgspec

from contract.api import Problem
from contract.imports import ImportOptions, ImportReport

_SECONDS_WITHOUT_PROGRESS = 120.0


class UploadRefused(Exception):
    """The backend did not take the file; the text says why."""


async def upload(
    server: str,
    token_file: Path,
    file: Path,
    options: ImportOptions,
    *,
    dry_run: bool,
    ca_file: Path | None = None,
) -> ImportReport:
    """The file is the body, how to read it the query. Raises UploadRefused."""
    token, content, context = _read_files(token_file, file, ca_file)
    query = {
        "class": options.class_,
        "name": options.file_name,
        "commune": options.commune,
        "map": ",".join(f"{field}={column}" for field, column in options.mapping.items()),
        "dry_run": "true" if dry_run else "false",
    }
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=_SECONDS_WITHOUT_PROGRESS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers={"Authorization": f"Bearer {token}"}) as session,
            session.post(
                server.rstrip("/") + "/api/v1/imports",
                params=query,
                data=io.BytesIO(content),
                headers={"Content-Type": "application/octet-stream"},
                ssl=context,
                allow_redirects=False,
            ) as response,
        ):
            return _report(response.status, await response.read())
    except aiohttp.ClientConnectorError as error:
        raise UploadRefused(f"{server} cannot be reached: {error.strerror or error}") from error
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise UploadRefused(f"{server} cannot be reached: {str(error) or 'it does not answer'}") from error


def _read_files(token_file: Path, file: Path, ca_file: Path | None) -> tuple[str, bytes, ssl.SSLContext]:
    try:
        context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
        return token_file.read_text().strip(), file.read_bytes(), context
    except (OSError, UnicodeDecodeError) as error:
        raise UploadRefused(f"a file cannot be read: {error}") from error


def _report(status: int, body: bytes) -> ImportReport:
    try:
        if status == 200:
            return msgspec.json.decode(body, type=ImportReport)
        problem = msgspec.json.decode(body, type=Problem)
    except msgspec.DecodeError as error:
        raise UploadRefused(f"the server answered {status} in a way this program does not know") from error
    raise UploadRefused(f"{problem.title}. {problem.detail}".strip())
