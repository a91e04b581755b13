"""A film: a street scene coded once, without its strip, kept in a file, looped for many cameras."""

from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import msgspec
import numpy as np
from numpy.typing import NDArray

from video.access_unit import Codec, StreamParameters, h264_parameter_sets, split_annex_b
from video.codecs import PictureEncoder
from video.errors import ProtocolError
from video.test_camera.slice_headers import SliceStart, read_format, read_slice_start
from video.test_camera.strip import BLOCK

VERSION = 2
FRAMES_PER_SECOND = 15
FRAMES_PER_GROUP = 30


class FilmSize(msgspec.Struct, frozen=True):
    """How large a film is, and how many macroblock rows its strip takes."""

    width: int
    height: int
    strip_rows: int

    @property
    def columns(self) -> int:
        """Macroblocks in a row."""
        return self.width // BLOCK


SUB_STREAM = FilmSize(640, 360, 2)
MAIN_STREAM = FilmSize(1280, 720, 3)
ODD_STREAM = FilmSize(480, 272, 2)


class FilmPicture(msgspec.Struct, frozen=True):
    """One picture without its strip."""

    is_key: bool
    strip: SliceStart
    slices: tuple[bytes, ...]


class Film(msgspec.Struct, frozen=True):
    """A loop of pictures; its length is a whole, even number of groups."""

    size: FilmSize
    parameters: StreamParameters
    pictures: tuple[FilmPicture, ...]

    def save(self, path: Path) -> None:
        """Write the film; a reader never sees half of it."""
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(msgspec.msgpack.encode(self))
        unfinished.replace(path)


def load_film(path: Path) -> Film | None:
    """A film from its file; None when the file is missing or broken, which makes it anew."""
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Film)
    except (OSError, msgspec.DecodeError):
        return None


class FilmEncoder:
    """Codes pictures into a film: baseline, one reference, the first slice exactly the strip."""

    def __init__(self, size: FilmSize, quality: int = 25) -> None:
        self._size = size
        context = av.CodecContext.create("libx264", "w")
        context.width, context.height = size.width, size.height
        context.pix_fmt = "yuv420p"
        context.time_base = Fraction(1, FRAMES_PER_SECOND)
        context.framerate = Fraction(FRAMES_PER_SECOND)
        context.gop_size = FRAMES_PER_GROUP
        context.thread_count = 1
        strip = size.strip_rows * size.columns
        context.options = {
            "preset": "fast",
            "profile": "baseline",
            "x264-params": (
                f"slice-max-mbs={strip}:sliced-threads=0:rc-lookahead=0:sync-lookahead=0:mbtree=0:ref=1:"
                f"bframes=0:scenecut=0:keyint={FRAMES_PER_GROUP}:min-keyint={FRAMES_PER_GROUP}:crf={quality}"
            ),
        }
        self._context: PictureEncoder = cast("PictureEncoder", context)
        self._count = 0
        self._units: list[tuple[bytes, ...]] = []
        self._noise = np.random.default_rng(1)

    def add(self, picture: NDArray[np.uint8]) -> None:
        """Code one BGR picture of the film's size."""
        frame = av.VideoFrame.from_ndarray(self._with_noise(picture), format="bgr24")
        frame.pts = self._count
        self._count += 1
        self._units.extend(split_annex_b(bytes(packet)) for packet in self._context.encode(frame))

    def film(self) -> Film:
        """Finish."""
        self._units.extend(split_annex_b(bytes(packet)) for packet in self._context.encode(None))
        parameter_sets = h264_parameter_sets(self._units[0])
        pictures = tuple(self._picture(unit, parameter_sets) for unit in self._units)
        return Film(self._size, StreamParameters(Codec.H264, parameter_sets), pictures)

    def _with_noise(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        # Fresh noise under the strip: the encoder never predicts the street from what will be replaced.
        height = self._size.strip_rows * BLOCK
        noise = self._noise.integers(30, 220, (height // 4, self._size.width // 4, 1), np.uint8)
        noisy = picture.copy()
        noisy[:height] = noise.repeat(4, 0).repeat(4, 1)
        return noisy

    def _picture(self, unit: tuple[bytes, ...], parameter_sets: tuple[bytes, ...]) -> FilmPicture:
        film = read_format(parameter_sets)
        slices = [nal for nal in unit if nal[0] & 0x1F in {1, 5}]
        first, start = read_slice_start(slices[0], film)
        second, _ = read_slice_start(slices[1], film)
        if first != 0 or second != self._size.strip_rows * self._size.columns:
            raise ProtocolError("the encoder did not cut the strip into a slice of its own")
        return FilmPicture(slices[0][0] & 0x1F == 5, start, tuple(slices[1:]))
