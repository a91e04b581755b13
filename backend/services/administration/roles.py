"""Roles: what accounts of a kind start with. Those of the product may be changed, others are the city's own."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.domain.rights import allows_everywhere
from backend.ports import KeptRecord, Storage, Unit
from backend.services.account_book import AccountRefused
from backend.services.accounts import ROLE_GRANTS
from backend.services.administration.refusal import AdministrationRefused
from backend.services.identity import Identity
from contract.administration import AccountChange, NewAccount, Role, RoleKept, RoleRequest
from contract.journal import EntryKind, NewEntry
from contract.rights import Grant, Level, User

MOST_ROLES: Final = 60
_KIND: Final = "role"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_MACHINE: Final = "machine"  # what keys are called in the journal


class Roles:
    """`load` before anything else."""

    def __init__(self, storage: Storage, clock: Clock, identity: Identity) -> None:
        self._storage = storage
        self._clock = clock
        self._identity = identity
        self._own: dict[str, Role] = {}
        self._turn = asyncio.Lock()

    async def load(self) -> None:
        """Read them."""
        kept = await self._storage.records(_KIND)
        self._own = {name: msgspec.json.decode(body, type=Role) for name, body in kept.items()}

    def all(self) -> Sequence[Role]:
        """Those of the product first, then by name."""
        ours = [self.get(name) for name in ROLE_GRANTS]
        others = [self._own[name] for name in sorted(self._own) if name not in ROLE_GRANTS]
        return [role for role in (*ours, *others) if role is not None]

    def get(self, name: str) -> Role | None:
        """One role as it is now."""
        if name in self._own:
            return self._own[name]
        if name in ROLE_GRANTS:
            return Role(name=name, title="", grants=ROLE_GRANTS[name], is_ours=True)
        return None

    async def put(self, name: str, wanted: RoleRequest, *, by: str) -> RoleKept:
        """Add or change a role; accounts that had exactly its rights get the new ones. Raises AdministrationRefused."""
        self.check(name, wanted)
        async with self._turn:
            before = self.get(name)
            if before is None and len(self._own) >= MOST_ROLES:
                raise AdministrationRefused("roles_full", count=MOST_ROLES)
            role = Role(name=name, title=wanted.title.strip(), grants=wanted.grants, is_ours=name in ROLE_GRANTS)
            followers, others = self._accounts(name, before)
            if not self.stays_administered({user.name: role.grants for user in followers}):
                raise AdministrationRefused("role_last")
            event = "role_added" if before is None else "role_changed"
            await self._save(role, event, by)
            for user in followers:
                if user.grants != role.grants:
                    await self._identity.set_grants(user.name, role.grants, by=by)
        return RoleKept(
            role=role,
            followed=tuple(user.name for user in followers),
            own_rights=tuple(user.name for user in others),
        )

    async def remove(self, name: str, *, by: str) -> None:
        """Forget a role of the city's own that nobody has. Raises AdministrationRefused."""
        async with self._turn:
            if name in ROLE_GRANTS:
                raise AdministrationRefused("role_ours", role=name)
            if name not in self._own:
                raise AdministrationRefused("role_unknown", role=name)
            if count := sum(user.role == name for user in self._identity.users()):
                raise AdministrationRefused("role_used", count=count, role=name)
            payload: dict[str, object] = {"event": "role_removed", "role": name}
            entry = NewEntry(kind=EntryKind.USER, actor=by, payload=payload)
            await self._storage.commit(Unit(entries=[entry], records=[KeptRecord(_KIND, name, None)]))
            del self._own[name]

    async def add_account(self, wanted: NewAccount, *, by: str) -> User:
        """A new account with the rights of its role. Raises AdministrationRefused, AccountRefused."""
        role = self._known(wanted.role)
        display_name = wanted.display_name.strip() or wanted.name
        user = User(
            name=wanted.name,
            person=wanted.person.strip() or display_name,
            display_name=display_name,
            role=role.name,
            grants=role.grants,
        )
        return await self._identity.add_user(user, wanted.password, by=by)

    async def change_account(self, name: str, wanted: AccountChange, *, by: str) -> User:
        """Another name, person or role; a new role brings its rights. Raises AdministrationRefused, AccountRefused."""
        user = self._identity.user(name)
        if user is None:
            raise AccountRefused(f"there is no account {name}")
        role = self._known(wanted.role)
        changed = msgspec.structs.replace(
            user,
            display_name=wanted.display_name.strip() or name,
            person=wanted.person.strip(),
            role=role.name,
            grants=user.grants if role.name == user.role else role.grants,
        )
        return await self._identity.change_account(changed, by=by)

    def check(self, name: str, wanted: RoleRequest) -> None:
        """Raises AdministrationRefused when it cannot be a role."""
        if not _NAME.fullmatch(name) or name == _MACHINE:
            raise AdministrationRefused("role_name")
        title = wanted.title.strip()
        if len(title) > 80 or not title.isprintable() or (not title and name not in ROLE_GRANTS):
            raise AdministrationRefused("role_title")

    def stays_administered(self, changed: Mapping[str, Sequence[Grant]]) -> bool:
        """Whether somebody could still configure the whole city with these accounts' rights changed."""
        at = self._clock.now()
        return any(
            user.is_active and allows_everywhere(changed.get(user.name, user.grants), Level.CONFIGURE, at=at)
            for user in self._identity.users()
        )

    def stays_administered_with(self, roles: Sequence[Role]) -> bool:
        """The same, once these roles are in force and their followers have the new rights."""
        changed: dict[str, Sequence[Grant]] = {}
        for role in roles:
            followers, _ = self._accounts(role.name, self.get(role.name))
            changed.update({user.name: role.grants for user in followers})
        return self.stays_administered(changed)

    def records(self, roles: Sequence[Role]) -> list[KeptRecord]:
        """How they are kept, for a unit of somebody else's."""
        return [KeptRecord(_KIND, role.name, msgspec.json.encode(_ours(role))) for role in roles]

    async def take(self, roles: Sequence[Role], *, by: str) -> None:
        """They are kept already: have them in force, and give their rights to who follows them."""
        async with self._turn:
            for role in roles:
                followers, _ = self._accounts(role.name, self.get(role.name))
                self._own[role.name] = _ours(role)
                for user in followers:
                    await self._identity.set_grants(user.name, role.grants, by=by)

    def _accounts(self, name: str, before: Role | None) -> tuple[list[User], list[User]]:
        """Those that follow the role, and those whose rights are their own."""
        mine = [user for user in self._identity.users() if user.role == name]
        followers = [user for user in mine if before is not None and user.grants == before.grants]
        return followers, [user for user in mine if user not in followers]

    def _known(self, name: str) -> Role:
        role = self.get(name)
        if role is None:
            raise AdministrationRefused("role_unknown", role=name[:40])
        return role

    async def _save(self, role: Role, event: str, by: str) -> None:
        grants: object = msgspec.to_builtins(role.grants)
        payload: dict[str, object] = {"event": event, "role": role.name, "title": role.title, "grants": grants}
        entry = NewEntry(kind=EntryKind.USER, actor=by, payload=payload)
        record = KeptRecord(_KIND, role.name, msgspec.json.encode(role))
        await self._storage.commit(Unit(entries=[entry], records=[record]))
        self._own[role.name] = role


def _ours(role: Role) -> Role:
    return msgspec.structs.replace(role, is_ours=role.name in ROLE_GRANTS)
