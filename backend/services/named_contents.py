"""What consoles keep by name: one person's, and what people of one role share."""

import json
import logging
from collections.abc import Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.ports import KeptRecord, Storage, Unit
from contract.named_content import NamedContent
from contract.rights import User

log = logging.getLogger(__name__)
MOST_OF_ONE: Final = 100
LONGEST_NAME: Final = 80
WALLS: Final = "wall_layout"
ALARM_FILTERS: Final = "alarm_filter"
REGISTER_VIEWS: Final = "register_view"
OWN_SETTINGS: Final = "own_setting"
_NEVER_SHARED: Final = frozenset({OWN_SETTINGS})  # nobody binds another's keys


class TooManyKept(Exception):
    """One keeps as many as there may be."""


class _Kept(msgspec.Struct, frozen=True):
    kept: NamedContent = msgspec.field(name="layout")  # walls were the first to be kept, and are read again
    role: str


class NamedContents:
    """Of one kind, by owner and name; only the owner changes them."""

    def __init__(self, storage: Storage, clock: Clock, kind: str) -> None:
        self._storage = storage
        self._clock = clock
        self._kind = kind

    async def seen_by(self, user: User) -> Sequence[NamedContent]:
        """One's own by name, then what others of one's role share."""
        found = sorted(await self._all(), key=lambda item: (item.kept.name.casefold(), item.kept.owner))
        own = [item.kept for item in found if item.kept.owner == user.name]
        if self._kind in _NEVER_SHARED:
            return own
        others = [item for item in found if item.kept.owner != user.name]
        return [*own, *(item.kept for item in others if item.kept.is_shared and item.role == user.role)]

    async def save(self, user: User, wanted: NamedContent) -> NamedContent:
        """Add or replace one's own by name. Raises TooManyKept."""
        own = [item.kept.name for item in await self._all() if item.kept.owner == user.name]
        if wanted.name not in own and len(own) >= MOST_OF_ONE:
            raise TooManyKept
        is_shared = wanted.is_shared and self._kind not in _NEVER_SHARED
        saved = msgspec.structs.replace(wanted, owner=user.name, is_shared=is_shared, updated_at=self._clock.now())
        body = msgspec.json.encode(_Kept(saved, user.role))
        await self._storage.commit(Unit(records=[KeptRecord(self._kind, _key(user.name, wanted.name), body)]))
        return saved

    async def delete(self, user: User, name: str) -> None:
        """Forget one's own; one that is not there is no error."""
        await self._storage.commit(Unit(records=[KeptRecord(self._kind, _key(user.name, name), None)]))

    async def _all(self) -> Sequence[_Kept]:
        found: list[_Kept] = []
        for key, body in (await self._storage.records(self._kind)).items():
            try:
                found.append(msgspec.json.decode(body, type=_Kept))
            except msgspec.MsgspecError as error:
                log.warning("the %s %s is not readable and left out: %s", self._kind, key, error)
        return found


def _key(owner: str, name: str) -> str:
    return json.dumps([owner, name])
