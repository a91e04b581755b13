"""Who is logged in: families of tokens in memory, each known by its SHA-256 only."""

import datetime as dt
import hashlib
import secrets

import msgspec

from contract.rights import User

MOST_TICKETS = 1_000


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's login. `id` stays the same over refreshes; `user` is as it was when asked for."""

    id: str
    user: User
    expires_at: dt.datetime


class _Access(msgspec.Struct, frozen=True):
    family: str
    expires_at: dt.datetime


class Family(msgspec.Struct):
    """All tokens that descend from one login."""

    user_name: str
    good_until: dt.datetime


class Sessions:
    """Access tokens, tickets and families. Forgotten at a restart: a refresh token then opens a new family."""

    def __init__(self) -> None:
        self.families: dict[str, Family] = {}
        self._access: dict[str, _Access] = {}
        self._tickets: dict[str, _Access] = {}

    def give_access(self, family: str, expires_at: dt.datetime, now: dt.datetime) -> str:
        """A new access token."""
        self._access = {key: access for key, access in self._access.items() if access.expires_at > now}
        self.families = {key: item for key, item in self.families.items() if item.good_until > now}
        token = new_token()
        self._access[token_hash(token)] = _Access(family, expires_at)
        return token

    def give_ticket(self, family: str, expires_at: dt.datetime, now: dt.datetime) -> str:
        """A new one-shot ticket; of too many, the oldest is lost."""
        self._tickets = {key: ticket for key, ticket in self._tickets.items() if ticket.expires_at > now}
        while len(self._tickets) >= MOST_TICKETS:
            self._tickets.pop(next(iter(self._tickets)))
        token = new_token()
        self._tickets[token_hash(token)] = _Access(family, expires_at)
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

    def families_of(self, user_name: str) -> list[str]:
        """The logins of an account."""
        return [key for key, family in self.families.items() if family.user_name == user_name]

    def __repr__(self) -> str:
        """How many, never which."""
        return f"Sessions({len(self.families)} logins)"

    def _good(self, access: _Access | None, now: dt.datetime) -> tuple[str, dt.datetime] | None:
        if access is None or access.expires_at <= now:
            return None
        family = self.families.get(access.family)
        if family is None or family.good_until <= now:
            return None
        return access.family, access.expires_at


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
