"""The accounts as they are kept: what one may be called, who is there, and that somebody can always administer."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from backend.devkit.clock import Clock
from backend.domain.rights import allows_everywhere
from backend.ports import Storage, StoredUser
from contract.journal import EntryKind, NewEntry
from contract.rights import Level, User

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_RESERVED: Final = frozenset({"system", "device"})


class AccountRefused(Exception):
    """An account cannot be made or changed like that; the text says why."""


class AccountBook:
    """Every change is journalled with it; no secret ever is. `load` before anything else."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._stored: dict[str, StoredUser] = {}

    def __len__(self) -> int:
        return len(self._stored)

    async def load(self) -> None:
        """Read the accounts. Raises StorageError."""
        self._stored = {stored.user.name: stored for stored in await self._storage.users()}

    def get(self, name: str) -> StoredUser | None:
        """An account as it is now."""
        return self._stored.get(name)

    def known(self, name: str) -> StoredUser:
        """The same, where there must be one. Raises AccountRefused."""
        stored = self._stored.get(name)
        if stored is None:
            raise AccountRefused(f"there is no account {name}")
        return stored

    def users(self) -> Sequence[User]:
        """All accounts, by name."""
        return [self._stored[name].user for name in sorted(self._stored)]

    async def save(self, user: User, password_hash: str, by: str, details: Mapping[str, object]) -> None:
        """Commit an account with its journal entry, then know it. Raises StorageError."""
        stored = StoredUser(user=user, password_hash=password_hash)
        entry = NewEntry(kind=EntryKind.USER, actor=by, payload={"account": user.name, **details})
        await self._storage.save_user(stored, entry)
        self._stored[user.name] = stored

    def check_name(self, name: str) -> None:
        """Raises AccountRefused for a name that no account may have."""
        if not _NAME.fullmatch(name) or name in _RESERVED:
            raise AccountRefused("an account name has 1 to 63 of a-z, 0-9, dot, dash, underscore, and is not reserved")

    def check_person(self, user: User) -> None:
        """Raises AccountRefused for an account that belongs to nobody."""
        if not user.person.strip():
            raise AccountRefused("say which person the account belongs to")

    def check_administered(self, changed: User, by: str) -> None:
        """After a person's change somebody can still configure the whole city. Raises AccountRefused."""
        if by == "system" or self._administers(changed) or not self._administers(self.known(changed.name).user):
            return
        if not any(self._administers(other.user) for name, other in self._stored.items() if name != changed.name):
            raise AccountRefused(f"{changed.name} is the last administrator: give another account those rights first")

    def _administers(self, user: User) -> bool:
        return user.is_active and allows_everywhere(user.grants, Level.CONFIGURE, at=self._clock.now())
