"""A command that works through the API of a running backend instead of the data directory."""

import argparse
import ssl
from pathlib import Path
from typing import Final, TypeVar

import aiohttp
import msgspec

from contract.api import Problem

_SECONDS_WITHOUT_PROGRESS: Final = 120.0
T = TypeVar("T")


class ServerRefused(Exception):
    """The backend did not do it, or cannot be reached; the text says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which backend, and who asks."""
    parser.add_argument("--server", metavar="URL", help="through the API of a running backend instead")
    parser.add_argument("--token-file", type=Path, metavar="FILE", help="file with an access token, for --server")
    parser.add_argument("--ca-file", type=Path, metavar="FILE", help="certificate authority of the server")


def lacks_token(options: argparse.Namespace) -> str:
    """What is wrong with the arguments in words, empty when nothing is."""
    return "--server needs --token-file FILE with an access token" if options.server and not options.token_file else ""


def trusted(ca_file: Path | None) -> ssl.SSLContext:
    """Whom to believe: the authorities of this machine, or the one named. Raises OSError."""
    return ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))


def unreachable(server: str, error: Exception) -> ServerRefused:
    """Why nothing came from the backend, and what to do where that can be said."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return ServerRefused(
            f"{server} has a certificate that is not believed here ({error.certificate_error}). "
            "Name the authority that made it: --ca-file FILE"
        )
    if isinstance(error, aiohttp.ClientConnectorError):
        return ServerRefused(f"{server} cannot be reached: {error.strerror or error}. Does its backend run?")
    return ServerRefused(f"{server} cannot be reached: {str(error) or 'it does not answer'}")


def session_with(token: str) -> aiohttp.ClientSession:
    """Gives up when nothing came for two minutes, however long the whole takes."""
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=_SECONDS_WITHOUT_PROGRESS)
    return aiohttp.ClientSession(timeout=timeout, headers={"Authorization": f"Bearer {token}"})


def answer_of(status: int, body: bytes, kind: type[T]) -> T:
    """What the backend answered. Raises ServerRefused, with the backend's own words where it gave some."""
    try:
        if status == 200:
            return msgspec.json.decode(body, type=kind)
        problem = msgspec.json.decode(body, type=Problem)
    except msgspec.DecodeError as error:
        raise ServerRefused(f"the server answered {status} in a way this program does not know") from error
    raise ServerRefused(f"{problem.title} {problem.detail}".strip())
