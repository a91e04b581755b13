"""Which authority vouches for a server's certificate: given by --ca, remembered for that server."""

import os
import ssl
from collections.abc import Mapping
from pathlib import Path


class NoAuthority(Exception):
    """The file of the authority cannot be used; the text says why."""


def context_of(file: Path | None) -> ssl.SSLContext | None:
    """What trusts this authority alone; None: whom this machine trusts. Raises NoAuthority."""
    if file is None:
        return None
    try:
        context = ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError) as error:
        raise NoAuthority(f"{file}: {error.strerror or error}") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def authority_for(url: str, given: Path | None, remembered: Mapping[str, str]) -> Path | None:
    """The file given now, else the one remembered for this server."""
    if given is not None:
        return given
    kept = remembered.get(url.rstrip("/"))
    return None if kept is None else Path(kept)


def trust_in_children(file: Path | None) -> None:
    """Decoder processes open encrypted video: OpenSSL reads whom they trust from their environment."""
    if file is not None:
        os.environ["SSL_CERT_FILE"] = str(file)
        os.environ["SSL_CERT_DIR"] = os.devnull  # nobody else's
