"""Somebody who opens a masked camera again and again, live and as a still, and looks whether the mask is there."""

import asyncio
import contextlib
import functools
from collections.abc import Iterator
from typing import Final

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError

from backend.devkit.threads import Threads
from bench.video_kills.people import NOT_NOW, People
from contract.footage import StillRequest
from contract.masks import Mask

Picture = npt.NDArray[np.uint8]
COVERED: Final = Mask(id="façade", name="façade", corners=((0.1, 0.3), (0.45, 0.3), (0.45, 0.9), (0.1, 0.9)))
_PICTURES_A_VIEWING: Final = 12
_FLAT: Final = 4.0  # the film's own pictures vary by some 70 within the mask
_PAUSE_S: Final = 0.3


class Onlooker:
    """`look` until cancelled: `seen` pictures came, `bare` of them showed what the mask covers."""

    def __init__(self, people: People, camera_id: int) -> None:
        self._people = people
        self._camera = camera_id
        self._threads = Threads("onlooker")
        self.seen = self.bare = 0

    async def look(self) -> None:
        """A viewing of a second, a still, and again."""
        while True:
            with contextlib.suppress(*NOT_NOW, FFmpegError):
                url = await self._people.view(self._camera)
                await self._threads.run(functools.partial(self._watch, url))
            with contextlib.suppress(*NOT_NOW):
                content = await self._people.anne.post_bytes(
                    f"/cameras/{self._camera}/still", StillRequest(stream="sub")
                )
                picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
                if picture is not None:
                    self._judge(np.asarray(picture, np.uint8))
            await asyncio.sleep(_PAUSE_S)

    def close(self) -> None:
        """Look no more."""
        self._threads.close()

    def _watch(self, url: str) -> None:
        for number, picture in enumerate(_pictures(url)):
            self._judge(picture)
            if number >= _PICTURES_A_VIEWING:
                return

    def _judge(self, picture: Picture) -> None:
        height, width = picture.shape[:2]
        within = picture[int(height * 0.36) : int(height * 0.84), int(width * 0.15) : int(width * 0.4)]
        self.seen += 1
        self.bare += bool(within.std() > _FLAT)


def _pictures(url: str) -> Iterator[Picture]:
    options = {"rtsp_transport": "tcp", "fflags": "nobuffer", "analyzeduration": "0", "probesize": "5000"}
    with av.open(url, options=options, timeout=4.0) as stream:
        for frame in stream.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
