"""Consoles watch cameras through the media process: one pull each, tickets good once, nobody else gets in."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest
from av.error import FFmpegError, HTTPNotFoundError, HTTPUnauthorizedError

from contract.media import (
    CameraState,
    CloseCamera,
    IssueTicket,
    MediaEvent,
    OpenCamera,
    RevokeUser,
    TicketRefused,
    TicketUsed,
    ViewingEnded,
)
from media.service import MediaService
from tests.eventually import eventually
from tests.media.conftest import PASSWORD, USER, FilmCamera, watch_by_ffmpeg
from video.rtsp.server import RtspServer


class Post:
    """A media process without its pipe: the relay, its RTSP server, and what the backend would hear."""

    def __init__(self) -> None:
        self.events: list[MediaEvent] = []
        self._heard = asyncio.Event()
        self._count = 0
        self.service = MediaService(self._hear, linger_s=0.4)
        self.server = RtspServer("127.0.0.1", 0, self.service.relay.resolve)

    def _hear(self, event: MediaEvent) -> None:
        self.events.append(event)
        self._heard.set()

    async def open(self, camera: FilmCamera, password: str = PASSWORD) -> None:
        await self.service.obey(OpenCamera(camera_id=7, stream="sub", url=camera.url, user=USER, password=password))

    async def ticket(self, user: str = "anna", expires_in: float = 30, stream: str = "sub", session: str = "") -> str:
        self._count += 1
        secret = f"ticket{self._count}"
        issue = IssueTicket(
            ticket=secret, camera_id=7, stream=stream, user=user, expires_in=expires_in, session=session, masks=()
        )
        await self.service.obey(issue)
        return f"rtsp://127.0.0.1:{self.server.port}/live/7/sub?ticket={secret}"

    async def until(self, holds: Callable[[], bool], within_s: float = 10.0) -> None:
        await eventually(holds, within_s=within_s)

    def of(self, kind: type[MediaEvent]) -> list[MediaEvent]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    made = Post()
    await made.server.start()
    yield made
    await made.service.close()
    await made.service.close()
    await made.server.close()


async def test_three_consoles_watch_and_the_camera_sees_one(post: Post, camera: FilmCamera) -> None:
    await post.open(camera)
    urls = [await post.ticket(user) for user in ("anna", "bilal", "chloe")]
    seen = await asyncio.gather(*(asyncio.to_thread(watch_by_ffmpeg, url, 20) for url in urls))
    assert seen == [20, 20, 20]
    assert camera.sessions == 1
    assert {event.user for event in post.events if isinstance(event, TicketUsed)} == {"anna", "bilal", "chloe"}
    await post.until(lambda: len(post.of(ViewingEnded)) == 3)
    assert all(event.seconds > 0.3 for event in post.events if isinstance(event, ViewingEnded))


async def test_the_camera_is_opened_on_demand_kept_a_while_and_left_alone_after(post: Post, camera: FilmCamera) -> None:
    await post.open(camera)
    await asyncio.sleep(0.1)
    assert camera.sessions == 0, "nobody watches"
    await asyncio.to_thread(watch_by_ffmpeg, await post.ticket(), 3)
    await asyncio.to_thread(watch_by_ffmpeg, await post.ticket(), 3)
    assert camera.sessions == 1, "flipping between workspaces does not open it anew"
    await post.until(lambda: camera.viewers == 0)
    assert post.service.cameras.open_count() == 0
    await asyncio.to_thread(watch_by_ffmpeg, await post.ticket(), 3)
    assert camera.sessions == 2


async def test_a_stolen_ticket_opens_nothing_twice(post: Post, camera: FilmCamera) -> None:
    await post.open(camera)
    url = await post.ticket()
    assert await asyncio.to_thread(watch_by_ffmpeg, url, 3) == 3
    with pytest.raises(HTTPUnauthorizedError):
        await asyncio.to_thread(watch_by_ffmpeg, url, 1)
    assert len(post.of(TicketRefused)) >= 1


@pytest.mark.parametrize("ask", ["", "?ticket=made-up", "?ticket="])
async def test_no_ticket_no_picture(post: Post, camera: FilmCamera, ask: str) -> None:
    await post.open(camera)
    with pytest.raises(HTTPUnauthorizedError):
        await asyncio.to_thread(watch_by_ffmpeg, f"rtsp://127.0.0.1:{post.server.port}/live/7/sub{ask}", 1)
    assert camera.sessions == 0


async def test_a_ticket_for_another_stream_is_burnt_and_opens_nothing(post: Post, camera: FilmCamera) -> None:
    await post.open(camera)
    url = await post.ticket(stream="main")
    with pytest.raises(HTTPUnauthorizedError):
        await asyncio.to_thread(watch_by_ffmpeg, url, 1)
    with pytest.raises(HTTPUnauthorizedError):
        await asyncio.to_thread(watch_by_ffmpeg, url.replace("/sub", "/main"), 1)
    assert camera.sessions == 0


async def test_an_old_ticket_opens_nothing(post: Post, camera: FilmCamera) -> None:
    await post.open(camera)
    url = await post.ticket(expires_in=0.05)
    await asyncio.sleep(0.1)
    with pytest.raises(HTTPUnauthorizedError):
        await asyncio.to_thread(watch_by_ffmpeg, url, 1)


@pytest.mark.parametrize("path", ["/live/8/sub", "/live/x/sub", "/live/7/thermal", "/", "/live/7"])
async def test_what_is_not_served_is_not_found_or_refused(post: Post, camera: FilmCamera, path: str) -> None:
    await post.open(camera)
    url = (await post.ticket()).replace("/live/7/sub", path)
    with pytest.raises((HTTPNotFoundError, HTTPUnauthorizedError)):
        await asyncio.to_thread(watch_by_ffmpeg, url, 1)


async def test_who_loses_his_right_loses_the_picture_at_once(post: Post, camera: FilmCamera) -> None:
    await post.open(camera)
    watching = asyncio.gather(
        asyncio.to_thread(watch_by_ffmpeg, await post.ticket("anna"), 500),
        asyncio.to_thread(watch_by_ffmpeg, await post.ticket("bilal"), 40),
    )
    unspent = await post.ticket("anna")
    await post.until(lambda: len(post.of(TicketUsed)) == 2 and camera.viewers == 1)
    await asyncio.sleep(0.3)
    await post.service.obey(RevokeUser(user="anna"))
    annas, bilals = await watching
    assert annas < 100
    assert bilals == 40, "others are not disturbed"
    with pytest.raises(HTTPUnauthorizedError):
        await asyncio.to_thread(watch_by_ffmpeg, unspent, 1)


async def test_who_logs_out_at_one_desk_keeps_the_picture_at_another(post: Post, camera: FilmCamera) -> None:
    await post.open(camera)
    left, stays = await post.ticket("anna", session="desk-1"), await post.ticket("anna", session="desk-2")
    watching = asyncio.gather(
        asyncio.to_thread(watch_by_ffmpeg, left, 500),
        asyncio.to_thread(watch_by_ffmpeg, stays, 40),
    )
    unspent = await post.ticket("anna", session="desk-1")
    await post.until(lambda: len(post.of(TicketUsed)) == 2 and camera.viewers == 1)
    await asyncio.sleep(0.3)
    await post.service.obey(RevokeUser(user="anna", session="desk-1"))
    gone, kept = await watching
    assert gone < 100
    assert kept == 40
    with pytest.raises(HTTPUnauthorizedError):
        await asyncio.to_thread(watch_by_ffmpeg, unspent, 1)


async def test_one_person_does_not_take_every_place_at_the_door(
    post: Post, camera: FilmCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.live.relay.MOST_OF_ONE_USER", 2)
    await post.open(camera)
    urls = [await post.ticket() for _ in range(2)]
    async with asyncio.TaskGroup() as group:
        watching = [group.create_task(asyncio.to_thread(watch_by_ffmpeg, url, 60)) for url in urls]
        await post.until(lambda: len(post.of(TicketUsed)) == 2)
        with pytest.raises(FFmpegError):
            await asyncio.to_thread(watch_by_ffmpeg, await post.ticket(), 1)
        assert await asyncio.to_thread(watch_by_ffmpeg, await post.ticket("bilal"), 3) == 3
    assert [task.result() for task in watching] == [60, 60]
    assert "as many" in next(event.reason for event in post.events if isinstance(event, TicketRefused))


async def test_a_camera_that_dies_comes_back_to_the_same_viewer(post: Post, camera: FilmCamera) -> None:
    await post.open(camera)
    watching = asyncio.gather(asyncio.to_thread(watch_by_ffmpeg, await post.ticket(), 60))
    await post.until(lambda: camera.viewers == 1)
    await asyncio.sleep(0.5)
    await camera.switch_off()
    await post.until(lambda: _states(post)[-1:] in (["stalled"], ["refused"]))
    await camera.switch_on()
    (seen,) = await watching
    assert seen == 60
    assert "live" in _states(post)[2:]
    assert camera.sessions == 2


async def test_a_wrong_camera_password_is_said_to_the_backend(post: Post, camera: FilmCamera) -> None:
    await post.open(camera, password="changed yesterday")
    began = time.monotonic()
    with pytest.raises(FFmpegError):
        await asyncio.to_thread(watch_by_ffmpeg, await post.ticket(), 1)
    assert time.monotonic() - began < 2, "nothing is gained by waiting"
    assert "wrong_password" in _states(post)


async def test_a_closed_camera_hangs_up_on_its_viewers(post: Post, camera: FilmCamera) -> None:
    await post.open(camera)
    watching = asyncio.gather(asyncio.to_thread(watch_by_ffmpeg, await post.ticket(), 500))
    await post.until(lambda: camera.viewers == 1)
    await asyncio.sleep(0.3)
    await post.service.obey(CloseCamera(camera_id=7, stream="sub"))
    (seen,) = await watching
    assert seen < 100
    await post.until(lambda: camera.viewers == 0)
    assert post.service.relay.viewing_count == 0


def _states(post: Post) -> list[str]:
    return [event.state for event in post.events if isinstance(event, CameraState)]
