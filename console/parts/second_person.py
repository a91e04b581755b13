"""Acts that two persons do: one asks here, another agrees elsewhere, then the act is done. No Qt."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Final

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.formats import clock_time
from console.kit.ports import Client
from console.kit.task_bag import TaskBag
from contract.api import ApprovalRequest
from widgets.texts import Texts

_LOOK_EVERY_S: Final = 1.5
Say = Callable[[str, bool], None]
"""What came of it, and whether it is a warning."""


class SecondPerson:
    """Asks, waits at most as long as the request is open, and then does the act with its approval's id."""

    def __init__(
        self,
        client: Client,
        tr: Texts,
        tasks: TaskBag,
        clock: Callable[[], dt.datetime],
        say: Say,
        look_every_s: float = _LOOK_EVERY_S,
    ) -> None:
        self._client = client
        self._tr = tr
        self._tasks = tasks
        self._clock = clock
        self._say = say
        self.look_every_s = look_every_s

    def ask(self, act: str, payload: dict[str, object], reason: str, then: Callable[[str], Awaitable[None]]) -> None:
        """Ask a second person for exactly this. `then` may raise RequestFailed: it is said."""
        request = ApprovalRequest(act=act, payload=payload, reason=reason)
        self._tasks.start(self._ask(request, then), name=f"second person {act}")

    async def _ask(self, request: ApprovalRequest, then: Callable[[str], Awaitable[None]]) -> None:
        try:
            asked = await self._client.request_approval(request)
            self._say(self._tr("second_person.waits", time=clock_time(asked.expires_at)), False)
            while not asked.approver:
                if self._clock() >= asked.expires_at:
                    self._say(self._tr("second_person.expired"), True)
                    return
                await asyncio.sleep(self.look_every_s)
                asked = await self._client.approval(asked.id)
            await then(asked.id)
        except RequestRefused as error:
            words = self._tr("second_person.gone") if error.status == 404 else failure_text(error, self._tr)
            self._say(words, True)
        except RequestFailed as error:
            self._say(failure_text(error, self._tr), True)
