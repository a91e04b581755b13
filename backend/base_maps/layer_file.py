"""A vector file as a base map: read once by a child process, its features kept beside until the file changes."""

import asyncio
import hashlib
import logging
import sys
from pathlib import Path
from typing import Final

import msgspec

from backend.base_maps.layer_child import MOST_SECONDS, Order, Outcome
from backend.base_maps.opening import check_plain, revision_of
from backend.devkit.bounded_child import ENVIRONMENT
from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.devkit.threads import Threads
from backend.ports import BaseMapTrouble, NoSuchBaseMap, Tile
from contract.base_maps import BaseMap, BaseMapKind
from video.child_process import end_child

log = logging.getLogger(__name__)

_ROOT: Final = Path(__file__).resolve().parents[2]
_READER: Final = (sys.executable, "-m", "backend.base_maps.layer_child")
_FORMAT_VERSION: Final = "1"  # of what is kept: another version is read anew
_PASSING: Final = frozenset({"base_map_reader_ended", "base_map_too_slow", "base_map_no_room"})
_TRIED_AGAIN_AFTER_S: Final = 60.0
_PATIENCE_S: Final = 1.5  # how long a question waits for a reading that is under way


class LayerWords(msgspec.Struct, frozen=True, kw_only=True):
    """What the city's settings say of a layer."""

    name: str
    attribution: str = ""
    name_field: str = ""
    weight_field: str = ""


class LayerFile:
    """One vector file. `readers` lets few children run at a time."""

    def __init__(
        self,
        path: Path,
        map_id: str,
        words: LayerWords,
        kept_in: Path,
        threads: Threads,
        readers: asyncio.Semaphore,
        clock: Clock,
    ) -> None:
        self._path = path
        self._id = map_id
        self._words = words
        self._file = path.name
        self._clock = clock
        self._read_at = 0.0
        self._threads = threads
        self._readers = readers
        self._tasks = Tasks(f"base map {map_id}")
        self._reading: asyncio.Task[Outcome] | None = None
        self._is_closed = False
        self._child: asyncio.subprocess.Process | None = None
        self.revision = self._revision()
        self._kept = kept_in / f"{map_id}.{self.revision}.features"

    async def describe(self) -> BaseMap:
        """What is in the file. While it is read for the first time it is broken, and says so."""
        outcome = await self._read(_PATIENCE_S)
        told = {} if not outcome.left_out else {"count": str(outcome.left_out)}
        return BaseMap(
            id=self._id,
            name="",
            kind=BaseMapKind.VECTOR,
            attribution=self._words.attribution,
            bounds=outcome.bounds,
            trouble_code="base_map_left_out" if told else "",
            trouble_args=told,
            revision=self.revision,
        )

    async def finished(self) -> Outcome:
        """The outcome, however long it takes. Raises BaseMapTrouble."""
        return await self._read(MOST_SECONDS * 2)

    async def tile(self, z: int, x: int, y: int) -> Tile | None:  # noqa: ARG002  # every source has it
        """A file of lines has no images."""
        raise NoSuchBaseMap(self._id)

    async def features(self) -> bytes:
        """The features, as the child wrote them."""
        await self._read(_PATIENCE_S)
        try:
            return await self._threads.run(self._kept.read_bytes)
        except OSError as error:
            self._reading = None  # somebody emptied the cache: read anew at the next question
            raise BaseMapTrouble("base_map_reading", file=self._file) from error

    async def close(self) -> None:
        """End the child."""
        self._is_closed = True
        if self._child is not None and self._child.returncode is None:
            self._child.kill()
        await self._tasks.close()

    def _revision(self) -> str:
        words = msgspec.json.encode((_FORMAT_VERSION, self._words))
        content = f"{revision_of(self._path)} {hashlib.sha256(words).hexdigest()}"
        return hashlib.sha256(content.encode()).hexdigest()[:20]

    async def _read(self, patience_s: float) -> Outcome:
        if self._is_closed:
            raise BaseMapTrouble("base_map_missing", file=self._file)
        if self._reading is None or self._wants_another_try(self._reading):
            check_plain(self._path)
            self._read_at = self._clock.monotonic()
            self._reading = self._tasks.start(self._outcome(), name="reading")
        done, _ = await asyncio.wait([self._reading], timeout=patience_s)
        if not done:
            raise BaseMapTrouble("base_map_reading", file=self._file)
        if self._reading.cancelled():  # the file went while somebody asked for it
            raise BaseMapTrouble("base_map_missing", file=self._file)
        outcome = self._reading.result()
        if outcome.trouble:
            raise BaseMapTrouble(outcome.trouble, **outcome.args)
        return outcome

    def _wants_another_try(self, reading: "asyncio.Task[Outcome]") -> bool:
        """What failed for reasons that pass (no memory, no room) is tried again after a while."""
        is_over = reading.done() and not reading.cancelled() and reading.exception() is None
        is_passing = is_over and reading.result().trouble in _PASSING
        return is_passing and self._clock.monotonic() - self._read_at > _TRIED_AGAIN_AFTER_S

    async def _outcome(self) -> Outcome:
        facts = self._kept.with_suffix(".facts")
        kept = await self._threads.run(lambda: _kept_outcome(facts, self._kept))
        if kept is not None:
            return kept
        async with self._readers:
            made = self._kept.with_suffix(".made")
            outcome = await self._run_child(made)
            if not outcome.trouble:
                try:
                    await self._threads.run(lambda: _keep(made, self._kept, facts, outcome))
                except OSError as error:
                    return Outcome(trouble="base_map_no_room", args={"reason": error.strerror or ""})
            else:
                log.warning("base map %s cannot be read: %s", self._id, outcome.trouble)
            return outcome

    async def _run_child(self, out: Path) -> Outcome:
        order = Order(
            path=str(self._path),
            file=self._file,
            out=str(out),
            name=self._words.name,
            name_field=self._words.name_field,
            weight_field=self._words.weight_field,
            attribution=self._words.attribution,
        )
        pipe = asyncio.subprocess.PIPE
        try:
            child = await asyncio.create_subprocess_exec(
                *_READER, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, cwd=_ROOT, env=ENVIRONMENT
            )
        except OSError:
            return Outcome(trouble="base_map_reader_ended", args={"file": self._file})
        self._child = child
        try:
            async with asyncio.timeout(MOST_SECONDS):
                said, _ = await child.communicate(msgspec.json.encode(order))
            return msgspec.json.decode(said, type=Outcome)
        except TimeoutError:
            return Outcome(trouble="base_map_too_slow", args={"file": self._file, "seconds": str(MOST_SECONDS)})
        except msgspec.DecodeError:  # it was ended by its bounds, or by what it read
            return Outcome(trouble="base_map_reader_ended", args={"file": self._file})
        finally:
            await end_child(child)


def _kept_outcome(facts: Path, features: Path) -> Outcome | None:
    try:
        return msgspec.json.decode(facts.read_bytes(), type=Outcome) if features.exists() else None
    except (OSError, msgspec.DecodeError):
        return None


def _keep(made: Path, features: Path, facts: Path, outcome: Outcome) -> None:
    made.replace(features)
    facts.write_bytes(msgspec.json.encode(outcome))


def forget_others(folder: Path, still_used: set[str]) -> None:
    """Delete what is kept of layers that are gone or have changed. `still_used` are `ID.REVISION`."""
    for path in folder.iterdir():
        if path.suffix in {".features", ".facts", ".made"} and path.stem not in still_used:
            path.unlink(missing_ok=True)
