"""A small street of test cameras for the video tests: films of a moving bar, coded in a fraction of a second."""

from collections.abc import AsyncIterator, Callable

import cv2
import numpy as np
import pytest

from video.rtsp.authentication import Credentials
from video.rtsp.server import RtspServer
from video.test_camera.camera import CameraStreet, TestCamera
from video.test_camera.film import ODD_STREAM, SUB_STREAM, Film, FilmEncoder, FilmSize


class BarFilms:
    """Films of a white bar on grey."""

    def __init__(self) -> None:
        self._films: dict[FilmSize, Film] = {}

    async def film(self, scene_seed: int, size: FilmSize, *, is_night: bool) -> Film:
        return self.prepare(size)

    def prepare(self, size: FilmSize) -> Film:
        if size not in self._films:
            encoder = FilmEncoder(size)
            for index in range(60):
                picture = np.full((size.height, size.width, 3), 90, np.uint8)
                cv2.rectangle(picture, (index * 5, 60), (index * 5 + 60, size.height), (255, 255, 255), -1)
                encoder.add(picture)
            self._films[size] = encoder.film()
        return self._films[size]


@pytest.fixture(scope="session")
def films() -> BarFilms:
    films = BarFilms()
    # Here, not while a server waits for it: the tests' cameras answer at once.
    for size in (SUB_STREAM, ODD_STREAM):
        films.prepare(size)
    return films


@pytest.fixture
async def street(films: BarFilms) -> AsyncIterator[Callable[..., str]]:
    """Gives the address of a camera of a running server: `street("/cam/001?fault=die")`."""
    cameras = {
        f"/cam/{number:03d}": TestCamera(f"CAM {number:03d}", number, films, healthy_pictures=8)
        for number in range(1, 9)
    }
    cameras["/locked"] = TestCamera("LOCKED", 1, films, credentials=Credentials("op", 'p "w'), healthy_pictures=8)
    server = RtspServer("127.0.0.1", 0, CameraStreet(cameras).resolve)
    await server.start()

    def address(path: str, login: str = "") -> str:
        return f"rtsp://{login}127.0.0.1:{server.port}{path}"

    yield address
    await server.close()
