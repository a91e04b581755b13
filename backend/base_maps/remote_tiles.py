"""A tile server as a base map: through the cache, one fetch a tile however many ask, and patience while it fails."""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from typing import Final

import msgspec

from backend.base_maps.addresses import host_of, tile_address
from backend.base_maps.fetching import Fetched, Fetcher, ServerFault, TileFault
from backend.base_maps.settings import MapSettings
from backend.base_maps.tile_cache import KeptTile, TileCache
from backend.base_maps.tile_numbers import WHOLE_WORLD, checked_bounds, tile_at, touches
from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.ports import BaseMapTrouble, NoSuchBaseMap, Tile
from contract.base_maps import BaseMap, BaseMapKind

log = logging.getLogger(__name__)

AT_ONCE: Final = 6
MOST_WAITING: Final = 256
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 300.0
_STALE_AFTER_S: Final = 2.0  # an old tile is shown when a new one takes longer
_TILE_FAULTS_IN_A_ROW: Final = 5  # then it is the server
_FAULTS_KEPT: Final = 5_000
_FAULT_KEPT_S: Final = 300.0
_DAY_S: Final = 86_400.0

_Key = tuple[int, int, int]


class RemoteTiles:
    """One server. While it fails, it is asked again after 1, 2, 4 ... 300 s, and what is kept is given."""

    def __init__(
        self, map_id: str, settings: MapSettings, cache: TileCache, fetcher: Fetcher, clock: Clock, *, proxy: str = ""
    ) -> None:
        self._id = map_id
        self._settings = settings
        self._cache = cache
        self._fetcher = fetcher
        self._clock = clock
        self._proxy = proxy
        self._host = host_of(settings)
        self._bounds = None if settings.bounds is None else checked_bounds(*settings.bounds)
        self._tasks = Tasks(f"base map {map_id}")
        self._is_closed = False
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._fetching: dict[_Key, asyncio.Task[KeptTile | BaseMapTrouble]] = {}
        self._tile_faults: OrderedDict[_Key, tuple[float, TileFault]] = OrderedDict()
        self._faults_in_a_row = 0
        self._trouble: BaseMapTrouble | None = None
        self._failures = 0
        self._ask_again_at = 0.0
        self._last_failed: _Key | None = None
        asked = msgspec.json.encode(
            (
                *(settings.kind, settings.url, settings.layer, settings.style),
                *(settings.matrix_set, settings.matrix, settings.format),
            )
        )
        self.cache_key = hashlib.sha256(asked).hexdigest()[:20]
        self.revision = hashlib.sha256(msgspec.json.encode((settings, proxy))).hexdigest()[:20]

    async def describe(self) -> BaseMap:
        """As the settings say; broken while the last answer of the server was a failure. Heals by itself."""
        if self._trouble is not None:
            is_asked = self._is_closed or self._last_failed in self._fetching
            if self._last_failed is not None and self._may_ask() and not is_asked:
                self._start(self._last_failed, None)
            raise self._trouble
        return self.described()

    def described(self) -> BaseMap:
        """What the settings say, whether the server serves or not."""
        settings = self._settings
        return BaseMap(
            id=self._id,
            name=settings.name,
            kind=BaseMapKind.RASTER,
            attribution=settings.attribution,
            min_zoom=settings.min_zoom or 0,
            max_zoom=19 if settings.max_zoom is None else settings.max_zoom,
            bounds=self._bounds,
            tile_px=settings.tile_px,
            revision=self.revision,
            is_remote=True,
        )

    async def tile(self, z: int, x: int, y: int) -> Tile | None:
        """From the cache while fresh, else from the server, else from the cache however old."""
        known = self.described()
        if not known.min_zoom <= z <= known.max_zoom or not touches(known.bounds or WHOLE_WORLD, z, x, y):
            return None
        key = (z, x, y)
        kept = await self._cache.get(self.cache_key, *key)
        if kept is not None and kept.fresh_until > self._clock.now().timestamp():
            return _shown(kept)
        try:
            fetched = await self._fetched(key, kept)
        except BaseMapTrouble:
            if kept is None:
                raise
            return _shown(kept)
        return _shown(fetched)

    async def features(self) -> bytes:
        """A server of images has none."""
        raise NoSuchBaseMap(self._id)

    async def close(self) -> None:
        """End what is being fetched."""
        self._is_closed = True
        await self._tasks.close()

    async def forget(self) -> None:
        """Drop what is kept of it."""
        await self._cache.forget(self.cache_key)

    async def probe(self) -> None:
        """Ask the server for one tile now, whatever is kept. Raises BaseMapTrouble."""
        known = self.described()
        box = known.bounds
        z = min(known.max_zoom, max(known.min_zoom, 12 if box is not None else 2))
        lon, lat = (2.35, 46.8) if box is None else ((box.west + box.east) / 2, (box.south + box.north) / 2)
        await self._fetch((z, *tile_at(lon, lat, z)), None)

    # --- asking

    async def _fetched(self, key: _Key, kept: KeptTile | None) -> KeptTile:
        task = self._fetching.get(key)
        if task is None:
            if not self._may_ask() and self._trouble is not None:
                raise self._trouble
            fault = self._tile_faults.get(key)
            if fault is not None and fault[0] > self._clock.monotonic():
                raise fault[1]
            if len(self._fetching) >= MOST_WAITING:
                raise BaseMapTrouble("base_map_busy", host=self._host)
            task = self._start(key, kept)
        # Whoever asked may go away: the tile is fetched for the others, and for the cache.
        done, _ = await asyncio.wait([task], timeout=None if kept is None else _STALE_AFTER_S)
        if not done and kept is not None:
            return kept
        if task.cancelled():
            raise BaseMapTrouble("base_map_busy", host=self._host)
        result = task.result()
        if isinstance(result, BaseMapTrouble):
            raise result
        return result

    def _start(self, key: _Key, kept: KeptTile | None) -> asyncio.Task[KeptTile | BaseMapTrouble]:
        if self._is_closed:
            raise NoSuchBaseMap(self._id)
        task = self._tasks.start(self._in_turn(key, kept), name="tile")
        self._fetching[key] = task
        task.add_done_callback(lambda _: self._fetching.pop(key, None))
        return task

    async def _in_turn(self, key: _Key, kept: KeptTile | None) -> KeptTile | BaseMapTrouble:
        async with self._slots:
            if self._trouble is not None and not self._may_ask():
                return self._trouble
            try:
                return await self._fetch(key, kept)
            except BaseMapTrouble as trouble:
                return trouble

    async def _fetch(self, key: _Key, kept: KeptTile | None) -> KeptTile:
        try:
            address = tile_address(self._settings, *key)
            etag = "" if kept is None else kept.etag
            fetched = await self._fetcher.get(address, host=self._host, etag=etag, proxy=self._proxy)
        except TileFault as fault:
            self._note_tile_fault(key, fault)
            raise
        except ServerFault as fault:
            self._note_failure(key, fault, fault.wait_s)
            raise
        self._note_success(key)
        tile = self._to_keep(fetched, kept)
        await self._cache.put(self.cache_key, *key, tile)
        return tile

    def _to_keep(self, fetched: Fetched, kept: KeptTile | None) -> KeptTile:
        fresh_s = self._settings.expires_days * _DAY_S if fetched.fresh_s is None else fetched.fresh_s
        fresh_until = self._clock.now().timestamp() + fresh_s
        if fetched.content is None and kept is not None:
            return msgspec.structs.replace(kept, fresh_until=fresh_until)
        return KeptTile(
            content=fetched.content or b"", media_type=fetched.media_type, etag=fetched.etag, fresh_until=fresh_until
        )

    # --- how the server does

    def _may_ask(self) -> bool:
        return self._clock.monotonic() >= self._ask_again_at

    def _note_success(self, key: _Key) -> None:
        if self._trouble is not None:
            log.info("base map %s: %s serves again", self._id, self._host)
        self._trouble = None
        self._failures = self._faults_in_a_row = 0
        self._ask_again_at = 0.0
        self._tile_faults.pop(key, None)

    def _note_failure(self, key: _Key, fault: BaseMapTrouble, wait_s: float | None) -> None:
        self._last_failed = key
        if self._trouble is None:
            log.warning("base map %s: %s does not serve: %s", self._id, self._host, fault.code)
        elif not self._may_ask():
            return  # one of several that were under way when the first one failed
        self._trouble = fault
        self._failures += 1
        waits = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** min(self._failures - 1, 20))
        self._ask_again_at = self._clock.monotonic() + max(waits, wait_s or 0.0)

    def _note_tile_fault(self, key: _Key, fault: TileFault) -> None:
        self._tile_faults[key] = (self._clock.monotonic() + _FAULT_KEPT_S, fault)
        self._tile_faults.move_to_end(key)
        while len(self._tile_faults) > _FAULTS_KEPT:
            self._tile_faults.popitem(last=False)
        self._faults_in_a_row += 1
        if self._faults_in_a_row >= _TILE_FAULTS_IN_A_ROW:
            self._note_failure(key, fault, None)


def _shown(kept: KeptTile) -> Tile | None:
    return Tile(kept.content, kept.media_type) if kept.content else None
