"""An evidence package fetched to a file, going on where an earlier try was cut, and checked at its end."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from backend_client.errors import NotUnderstood
from backend_client.session import Session
from contract.evidence import EvidencePackage

_PIECE = 2**20


async def fetch(
    session: Session, package: EvidencePackage, target: Path, progress: Callable[[int, int], None] = lambda _, __: None
) -> None:
    """Write the package to `target`; a `.part` beside it is used again. Raises ClientError, OSError."""
    part = target.with_name(target.name + ".part")
    digest = hashlib.sha256()
    with part.open("a+b") as file:
        file.seek(0)
        while piece := file.read(_PIECE):
            digest.update(piece)
        done = file.tell()
        if done < package.bytes:
            headers = {"Range": f"bytes={done}-", "If-Range": f'"{package.sha256}"'} if done else {}
            async with session.open_bytes(f"/evidence/{package.id}/file", headers) as (is_partial, pieces):
                if not is_partial:
                    digest = hashlib.sha256()
                    file.truncate(0)
                    done = 0
                async for piece in pieces:
                    file.write(piece)
                    digest.update(piece)
                    done += len(piece)
                    progress(done, package.bytes)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != package.sha256:
        part.unlink()
        raise NotUnderstood("The package did not arrive as it was sent. Fetch it again.")
    part.replace(target)
