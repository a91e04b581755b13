"""The floor of the stream: raw aiohttp, the same frames a second, nothing known and nothing checked.

`python -m bench.broadcast PORT FRAMES_A_WINDOW FRAME_BYTES`: readings arrive evenly, each 50 ms they go to everybody.
"""

import asyncio
import struct
import sys
import time

from aiohttp import web

from bench.pulse import READINGS_PER_S

WINDOW_S = 0.05
ARRIVE_S = 0.005


def stamps_in(frame: bytes) -> list[float]:
    """The monotonic times at which the readings of a frame were made."""
    (count,) = struct.unpack_from("<I", frame)
    return list(struct.unpack_from(f"<{count}d", frame, 4))


def frame_of(stamps: list[float], size: int) -> bytes:
    """A frame of that size."""
    return struct.pack(f"<I{len(stamps)}d", len(stamps), *stamps).ljust(size, b"\0")


async def serve(port: int, frames: int, size: int) -> None:
    """Broadcast until cancelled."""
    sockets: set[web.WebSocketResponse] = set()

    async def join(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        sockets.add(socket)
        async for _ in socket:
            continue
        sockets.discard(socket)
        return socket

    application = web.Application()
    application.router.add_get("/", join)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    due, arrived = time.monotonic(), 0
    waiting: list[float] = []
    while True:
        due += ARRIVE_S
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        waiting.extend([time.monotonic()] * round(READINGS_PER_S * ARRIVE_S))
        arrived += 1
        if arrived % round(WINDOW_S / ARRIVE_S) == 0:
            share = len(waiting) // frames
            for number in range(frames):
                frame = frame_of(waiting[number * share : (number + 1) * share], size)
                for socket in list(sockets):
                    await socket.send_bytes(frame)
            waiting.clear()


if __name__ == "__main__":
    asyncio.run(serve(*(int(word) for word in sys.argv[1:4])))
