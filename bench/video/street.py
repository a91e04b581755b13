"""A street of cameras for the bench: `python -m bench.video.street COUNT` says its port and serves until stdin closes.

Each picture carries CLOCK_MONOTONIC in its strip. `/cam/001?fault=stall` and the like, as for every test camera.
"""

import asyncio
import sys
from pathlib import Path
from typing import Final, cast

import cv2
import numpy as np
import platformdirs
from numpy.typing import NDArray

from bench.report import FOLDER
from video.access_unit import AccessUnit
from video.codecs import PictureDecoder
from video.rtsp.server import RtspServer
from video.test_camera.camera import CameraStreet, TestCamera
from video.test_camera.film import SUB_STREAM, Film, FilmEncoder, FilmSize, load_film
from video.test_camera.loops import StreetLoops
from video.test_camera.strip import Strip

_SCENES: Final = 6
# Drawn streets have no noise and decode in half the time of what cameras send. So coded, a picture has the bytes and
# takes the time of one of a real clip (768x432 by a Baseline encoder, 618 kb/s), both by its number of pixels.
_SENSOR_NOISE: Final = 4.0
_QUALITY: Final = 24


class CameraFilms:
    """Street scenes as a camera would send them: with its sensor's noise, at some 500 kb/s."""

    def __init__(self, folder: Path, streets: StreetLoops) -> None:
        self._folder = folder
        self._streets = streets
        self._films: dict[int, Film] = {}

    async def film(self, scene_seed: int, size: FilmSize, *, is_night: bool) -> Film:
        """Of the sub-stream with noise, of other sizes as drawn."""
        if size != SUB_STREAM:
            return await self._streets.film(scene_seed, size, is_night=is_night)
        if scene_seed not in self._films:
            path = self._folder / f"noisy-{scene_seed}.film"
            film = load_film(path)
            if film is None:
                film = _with_noise(await self._streets.film(scene_seed, size, is_night=False), scene_seed)
                self._folder.mkdir(parents=True, exist_ok=True)
                film.save(path)
            self._films[scene_seed] = film
        return self._films[scene_seed]


def _with_noise(film: Film, seed: int) -> Film:
    decoder = PictureDecoder(film.parameters.codec)
    encoder = FilmEncoder(film.size, _QUALITY)
    strip = Strip(film.size.columns, film.size.strip_rows)
    random = np.random.default_rng(seed)
    for picture in film.pictures:
        units = (*film.parameters.parameter_sets, strip.code(picture.strip), *picture.slices)
        for frame in decoder.decode(AccessUnit(units, picture.is_key, 0, 0.0)):
            pixels = cast("NDArray[np.uint8]", frame.to_ndarray(format="bgr24"))
            grain = random.normal(0, _SENSOR_NOISE, (*pixels.shape[:2], 1))
            noisy: NDArray[np.float64] = np.clip(pixels + grain, 0, 255)
            encoder.add(noisy.astype(np.uint8))
    return encoder.film()


async def _serve(count: int) -> None:
    cv2.setNumThreads(1)
    # The demo city's own folder: scenes take minutes to draw and are drawn once a machine.
    streets = StreetLoops(Path(platformdirs.user_cache_dir("beffroi")) / "street-scenes")
    films = CameraFilms(FOLDER / "video", streets)
    for scene in range(min(_SCENES, count)):
        await films.film(scene, SUB_STREAM, is_night=False)
    cameras = {
        f"/cam/{number:03d}": TestCamera(f"CAM {number:03d}", number % _SCENES, films, has_stamp=True)
        for number in range(1, count + 1)
    }
    server = RtspServer("127.0.0.1", 0, CameraStreet(cameras).resolve)
    await server.start()
    print(server.port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.close()
    await streets.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
