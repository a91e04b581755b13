"""Accounts, logins and sessions. Everything that happens to them is journalled; no secret ever is."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Literal, TypeVar

import msgspec

from backend.devkit.clock import Clock
from backend.ports import Feed, Storage, StoredToken, Unit
from backend.services.account_book import AccountBook, AccountRefused
from backend.services.accounts import ADMINISTRATOR_GRANTS, DEMO_PASSWORD, demo_users
from backend.services.backoff import Backoff
from backend.services.passwords import PasswordRefused, Passwords, PasswordsBusy, random_password
from backend.services.sessions import (
    KEY_PREFIX,
    KEY_SESSION,
    Family,
    Machines,
    NoMachines,
    Session,
    Sessions,
    new_token,
    token_hash,
)
from contract.api import Ticket, Tokens
from contract.journal import EntryKind, NewEntry
from contract.rights import WALL_ROLE, Grant, User

ACCESS_S: Final = 600
REFRESH_S: Final = 12 * 3_600
WALL_S: Final = 90 * 86_400  # nobody sits before a wall to log in again
TICKET_S: Final = 30

TakePictures = Callable[[str, str], None]  # user name; session id, "" for all of them
Refusal = Literal["wrong", "too_many", "busy"]
Answer = TypeVar("Answer")


class LoginRefused(Exception):
    """`reason`: "wrong" (name, password or token), "too_many" tries, "busy". The text may be shown."""

    def __init__(self, reason: Refusal, retry_after_s: float = 0.0) -> None:
        super().__init__(_REFUSALS[reason])
        self.reason: Refusal = reason
        self.retry_after_s = retry_after_s


class Identity:
    """The accounts of the city. `open` before anything else."""

    def __init__(self, storage: Storage, feed: Feed, clock: Clock) -> None:
        self._storage = storage
        self._feed = feed
        self._clock = clock
        self._passwords = Passwords()
        self._backoff = Backoff()
        self._sessions = Sessions(clock.monotonic)
        self._accounts = AccountBook(storage, clock)
        self._reported: set[str] = set()
        self._take_pictures: TakePictures = _no_pictures
        self._machines: Machines = NoMachines()
        self._was_refused: Callable[[str], None] = lambda _: None
        self._was_misused: Callable[[], None] = lambda: None
        # Giving tokens and changing an account never interleave: no token outlives what ended its account.
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Read the accounts."""
        await self._accounts.load()

    def take_pictures_by(self, take: TakePictures) -> None:
        """How pictures are taken from who must not see them any more: a user everywhere, or one login of his."""
        self._take_pictures = take

    def machines_by(self, machines: Machines) -> None:
        """Whose keys open the API beside the logins of persons."""
        self._machines = machines

    def tell_refused(self, tell: Callable[[str], None]) -> None:
        """Who hears from which address a password was refused."""
        self._was_refused = tell

    def tell_misused(self, tell: Callable[[], None]) -> None:
        """Who hears that a login was ended because somebody else has its refresh token."""
        self._was_misused = tell

    def close(self) -> None:
        """End the threads of the password checks; may be called twice."""
        self._passwords.close()

    async def login(self, user: str, password: str, *, address: str) -> Tokens:
        """Tokens for the right password. Raises LoginRefused."""
        return await self._proved(user, password, address, self._admit)

    async def confirm(self, user: str, password: str, *, address: str) -> User:
        """Whose password it is, without a login: to sign at another one's seat. Raises LoginRefused."""
        return await self._proved(user, password, address, self._confirmed)

    async def _proved(
        self, user: str, password: str, address: str, then: Callable[[User, str], Awaitable[Answer]]
    ) -> Answer:
        try:
            return await self._checked(user, password, address, then)
        except LoginRefused:
            self._was_refused(address)
            raise

    async def _checked(
        self, user: str, password: str, address: str, then: Callable[[User, str], Awaitable[Answer]]
    ) -> Answer:
        name = user.strip().lower()
        stored = self._accounts.get(name)
        now = self._clock.monotonic()
        if (wait_s := self._backoff.wait_s(name, address, now)) > 0:
            raise LoginRefused("too_many", wait_s)
        try:
            is_right = await self._passwords.is_right(None if stored is None else stored.password_hash, password)
        except PasswordsBusy as error:
            raise LoginRefused("busy", 2.0) from error
        async with self._turn:
            if is_right and stored is not None and self._accounts.get(name) == stored and stored.user.is_active:
                return await then(stored.user, address)
        self._backoff.failed(name, address, now)
        # A name that is no account is not kept: people type passwords there.
        account = name if stored is not None else ""
        await self._note(EntryKind.SECURITY, "system", {"event": "login_refused", "account": account}, address)
        raise LoginRefused("wrong", self._backoff.wait_s(name, address, now))

    async def _confirmed(self, user: User, address: str) -> User:
        self._backoff.succeeded(user.name, address)
        await self._note(EntryKind.SECURITY, user.name, {"event": "password_confirmed"}, address)
        return user

    async def refresh(self, refresh_token: str, *, address: str) -> Tokens:
        """New tokens for a refresh token that was never used; its re-use ends the whole family. Raises LoginRefused."""
        async with self._turn:
            token = await self._storage.take_token(token_hash(refresh_token))
            if token is None:
                raise LoginRefused("wrong")
            if token.is_used:
                await self._refresh_reused(token, address)
                raise LoginRefused("wrong")
            stored = self._accounts.get(token.user_name)
            if token.expires_at <= self._clock.now() or stored is None or not stored.user.is_active:
                raise LoginRefused("wrong")
            return await self._give_tokens(token.user_name, token.family)

    async def logout(self, access_token: str) -> None:
        """End the login that this token belongs to; an unknown token is no error."""
        session = self.session(access_token)
        if session is None:
            return
        await self._end(session.id)
        self._take_pictures(session.user.name, session.id)
        await self._note(EntryKind.LOGOUT, session.user.name, {})
        self._feed.rights_changed(session.user.name)

    def session(self, access_token: str) -> Session | None:
        """Whose token or key it is; None when it is not good (any more)."""
        if access_token.startswith(KEY_PREFIX):
            return self._machines.session(access_token)
        return self._session(self._sessions.family_of_access(access_token, self._clock.now()))

    def ticket(self, session: Session) -> Ticket:
        """A one-shot ticket for 30 s. Raises LoginRefused when the session has ended."""
        if not self.is_live(session):
            raise LoginRefused("wrong")
        now = self._clock.now()
        ticket = self._sessions.give_ticket(session.id, now + dt.timedelta(seconds=TICKET_S), now)
        return Ticket(ticket=ticket, expires_in=TICKET_S)

    def redeem(self, ticket: str) -> Session | None:
        """The session behind a ticket, once."""
        return self._session(self._sessions.family_of_ticket(ticket, self._clock.now()))

    def is_live(self, session: Session) -> bool:
        """Whether the login still stands: not logged out, not deactivated, not expired beyond refreshing."""
        if session.id.startswith(KEY_SESSION):
            return self._machines.of(session.id) is not None
        family = self._sessions.families.get(session.id)
        user = self.user(session.user.name)
        return family is not None and self._stands(family) and user is not None and user.is_active

    def present_user(self, session: Session) -> User:
        """Whose login or key it is, with the rights of this moment; a key that is not good any more has none."""
        if not session.id.startswith(KEY_SESSION):
            return self.user(session.user.name) or session.user
        machine = self._machines.of(session.id)
        return msgspec.structs.replace(session.user, grants=()) if machine is None else machine.user

    def has_login(self, name: str, session: str) -> bool:
        """Whether this login of this account still stands."""
        family = self._sessions.families.get(session)
        return family is not None and family.user_name == name and self._stands(family)

    def logins(self) -> Mapping[str, Sequence[str]]:
        """The logins that stand now, by account; those of closed accounts are not among them."""
        now = self._clock.now()
        found: dict[str, list[str]] = {}
        for session, family in self._sessions.families.items():
            user = self.user(family.user_name)
            if self._sessions.stands(family, now) and user is not None and user.is_active:
                found.setdefault(family.user_name, []).append(session)
        return found

    def user(self, name: str) -> User | None:
        """An account as it is now."""
        stored = self._accounts.get(name)
        return None if stored is None else stored.user

    def users(self) -> Sequence[User]:
        """All accounts, by name."""
        return self._accounts.users()

    async def add_user(self, user: User, password: str, *, by: str) -> User:
        """A new account. Raises AccountRefused."""
        self._accounts.check_name(user.name)
        self._accounts.check_person(user)
        made = msgspec.structs.replace(user, created_at=self._clock.now())
        password_hash = await self._hash(password)
        async with self._turn:
            if self._accounts.get(user.name) is not None:
                raise AccountRefused(f"there is an account {user.name} already")
            await self._save(made, password_hash, by, {"event": "added", "role": made.role})
        return made

    async def set_password(self, name: str, password: str, *, by: str) -> None:
        """Change a password; every login of the account ends. Raises AccountRefused."""
        self._accounts.known(name)
        password_hash = await self._hash(password)
        async with self._turn:
            await self._save(self._accounts.known(name).user, password_hash, by, {"event": "password_changed"})
            await self._end_all(name)

    async def set_grants(self, name: str, grants: Sequence[Grant], *, by: str) -> User:
        """Change somebody's rights; his streams are filtered anew at once. Raises AccountRefused."""
        async with self._turn:
            stored = self._accounts.known(name)
            changed = msgspec.structs.replace(stored.user, grants=tuple(grants))
            self._accounts.check_administered(changed, by)
            kept: object = msgspec.to_builtins(changed.grants)
            await self._save(changed, stored.password_hash, by, {"event": "rights_changed", "grants": kept})
        self._feed.rights_changed(name)
        self._take_pictures(name, "")
        return changed

    async def change_account(self, changed: User, *, by: str) -> User:
        """Another display name, person, role or rights, all at once. Raises AccountRefused."""
        self._accounts.check_person(changed)
        async with self._turn:
            stored = self._accounts.known(changed.name)
            changed = msgspec.structs.replace(changed, is_active=stored.user.is_active)
            self._accounts.check_administered(changed, by)
            kept: object = msgspec.to_builtins(changed)
            await self._save(changed, stored.password_hash, by, {"event": "changed", "after": kept})
        self._feed.rights_changed(changed.name)
        if changed.grants != stored.user.grants:
            self._take_pictures(changed.name, "")
        return changed

    async def set_active(self, name: str, is_active: bool, *, by: str) -> User:
        """Open or close an account; closing ends its logins at once. Raises AccountRefused."""
        async with self._turn:
            stored = self._accounts.known(name)
            changed = msgspec.structs.replace(stored.user, is_active=is_active)
            self._accounts.check_administered(changed, by)
            await self._save(changed, stored.password_hash, by, {"event": "activated" if is_active else "deactivated"})
            if not is_active:
                await self._end_all(name)
        return changed

    async def ensure_administrator(self) -> str | None:
        """At the first start: makes the account `admin` and returns its password, this once; else None."""
        if any(user.role == "administrator" for user in self._accounts.users()):
            return None
        password = random_password()
        admin = User(
            name="admin",
            person="admin",
            display_name="Administrateur",
            role="administrator",
            grants=ADMINISTRATOR_GRANTS,
        )
        await self.add_user(admin, password, by="system")
        return password

    async def ensure_demo_accounts(self) -> None:
        """The documented accounts of the demo, and only there."""
        for user in demo_users():
            if self._accounts.get(user.name) is None:
                await self.add_user(user, DEMO_PASSWORD, by="system")

    def __repr__(self) -> str:
        """How many, never whose."""
        return f"Identity({len(self._accounts)} accounts, {self._sessions!r})"

    def _stands(self, family: Family) -> bool:
        return self._sessions.stands(family, self._clock.now())

    def _session(self, found: tuple[str, dt.datetime] | None) -> Session | None:
        if found is None:
            return None
        family, expires_at = found
        if family.startswith(KEY_SESSION):
            return self._machines.of(family)
        user = self.user(self._sessions.families[family].user_name)
        if user is None or not user.is_active:
            return None
        return Session(id=family, user=user, expires_at=expires_at)

    async def _admit(self, user: User, address: str) -> Tokens:
        self._backoff.succeeded(user.name, address)
        await self._note(EntryKind.LOGIN, user.name, {"role": user.role}, address)
        return await self._give_tokens(user.name, new_token())

    async def _refresh_reused(self, token: StoredToken, address: str) -> None:
        """Somebody has a copy of the token: nobody keeps this login. Told once a login, however often it is tried."""
        await self._end(token.family)
        self._take_pictures(token.user_name, token.family)
        if token.family in self._reported:
            return
        self._reported.add(token.family)
        self._was_misused()  # even if the journal does not take it
        details = {"event": "refresh_token_reused", "account": token.user_name}
        await self._note(EntryKind.SECURITY, "system", details, address)
        self._feed.rights_changed(token.user_name)

    async def _give_tokens(self, name: str, family: str) -> Tokens:
        now = self._clock.now()
        refresh_token = new_token()
        lasts_s = WALL_S if (user := self.user(name)) is not None and user.role == WALL_ROLE else REFRESH_S
        good_until = now + dt.timedelta(seconds=lasts_s)
        kept = StoredToken(token_hash=token_hash(refresh_token), family=family, user_name=name, expires_at=good_until)
        await self._storage.save_token(kept)
        self._sessions.families[family] = Family(name, good_until, self._clock.monotonic() + lasts_s)
        access_token = self._sessions.give_access(family, now + dt.timedelta(seconds=ACCESS_S), now)
        return Tokens(access_token=access_token, refresh_token=refresh_token, expires_in=ACCESS_S)

    async def _end(self, family: str) -> None:
        self._sessions.end(family)
        await self._storage.revoke_family(family)

    async def _end_all(self, name: str) -> None:
        for family in self._sessions.families_of(name):
            self._sessions.end(family)
        self._take_pictures(name, "")
        await self._storage.revoke_tokens_of(name)
        self._feed.rights_changed(name)

    async def _hash(self, password: str) -> str:
        try:
            return await self._passwords.hash(password)
        except PasswordRefused as error:
            raise AccountRefused(str(error)) from error

    async def _save(self, user: User, password_hash: str, by: str, details: Mapping[str, object]) -> None:
        await self._accounts.save(user, password_hash, by, {**details, **self._machines.affected(user)})

    async def _note(self, kind: EntryKind, actor: str, payload: Mapping[str, object], address: str = "") -> None:
        personal = {"address": address} if address else None
        await self._storage.commit(
            Unit(entries=[NewEntry(kind=kind, actor=actor, payload=dict(payload), personal=personal)])
        )


def _no_pictures(_user_name: str, _session_id: str) -> None:
    """Without video there are none to take."""


_REFUSALS: Final[dict[Refusal, str]] = {
    "wrong": "The name, the password or the token is not right.",
    "too_many": "Too many tries have failed: wait, then try again.",
    "busy": "Too many people log in at this moment: try again in a few seconds.",
}
