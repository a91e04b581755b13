"""Many consoles in one process: how late readings reach them, decoded. `python -m bench.listeners URL COUNT SECONDS`.

Prints "ready" once every stream has its snapshots and hears readings as they come, begins at a line on standard input,
ends with one line of JSON. With "floor" as a fourth word it listens to `bench.broadcast` instead.
"""

import asyncio
import sys
import time

import aiohttp
import msgspec
import numpy as np

from backend_client.mirror import Mirror, MirrorState
from backend_client.session import Session
from bench.broadcast import stamps_in
from bench.cities import PASSWORD, USER
from bench.pulse import POINT
from contract.stream import Changes, PointsBody, ServerMessage, SnapshotsDone, Subscribe, TopicKind

CAUGHT_UP_S = 1.0


class Heard(msgspec.Struct, kw_only=True):
    """What the consoles of one process heard. `late_ms`: every hundredth of the way from quickest to slowest."""

    count: int
    frames: int
    resyncs: int
    late_ms: list[float]


class Ears:
    """Collects how late each reading was."""

    def __init__(self) -> None:
        self.ready = 0
        self.all_ready = asyncio.Event()
        self.frames = 0
        self.late: list[float] = []
        self._wanted = 0
        self._latest_s = 0.0
        self.is_open = False

    def expect(self, count: int) -> None:
        """So many streams must have their snapshots."""
        self._wanted = count

    def one_ready(self) -> None:
        """A stream has its snapshots."""
        self.ready += 1
        if self.ready == self._wanted:
            self.all_ready.set()

    async def caught_up(self) -> None:
        """Until no reading is late from the time when snapshots were read, for a second; half a minute at most."""
        for _ in range(30):
            self._latest_s = 0.0
            await asyncio.sleep(1.0)
            if 0.0 < self._latest_s < CAUGHT_UP_S:
                return

    def heard(self, stamps: list[float]) -> None:
        """Readings were decoded just now."""
        if stamps:
            self._latest_s = max(self._latest_s, time.monotonic() - min(stamps))
        if self.is_open:
            now = time.monotonic()
            self.frames += 1
            self.late.extend([now - stamp for stamp in stamps])

    def message(self, message: ServerMessage) -> None:
        """A Mirror's listener."""
        if isinstance(message, Changes) and isinstance(message.body, PointsBody):
            rows = message.body.rows
            self.heard([row.value for row in rows if row.point == POINT and isinstance(row.value, float)])
        elif isinstance(message, SnapshotsDone):
            self.one_ready()

    def link_changed(self, state: MirrorState, detail: str) -> None:
        """A stream that is lost is counted by what is missing."""


async def listen(url: str, count: int, seconds: float, *, is_floor: bool) -> Heard:
    """Open the streams, wait for the word, listen."""
    ears = Ears()
    ears.expect(count)
    session = Session(url)
    loop = asyncio.get_running_loop()
    mirrors: list[Mirror] = []
    if is_floor:
        running = [loop.create_task(_floor(url, ears), name="floor") for _ in range(count)]
    else:
        await session.login(USER, PASSWORD)
        mirrors = [Mirror(session, ears, Subscribe(kinds=(TopicKind.POINTS,))) for _ in range(count)]
        running = [loop.create_task(mirror.run(), name="mirror") for mirror in mirrors]
    await ears.all_ready.wait()
    await ears.caught_up()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    ears.is_open = True
    await asyncio.sleep(seconds)
    ears.is_open = False
    for task in running:
        task.cancel()
    await asyncio.wait(running)
    await session.close()
    late = np.array(ears.late or [np.nan]) * 1e3
    quantiles: list[float] = np.quantile(late, np.linspace(0, 1, 1001)).tolist()
    resyncs = sum(mirror.resync_count for mirror in mirrors)
    return Heard(count=len(ears.late), frames=ears.frames, resyncs=resyncs, late_ms=quantiles)


async def _floor(url: str, ears: Ears) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(url, compress=0) as socket:
        ears.one_ready()
        async for frame in socket:
            if frame.type is aiohttp.WSMsgType.BINARY:
                ears.heard(stamps_in(frame.data))


if __name__ == "__main__":
    heard = asyncio.run(listen(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), is_floor=sys.argv[4:5] == ["floor"]))
    print(msgspec.json.encode(heard).decode(), flush=True)
