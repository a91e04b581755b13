"""One connection tried: a real adapter on it for some seconds, whose reports go nowhere."""

import asyncio
import uuid
from collections.abc import Sequence
from typing import Final

import msgspec

from backend.devkit.adapter import Adapter, Outcome
from backend.devkit.errors import DeviceError
from backend.services.supervisor import Supervisor
from contract.administration import ConnectionTried
from contract.claims import Claim
from contract.devices import Connection, LinkState
from contract.points import Reading

WITHIN_S: Final = 12.0
_CLEARLY_DOWN_S: Final = 3.0  # some adapters say "down" once before their first try
_LONGEST_REASON: Final = 300


async def tried(supervisor: Supervisor, connection: Connection, credentials: str) -> ConnectionTried:
    """Until it is up, refused, or the time is over. Raises IntegrationBroken."""
    integration = await supervisor.integration(connection.integration)
    name = f"trial {uuid.uuid4().hex}"
    trial = msgspec.structs.replace(connection, id=name, secret_name=name if credentials else "")
    sink = _TrialSink()
    loop = asyncio.get_running_loop()
    begun = loop.time()
    supervisor.tries_with(name, credentials)
    adapter: Adapter | None = None
    reason = ""
    try:
        adapter = integration.adapter(trial, (), sink)
        async with asyncio.timeout(WITHIN_S), asyncio.TaskGroup() as group:
            running = group.create_task(adapter.run())
            await sink.decided()
            running.cancel()
    except TimeoutError:
        reason = f"no answer within {WITHIN_S:.0f} s"
    except (DeviceError, OSError, ValueError) as error:
        reason = str(error) or type(error).__name__
    except ExceptionGroup as group_error:
        reason = str(group_error.exceptions[0]) or type(group_error.exceptions[0]).__name__
    finally:
        if adapter is not None:
            await adapter.close()
        supervisor.tries_with(name, None)
    state = sink.state.value if sink.state is not None else LinkState.DOWN.value
    if state == LinkState.CONNECTING.value:
        state = LinkState.DOWN.value
    told = sink.reason or reason
    return ConnectionTried(
        state=state, reason=told[:_LONGEST_REASON], readings=sink.readings, seconds=round(loop.time() - begun, 2)
    )


class _TrialSink:
    """Implements `Sink` for a trial: remembers how the link did."""

    def __init__(self) -> None:
        self.state: LinkState | None = None
        self.reason = ""
        self.readings = 0
        self._news = asyncio.Event()

    async def decided(self) -> None:
        """Wait until it is clear how the connection does."""
        while True:
            await self._news.wait()
            self._news.clear()
            if self.state in {LinkState.UP, LinkState.REFUSED}:
                return
            if self.state is LinkState.DOWN:
                try:
                    async with asyncio.timeout(_CLEARLY_DOWN_S):
                        await self._news.wait()
                except TimeoutError:
                    return

    def report(self, readings: Sequence[Reading]) -> None:
        """Counted."""
        self.readings += len(readings)

    def assets_unreachable(self, asset_ids: Sequence[int], reason: str) -> None:
        """There are none behind a trial."""

    def assets_reachable(self, asset_ids: Sequence[int]) -> None:
        """There are none behind a trial."""

    def link_changed(self, state: LinkState, reason: str = "") -> None:
        """Up, down or refused."""
        self.state, self.reason = state, reason
        self._news.set()

    def field_claims(self, asset_id: int, property_: str, claims: Sequence[Claim]) -> None:
        """There are none behind a trial."""

    def outcomes_known(self, command_id: str, outcomes: Sequence[Outcome]) -> None:
        """Nothing is commanded."""

    def late_outcome(self, command_id: str, outcome: Outcome) -> None:
        """Nothing is commanded."""

    async def kept(self) -> bool:
        """Nothing is to be kept."""
        return True
