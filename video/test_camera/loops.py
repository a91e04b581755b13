"""Films of street scenes by seed, made once in a child process and kept in a folder."""

import asyncio
import contextlib
import logging
import sys
from pathlib import Path

from video.states import StreamFailure, StreamState
from video.task_owner import TaskOwner
from video.test_camera.film import VERSION, Film, FilmSize, load_film

log = logging.getLogger(__name__)

_MAKING_SECONDS = 900.0


class FilmNotMade(StreamFailure):
    """The child process that draws a film failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(StreamState.DAMAGED, reason)


class StreetLoops:
    """Gives the film of a scene; draws it first when the folder has none. One is drawn at a time."""

    def __init__(self, cache_dir: Path, *, seconds: int = 20) -> None:
        self._folder = cache_dir
        self._seconds = seconds
        self._films: dict[tuple[int, bool, FilmSize], Film] = {}
        self._making = asyncio.Lock()
        self._tasks = TaskOwner()
        self._asked: dict[tuple[int, bool, FilmSize], asyncio.Future[Film]] = {}

    async def close(self) -> None:
        """Stop drawing."""
        await self._tasks.close()

    async def film(self, scene_seed: int, size: FilmSize, *, is_night: bool) -> Film:
        """The film of a scene at day or at night."""
        key = (scene_seed, is_night, size)
        if (known := self._films.get(key)) is not None:
            return known
        if key not in self._asked:
            if (kept := self._kept(key)) is not None:
                return kept
            self._asked[key] = asyncio.get_running_loop().create_future()
            self._tasks.start(self._draw(key), name=f"film of scene {scene_seed}")
        # Shielded: a player that loses patience must not stop the drawing, or it would never be done.
        return await asyncio.shield(self._asked[key])

    def _kept(self, key: tuple[int, bool, FilmSize]) -> Film | None:
        film = load_film(self._path(*key))
        if film is None or film.size != key[2]:
            return None
        return self._films.setdefault(key, film)

    def _kept_or_fail(self, key: tuple[int, bool, FilmSize]) -> Film:
        film = self._kept(key)
        if film is None:
            raise FilmNotMade(f"no film at {self._path(*key)}")
        return film

    async def _draw(self, key: tuple[int, bool, FilmSize]) -> None:
        asked = self._asked[key]
        try:
            async with self._making:
                await self._make(self._path(*key), key[0], key[2], is_night=key[1])
            asked.set_result(self._kept_or_fail(key))
        except (FilmNotMade, OSError, TimeoutError) as error:
            failure = error if isinstance(error, FilmNotMade) else FilmNotMade(f"no film: {error}")
            asked.set_exception(failure)
            # Logged here; whoever asked may have gone.
            log.warning("%s", asked.exception())
        finally:
            del self._asked[key]
            asked.cancel()

    def _path(self, scene_seed: int, is_night: bool, size: FilmSize) -> Path:
        light = "night" if is_night else "day"
        name = f"street-v{VERSION}-{scene_seed}-{light}-{size.width}x{size.height}-{self._seconds}s.film"
        return self._folder / name

    async def _make(self, path: Path, scene_seed: int, size: FilmSize, *, is_night: bool) -> None:
        _make_folder(path.parent)
        arguments = [str(path), str(scene_seed), f"{size.width}x{size.height}x{size.strip_rows}"]
        arguments += [str(self._seconds), "night" if is_night else "day"]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "video.test_camera.make_film",
            *arguments,
            cwd=Path(__file__).parents[2],
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(_MAKING_SECONDS):
                _, errors = await process.communicate()
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise
        if process.returncode != 0:
            text = errors.decode(errors="replace").strip().rpartition("\n")[2]
            raise FilmNotMade(f"scene {scene_seed} could not be drawn: {text}")


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
