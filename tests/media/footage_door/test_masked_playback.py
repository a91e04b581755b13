"""Nobody sees behind a mask by playing back, by a thumbnail, by stepping, zooming, or when something fails."""

import functools
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from contract.masks import Mask
from media.footage_door.ports import Masked
from media.pictures.workers import PicturesRefused, PictureWorkers
from tests.eventually import eventually
from tests.media.footage_door.conftest import Archive, Tiles
from tests.media.footage_door.stamped_footage import NOON
from tests.media.footage_door.test_door import Player
from tests.media.masked_pixels import (
    CORNER,
    PICTURES_PER_SECOND,
    WINDOW,
    assert_masked,
    assert_picture_masked,
    decoded,
    secret_film,
)
from video.access_unit import AccessUnit, Codec, StreamParameters
from video.footage.footage_writer import FootageWriter
from video.footage.pictures import PictureGroup, TimedUnit
from video.playback.messages import Failed, Given, Where
from video.states import StreamState

MASKS = (WINDOW, CORNER)


def record_secrets(folder: Path, codec: Codec) -> None:
    parameters, units = secret_film(100, codec=codec)
    writer = FootageWriter(folder, 7)
    for first in range(0, len(units), PICTURES_PER_SECOND):
        group = [
            TimedUnit(unit, NOON + (first + number) / PICTURES_PER_SECOND)
            for number, unit in enumerate(units[first : first + PICTURES_PER_SECOND])
        ]
        assert writer.write(PictureGroup(parameters, tuple(group), group[-1].at + 1 / PICTURES_PER_SECOND)) > 0
    writer.finish()


@pytest.fixture
async def workers() -> AsyncIterator[PictureWorkers]:
    workers = PictureWorkers(processes=1)
    yield workers
    await workers.close()


@pytest.fixture(params=list(Codec))
async def masked(tmp_path: Path, workers: PictureWorkers, request: pytest.FixtureRequest) -> AsyncIterator[Archive]:
    record_secrets(tmp_path, request.param)
    archive = Archive(tmp_path, workers)
    archive.masks = MASKS
    await archive.door.start("127.0.0.1")
    yield archive
    await archive.door.close()


async def test_every_passage_that_leaves_is_masked(masked: Archive) -> None:
    player = Player(masked)
    link = await player.enter(masked.ticket())
    answers = [
        *await player.ask(Where.AT, NOON + 1.5, 2),
        *await player.ask(Where.BEFORE, NOON + 3.0, 2),
        *await player.ask(Where.AT, NOON + 2.5, keys_only=True),
    ]
    assert len(answers) == 5
    for answer in answers:
        assert isinstance(answer, Given)
        pictures = len(answer.pictures)
        assert pictures in {1, PICTURES_PER_SECOND}
        assert_masked(decoded(answer.parameters, [one.unit for one in answer.pictures]), MASKS, at_least=pictures)
    first = answers[0]
    assert isinstance(first, Given)
    wanted = [NOON + 1.0 + number / PICTURES_PER_SECOND for number in range(PICTURES_PER_SECOND)]
    assert [one.at for one in first.pictures] == pytest.approx(wanted, abs=1e-3)
    link.close()


async def test_no_tile_shows_a_bare_picture(masked: Archive, tiles: Tiles) -> None:
    tiles.pool.open_footage("large", masked.access, 320, 240)
    tiles.pool.open_footage("thumb", masked.access, 320, 240, wants_keys_only=True)
    tiles.pool.seek("large", NOON + 1.5)
    tiles.pool.seek("thumb", NOON + 2.5)
    seen: dict[str, set[float]] = {"large": set(), "thumb": set()}

    def look() -> bool:
        for name, times in seen.items():
            frame = tiles.pool.newest(name)
            if frame is not None and frame.shown_at is not None and frame.shown_at not in times:
                times.add(frame.shown_at)
                assert_picture_masked(np.asarray(frame.image, np.uint8)[:, :, 2::-1], MASKS)
        return all(seen.values())

    def has_seen(pictures: int) -> bool:
        return look() and len(seen["large"]) >= pictures

    await eventually(look)
    for steps in range(2, 5):
        tiles.pool.step("large", -1)
        await eventually(functools.partial(has_seen, steps))


class Broken:
    """Somebody who should burn masks in and cannot."""

    async def mask_units(
        self, parameters: StreamParameters, units: Sequence[AccessUnit], masks: Sequence[Mask]
    ) -> Masked:
        raise PicturesRefused("the picture worker is gone")


async def test_where_masks_cannot_be_burnt_in_nothing_leaves_and_it_is_said(tmp_path: Path, tiles: Tiles) -> None:
    record_secrets(tmp_path, Codec.H264)
    archive = Archive(tmp_path, Broken())
    archive.masks = MASKS
    await archive.door.start("127.0.0.1")
    player = Player(archive)
    link = await player.enter(archive.ticket())
    (answer,) = await player.ask(Where.AT, NOON + 1.0)
    assert isinstance(answer, Failed)
    assert "masks could not be burnt in" in answer.reason
    link.close()
    tiles.pool.open_footage("a", archive.access, 320, 240)
    tiles.pool.seek("a", NOON + 1.0)
    said = await tiles.until_said("a", StreamState.DAMAGED)
    assert "masks" in said.reason
    assert tiles.pool.newest("a") is None
    await archive.door.close()
