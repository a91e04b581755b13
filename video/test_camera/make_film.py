"""Draws and codes one film: `python -m video.test_camera.make_film FILE SEED WxHxROWS SECONDS day|night`."""

import os
import sys
from pathlib import Path

import cv2

from video.test_camera.film import FRAMES_PER_GROUP, FRAMES_PER_SECOND, Film, FilmEncoder, FilmSize
from video.test_camera.street import StreetScene


def make_film(scene_seed: int, size: FilmSize, seconds: int, *, is_night: bool) -> Film:
    """A film whose end meets its beginning; its length is rounded to an even number of groups."""
    pair = 2 * FRAMES_PER_GROUP
    count = max(pair, seconds * FRAMES_PER_SECOND // pair * pair)
    scene = StreetScene(scene_seed, size.width, size.height, count / FRAMES_PER_SECOND, is_night=is_night)
    encoder = FilmEncoder(size, quality=27 if is_night else 26)
    for index in range(count):
        encoder.add(scene.picture(index / FRAMES_PER_SECOND))
    return encoder.film()


def main(arguments: list[str]) -> int:
    """The command."""
    path, seed, size, seconds, light = arguments
    if hasattr(os, "nice"):
        os.nice(10)
    cv2.setNumThreads(1)
    width, height, rows = (int(word) for word in size.split("x"))
    film = make_film(int(seed), FilmSize(width, height, rows), int(seconds), is_night=light == "night")
    film.save(Path(path))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
