"""Base maps as this console may use them: which there are, their tiles and lines, and what is wrong with one."""

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from console.kit.clock import Clock
from console.kit.errors import RequestFailed, RequestRefused
from console.kit.ports import Client
from console.kit.task_bag import TaskBag
from console.store.tile_cache import TileCache
from console.store.tile_fetching import TileFetching, TileKey
from console.store.vector_ground import ground_layers
from contract.base_maps import BaseMap, BaseMapKind, BaseMapState
from widgets.city_map import BaseLayer
from widgets.city_map.ground.tile_source import GroundBox

log = logging.getLogger(__name__)
_LIST_EVERY_S: Final = 60.0
_LIST_AGAIN_S: Final = 10.0


class BaseMapTrouble(NamedTuple):
    """What is wrong with a base map: said by the backend, or `failure` when it could not even be asked."""

    base_map: BaseMap
    since: dt.datetime
    failure: RequestFailed | None


class MapTiles:
    """Tiles of one base map for one map: widgets.city_map's TileSource."""

    def __init__(self, base_map: BaseMap, cache: TileCache, fetching: TileFetching) -> None:
        self.base_map = base_map
        self._cache = cache
        self._fetching = fetching
        self.id = base_map.id
        self.attribution = base_map.attribution
        self.min_zoom = base_map.min_zoom
        self.max_zoom = base_map.max_zoom
        self.tile_px = base_map.tile_px
        box = base_map.bounds
        self.bounds = None if box is None else GroundBox(box.west, box.south, box.east, box.north)

    def is_for(self, base_map: BaseMap) -> bool:
        """Whether it gives the tiles of this very base map, as it is now; troubles come and go meanwhile."""
        return msgspec.structs.replace(self.base_map, state=base_map.state, **_words_of(base_map)) == base_map

    def image(self, z: int, x: int, y: int) -> QImage | None:
        """The tile if it is in memory."""
        return self._cache.image((self.id, z, x, y))

    def is_missing(self, z: int, x: int, y: int) -> bool:
        """True when there is no such tile."""
        return self._cache.is_missing((self.id, z, x, y))

    def request(self, keys: Sequence[TileKey]) -> None:
        """What the view wants; replaces former wishes."""
        self._fetching.wish(self, self.id, keys)


class BaseMapStore(QObject):
    """Asks only for what a map shows: with no base map on, nothing is fetched but the list."""

    changed = Signal()  # the list, or a trouble
    tiles_changed = Signal(str)  # new tiles of this base map, once a tick
    lines_changed = Signal(str)  # the lines of this vector base map came

    def __init__(self, clock: Clock, monotonic: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._monotonic = monotonic
        self._cache = TileCache()
        self._fetching = TileFetching(self._cache, monotonic, came=self._came, failed=self._failed)
        self._tasks = TaskBag("base maps")
        self._client: Client | None = None
        self._items: tuple[BaseMap, ...] = ()
        self._troubles: dict[str, BaseMapTrouble] = {}
        self._lines: dict[str, tuple[BaseLayer, ...]] = {}
        self._asking: set[str] = set()
        self._new_tiles: set[str] = set()
        self._list_at: float | None = None
        self._is_listing = False
        self.is_listed = False  # whether the backend ever told which there are

    @property
    def items(self) -> Sequence[BaseMap]:
        """All of them, the lowest first."""
        return self._items

    @property
    def troubles(self) -> Mapping[str, BaseMapTrouble]:
        """What is wrong, by base map."""
        return self._troubles

    @property
    def cache(self) -> TileCache:
        """The tiles in memory."""
        return self._cache

    def get(self, base_map: str) -> BaseMap | None:
        """One base map."""
        return next((item for item in self._items if item.id == base_map), None)

    def ask(self, client: Client) -> None:
        """Where base maps come from, from now on."""
        self._client = client
        self._fetching.ask(client)
        self.refresh()

    def refresh(self) -> None:
        """Ask which base maps there are and how they do."""
        if self._client is not None and not self._is_listing:
            self._is_listing = True
            if self._tasks.start(self._list(self._client), name="list") is None:
                self._is_listing = False

    def try_again(self, base_map: str) -> None:
        """Somebody may have mended it: ask at once."""
        self._fetching.try_again(base_map)
        self.refresh()

    def tiles_for_map(self, base_map: BaseMap) -> MapTiles:
        """A source of its own for one map: wishes of several maps do not replace each other."""
        return MapTiles(base_map, self._cache, self._fetching)

    def lines(self, base_map: str) -> Sequence[BaseLayer]:
        """What is known of a vector base map; the first time it is asked for, and `lines_changed` tells."""
        if base_map not in self._lines and base_map not in self._asking and self._client is not None:
            self._asking.add(base_map)
            self._tasks.start(self._ask_lines(self._client, base_map), name=f"lines of {base_map}")
        return self._lines.get(base_map, ())

    def flush(self) -> None:
        """Tell which tiles came, and ask again what its time has come for."""
        fresh, self._new_tiles = self._new_tiles, set()
        for base_map in sorted(fresh):
            self.tiles_changed.emit(base_map)
        self._fetching.pump()
        if self._list_at is not None and self._monotonic() >= self._list_at:
            self.refresh()

    async def close(self) -> None:
        """Give up what is on its way; the tiles stay."""
        await self._tasks.close()
        await self._fetching.close()

    async def leave(self) -> None:
        """The login ended: forget everything that only it could see."""
        await self.close()
        self._client = None
        self._cache = TileCache()
        self._fetching = TileFetching(self._cache, self._monotonic, came=self._came, failed=self._failed)
        self._tasks = TaskBag("base maps")
        self._items, self._troubles, self._lines = (), {}, {}
        self._asking.clear()
        self._list_at = None
        self.is_listed = self._is_listing = False

    async def _list(self, client: Client) -> None:
        try:
            items = await client.base_maps()
            self._list_at = self._monotonic() + _LIST_EVERY_S
        except RequestFailed as failure:
            log.info("base maps could not be listed: %s", failure)
            self._list_at = self._monotonic() + _LIST_AGAIN_S
            return
        finally:
            self._is_listing = False
        former = {item.id: item for item in self._items}
        for item in items:
            if item.id in former and former[item.id].revision != item.revision:
                self._forget(item.id)
        for gone in former.keys() - {item.id for item in items}:
            self._forget(gone)
        has_changed = items != self._items or not self.is_listed
        self._items, self.is_listed = items, True
        if self._sort_troubles() or has_changed:
            self.changed.emit()

    def _forget(self, base_map: str) -> None:
        self._cache.forget(base_map)
        self._lines.pop(base_map, None)
        self._new_tiles.add(base_map)

    def _sort_troubles(self) -> bool:
        """Troubles as the list tells them; since when is kept."""
        before = dict(self._troubles)
        for item in self._items:
            known = self._troubles.get(item.id)
            if item.state is BaseMapState.BROKEN:
                since = self._clock() if known is None else known.since
                self._troubles[item.id] = BaseMapTrouble(item, since, None)
            elif known is not None and known.failure is None:
                del self._troubles[item.id]
        for gone in self._troubles.keys() - {item.id for item in self._items}:
            del self._troubles[gone]
        return before != self._troubles

    async def _ask_lines(self, client: Client, base_map: str) -> None:
        try:
            features = await client.base_map_features(base_map)
            self._lines[base_map] = ground_layers(base_map, features)
            self._failed(base_map, None)
        except RequestFailed as failure:
            self._failed(base_map, failure)
        except ValueError as error:
            log.warning("the lines of base map %s make no sense: %s", base_map, error)
            self._failed(base_map, RequestFailed(str(error)))
        finally:
            self._asking.discard(base_map)
        self.lines_changed.emit(base_map)

    def _came(self, base_map: str) -> None:
        self._new_tiles.add(base_map)

    def _failed(self, base_map: str, failure: RequestFailed | None) -> None:
        item, known = self.get(base_map), self._troubles.get(base_map)
        if item is None:
            return
        if failure is None:
            if known is None or item.state is BaseMapState.BROKEN:
                return
            del self._troubles[base_map]
        else:
            self._troubles[base_map] = BaseMapTrouble(item, self._clock() if known is None else known.since, failure)
        if isinstance(failure, RequestRefused) or failure is None:
            self._list_at = self._monotonic()  # the backend knows more of it by now
        self.changed.emit()


def _words_of(base_map: BaseMap) -> dict[str, Any]:
    return {
        "trouble": base_map.trouble,
        "trouble_code": base_map.trouble_code,
        "trouble_args": base_map.trouble_args,
    }


def is_raster(base_map: BaseMap) -> bool:
    """Whether it is made of tiles."""
    return base_map.kind is BaseMapKind.RASTER
