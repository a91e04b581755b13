"""All base maps of a city: what lies in its folder and which servers its settings name, looked at anew all the time."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from backend.base_maps.describing import broken, described, no_source
from backend.base_maps.fetching import Fetcher
from backend.base_maps.folder import Found, Sighting, look_at
from backend.base_maps.layer_file import LayerFile, LayerWords, forget_others
from backend.base_maps.mbtiles import MbtilesFile
from backend.base_maps.naming import Format, checked_file_name, format_of, id_of_file, plain_text, title_of_file
from backend.base_maps.pmtiles_file import PmtilesFile
from backend.base_maps.receiving import Receiver, put_in_place
from backend.base_maps.remote_tiles import RemoteTiles
from backend.base_maps.settings import SETTINGS_FILE, Settings, read_settings, remove_map
from backend.base_maps.sources import Source
from backend.base_maps.telling import Telling, told_of
from backend.base_maps.tile_cache import TileCache
from backend.base_maps.tile_numbers import is_tile
from backend.devkit.clock import Clock
from backend.devkit.threads import Threads
from backend.ports import BaseMapEvent, BaseMapTrouble, NoSuchBaseMap, Tile
from contract.base_maps import BaseMap, BaseMapKind

log = logging.getLogger(__name__)

FOLDER: Final = "base-maps"
SETTINGS_ID: Final = "base-maps-toml"  # how faulty settings are listed
_CACHE: Final = ".cache"
_LOOKED_AT_MOST_EVERY_S: Final = 1.0
_READING_CHILDREN: Final = 1


class BaseMapFolder:
    """The shelf on a folder. A file that is dropped there appears at the next question; nothing is restarted."""

    def __init__(self, data_dir: Path, clock: Clock, fetcher: Fetcher | None = None) -> None:
        self._folder = data_dir / FOLDER
        self._cache_folder = self._folder / _CACHE
        self._clock = clock
        self._threads = Threads("base maps", 3)
        self._readers = asyncio.Semaphore(_READING_CHILDREN)
        self._fetcher = fetcher or Fetcher()
        self._cache = TileCache(self._cache_folder, clock, 2**30)
        self._receiver = Receiver(self._cache_folder / "incoming", self._threads)
        self._telling = Telling(self._cache_folder)
        self._lock = asyncio.Lock()
        self._seen: Sighting | None = None
        self._sources: dict[str, tuple[str, Source]] = {}
        self._looked_at = -_LOOKED_AT_MOST_EVERY_S
        self._trouble: BaseMapTrouble | None = None

    async def open(self) -> None:
        """Delete what uploads left behind when the backend was killed."""
        await self._receiver.forget_all()

    async def all(self) -> Sequence[BaseMap]:
        """All base maps as they are now."""
        seen = await self._look()
        listed = await asyncio.gather(*(described(found, self._source_for(found)) for found in seen.maps.values()))
        orders = {found.id: found.settings.order for found in seen.maps.values()}
        ordered = sorted(listed, key=lambda m: (m.kind is BaseMapKind.VECTOR, orders[m.id], m.name.casefold(), m.id))
        if self._trouble is not None:
            ordered.append(broken(SETTINGS_ID, SETTINGS_FILE, BaseMapKind.RASTER, self._trouble))
        return ordered

    async def tile(self, map_id: str, z: int, x: int, y: int) -> Tile | None:
        """One tile."""
        source = await self._source(map_id)
        return await source.tile(z, x, y) if is_tile(z, x, y) else None

    async def features(self, map_id: str) -> bytes:
        """The features of a vector base map."""
        return await (await self._source(map_id)).features()

    async def take_file(self, name: str, content: AsyncIterator[bytes]) -> BaseMap:
        """Keep a file once it has been read as what its name says."""
        checked_file_name(name)
        map_id = id_of_file(name)
        path = await self._receiver.receive(name, content)
        try:
            await self._try_out(path)
            async with self._lock:
                await self._threads.run(lambda: put_in_place(path, self._folder / name))
        except OSError as error:
            raise BaseMapTrouble("base_map_no_room", reason=error.strerror or type(error).__name__) from error
        finally:
            await self._receiver.discard(path.parent)
        seen = await self._look(at_once=True)
        found = seen.maps.get(map_id)
        if found is None:
            raise BaseMapTrouble("base_map_missing", file=name)
        return await described(found, self._source_for(found))

    async def remove(self, map_id: str) -> None:
        """Delete the file, or forget the server and what was kept of it."""
        found = (await self._look(at_once=True)).maps.get(map_id)
        if found is None:
            raise NoSuchBaseMap(map_id)
        known = self._sources.get(map_id)
        async with self._lock:
            try:
                await self._threads.run(lambda: self._delete(found))
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise BaseMapTrouble("base_map_undeletable", file=found.file_name, reason=reason) from error
        if known is not None and isinstance(known[1], RemoteTiles):
            await known[1].forget()
        await self._look(at_once=True)

    async def untold(self) -> Sequence[BaseMapEvent]:
        """What came, changed or went since it was last told."""
        seen = await self._look()
        if self._trouble is not None:
            return []  # what cannot be seen now is not gone
        return await self._threads.run(lambda: self._telling.untold(seen.maps))

    async def told(self, events: Sequence[BaseMapEvent]) -> None:
        """Remember what is in the journal."""
        seen = self._seen
        if seen is None or not events:
            return
        try:
            await self._threads.run(lambda: self._telling.remember(events, seen.maps))
        except OSError as error:
            log.warning("what is known of base maps cannot be kept: %s", error.strerror)

    async def probe(self, map_id: str) -> BaseMap:
        """Read or ask it now and wait for what comes of it. Raises NoSuchBaseMap, BaseMapTrouble."""
        source = await self._source(map_id)
        if isinstance(source, RemoteTiles):
            await source.probe()
        if isinstance(source, LayerFile):
            await source.finished()
        return await source.describe()

    async def close(self) -> None:
        """End children, fetches and threads."""
        for _, source in self._sources.values():
            await source.close()
        self._sources.clear()
        await self._fetcher.close()
        await self._cache.close()
        self._threads.close()

    # --- looking

    async def _look(self, *, at_once: bool = False) -> Sighting:
        async with self._lock:
            now = self._clock.monotonic()
            if self._seen is not None and not at_once and now - self._looked_at < _LOOKED_AT_MOST_EVERY_S:
                return self._seen
            try:
                seen = await self._threads.run(lambda: look_at(self._folder))
            except OSError as error:
                self._trouble = BaseMapTrouble("base_map_unreadable", file=FOLDER, reason=error.strerror or "")
                seen = self._seen or Sighting(maps={}, settings=Settings())
            else:
                self._trouble = seen.trouble
            self._looked_at = now
            if self._seen is None or seen.maps != self._seen.maps or seen.settings != self._seen.settings:
                await self._renew_sources(seen)
            self._seen = seen
            return seen

    async def _renew_sources(self, seen: Sighting) -> None:
        """A source for each map; those that stay the same keep what they know."""
        self._cache.most_bytes = seen.settings.fetch.cache_mb * 2**20
        kept: dict[str, tuple[str, Source]] = {}
        for map_id, found in seen.maps.items():
            mark = f"{told_of(found).mark} {seen.settings.fetch.proxy}"
            known = self._sources.get(map_id)
            if known is not None and known[0] == mark:
                kept[map_id] = known
                continue
            made = self._made(found, seen)
            if made is not None:
                kept[map_id] = (mark, made)
        gone = [
            source for map_id, (_, source) in self._sources.items() if kept.get(map_id, ("", None))[1] is not source
        ]
        self._sources = kept
        for source in gone:
            await source.close()
        used = {f"{map_id}.{source.revision}" for map_id, (_, source) in kept.items() if isinstance(source, LayerFile)}
        await self._threads.run(lambda: self._tidy(used))

    def _made(self, found: Found, seen: Sighting) -> Source | None:
        if found.is_remote:
            return RemoteTiles(
                found.id, found.settings, self._cache, self._fetcher, self._clock, proxy=seen.settings.fetch.proxy
            )
        if not found.file_name:
            return None
        return self._source_of(self._folder / found.file_name, found, self._cache_folder)

    def _source_of(self, path: Path, found: Found, kept_in: Path) -> Source | None:
        match format_of(path.name):
            case None:
                return None
            case Format.MBTILES:
                return MbtilesFile(path, found.id, self._clock, self._threads)
            case Format.PMTILES:
                return PmtilesFile(path, found.id, self._threads)
            case _:
                said = found.settings
                words = LayerWords(
                    name=plain_text(said.name) or title_of_file(path.name),
                    attribution=plain_text(said.attribution, 300),
                    name_field=said.name_field,
                    weight_field=said.weight_field,
                )
                return LayerFile(path, found.id, words, kept_in, self._threads, self._readers, self._clock)

    def _source_for(self, found: Found) -> Source | None:
        known = self._sources.get(found.id)
        return None if known is None else known[1]

    async def _source(self, map_id: str) -> Source:
        seen = await self._look()
        known = self._sources.get(map_id)
        if known is None:
            found = seen.maps.get(map_id)
            if found is None:
                raise NoSuchBaseMap(map_id)
            raise no_source(found)
        return known[1]

    async def _try_out(self, path: Path) -> None:
        """Read an upload where it lies. Raises BaseMapTrouble when it could not be drawn."""
        source = self._source_of(path, Found(id="upload", file_name=path.name), path.parent)
        if source is None:
            raise BaseMapTrouble("base_map_format")
        try:
            if isinstance(source, LayerFile):
                await source.finished()
            await source.describe()
        finally:
            await source.close()

    # --- in threads

    def _delete(self, found: Found) -> None:
        read_settings(self._folder)  # faulty ones cannot be changed: nothing is done then
        if found.file_name:
            (self._folder / found.file_name).unlink(missing_ok=True)
        remove_map(self._folder, found.id)

    def _tidy(self, used: set[str]) -> None:
        try:
            self._cache_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            forget_others(self._cache_folder, used)
        except OSError as error:
            log.warning("the base maps' cache cannot be tidied: %s", error.strerror)
