"""Named camera walls of one person, and those that people of one role share."""

import json
import logging
from collections.abc import Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.ports import KeptRecord, Storage, Unit
from contract.rights import User
from contract.walls import WallLayout

log = logging.getLogger(__name__)
MOST_OF_ONE: Final = 100
LONGEST_NAME: Final = 80
KIND: Final = "wall_layout"


class TooManyLayouts(Exception):
    """One keeps as many as there may be."""


class _Kept(msgspec.Struct, frozen=True):
    layout: WallLayout
    role: str


class WallLayouts:
    """Kept by owner and name; only the owner changes them."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def seen_by(self, user: User) -> Sequence[WallLayout]:
        """One's own by name, then what others of one's role share."""
        kept = await self._all()
        own = [item.layout for item in kept if item.layout.owner == user.name]
        shared = [
            item.layout
            for item in kept
            if item.layout.owner != user.name and item.layout.is_shared and item.role == user.role
        ]
        return [*sorted(own, key=_by_name), *sorted(shared, key=_by_name)]

    async def save(self, user: User, layout: WallLayout) -> WallLayout:
        """Add or replace one's own by name. Raises TooManyLayouts."""
        own = [item.layout.name for item in await self._all() if item.layout.owner == user.name]
        if layout.name not in own and len(own) >= MOST_OF_ONE:
            raise TooManyLayouts
        saved = msgspec.structs.replace(layout, owner=user.name, updated_at=self._clock.now())
        body = msgspec.json.encode(_Kept(saved, user.role))
        await self._storage.commit(Unit(records=[KeptRecord(KIND, _key(user.name, layout.name), body)]))
        return saved

    async def delete(self, user: User, name: str) -> None:
        """Forget one's own; one that is not there is no error."""
        await self._storage.commit(Unit(records=[KeptRecord(KIND, _key(user.name, name), None)]))

    async def _all(self) -> Sequence[_Kept]:
        found: list[_Kept] = []
        for key, body in (await self._storage.records(KIND)).items():
            try:
                found.append(msgspec.json.decode(body, type=_Kept))
            except msgspec.MsgspecError as error:
                log.warning("the wall layout %s is not readable and left out: %s", key, error)
        return found


def _key(owner: str, name: str) -> str:
    return json.dumps([owner, name])


def _by_name(layout: WallLayout) -> tuple[str, str]:
    return layout.name.casefold(), layout.owner
