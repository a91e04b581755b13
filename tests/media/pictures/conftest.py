"""Cameras whose films are full of secrets, and a media process without its pipe to watch them through."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import pytest

from contract.masks import Mask
from contract.media import IssueTicket, MediaEvent, OpenCamera
from media.pictures.workers import PictureWorkers
from media.service import MediaService
from tests.media.masked_pixels import PICTURES_PER_SECOND, secret_film
from video.access_unit import AccessUnit, Codec, StreamParameters
from video.clocks import monotonic
from video.rtsp.authentication import PresentedCredentials
from video.rtsp.server import Refusal, RtspServer
from video.stream_source import ServedStream, StreamSource

Film = tuple[StreamParameters, list[AccessUnit]]


class SecretCamera:
    """An RTSP camera that shows a film over and over, or another one from a moment on."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self._stream = StreamSource(film[0])
        self._server = RtspServer("127.0.0.1", 0, self._resolve)
        self._showing: asyncio.Task[None] | None = None
        self._number = 0
        self._is_silent = False
        self.sessions = 0

    @property
    def viewers(self) -> int:
        return self._stream.viewer_count

    def told(self, camera_id: int = 7, stream: str = "sub") -> OpenCamera:
        return OpenCamera(camera_id=camera_id, stream=stream, url=f"rtsp://127.0.0.1:{self._server.port}/film")

    def show(self, film: Film) -> None:
        self._film, self._number = film, 0
        self._stream.set_parameters(film[0])

    def fall_silent(self) -> None:
        self._is_silent = True
        self._stream.interrupt()

    async def switch_on(self) -> None:
        await self._server.start()
        self._showing = asyncio.get_running_loop().create_task(self._show())

    async def switch_off(self) -> None:
        if self._showing is not None:
            self._showing.cancel()
            await asyncio.gather(self._showing, return_exceptions=True)
        await self._server.close()

    async def _resolve(
        self, path: str, query: Mapping[str, str], presented: PresentedCredentials | None
    ) -> ServedStream | Refusal:
        self.sessions += 1
        return self._stream

    async def _show(self) -> None:
        time = 0
        while True:
            units = self._film[1]
            unit = units[self._number % len(units)]
            if not self._is_silent:
                self._stream.publish(AccessUnit(unit.nal_units, unit.is_key, time, monotonic()))
            self._number += 1
            time = (time + 90_000 // PICTURES_PER_SECOND) & 0xFFFF_FFFF
            await asyncio.sleep(1 / PICTURES_PER_SECOND)


class Post:
    """A media process without its pipe."""

    def __init__(self) -> None:
        self.events: list[MediaEvent] = []
        self.service = MediaService(self.events.append, linger_s=0.4)
        self.server = RtspServer("127.0.0.1", 0, self.service.relay.resolve)
        self._count = 0

    async def ticket(
        self, masks: Sequence[Mask], *, user: str = "anna", lasts_s: float | None = None, camera_id: int = 7
    ) -> str:
        self._count += 1
        secret = f"ticket{self._count}"
        await self.service.obey(
            IssueTicket(
                ticket=secret,
                camera_id=camera_id,
                stream="sub",
                user=user,
                expires_in=30,
                masks=tuple(masks),
                lasts_s=lasts_s,
            )
        )
        return f"rtsp://127.0.0.1:{self.server.port}/live/{camera_id}/sub?ticket={secret}"

    def of(self, kind: type[MediaEvent]) -> list[MediaEvent]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture(scope="session")
def secrets() -> Film:
    return secret_film()


@pytest.fixture(scope="session")
def secrets_h265() -> Film:
    return secret_film(codec=Codec.H265)


@pytest.fixture
async def camera(secrets: Film) -> AsyncIterator[SecretCamera]:
    made = SecretCamera(secrets)
    await made.switch_on()
    yield made
    await made.switch_off()
    await asyncio.get_running_loop().shutdown_default_executor()


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    made = Post()
    await made.server.start()
    yield made
    await made.service.close()
    await made.service.close()
    await made.server.close()


@pytest.fixture
async def workers() -> AsyncIterator[PictureWorkers]:
    made = PictureWorkers(processes=1)
    yield made
    await made.close()
