"""Cameras that serve their stream at another address than the one they were found at."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from tests.eventually import eventually
from video.access_unit import AccessUnit, StreamParameters
from video.back_off import BackOff
from video.rtsp.client import RtspSource
from video.states import StreamState, StreamStatus

Street = Callable[..., str]


class Watcher:
    """What came of it."""

    def __init__(self) -> None:
        self.pictures = 0
        self.statuses: list[StreamStatus] = []

    def described(self, parameters: StreamParameters) -> None:
        pass

    def received(self, unit: AccessUnit) -> None:
        self.pictures += 1

    def status_changed(self, status: StreamStatus) -> None:
        self.statuses.append(status)

    def has_been(self, state: StreamState) -> bool:
        return any(status.state is state for status in self.statuses)


class Signpost:
    """A camera that sends everybody on."""

    def __init__(self) -> None:
        self.location = ""
        self.asked = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            self.asked += head.startswith(b"DESCRIBE")
            sequence = next(line for line in head.split(b"\r\n") if line.startswith(b"CSeq"))
            if head.startswith(b"OPTIONS"):
                writer.write(b"RTSP/1.0 200 OK\r\n" + sequence + b"\r\n\r\n")
            else:
                location = b"Location: " + self.location.encode() + b"\r\n"
                writer.write(b"RTSP/1.0 302 Moved Temporarily\r\n" + sequence + b"\r\n" + location + b"\r\n")


@pytest.fixture
async def signpost() -> AsyncIterator[Signpost]:
    made = Signpost()
    tasks: list[asyncio.Task[None]] = []

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.get_running_loop().create_task(made.serve(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    made.port = int(server.sockets[0].getsockname()[1])
    yield made
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def watch(url: str, done: Callable[[Watcher], bool]) -> Watcher:
    watcher = Watcher()
    task = asyncio.get_running_loop().create_task(RtspSource(url, watcher, back_off=BackOff(0.2, 1.0)).run())
    try:
        await eventually(lambda: done(watcher), within_s=5)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return watcher


async def test_a_camera_that_moved_to_another_port_is_followed(signpost: Signpost, street: Street) -> None:
    signpost.location = street("/cam/001")
    watcher = await watch(f"rtsp://127.0.0.1:{signpost.port}/old", lambda watcher: watcher.pictures >= 3)
    assert watcher.has_been(StreamState.LIVE)
    assert signpost.asked == 1


async def test_a_camera_cannot_send_us_and_its_password_to_another_machine(signpost: Signpost) -> None:
    signpost.location = "rtsp://127.0.0.2:554/elsewhere"
    url = f"rtsp://op:secret@127.0.0.1:{signpost.port}/old"
    watcher = await watch(url, lambda watcher: watcher.has_been(StreamState.REFUSED))
    assert "another machine" in watcher.statuses[1].reason


async def test_a_circle_of_redirections_comes_to_an_end(signpost: Signpost) -> None:
    signpost.location = f"rtsp://127.0.0.1:{signpost.port}/old"
    watcher = await watch(signpost.location, lambda watcher: watcher.has_been(StreamState.REFUSED))
    assert "on and on" in watcher.statuses[1].reason
