"""The demo's cameras: an exact strip over a film coded once, and streets that look like streets."""

import asyncio
import contextlib
from pathlib import Path

import numpy as np
import pytest

from video.access_unit import AccessUnit, Codec
from video.bits import BitReader, BitWriter
from video.codecs import PictureDecoder
from video.test_camera.camera import FilmGiver, TestCamera
from video.test_camera.film import SUB_STREAM, FilmSize, load_film
from video.test_camera.loops import StreetLoops
from video.test_camera.stamp import put_stamp, read_stamp, stamp_age_ms
from video.test_camera.street import StreetScene
from video.test_camera.strip import Strip, draw_strip


async def test_name_clock_and_stamp_are_in_the_decoded_picture_to_the_last_sample(films: FilmGiver) -> None:
    film = await films.film(0, SUB_STREAM, is_night=False)
    strip, decoder = Strip(40, 2), PictureDecoder(Codec.H264)
    for index, picture in enumerate(film.pictures * 2):
        image = put_stamp(draw_strip(40, 2, "CAM 017", f"12:00:{index // 15:02d}"), 5000 + index / 15)
        strip.draw(image)
        units = (*(film.parameters.parameter_sets if picture.is_key else ()), strip.code(picture.strip))
        (frame,) = decoder.decode(AccessUnit((*units, *picture.slices), picture.is_key, index, 0.0))
        luma = np.frombuffer(memoryview(frame.planes[0]), np.uint8).reshape(360, -1)[:, :640]
        assert (luma[:32] == image).all()
        assert read_stamp(luma, 640) is not None


def test_a_stamp_tells_its_age_across_its_wrap() -> None:
    image = put_stamp(draw_strip(40, 2, "", ""), 16_777.2)
    stamp = read_stamp(image, 640)
    assert stamp is not None
    assert stamp_age_ms(stamp, 16_777.3) == 100
    assert read_stamp(draw_strip(40, 2, "no stamp here", "12:00:00"), 640) is None


def test_numbers_of_headers_read_back() -> None:
    writer = BitWriter(0x65)
    for value in (0, 1, 2, 30, 255, 70_000):
        writer.unsigned(value)
    reader = BitReader(writer.nal_unit())
    assert [reader.unsigned() for _ in range(6)] == [0, 1, 2, 30, 255, 70_000]


async def test_a_film_is_kept_in_a_file_and_a_broken_file_is_made_anew(films: FilmGiver, tmp_path: Path) -> None:
    film = await films.film(0, SUB_STREAM, is_night=False)
    film.save(tmp_path / "a.film")
    assert load_film(tmp_path / "a.film") == film
    (tmp_path / "a.film").write_bytes(b"half")
    assert load_film(tmp_path / "a.film") is None


async def test_a_snapshot_is_a_jpeg(films: FilmGiver) -> None:
    camera = TestCamera("CAM 1", 1, films)
    assert (await camera.snapshot_jpeg()).startswith(b"\xff\xd8")


@pytest.mark.parametrize("is_night", [False, True])
def test_a_street_is_the_same_for_its_seed_moves_and_ends_where_it_began(is_night: bool) -> None:
    one = StreetScene(2, 320, 180, 4.0, is_night=is_night)
    again = StreetScene(2, 320, 180, 4.0, is_night=is_night)
    assert (one.picture(1.0) == again.picture(1.0)).all()
    assert float(np.abs(one.picture(0.0).astype(int) - one.picture(1.0)).mean()) > 0.5
    seam = np.abs(one.picture(0.0).astype(int) - one.picture(4.0)).mean()
    assert seam < 0.5 * np.abs(one.picture(0.0).astype(int) - one.picture(1.0)).mean() + 3
    assert (float(one.picture(0.0).mean()) < 70) == is_night


async def test_a_film_is_drawn_to_its_end_though_the_player_lost_patience(tmp_path: Path) -> None:
    loops = StreetLoops(tmp_path, seconds=4)
    small = FilmSize(160, 96, 1)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.05):
            await loops.film(1, small, is_night=False)
    film = await loops.film(1, small, is_night=False)
    assert len(film.pictures) == 60
    assert await loops.film(1, small, is_night=False) is film
    await loops.close()


async def test_drawing_ends_with_its_owner(tmp_path: Path) -> None:
    loops = StreetLoops(tmp_path)
    asking = asyncio.get_running_loop().create_task(loops.film(1, SUB_STREAM, is_night=False))
    await asyncio.sleep(0.1)
    await loops.close()
    with pytest.raises(asyncio.CancelledError):
        await asking
