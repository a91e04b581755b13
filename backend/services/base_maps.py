"""Base maps for the consoles: in words people can act on, and with every change in the journal."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Final

import msgspec

from backend.ports import (
    BaseMapEvent,
    BaseMapShelf,
    BaseMapTrouble,
    Storage,
    StorageError,
    Tile,
    Unit,
)
from backend.services.refusals import BaseMapRefused
from backend.services.said import say
from contract.base_maps import BaseMap
from contract.journal import EntryKind, NewEntry

log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 30.0
_SYSTEM: Final = "system"


class BaseMaps:
    """The shelf, with a journal. What is found in its folder is told as the system's doing."""

    def __init__(self, shelf: BaseMapShelf, storage: Storage) -> None:
        self._shelf = shelf
        self._storage = storage
        self._telling = asyncio.Lock()

    async def open(self) -> None:
        """Forget what a killed backend left behind."""
        await self._shelf.open()

    async def run(self) -> None:
        """Tell for ever what comes and goes in the folder, whether a console asks or not."""
        while True:
            await self._tell_found()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def all(self) -> tuple[BaseMap, ...]:
        """All base maps as they are now, the lowest first."""
        found = await self._shelf.all()
        await self._tell_found()
        return tuple(_worded(one) for one in found)

    async def tile(self, map_id: str, z: int, x: int, y: int) -> Tile | None:
        """One tile, None where there is none. Raises NoSuchBaseMap, BaseMapRefused."""
        try:
            return await self._shelf.tile(map_id, z, x, y)
        except BaseMapTrouble as trouble:
            raise _refused(trouble) from trouble

    async def features(self, map_id: str) -> bytes:
        """Features in MessagePack. Raises NoSuchBaseMap, BaseMapRefused."""
        try:
            return await self._shelf.features(map_id)
        except BaseMapTrouble as trouble:
            raise _refused(trouble) from trouble

    async def take_file(self, name: str, content: AsyncIterator[bytes], *, by: str) -> BaseMap:
        """Keep a file. Raises BaseMapRefused: nothing is kept then; StorageError when it cannot be told."""
        await self._tell_found()
        try:
            taken = await self._shelf.take_file(name, content)
        except BaseMapTrouble as trouble:
            raise _refused(trouble) from trouble
        await self._tell(by)
        return _worded(taken)

    async def remove(self, map_id: str, *, by: str) -> None:
        """Delete a base map. Raises NoSuchBaseMap, BaseMapRefused, StorageError."""
        await self._tell_found()
        try:
            await self._shelf.remove(map_id)
        except BaseMapTrouble as trouble:
            raise _refused(trouble) from trouble
        await self._tell(by)

    async def close(self) -> None:
        """End what runs; may be called twice."""
        await self._shelf.close()

    async def _tell_found(self) -> None:
        """What the journal cannot take now is told later: base maps are shown all the same."""
        try:
            await self._tell(_SYSTEM)
        except StorageError as error:
            log.debug("base maps are not in the journal yet: %s", error)

    async def _tell(self, by: str) -> None:
        async with self._telling:
            events = await self._shelf.untold()
            if not events:
                return
            await self._storage.commit(Unit(entries=[_entry(event, by) for event in events]))
            await self._shelf.told(events)


def worded(found: Sequence[BaseMap]) -> tuple[BaseMap, ...]:
    """The same, with their troubles in words."""
    return tuple(_worded(one) for one in found)


def _worded(found: BaseMap) -> BaseMap:
    if not found.trouble_code:
        return found
    return msgspec.structs.replace(found, trouble=say(found.trouble_code, **found.trouble_args).text)


def _refused(trouble: BaseMapTrouble) -> BaseMapRefused:
    return BaseMapRefused(say(trouble.code, **trouble.args_said))


def _entry(event: BaseMapEvent, by: str) -> NewEntry:
    payload: dict[str, object] = {"what": event.what, "id": event.id, "name": event.name, "source": event.source}
    return NewEntry(kind=EntryKind.BASE_MAP, actor=by, payload=payload)
