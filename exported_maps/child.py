"""Starts the process that makes a file, and waits for it without holding anybody up."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Sequence
from typing import Final

import msgspec

from exported_maps.values import ExportRequest

log = logging.getLogger(__name__)

TIME_LIMIT_S: Final = 60.0
REFUSED: Final = 3  # as exported_maps.command leaves: its words are for the person who asked


class FileNotMade(Exception):
    """There is no file. `words` say why, for the person who asked; empty where only the program is to blame."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self.words = words


async def make_file(command: Sequence[str], request: ExportRequest, *, time_limit_s: float = TIME_LIMIT_S) -> bytes:
    """The file's content. Raises FileNotMade, TimeoutError; cancelling ends the process, and waits for its end."""
    content = msgspec.msgpack.encode(request)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            "--lang",
            "fr" if request.map.language == "fr" else "en",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
    except OSError as error:
        log.error("the process that exports maps does not start: %s", error)
        raise FileNotMade from error
    try:
        async with asyncio.timeout(time_limit_s):
            made, said = await process.communicate(content)
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        # Shielded: whoever cancels still waits for the process.
        await asyncio.shield(process.wait())
    if process.returncode == 0 and made:
        return made
    words = said.decode("utf-8", "replace").strip()
    if process.returncode == REFUSED and words:
        raise FileNotMade(words)
    log.error("the process that exports maps left with code %s: %s", process.returncode, words[-2000:])
    raise FileNotMade
