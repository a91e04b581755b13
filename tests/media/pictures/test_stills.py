"""A still is what the camera shows now, or showed then, without what the masks hide; or words say why there is none."""

import asyncio
import datetime as dt
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from contract.masks import Mask
from contract.media import MasksChanged, OpenCamera, RevokeUser, StillTaken, TakeStill
from media.live.cameras import Cameras
from media.pictures.outbox import Outbox
from media.pictures.stills import Stills
from media.pictures.workers import PictureWorkers
from tests.eventually import eventually
from tests.media.masked_pixels import CORNER, WINDOW, assert_picture_masked, shows_secrets, watched_by_ffmpeg
from tests.media.pictures.conftest import Film, Post, SecretCamera
from video.access_unit import AccessUnit, StreamParameters

THEN = dt.datetime(2026, 3, 1, 12, 0, 0, tzinfo=dt.UTC)


class Recorded(msgspec.Struct, frozen=True):
    """A picture of an archive."""

    unit: AccessUnit
    at: float


class OnePassage:
    """An archive that holds the film once, from THEN on."""

    def __init__(self, film: Film) -> None:
        self.parameters: StreamParameters = film[0]
        self.begins_at = THEN.timestamp()
        self._pictures = [Recorded(unit, self.begins_at + n / 25) for n, unit in enumerate(film[1])]

    def passage_at(self, camera_id: int, at: float) -> "OnePassage | None":
        return self if camera_id == 7 and at < self._pictures[-1].at else None

    def read(self) -> Sequence[Recorded]:
        return self._pictures


def _ask(masks: Sequence[Mask], *, at: dt.datetime | None = None, id_: str = "a", user: str = "anna") -> TakeStill:
    return TakeStill(id=id_, camera_id=7, user=user, masks=tuple(masks), stream="sub", at=at)


async def _taken(post: Post, id_: str = "a") -> StillTaken:
    def found() -> StillTaken | None:
        return next((one for one in post.events if isinstance(one, StillTaken) and one.id == id_), None)

    taken = await eventually(found)
    assert isinstance(taken, StillTaken)
    return taken


def _rgb(path: str) -> NDArray[Any]:
    picture = cv2.imread(path)
    assert picture is not None
    return np.asarray(picture[:, :, ::-1])


async def test_a_live_still_is_masked_and_for_the_backend_alone(post: Post, camera: SecretCamera) -> None:
    await post.service.obey(camera.told())
    began = dt.datetime.now(dt.UTC)  # noqa: TID251 - the still says when it was taken
    await post.service.obey(_ask([WINDOW, CORNER]))
    taken = await _taken(post)
    assert taken.trouble == ""
    assert_picture_masked(_rgb(taken.path), [WINDOW, CORNER])
    path = Path(taken.path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert taken.taken_at is not None
    assert began <= taken.taken_at <= began + dt.timedelta(seconds=8)
    await eventually(lambda: camera.viewers == 0, "the camera is let go")
    await post.service.close()
    assert not path.exists(), "nothing is left behind"


async def test_a_still_of_a_watched_camera_is_there_at_once(post: Post, camera: SecretCamera) -> None:
    await post.service.obey(camera.told())
    post.service.pictures.prepare()
    await eventually(lambda: post.service.pictures.asked[0].process_id)
    watched = await asyncio.to_thread(watched_by_ffmpeg, await post.ticket([]), 5)
    assert shows_secrets(watched[-1], [WINDOW])
    began = asyncio.get_running_loop().time()
    await post.service.obey(_ask([]))
    taken = await _taken(post)
    assert asyncio.get_running_loop().time() - began < 5.0
    assert _rgb(taken.path).std() > 40, "who has no mask to heed sees all"
    assert camera.sessions == 1


async def test_why_there_is_no_still_is_said(post: Post, camera: SecretCamera) -> None:
    await post.service.obey(_ask([], id_="unknown"))
    assert "not known" in (await _taken(post, "unknown")).trouble
    await post.service.obey(OpenCamera(camera_id=7, stream="sub", url=camera.told().url.replace("film", "nothing")))
    await post.service.obey(_ask([], id_="unrecorded", at=THEN))
    assert "no recordings" in (await _taken(post, "unrecorded")).trouble


async def _stills(
    camera: SecretCamera, workers: PictureWorkers, film: Film, folder: Path, said: list[StillTaken]
) -> tuple[Stills, Cameras]:
    cameras = Cameras(lambda _: None, linger_s=0.1)
    await cameras.open(camera.told())
    made = Stills(cameras, workers, said.append, archive=OnePassage(film), outbox=Outbox(folder), live_within_s=1.0)
    return made, cameras


async def test_a_recorded_still_is_of_that_moment_and_masked(
    camera: SecretCamera, workers: PictureWorkers, secrets: Film, tmp_path: Path
) -> None:
    said: list[StillTaken] = []
    stills, cameras = await _stills(camera, workers, secrets, tmp_path / "out", said)
    try:
        stills.take(_ask([WINDOW], at=THEN + dt.timedelta(seconds=0.81)))
        stills.take(_ask([WINDOW], at=THEN - dt.timedelta(seconds=60), id_="before"))
        stills.take(_ask([WINDOW], at=THEN + dt.timedelta(seconds=60), id_="after"))
        await eventually(lambda: len(said) == 3)
    finally:
        pictures = {one.id: _rgb(one.path) for one in said if one.path}
        await stills.close()
        await cameras.close()
    assert list(pictures) == ["a"]
    assert_picture_masked(pictures["a"], [WINDOW])
    taken = next(one for one in said if one.id == "a")
    assert taken.taken_at == THEN + dt.timedelta(seconds=0.8)
    assert {one.trouble for one in said if not one.path} == {"nothing was recorded at this time"}
    assert camera.sessions == 0


async def test_a_silent_camera_gives_no_still_and_says_so_in_time(
    camera: SecretCamera, workers: PictureWorkers, secrets: Film, tmp_path: Path
) -> None:
    camera.fall_silent()
    said: list[StillTaken] = []
    stills, cameras = await _stills(camera, workers, secrets, tmp_path / "out", said)
    stills.take(_ask([]))
    await eventually(lambda: said, within_s=4)
    await stills.close()
    await cameras.close()
    assert said[0].trouble == "no picture came within 1 s"


async def test_a_right_that_is_lost_or_a_new_mask_stops_a_still(
    camera: SecretCamera, workers: PictureWorkers, secrets: Film, tmp_path: Path
) -> None:
    camera.fall_silent()
    said: list[StillTaken] = []
    stills, cameras = await _stills(camera, workers, secrets, tmp_path / "out", said)
    stills.take(_ask([], id_="annas"))
    stills.take(_ask([WINDOW], id_="bilals", user="bilal"))
    await asyncio.sleep(0.1)
    stills.revoke(RevokeUser(user="anna"))
    stills.masks_changed(MasksChanged(camera_id=7, masks=(WINDOW, CORNER)))
    assert {one.id for one in said} == {"annas", "bilals"}
    assert all(one.trouble and not one.path for one in said)
    await stills.close()
    await cameras.close()


async def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "old.jpg").write_bytes(b"a face")
    outbox = Outbox(folder)
    assert not list(folder.iterdir())
    kept = outbox.put(b"new")
    assert kept.read_bytes() == b"new"
    outbox.close()
    assert not list(folder.iterdir())
