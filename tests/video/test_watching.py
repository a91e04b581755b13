"""Watching cameras that behave and cameras that do not."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable

import pytest

from tests.eventually import eventually
from video.access_unit import AccessUnit, StreamParameters
from video.back_off import BackOff
from video.rtsp.client import RtspSource
from video.states import StreamState, StreamStatus

Street = Callable[..., str]


class Watcher:
    """Notes what a source tells."""

    def __init__(self) -> None:
        self.units: list[AccessUnit] = []
        self.statuses: list[StreamStatus] = []
        self.descriptions: list[StreamParameters] = []

    def described(self, parameters: StreamParameters) -> None:
        self.descriptions.append(parameters)

    def received(self, unit: AccessUnit) -> None:
        self.units.append(unit)

    def status_changed(self, status: StreamStatus) -> None:
        self.statuses.append(status)

    @property
    def words(self) -> list[str]:
        return [status.state.value for status in self.statuses]

    async def until(self, done: Callable[[], bool], seconds: float = 4.0) -> None:
        await eventually(done, within_s=seconds)


@contextlib.asynccontextmanager
async def watching(url: str, step_seconds: float = 0.6) -> AsyncGenerator[tuple[Watcher, RtspSource]]:
    watcher = Watcher()
    source = RtspSource(url, watcher, step_seconds=step_seconds, back_off=BackOff(0.02, 0.1, fraction=lambda: 0.5))
    task = asyncio.get_running_loop().create_task(source.run())
    try:
        yield watcher, source
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_camera_comes_live_with_a_key_picture_at_once(street: Street) -> None:
    async with watching(street("/cam/001")) as (watcher, source):
        await watcher.until(lambda: len(watcher.units) >= 3, seconds=1.0)
        assert watcher.words == ["connecting", "live"]
        assert watcher.units[0].is_key
        assert [unit[0] & 0x1F for unit in watcher.units[0].nal_units[:2]] == [7, 8]
        assert source.counts.packets_lost == 0
    assert watcher.words[-1] == "closed"


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ("stall", StreamState.STALLED),
        ("die", StreamState.STALLED),
        ("reset", StreamState.STALLED),
        ("neverplays", StreamState.STALLED),
        ("blackhole", StreamState.STALLED),
        ("garbage", StreamState.DAMAGED),
        ("wrongpassword", StreamState.WRONG_PASSWORD),
        ("notfound", StreamState.NOT_FOUND),
    ],
)
async def test_every_way_to_fail_has_its_word_and_its_reason(street: Street, fault: str, word: StreamState) -> None:
    async with watching(street(f"/cam/002?fault={fault}")) as (watcher, _):
        await watcher.until(lambda: any(status.state is word for status in watcher.statuses))
        failed = next(status for status in watcher.statuses if status.state is word)
        assert failed.reason
        assert len(failed.reason) < 160


async def test_a_camera_that_stalls_once_comes_back_by_itself(street: Street) -> None:
    async with watching(street("/cam/003?fault=stall_once")) as (watcher, source):
        await watcher.until(lambda: watcher.words == ["connecting", "live", "stalled", "live"])
        assert source.counts.connections == 2
        assert watcher.units[-1].nal_units


async def test_a_stall_is_noticed_in_seconds(street: Street) -> None:
    async with watching(street("/cam/003?fault=stall"), step_seconds=3.0) as (watcher, _):
        await watcher.until(lambda: "live" in watcher.words)
        await watcher.until(lambda: "stalled" in watcher.words, seconds=20.0)
        stalled = next(status for status in watcher.statuses if status.state is StreamState.STALLED)
        assert stalled.since - watcher.units[-1].received_at < 6.0


async def test_lost_packets_are_counted_and_mark_their_pictures(street: Street) -> None:
    async with watching(street("/cam/004?fault=loss")) as (watcher, source):
        await watcher.until(lambda: any(unit.is_damaged for unit in watcher.units))
        assert source.counts.packets_lost > 0


async def test_a_new_picture_size_comes_with_its_parameters(street: Street) -> None:
    async with watching(street("/cam/005?fault=resize")) as (watcher, _):
        await watcher.until(lambda: len(watcher.descriptions) >= 2)
        assert watcher.descriptions[0].parameter_sets != watcher.descriptions[1].parameter_sets
        assert "stalled" not in watcher.words


@pytest.mark.parametrize("login", ["op:p%20%22w@", "op:wrong@", ""])
async def test_a_locked_camera_opens_for_the_right_password_only(street: Street, login: str) -> None:
    async with watching(street("/locked", login)) as (watcher, _):
        await watcher.until(lambda: len(watcher.statuses) >= 2)
        assert watcher.words[1] == ("live" if "%20" in login else "wrong_password")


async def test_a_port_where_nobody_listens_is_refused() -> None:
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    async with watching(f"rtsp://127.0.0.1:{port}/") as (watcher, _):
        await watcher.until(lambda: "refused" in watcher.words)


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (b"", "stalled"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "damaged"),
        (b"\x00\xff" * 5000, "damaged"),
        (b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 4294967296\r\n\r\n", "damaged"),
        (b"RTSP/1.0 200 OK\r\nCSeq: 77\r\n\r\n" * 3, "stalled"),
    ],
)
async def test_what_answers_is_not_a_camera(answer: bytes, word: str) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(answer)
        with contextlib.suppress(OSError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with watching(f"rtsp://127.0.0.1:{port}/") as (watcher, _):
        await watcher.until(lambda: word in watcher.words)
    server.close()
    await server.wait_closed()


async def test_every_connection_asks_for_a_fresh_ticket(street: Street) -> None:
    given: list[str] = []

    async def ticket() -> str:
        given.append(street(f"/cam/006?fault=die&ticket={len(given)}"))
        return given[-1]

    watcher = Watcher()
    source = RtspSource(ticket, watcher, back_off=BackOff(0.02, 0.1))
    task = asyncio.get_running_loop().create_task(source.run())
    await watcher.until(lambda: len(given) >= 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert given[0] != given[1]
