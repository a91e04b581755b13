"""Photos drawn by a child process: whatever a photo does to its reader, it does to nobody else."""

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.bounded_child import ENVIRONMENT
from backend.services.documents.picture_child import MOST_SECONDS, Drawn, Order
from video.child_process import end_child

log = logging.getLogger(__name__)
_ROOT: Final = Path(__file__).resolve().parents[3]
_CHILD: Final = (sys.executable, "-m", "backend.services.documents.picture_child")
_MOST_AT_ONCE: Final = 2


class PhotoDrawing:
    """Few children at a time; one that does not end is ended."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(_MOST_AT_ONCE)

    async def draw(self, order: Order) -> Drawn | None:
        """Draw both pictures; None when the photo cannot be read."""
        async with self._places:
            child = await asyncio.create_subprocess_exec(
                *_CHILD,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                cwd=_ROOT,
                env={"PATH": os.environ.get("PATH", ""), **ENVIRONMENT},
            )
            try:
                async with asyncio.timeout(MOST_SECONDS + 10):
                    answer, _ = await child.communicate(msgspec.json.encode(order))
            except TimeoutError:
                return None
            finally:
                await end_child(child)
        try:
            drawn = msgspec.json.decode(answer, type=Drawn)
        except msgspec.MsgspecError:
            log.warning("a photo ended its reader (code %s): it is not taken", child.returncode)
            return None
        return drawn if drawn.width else None
