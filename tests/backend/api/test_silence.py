"""A connection that only looks open is found within one and a half heartbeats (fault row F10)."""

import asyncio
import time

from backend_client.mirror import HEARTBEAT_S, Mirror, MirrorState
from contract.stream import ServerMessage, Subscribe, TopicKind
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import TwoCommunes


class Links:
    """When the link came and went."""

    def __init__(self) -> None:
        self.changes: list[tuple[MirrorState, float]] = []

    def message(self, message: ServerMessage) -> None:
        """What is said does not matter here."""

    def link_changed(self, state: MirrorState, detail: str) -> None:
        self.changes.append((state, time.monotonic()))

    def when(self, state: MirrorState) -> float | None:
        return next((at for seen, at in self.changes if seen is state), None)


async def test_a_backend_that_falls_silent_is_missed(served: ServedCity, city: TwoCommunes) -> None:
    await city.account("marie")
    session = await served.login("marie")
    links = Links()
    mirror = Mirror(session, links, Subscribe(kinds=(TopicKind.ALARMS,)))
    running = asyncio.get_running_loop().create_task(mirror.run(), name="mirror")
    async with asyncio.timeout(10):
        while links.when(MirrorState.LIVE) is None:
            await asyncio.sleep(0.01)
        await city.hub.close()  # no heartbeat any more; the socket stays open
        silent_since = time.monotonic()
        while (lost := links.when(MirrorState.LOST)) is None:
            await asyncio.sleep(0.01)
    assert lost - silent_since <= 1.5 * HEARTBEAT_S + 0.5
    running.cancel()
    await asyncio.wait([running])
