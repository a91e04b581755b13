"""Keys of machines: a secret told once, kept as a hash, with rights, an end, and a pace of their own.

A key never does more than the person who answers for it may do at that moment.
"""

import asyncio
import datetime as dt
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.domain.kept_key import RECORD_KIND, KeptKey, revoked
from backend.domain.rights_meeting import common_grants, is_narrower
from backend.ports import KeptRecord, Storage, Unit
from backend.services.administration.refusal import AdministrationRefused
from backend.services.feed_relay import FeedRelay
from backend.services.sessions import KEY_PREFIX, KEY_SESSION, Session, new_token, token_hash
from contract.administration import ApiKey, ApiKeyRequest, NewApiKey
from contract.journal import EntryKind, NewEntry
from contract.rights import WALL_ROLE, Grant, Level, User

MOST_KEYS: Final = 200
LONGEST_DAYS: Final = 730
MOST_A_MINUTE: Final = 6_000
ROLE: Final = "machine"
_NOTE_USE_EVERY_S: Final = 60.0


class ApiKeys:
    """Implements `backend.services.sessions.Machines`."""

    def __init__(self, storage: Storage, feed: FeedRelay, clock: Clock, account: Callable[[str], User | None]) -> None:
        """`account`: the account of this name as it is now."""
        self._account = account
        self._storage = storage
        self._feed = feed
        self._clock = clock
        self._kept: dict[str, KeptKey] = {}
        self._by_hash: dict[str, str] = {}
        self._used: dict[str, dt.datetime] = {}
        self._common: dict[str, tuple[tuple[Grant, ...], tuple[Grant, ...]]] = {}  # a person's, and what is left of it
        self._turn = asyncio.Lock()

    async def load(self) -> None:
        """Read them."""
        kept = await self._storage.records(RECORD_KIND)
        self._kept = {id_: msgspec.json.decode(body, type=KeptKey) for id_, body in kept.items()}
        self._by_hash = {item.secret_hash: id_ for id_, item in self._kept.items()}

    async def run(self) -> None:
        """Keep when each was last used, once a minute, for ever."""
        while True:
            await asyncio.sleep(_NOTE_USE_EVERY_S)
            await self.note_use()

    async def note_use(self) -> None:
        """Keep it now."""
        used, self._used = self._used, {}
        async with self._turn:
            changed = [
                msgspec.structs.replace(item, key=msgspec.structs.replace(item.key, last_used_at=at))
                for id_, at in used.items()
                if (item := self._kept.get(id_)) is not None
            ]
            if changed:
                await self._storage.commit(Unit(records=[_record(item) for item in changed]))
                self._kept.update((item.key.id, item) for item in changed)

    def all(self) -> Sequence[ApiKey]:
        """The newest first."""
        keys = [self._as_listed(item.key) for item in self._kept.values()]
        return sorted(keys, key=lambda key: key.created_at, reverse=True)

    async def make(self, wanted: ApiKeyRequest, *, by: str) -> NewApiKey:
        """A new key. Raises AdministrationRefused."""
        now = self._clock.now()
        self._check(wanted, now)
        secret = KEY_PREFIX + new_token()
        key = ApiKey(
            id=secrets.token_hex(6),
            name=wanted.name.strip(),
            grants=wanted.grants,
            created_at=now,
            created_by=by,
            answered_by=by,
            expires_at=wanted.expires_at,
            requests_a_minute=wanted.requests_a_minute,
        )
        async with self._turn:
            if sum(self._is_good(item.key) for item in self._kept.values()) >= MOST_KEYS:
                raise AdministrationRefused("keys_full", count=MOST_KEYS)
            kept = KeptKey(key, token_hash(secret))
            grants: object = msgspec.to_builtins(key.grants)
            details = {"name": key.name, "grants": grants, "expires_at": key.expires_at.isoformat()}
            await self._save(kept, "api_key_made", details, by)
            self._by_hash[kept.secret_hash] = key.id
        return NewApiKey(key=self._as_listed(key), secret=secret)

    async def revoke(self, key_id: str, *, by: str) -> ApiKey:
        """It opens nothing any more, and its streams end within a second. Raises AdministrationRefused."""
        async with self._turn:
            item = self._kept.get(key_id)
            if item is None:
                raise AdministrationRefused("key_unknown")
            if item.key.revoked_at is None:
                used = msgspec.structs.replace(item, key=self._with_use(item.key))
                item = revoked(used, by=by, at=self._clock.now())
                await self._save(item, "api_key_revoked", {"name": item.key.name}, by)
        self._feed.rights_changed(_name(item.key))
        return item.key

    async def take_over(self, key_id: str, *, by: str) -> ApiKey:
        """Somebody else answers for it from now on. Raises AdministrationRefused."""
        async with self._turn:
            item = self._kept.get(key_id)
            if item is None:
                raise AdministrationRefused("key_unknown")
            if item.key.revoked_at is not None:
                raise AdministrationRefused("key_revoked")
            before = item.key.answered_by
            if before != by:
                item = msgspec.structs.replace(item, key=msgspec.structs.replace(item.key, answered_by=by))
                await self._save(item, "api_key_taken_over", {"name": item.key.name, "before": before}, by)
        return self._as_listed(item.key)

    def affected(self, changed: User) -> Mapping[str, object]:
        """What an account's change does to the keys that it answers for, as its journal entry tells it."""
        before = self._account(changed.name)
        keys = [item.key for item in self._kept.values() if _answering(item.key) == changed.name]
        found: dict[str, object] = {}
        for event, answers in (("keys_stopped", _is_stopped), ("keys_limited", _is_limited)):
            ids = [key.id for key in keys if self._is_current(key) and answers(key, changed)]
            if ids != [key.id for key in keys if self._is_current(key) and answers(key, before)]:
                found[event] = ids
        return found

    def session(self, secret: str) -> Session | None:
        """As a login of the machine; None when the key is not good (any more)."""
        item = self._kept.get(self._by_hash.get(token_hash(secret), ""))
        return self._session(item)

    def of(self, session_id: str) -> Session | None:
        """The same, by the id of its session."""
        return self._session(self._kept.get(session_id.removeprefix(KEY_SESSION)))

    def _session(self, item: KeptKey | None) -> Session | None:
        if item is None or not self._is_good(item.key):
            return None
        self._used[item.key.id] = self._clock.now()
        return Session(
            id=_name(item.key),
            user=_user(item.key, self._grants_now(item.key)),
            expires_at=item.key.expires_at,
            requests_a_minute=item.key.requests_a_minute,
        )

    def __repr__(self) -> str:
        """How many, never which."""
        return f"ApiKeys({len(self._kept)} keys)"

    def _is_good(self, key: ApiKey) -> bool:
        return self._is_current(key) and not _is_stopped(key, self._account(_answering(key)))

    def _is_current(self, key: ApiKey) -> bool:
        return key.revoked_at is None and self._clock.now() < key.expires_at

    def _as_listed(self, key: ApiKey) -> ApiKey:
        grants = self._grants_now(key)
        return msgspec.structs.replace(
            self._with_use(key),
            answered_by=_answering(key),
            is_stopped=_is_stopped(key, self._account(_answering(key))),
            is_limited=is_narrower(grants, key.grants),
            grants_now=grants,
        )

    def _grants_now(self, key: ApiKey) -> tuple[Grant, ...]:
        """What its own rights and those of who answers for it both permit."""
        person = _grants(self._account(_answering(key)))
        known = self._common.get(key.id)
        if known is None or known[0] is not person:
            known = self._common[key.id] = (person, common_grants(key.grants, person))
        return known[1]

    def _with_use(self, key: ApiKey) -> ApiKey:
        used = self._used.get(key.id)
        return key if used is None else msgspec.structs.replace(key, last_used_at=used)

    def _check(self, wanted: ApiKeyRequest, now: dt.datetime) -> None:
        name = wanted.name.strip()
        if not 1 <= len(name) <= 80 or not name.isprintable():
            raise AdministrationRefused("key_name")
        if not any(not grant.is_deny for grant in wanted.grants):
            raise AdministrationRefused("key_grants")
        if any(grant.level >= Level.CONFIGURE and not grant.is_deny for grant in wanted.grants):
            raise AdministrationRefused("key_level")
        longest = dt.timedelta(days=LONGEST_DAYS)
        if wanted.expires_at.tzinfo is None or not now < wanted.expires_at <= now + longest:
            raise AdministrationRefused("key_expiry", days=LONGEST_DAYS)
        if not 1 <= wanted.requests_a_minute <= MOST_A_MINUTE:
            raise AdministrationRefused("key_rate", most=MOST_A_MINUTE)

    async def _save(self, item: KeptKey, event: str, details: dict[str, object], by: str) -> None:
        payload: dict[str, object] = {"event": event, "key": item.key.id, **details}
        entry = NewEntry(kind=EntryKind.SECURITY, actor=by, payload=payload)
        await self._storage.commit(Unit(entries=[entry], records=[_record(item)]))
        self._kept[item.key.id] = item


def _answering(key: ApiKey) -> str:
    return key.answered_by or key.created_by


def _grants(person: User | None) -> tuple[Grant, ...]:
    """An account before which nobody sits only shows: it has no rights to lend."""
    return () if person is None or person.role == WALL_ROLE else person.grants


def _is_stopped(_key: ApiKey, person: User | None) -> bool:
    return person is None or not person.is_active


def _is_limited(key: ApiKey, person: User | None) -> bool:
    return is_narrower(common_grants(key.grants, _grants(person)), key.grants)


def _record(item: KeptKey) -> KeptRecord:
    return KeptRecord(RECORD_KIND, item.key.id, msgspec.json.encode(item))


def _name(key: ApiKey) -> str:
    """No account can be called so: a colon stands in no account's name."""
    return KEY_SESSION + key.id


def _user(key: ApiKey, grants: tuple[Grant, ...]) -> User:
    return User(
        name=_name(key),
        person=f"machine {key.name}",
        display_name=key.name,
        role=ROLE,
        grants=grants,
        created_at=key.created_at,
    )
