"""Workspaces: one's own, what colleagues share, and the locked defaults of teams (a team: everybody of a role)."""

import json
import logging
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.ports import KeptRecord, Storage, Unit
from backend.services.accounts import ROLE_GRANTS
from contract.api import Workspace
from contract.journal import EntryKind, NewEntry
from contract.rights import User
from contract.workspaces import GoldenWorkspace, SharedWorkspace

log = logging.getLogger(__name__)
MOST_OF_ONE: Final = 100
MOST_GOLDEN: Final = 20
MOST_SHARED: Final = 100
MOST_SHARED_OF_ONE: Final = 20  # every console of the team reads them at its start
GOLDEN_KIND: Final = "golden_workspace"
SHARE_KIND: Final = "workspace_share"


class TooManyWorkspaces(Exception):
    """There are as many as there may be, or as many that are shared; says how many."""

    def __init__(self, most: int, *, is_shared: bool = False) -> None:
        super().__init__(str(most))
        self.is_shared = is_shared


class WorkspaceLocked(Exception):
    """It is the team's locked default: nobody keeps his own under that name."""


class Workspaces:
    """The shelf of everybody. `people` are the accounts as they are now."""

    def __init__(self, storage: Storage, clock: Clock, people: Iterable[User]) -> None:
        self._storage = storage
        self._clock = clock
        self._people = {user.name: user for user in people}

    @property
    def teams(self) -> Sequence[str]:
        """Every role that somebody has or may be given."""
        return sorted({*ROLE_GRANTS, *(user.role for user in self._people.values())})

    async def own(self, user: User) -> Sequence[Workspace]:
        """One's own, by name."""
        shared = {name for owner, name in await self._shares() if owner == user.name}
        kept = await self._storage.workspaces(user.name)
        return [msgspec.structs.replace(item, is_shared=item.name in shared) for item in kept]

    async def shared_with(self, user: User) -> Sequence[SharedWorkspace]:
        """What colleagues of the same role share, as they keep it now."""
        found: list[SharedWorkspace] = []
        shares = await self._shares()
        for owner in sorted({owner for owner, _name in shares}):
            colleague = self._people.get(owner)
            if colleague is None or owner == user.name or colleague.role != user.role or not colleague.is_active:
                continue
            found += [
                SharedWorkspace(owner=owner, name=item.name, content=item.content, updated_at=item.updated_at)
                for item in await self._storage.workspaces(owner)
                if (owner, item.name) in shares
            ]
        return found[:MOST_SHARED]

    async def golden(self, team: str) -> Sequence[GoldenWorkspace]:
        """A team's locked defaults, by name."""
        return [item for item in await self._all_golden() if item.team == team]

    async def keep(self, user: User, wanted: Workspace) -> None:
        """Add or replace one's own by name. Raises TooManyWorkspaces, WorkspaceLocked."""
        if any(item.name == wanted.name for item in await self.golden(user.role)):
            raise WorkspaceLocked
        kept = await self._storage.workspaces(user.name)
        if len(kept) >= MOST_OF_ONE and all(item.name != wanted.name for item in kept):
            raise TooManyWorkspaces(MOST_OF_ONE)
        shared = {name for owner, name in await self._shares() if owner == user.name}
        if wanted.is_shared and len(shared - {wanted.name}) >= MOST_SHARED_OF_ONE:
            raise TooManyWorkspaces(MOST_SHARED_OF_ONE, is_shared=True)
        await self._storage.save_workspace(user.name, msgspec.structs.replace(wanted, updated_at=self._clock.now()))
        await self._share(user.name, wanted.name, is_shared=wanted.is_shared)

    async def forget(self, user: User, name: str) -> None:
        """Forget one's own; one that is not there is no error."""
        await self._share(user.name, name, is_shared=False)
        await self._storage.delete_workspace(user.name, name)

    async def set_golden(self, wanted: GoldenWorkspace, *, by: str) -> GoldenWorkspace:
        """Make it a team's locked default. Raises TooManyWorkspaces."""
        standing = await self.golden(wanted.team)
        if len(standing) >= MOST_GOLDEN and all(item.name != wanted.name for item in standing):
            raise TooManyWorkspaces(MOST_GOLDEN)
        saved = msgspec.structs.replace(wanted, set_by=by, updated_at=self._clock.now())
        hours = {"from_minute": wanted.from_minute, "to_minute": wanted.to_minute}
        body = msgspec.json.encode(saved)
        await self._commit_golden(wanted.team, wanted.name, body, by, {"event": "golden_set", **hours})
        return saved

    async def forget_golden(self, team: str, name: str, *, by: str) -> None:
        """The team has it no more; one that is not there is no error and no entry."""
        if any(item.name == name for item in await self.golden(team)):
            await self._commit_golden(team, name, None, by, {"event": "golden_removed"})

    async def _commit_golden(self, team: str, name: str, body: bytes | None, by: str, what: dict[str, object]) -> None:
        entry = NewEntry(kind=EntryKind.WORKSPACE, actor=by, payload={"team": team, "name": name, **what})
        await self._storage.commit(Unit(entries=[entry], records=[KeptRecord(GOLDEN_KIND, _key(team, name), body)]))

    async def _share(self, owner: str, name: str, *, is_shared: bool) -> None:
        if ((owner, name) in await self._shares()) is not is_shared:
            record = KeptRecord(SHARE_KIND, _key(owner, name), b"{}" if is_shared else None)
            await self._storage.commit(Unit(records=[record]))

    async def _shares(self) -> set[tuple[str, str]]:
        return {_pair(key) for key in await self._storage.records(SHARE_KIND)}

    async def _all_golden(self) -> Sequence[GoldenWorkspace]:
        found: list[GoldenWorkspace] = []
        for key, body in (await self._storage.records(GOLDEN_KIND)).items():
            try:
                found.append(msgspec.json.decode(body, type=GoldenWorkspace))
            except msgspec.MsgspecError as error:
                log.warning("the golden workspace %s is not readable and left out: %s", key, error)
        return sorted(found, key=lambda item: item.name.casefold())


def _key(first: str, second: str) -> str:
    return json.dumps([first, second])


def _pair(key: str) -> tuple[str, str]:
    first, second = msgspec.json.decode(key, type=tuple[str, str])
    return first, second
