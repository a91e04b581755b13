"""Who is there: logged in, at which seat, available or away."""

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.domain.rights import allows
from backend.ports import KeptRecord, Storage, Unit
from backend.services.identity import Identity
from contract.alarm_work import Presence, PresenceRequest
from contract.journal import EntryKind, NewEntry
from contract.rights import Level, User

log = logging.getLogger(__name__)
KIND: Final = "presence"


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said of himself; `session` is the login in which he did: being away ends with it."""

    session: str
    is_away: bool
    note: str
    since: dt.datetime
    seats: dict[str, str] = {}  # by login


class PresenceBook:
    """What people say of themselves survives a restart of the backend, not the end of their login."""

    def __init__(self, storage: Storage, clock: Clock, identity: Identity) -> None:
        self._storage = storage
        self._clock = clock
        self._identity = identity
        self._said: dict[str, _Said] = {}
        self._connected: Callable[[], Iterable[str]] | None = None

    def connected_by(self, connected: Callable[[], Iterable[str]]) -> None:
        """From now on only who has a console on the stream is available; `connected` gives names of accounts."""
        self._connected = connected

    async def load(self) -> None:
        """What was said, as it stood."""
        for user, body in (await self._storage.records(KIND)).items():
            try:
                self._said[user] = msgspec.json.decode(body, type=_Said)
            except msgspec.MsgspecError as error:
                log.warning("what %s said of his presence is not readable and left out: %s", user, error)

    def all(self) -> Sequence[Presence]:
        """Everybody who is logged in, by name."""
        logins = self._identity.logins()
        connected = self._names_connected(logins)
        found = (self._of(name, logins[name], name in connected) for name in sorted(logins))
        return [presence for presence in found if presence is not None]

    def of(self, name: str) -> Presence | None:
        """One person; None when he is not logged in."""
        logins = self._identity.logins()
        if name not in logins:
            return None
        return self._of(name, logins[name], name in self._names_connected(logins))

    def available(self, commune: str, service: str, class_: str | None = None) -> Sequence[User]:
        """Who may be told of an alarm there: logged in with a console, not away, with the right to operate, by name.

        `class_` None: of any class; a grant that is limited to classes then does not count.
        """
        at = self._clock.now()
        users = (self._identity.user(item.user) for item in self.all() if item.is_available)
        return [
            user
            for user in users
            if user is not None
            and allows(user.grants, Level.OPERATE, commune=commune, service=service, class_=class_, at=at)
        ]

    async def say(self, user: User, session: str, request: PresenceRequest) -> Presence | None:
        """Where one sits, and whether one is there; going and coming are journalled. Raises StorageError."""
        logins = self._identity.logins().get(user.name, ())
        before = self._said.get(user.name)
        seats = {key: seat for key, seat in (before.seats if before else {}).items() if key in logins}
        was_away = self._is_away(before, logins)
        is_away = was_away if request.is_away is None else request.is_away
        entries: list[NewEntry] = []
        if is_away != was_away:
            payload: dict[str, object] = {
                "event": "away" if is_away else "back",
                "seat": request.seat,
                "note": request.note,
            }
            entries.append(NewEntry(kind=EntryKind.ALARM_WORK, actor=user.name, payload=payload))
        is_same = before is not None and is_away == was_away
        said = _Said(
            session=before.session if before is not None and is_same and was_away else session,
            is_away=is_away,
            note=before.note if before is not None and request.is_away is None else request.note,
            since=before.since if before is not None and is_same else self._clock.now(),
            seats=seats | {session: request.seat} if request.seat else seats,
        )
        if said != before:
            record = KeptRecord(KIND, user.name, msgspec.json.encode(said))
            await self._storage.commit(Unit(entries=entries, records=[record]))
            self._said[user.name] = said
        return self.of(user.name)

    def _of(self, name: str, logins: Sequence[str], is_connected: bool) -> Presence | None:
        user = self._identity.user(name)
        if user is None:
            return None
        said = self._said.get(name)
        is_away = self._is_away(said, logins)
        seats = () if said is None else tuple(sorted({seat for key, seat in said.seats.items() if key in logins}))
        return Presence(
            user=name,
            display_name=user.display_name,
            is_available=is_connected and not is_away,
            is_away=is_away,
            seats=seats,
            note=said.note if said is not None and is_away else "",
            since=said.since if said is not None and said.session in logins else None,
        )

    def _is_away(self, said: _Said | None, logins: Collection[str]) -> bool:
        return said is not None and said.is_away and said.session in logins

    def _names_connected(self, logins: Mapping[str, Sequence[str]]) -> Collection[str]:
        return logins.keys() if self._connected is None else set(self._connected())
