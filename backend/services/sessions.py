"""Who is logged in: families of tokens in memory, each known by its SHA-256 only."""

import datetime as dt
import hashlib
import math
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Final, Protocol

import msgspec

from contract.rights import User

MOST_TICKETS = 1_000
KEY_SESSION: Final = "key:"  # what the id of its session begins with
KEY_PREFIX: Final = "bfk_"  # what the secret of a machine's key begins with, so that scanners of code find a lost one


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's login. `id` stays the same over refreshes; `user` is as it was when asked for.

    `requests_a_minute`: of a machine's key, how often it may ask; 0: a person's login.
    """

    id: str
    user: User
    expires_at: dt.datetime
    requests_a_minute: int = 0


class Machines(Protocol):
    """The keys of machines, as logins see them."""

    def session(self, secret: str) -> Session | None:
        """The machine behind a key; None when it is not good (any more)."""
        ...

    def of(self, session_id: str) -> Session | None:
        """The same, by the id of its session."""
        ...

    def affected(self, changed: User) -> Mapping[str, object]:
        """What the change of an account does to keys, for the journal; the account itself is as before still."""
        ...


class NoMachines:
    """Implements `Machines` where there are none."""

    def session(self, secret: str) -> Session | None:
        """None."""
        del secret
        return None

    def of(self, session_id: str) -> Session | None:
        """None."""
        del session_id
        return None

    def affected(self, changed: User) -> Mapping[str, object]:
        """Nothing."""
        del changed
        return {}


class _Access(msgspec.Struct, frozen=True):
    family: str
    expires_at: dt.datetime
    ends: float  # by the clock that never jumps: a clock that is put back gives nobody more time


class Family(msgspec.Struct):
    """All tokens that descend from one login."""

    user_name: str
    good_until: dt.datetime
    ends: float = math.inf


class Sessions:
    """Access tokens, tickets and families. Forgotten at a restart: a refresh token then opens a new family."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self.families: dict[str, Family] = {}
        self._access: dict[str, _Access] = {}
        self._tickets: dict[str, _Access] = {}

    def give_access(self, family: str, expires_at: dt.datetime, now: dt.datetime) -> str:
        """A new access token."""
        self._access = {key: access for key, access in self._access.items() if access.expires_at > now}
        self.families = {key: item for key, item in self.families.items() if self.stands(item, now)}
        token = new_token()
        self._access[token_hash(token)] = _Access(family, expires_at, self._end(expires_at, now))
        return token

    def give_ticket(self, family: str, expires_at: dt.datetime, now: dt.datetime) -> str:
        """A new one-shot ticket; of too many, the oldest is lost."""
        self._tickets = {key: ticket for key, ticket in self._tickets.items() if ticket.expires_at > now}
        while len(self._tickets) >= MOST_TICKETS:
            self._tickets.pop(next(iter(self._tickets)))
        token = new_token()
        self._tickets[token_hash(token)] = _Access(family, expires_at, self._end(expires_at, now))
        return token

    def family_of_access(self, token: str, now: dt.datetime) -> tuple[str, dt.datetime] | None:
        """The family of a good access token, and when that token expires."""
        return self._good(self._access.get(token_hash(token)), now)

    def family_of_ticket(self, token: str, now: dt.datetime) -> tuple[str, dt.datetime] | None:
        """The family of a good ticket, which is used up."""
        return self._good(self._tickets.pop(token_hash(token), None), now)

    def end(self, family: str) -> None:
        """No token of this family is good any more."""
        self.families.pop(family, None)
        self._access = {key: access for key, access in self._access.items() if access.family != family}

    def stands(self, family: Family, now: dt.datetime) -> bool:
        """Whether a login is good still, by both clocks."""
        return family.good_until > now and family.ends > self._monotonic()

    def families_of(self, user_name: str) -> list[str]:
        """The logins of an account."""
        return [key for key, family in self.families.items() if family.user_name == user_name]

    def __repr__(self) -> str:
        """How many, never which."""
        return f"Sessions({len(self.families)} logins)"

    def _good(self, access: _Access | None, now: dt.datetime) -> tuple[str, dt.datetime] | None:
        if access is None or access.expires_at <= now or access.ends <= self._monotonic():
            return None
        if access.family.startswith(KEY_SESSION):
            return access.family, access.expires_at
        family = self.families.get(access.family)
        if family is None or not self.stands(family, now):
            return None
        return access.family, access.expires_at

    def _end(self, expires_at: dt.datetime, now: dt.datetime) -> float:
        return self._monotonic() + (expires_at - now).total_seconds()


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
