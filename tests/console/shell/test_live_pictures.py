"""Recordings on a panel's tile: states in the panel's words, gaps with their times, a refusal as it was said."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.kit.video import Gap, NoAddress, NoPictures, PictureSource, PictureState
from console.shell.live_pictures import LivePictures
from contract.footage import FootageTicket
from tests.eventually import eventually
from tests.media.footage_door.conftest import Archive
from tests.media.footage_door.stamped_footage import NOON, record_stamped
from tests.video.conftest import BarFilms


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    films = BarFilms()
    record_stamped(tmp_path, films, seconds=6.0)
    record_stamped(tmp_path, films, begins_at=NOON + 60.0, seconds=4.0)
    archive = Archive(tmp_path)
    await archive.door.start("127.0.0.1")
    yield archive
    await archive.door.close()


@pytest.fixture
async def pictures() -> AsyncIterator[LivePictures]:
    pictures = LivePictures(workers=1)
    await pictures.start()
    yield pictures
    await pictures.aclose()


async def test_a_panel_sees_the_moment_and_where_there_is_none(pictures: LivePictures, archive: Archive) -> None:
    said: list[tuple[PictureState, str]] = []
    pictures.open_footage("a", archive.access, 320, 180, lambda state, reason: said.append((state, reason)))
    assert said == [(PictureState.CONNECTING, "")]
    pictures.seek("a", NOON + 3.0)
    await eventually(lambda: said[-1][0] is PictureState.RECORDED)
    picture = pictures.newest("a")
    assert picture is not None
    assert picture.shown_at == pytest.approx(NOON + 3.0, abs=0.07)
    assert pictures.gap("a") is None
    pictures.seek("a", NOON + 30.0)
    await eventually(lambda: said[-1][0] is PictureState.NO_RECORDING)
    gap = pictures.gap("a")
    assert isinstance(gap, Gap)
    assert gap.since == pytest.approx(NOON + 6.0, abs=0.01)
    assert gap.until == pytest.approx(NOON + 60.0, abs=0.01)
    pictures.seek("a", NOON + 90.0)
    await eventually(lambda: said[-1][0] is PictureState.ENDED)
    pictures.close("a")
    assert pictures.newest("a") is None
    assert pictures.gap("a") is None


async def test_a_refusal_comes_in_the_backends_words(pictures: LivePictures) -> None:
    said: list[tuple[PictureState, str]] = []
    asked: list[float] = []

    async def refuse(at: float) -> FootageTicket:
        asked.append(at)
        raise NoAddress("You may not watch recordings of this camera.")

    pictures.open_footage("a", refuse, 320, 180, lambda state, reason: said.append((state, reason)))
    assert asked == []  # Nothing is opened before something is wished.
    pictures.seek("a", NOON)
    await eventually(lambda: said[-1] == (PictureState.REFUSED, "You may not watch recordings of this camera."))
    assert asked[0] == NOON


def test_where_nothing_can_be_decoded_every_tile_says_so() -> None:
    source: PictureSource = NoPictures()
    said: list[PictureState] = []

    async def access(at: float) -> FootageTicket:
        raise NoAddress(str(at))

    source.open_footage("a", access, 320, 180, lambda state, _: said.append(state))
    source.seek("a", 1.0)
    assert said == [PictureState.NO_PICTURE]
    assert source.gap("a") is None
