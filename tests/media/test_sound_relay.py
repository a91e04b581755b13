"""A camera's sound goes to who holds a ticket for it, through the one pull, and to nobody else."""

import asyncio
from collections.abc import AsyncIterator, Callable

import av
import pytest

from contract.masks import Mask
from contract.media import IssueTicket, MediaEvent, OpenCamera, RevokeUser, TicketUsed, ViewingEnded
from media.service import MediaService
from tests.eventually import eventually
from tests.media.conftest import FilmCamera, watch_by_ffmpeg
from tests.video.sound.ears import Ear
from video.rtsp.authentication import PresentedCredentials
from video.rtsp.server import RtspServer
from video.sound.parameters import SoundCoding
from video.states import StreamState
from video.stream_source import ServedStream
from video.test_camera.tone import HummingStream, ToneStream

FACADE = Mask(id="m1", name="fenêtres", corners=((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)))
# The ticket is good once: who asks again because the answer came late is refused.
_NOTHING_TO_HEAR = {StreamState.NOT_FOUND, StreamState.REFUSED}


class Post:
    """A media process, and a humming camera that it pulls."""

    def __init__(self, camera: FilmCamera, coding: SoundCoding) -> None:
        self.events: list[MediaEvent] = []
        self.tone = ToneStream(coding, 625)
        self.service = MediaService(self.events.append, linger_s=0.2)
        self.server = RtspServer("127.0.0.1", 0, self.service.relay.resolve)
        self._film = camera
        self._camera = RtspServer("127.0.0.1", 0, self._resolve)
        self._count = 0

    async def start(self, *, has_sound: bool = True) -> None:
        await self.server.start()
        await self._camera.start()
        url = f"rtsp://127.0.0.1:{self._camera.port}/hum"
        await self.service.obey(OpenCamera(camera_id=7, stream="sub", url=url, has_sound=has_sound))

    async def close(self) -> None:
        await self.service.close()
        await self.server.close()
        await self._camera.close()

    async def ticket(self, *, has_sound: bool, masks: tuple[Mask, ...] = (), lasts_s: float | None = None) -> str:
        self._count += 1
        secret = f"ticket{self._count}"
        issue = IssueTicket(
            ticket=secret,
            camera_id=7,
            stream="sub",
            user="anna",
            expires_in=30,
            masks=masks,
            lasts_s=lasts_s,
            has_sound=has_sound,
        )
        await self.service.obey(issue)
        return f"rtsp://127.0.0.1:{self.server.port}/live/7/sub?ticket={secret}"

    async def _resolve(self, path: str, query: object, presented: PresentedCredentials | None) -> ServedStream:
        del path, query, presented
        return HummingStream(self._film.stream, self.tone)


def tracks_by_ffmpeg(url: str) -> list[str]:
    options = {"rtsp_transport": "tcp", "analyzeduration": "500000"}
    with av.open(url, options=options, timeout=5) as container:
        return sorted(stream.type for stream in container.streams)


@pytest.fixture
async def humming(camera: FilmCamera) -> AsyncIterator[Callable[..., Post]]:
    posts: list[Post] = []

    def make(coding: SoundCoding = SoundCoding.PCMA) -> Post:
        posts.append(Post(camera, coding))
        return posts[-1]

    yield make
    for post in posts:
        await post.close()


@pytest.mark.parametrize("coding", list(SoundCoding))
async def test_a_ticket_for_sound_lets_the_camera_be_heard(humming: Callable[..., Post], coding: SoundCoding) -> None:
    post = humming(coding)
    await post.start()
    ear = Ear()
    await ear.listen(await post.ticket(has_sound=True), lambda: ear.has_heard(1.0))
    assert abs(ear.hertz - 625) < 5
    assert [event.user for event in post.events if isinstance(event, TicketUsed)] == ["anna"]
    await eventually(lambda: any(isinstance(event, ViewingEnded) for event in post.events))


async def test_who_did_not_ask_sees_and_is_not_even_offered_the_sound(humming: Callable[..., Post]) -> None:
    post = humming()
    await post.start()
    assert await asyncio.to_thread(watch_by_ffmpeg, await post.ticket(has_sound=False), 5) == 5
    assert await asyncio.to_thread(tracks_by_ffmpeg, await post.ticket(has_sound=False)) == ["video"]
    assert await asyncio.to_thread(tracks_by_ffmpeg, await post.ticket(has_sound=True)) == ["audio", "video"]
    ear = Ear()
    await ear.listen(await post.ticket(has_sound=False), lambda: False)
    assert ear.states[-1][0] in _NOTHING_TO_HEAR


async def test_the_sound_of_a_masked_camera_stays_inside_whatever_the_ticket_says(humming: Callable[..., Post]) -> None:
    post = humming()
    await post.start()
    ear = Ear()
    await ear.listen(await post.ticket(has_sound=True, masks=(FACADE,)), lambda: False)
    assert ear.states[-1][0] in _NOTHING_TO_HEAR
    assert ear.samples == b""


async def test_a_camera_that_may_not_be_heard_is_not_asked_for_its_sound(humming: Callable[..., Post]) -> None:
    post = humming()
    await post.start(has_sound=False)
    assert await asyncio.to_thread(watch_by_ffmpeg, await post.ticket(has_sound=True), 5) == 5
    assert post.tone.listener_count == 0


@pytest.mark.parametrize("how", ["revoked", "the lift ends"])
async def test_the_sound_ends_with_the_right_to_hear_it(humming: Callable[..., Post], how: str) -> None:
    post = humming()
    await post.start()
    urls = [await post.ticket(has_sound=True, lasts_s=1.5 if how == "the lift ends" else None)]

    async def address() -> str:
        return urls.pop() if urls else await post.ticket(has_sound=False)

    ear = Ear()
    listening = asyncio.get_running_loop().create_task(ear.listen(address, lambda: False))
    await eventually(lambda: ear.has_heard(0.5), within_s=5)
    if how == "revoked":
        await post.service.obey(RevokeUser(user="anna"))
    await listening
    assert [state for state, _ in ear.states][-1] is StreamState.NOT_FOUND
    assert not ear.has_heard(2.5)
