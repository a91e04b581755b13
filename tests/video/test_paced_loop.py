"""A loop that looks at its sockets at a pace: nothing is lost, and what comes together is read together."""

import asyncio
import time

from video.paced_loop import paced


def run_pings(pace_s: float, count: int) -> float:
    """Seconds for so many round trips over a socket."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    async def pings() -> float:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
        begun = time.monotonic()
        for number in range(count):
            writer.write(b"%d\n" % number)
            assert int(await reader.readline()) == number
        took = time.monotonic() - begun
        writer.close()
        server.close()
        return took

    with asyncio.Runner(loop_factory=paced(pace_s)) as runner:
        return runner.run(pings())


def test_each_look_at_the_sockets_waits_for_the_pace() -> None:
    assert run_pings(0.01, 5) >= 2 * 4 * 0.01


def test_a_loop_with_work_in_hand_is_not_held_up() -> None:
    async def turns() -> None:
        for _ in range(500):
            await asyncio.sleep(0)

    begun = time.monotonic()
    with asyncio.Runner(loop_factory=paced(0.05)) as runner:
        runner.run(turns())
    assert time.monotonic() - begun < 2.0  # 25 s if each turn waited


def test_timers_keep_their_time() -> None:
    async def nap() -> float:
        begun = time.monotonic()
        await asyncio.sleep(0.02)
        return time.monotonic() - begun

    with asyncio.Runner(loop_factory=paced(2.0)) as runner:
        runner.run(asyncio.sleep(0))
        assert runner.run(nap()) < 1.8
