"""Fetches tiles: what is wanted now, a few at a time, decoded beside the screen's thread, patient after failures."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageReader

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.ports import Client
from console.kit.task_bag import TaskBag
from console.store.tile_cache import TileCache, TileId

log = logging.getLogger(__name__)
AT_ONCE: Final = 6
MOST_PX: Final = 2048  # a picture of more is no tile
_FORMATS: Final = frozenset({b"png", b"jpeg", b"webp"})
_FIRST_WAIT_S: Final = 2.0
_LONGEST_WAIT_S: Final = 60.0

TileKey = tuple[int, int, int]
Wisher = object


class TileFetching:
    """Wishes of one wisher replace its former ones; a tile that nobody wants any more is given up."""

    def __init__(
        self,
        cache: TileCache,
        monotonic: Callable[[], float],
        *,
        came: Callable[[str], None],
        failed: Callable[[str, RequestFailed | None], None],
    ) -> None:
        """`came` hears the base map of each tile that is now known; `failed` hears of a trouble, None: it is over."""
        self._cache = cache
        self._monotonic = monotonic
        self._came = came
        self._failed = failed
        self._tasks = TaskBag("tiles")
        self._client: Client | None = None
        self._wishes: dict[Wisher, tuple[str, Sequence[TileKey]]] = {}
        self._running: dict[TileId, asyncio.Task[None]] = {}
        self._waits: dict[str, float] = {}  # how long a base map is left alone next time
        self._not_before: dict[str, float] = {}
        self._failing: set[str] = set()
        self._decoder: ThreadPoolExecutor | None = None

    @property
    def running_count(self) -> int:
        """How many tiles are on their way."""
        return len(self._running)

    def ask(self, client: Client) -> None:
        """Where tiles come from."""
        self._client = client

    def wish(self, wisher: Wisher, base_map: str, keys: Sequence[TileKey]) -> None:
        """What `wisher` wants of a base map, most wanted first; nothing: it wants nothing any more."""
        if keys:
            self._wishes[wisher] = (base_map, keys)
        else:
            self._wishes.pop(wisher, None)
        wanted = set(self._wanted())
        for tile, task in list(self._running.items()):
            if tile not in wanted:
                del self._running[tile]
                task.cancel()
        self.pump()

    def try_again(self, base_map: str) -> None:
        """Ask at once, whatever failed before."""
        self._waits.pop(base_map, None)
        self._not_before.pop(base_map, None)
        self.pump()

    def pump(self) -> None:
        """Start what may be started; called at each tick, so that a base map is asked again when its time has come."""
        if self._client is None or not self._wishes:
            return
        for tile in self._wanted():
            if len(self._running) >= AT_ONCE:
                return
            if tile not in self._running and self._is_lacking(tile):
                task = self._tasks.start(self._fetch(self._client, tile), name="tile {}/{}/{}/{}".format(*tile))
                if task is not None:
                    self._running[tile] = task

    async def close(self) -> None:
        """Give everything up."""
        self._wishes.clear()
        await self._tasks.close()
        self._running.clear()
        if self._decoder is not None:
            self._decoder.shutdown()
            self._decoder = None

    def _wanted(self) -> Iterator[TileId]:
        """The first of each wisher, then the second of each: no map starves another."""
        lists = list(self._wishes.values())
        for rank in range(max((len(keys) for _base_map, keys in lists), default=0)):
            for base_map, keys in lists:
                if rank < len(keys):
                    yield (base_map, *keys[rank])

    def _is_lacking(self, tile: TileId) -> bool:
        is_left_alone = self._monotonic() < self._not_before.get(tile[0], 0.0)
        return not is_left_alone and not self._cache.holds(tile) and not self._cache.is_missing(tile)

    async def _fetch(self, client: Client, tile: TileId) -> None:
        try:
            content = await client.base_map_tile(*tile)
            image = None if content is None else await self._decoded(content)
            if content is not None and image is None:
                log.debug("tile %s/%s/%s/%s is no picture", *tile)
            self._cache.put(tile, image)
            self._waits.pop(tile[0], None)
            if tile[0] in self._failing:
                self._failing.discard(tile[0])
                self._failed(tile[0], None)
            self._came(tile[0])
        except RequestRefused as refusal:
            if refusal.status in {400, 422}:
                self._cache.put(tile, None)
                self._came(tile[0])
            else:
                self._leave_alone(tile[0], refusal)
        except RequestFailed as failure:
            self._leave_alone(tile[0], failure)
        except Exception as error:  # a fault of ours must not be repeated at each tick
            self._leave_alone(tile[0], RequestFailed(str(error)))
            raise
        finally:
            if self._running.get(tile) is asyncio.current_task():
                del self._running[tile]
        self.pump()

    def _leave_alone(self, base_map: str, failure: RequestFailed) -> None:
        if self._monotonic() < self._not_before.get(base_map, 0.0):
            return  # asked at the same time as the one that failed first
        wait = self._waits.get(base_map, 0.0)
        self._waits[base_map] = min(max(wait * 2, _FIRST_WAIT_S), _LONGEST_WAIT_S)
        self._not_before[base_map] = self._monotonic() + self._waits[base_map]
        self._failing.add(base_map)
        self._failed(base_map, failure)

    async def _decoded(self, content: bytes) -> QImage | None:
        if self._decoder is None:
            self._decoder = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tiles")
        return await asyncio.get_running_loop().run_in_executor(self._decoder, decode_tile, content)


def decode_tile(content: bytes) -> QImage | None:
    """The picture as it is blitted; None when it is none, or one too large to be a tile."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    if reader.format().data() not in _FORMATS:
        return None  # a drawing may name files of this machine, and take for ever
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > MOST_PX:
        return None
    image = reader.read()
    return None if image.isNull() else image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
