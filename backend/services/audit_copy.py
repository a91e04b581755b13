"""Watches the copy of the audit's checkpoints: without it the city is run on, and no two persons may act as one."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from backend.devkit.tasks import Tasks
from backend.devkit.threads import Threads
from backend.ports import Storage, StorageError, Unit
from backend.services.own_asset import OwnAsset
from backend.services.register import Register
from contract.journal import EntryKind, NewEntry

log = logging.getLogger(__name__)
CLASS: Final = "audit_copy"
CODE: Final = "AUDIT-01"
EVERY_S: Final = 10.0
PATIENCE_S: Final = 8.0  # a share that hangs is as good as gone


class AuditCopy:
    """`copy` None: no copy is kept, and nothing is blocked."""

    def __init__(
        self,
        storage: Storage,
        register: Register,
        copy: Callable[[], int] | None,
        differs: type[Exception],
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`copy` brings the copy up to date: raises OSError where it cannot be reached, `differs` where it is other."""
        why = "a part of the backend has something to tell"
        self.asset = OwnAsset(register, CLASS, CODE, "Copie de l'audit", why=why)
        self._storage = storage
        self._copy = copy
        self._differs = differs
        self._patience_s = patience_s
        self._threads = Threads("audit copy")
        self._tasks = Tasks("audit copy")
        self._running: asyncio.Task[str] | None = None
        self._told = ""
        self.trouble = ""  # what is wrong and what to do; empty while the copy is there

    @property
    def blocks(self) -> bool:
        """Whether acts of two persons must wait."""
        return bool(self.trouble)

    async def run(self) -> None:
        """Look for ever."""
        while self._copy is not None:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def close(self) -> None:
        """End its thread; may be called twice."""
        await self._tasks.close()
        self._threads.close()

    async def look(self) -> None:
        """Look once: what waits in our own file is copied. What the journal would not take is told at the next look."""
        if self._copy is None:
            return
        state = await self._bring_up(self._copy)
        self.trouble = _WORDS.get(state, "")
        if state != self._told:
            await self._tell(state)
        if state:
            await self.asset.ensure()
        self.asset.tell({"copy_unreachable": state == "unreachable", "copy_differs": state == "differs"})

    async def _bring_up(self, copy: Callable[[], int]) -> str:
        if self._running is None:
            self._running = self._tasks.start(self._once(copy), name="one look")
        done, _ = await asyncio.wait([self._running], timeout=self._patience_s)
        if not done:
            return "unreachable"  # it hangs: asked again once it answers
        task, self._running = self._running, None
        return task.result()

    async def _once(self, copy: Callable[[], int]) -> str:
        try:
            await self._threads.run(copy)
        except self._differs:
            return "differs"
        except OSError as error:
            log.debug("the copy of the audit's checkpoints: %s", error)
            return "unreachable"
        return ""

    async def _tell(self, state: str) -> None:
        if state:
            log.error("%s", self.trouble)
        else:
            log.info("the copy of the audit's checkpoints is there again, and whole")
        payload: dict[str, object] = {"event": f"audit_copy_{state or 'back'}"}
        try:
            await self._storage.commit(Unit(entries=[NewEntry(kind=EntryKind.SYSTEM, actor="system", payload=payload)]))
        except StorageError:
            return
        self._told = state


_WORDS: Final = {
    "unreachable": "the copy of the audit's checkpoints cannot be reached: bring its place back; "
    "what is missing is kept and copied then, and acts of two persons wait until it is",
    "differs": "the copy of the audit's checkpoints is not the beginning of our own file: one of the two was changed; "
    "keep both and run the audit",
}
