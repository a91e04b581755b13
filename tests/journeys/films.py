"""The street scenes of the demo's cameras, drawn before any story's clock runs: a fresh machine has none of them."""

import asyncio
import datetime as dt
import fcntl
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Final

import platformdirs

from backend.devkit.clock import SystemClock
from backend.integrations.talq_lighting.sun import sun_times
from city.camera_devices import SCENES
from video.test_camera.film import MAIN_STREAM, SUB_STREAM
from video.test_camera.loops import StreetLoops

_DIJON: Final = (5.04, 47.32)
_NEAR: Final = dt.timedelta(hours=1)  # so close to dusk or dawn the lamps may change while the stories are told


def draw_films() -> None:
    """Where the demo city looks for them. Runs of several workers share the work; each returns once all are there."""
    folder = Path(platformdirs.user_cache_dir("beffroi")) / "street-scenes"
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_draw(folder, _lights(SystemClock().now())))


def _lights(now: dt.datetime) -> Sequence[bool]:
    """Whether it is night; both while that may change."""
    times = [moment for day in (-1, 0, 1) for moment in sun_times(now.date() + dt.timedelta(days=day), *_DIJON) or ()]
    if any(abs(moment - now) < _NEAR for moment in times):
        return (True, False)
    return (sum(moment < now for moment in times) % 2 == 0,)


async def _draw(folder: Path, lights: Sequence[bool]) -> None:
    loops = StreetLoops(folder)
    wanted = list(product(range(SCENES), (SUB_STREAM, MAIN_STREAM), lights))
    for is_patient in (False, True):
        for scene, size, is_night in wanted:
            with _turn(folder / f"{scene}-{size.width}-{is_night}.lock", is_patient=is_patient) as is_ours:
                if is_ours:
                    await loops.film(scene, size, is_night=is_night)
    await loops.close()


@contextmanager
def _turn(path: Path, *, is_patient: bool) -> Generator[bool]:
    """Nobody else draws that film meanwhile; False where somebody does, and we are not patient."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if is_patient else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
