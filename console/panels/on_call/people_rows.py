"""Contacts, rosters, shifts and exceptions as rows of texts, and back. No Qt."""

import datetime as dt
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec

from console.panels.on_call.cells import (
    BadCell,
    days_text,
    hours_text,
    names_text,
    new_id,
    plain,
    read_days,
    read_hours,
    read_name,
    read_when,
    when_text,
    words_of,
)
from contract.alarm_routing import (
    Address,
    ChannelKind,
    ChannelSettings,
    Contact,
    Contacts,
    QuietHours,
    Roster,
    RosterException,
    Shift,
)
from contract.alarms import Priority
from contract.rights import Scope
from widgets.texts import THIN_SPACE, Texts

Row = tuple[str, ...]
Keyed = tuple[str, Row]
MONDAY: Final = dt.date(2026, 1, 5)


class BadRow(Exception):
    """Which row of which table cannot be read, and why."""

    def __init__(self, table: str, row: int, bad: BadCell) -> None:
        super().__init__(bad.key)
        self.table = table
        self.row = row
        self.bad = bad


class PeopleRows:
    """Between the book of contacts and the tables in which it is edited."""

    def __init__(self, tr: Texts, channels: Sequence[ChannelSettings]) -> None:
        self._tr = tr
        self._channels = channels

    def contacts(self, book: Contacts) -> Sequence[Keyed]:
        """name, addresses, account, communes, language, messages an hour, quiet hours, takes calls."""
        names = {channel.id: channel.name for channel in self._channels}
        return [
            (
                one.id,
                (
                    one.name,
                    "; ".join(f"{names.get(at.channel, at.channel)} {at.to}".strip() for at in one.addresses),
                    one.user,
                    ", ".join(one.scope.communes or ()),
                    one.language,
                    str(one.most_an_hour),
                    "; ".join(
                        f"{hours_text(quiet.from_minute, quiet.to_minute)} P{int(quiet.from_priority)}"
                        for quiet in one.quiet
                    ),
                    self._yes(one.is_active),
                ),
            )
            for one in book.contacts
        ]

    def rosters(self, book: Contacts) -> Sequence[Keyed]:
        """name, first Monday, time zone."""
        return [(one.id, (one.name, one.first_monday.strftime("%d/%m/%Y"), one.time_zone)) for one in book.rosters]

    def shifts(self, book: Contacts) -> Sequence[Keyed]:
        """roster, people, days, hours, turn."""
        names = {one.id: one.name for one in book.contacts}
        return [
            (
                "",
                (
                    roster.name,
                    names_text(shift.contacts, names),
                    days_text(shift.weekdays, self._tr),
                    hours_text(shift.from_minute, shift.to_minute),
                    f"{shift.week + 1}/{shift.every_weeks}",
                ),
            )
            for roster in book.rosters
            for shift in roster.shifts
        ]

    def exceptions(self, book: Contacts) -> Sequence[Keyed]:
        """roster, from, until, people, reason."""
        names = {one.id: one.name for one in book.contacts}
        return [
            (
                "",
                (
                    roster.name,
                    when_text(item.since),
                    when_text(item.until),
                    names_text(item.contacts, names),
                    item.reason,
                ),
            )
            for roster in book.rosters
            for item in roster.exceptions
        ]

    def read(
        self,
        before: Contacts,
        contacts: Sequence[Keyed],
        rosters: Sequence[Keyed],
        shifts: Sequence[Keyed],
        exceptions: Sequence[Keyed],
    ) -> Contacts:
        """The book as the tables stand. Raises BadRow."""
        known = {one.id: one for one in before.contacts}
        taken = [key for key, _ in contacts if key]
        people: list[Contact] = []
        for number, (key, row) in enumerate(contacts):
            id_ = key or new_id(row[0], taken)
            taken.append(id_)
            with _reading("contacts", number):
                people.append(self._contact(id_, row, known.get(id_)))
        ids = [key for key, _ in rosters if key]
        made: list[Roster] = []
        for number, (key, row) in enumerate(rosters):
            id_ = key or new_id(row[0], ids)
            ids.append(id_)
            with _reading("rosters", number):
                made.append(_roster(id_, row))
        of_shifts: dict[str, list[Shift]] = {roster.id: [] for roster in made}
        for number, (_, row) in enumerate(shifts):
            with _reading("shifts", number):
                roster_id, shift = self._shift(row, made, people)
                of_shifts[roster_id].append(shift)
        of_exceptions: dict[str, list[RosterException]] = {roster.id: [] for roster in made}
        for number, (_, row) in enumerate(exceptions):
            with _reading("exceptions", number):
                roster_id, item = _exception(row, made, people)
                of_exceptions[roster_id].append(item)
        return msgspec.structs.replace(
            before,
            contacts=tuple(people),
            rosters=tuple(
                msgspec.structs.replace(
                    roster, shifts=tuple(of_shifts[roster.id]), exceptions=tuple(of_exceptions[roster.id])
                )
                for roster in made
            ),
        )

    def _contact(self, id_: str, row: Row, before: Contact | None) -> Contact:
        name, addresses, user, communes, language, most, quiet, active = row
        scope = before.scope if before is not None else Scope()
        if most and not most.isdigit():
            raise BadCell("on_call.bad.number", text=most)
        return Contact(
            id=id_,
            name=name,
            user=user,
            scope=msgspec.structs.replace(scope, communes=words_of(communes)),
            addresses=tuple(self._address(part) for part in addresses.split(";") if part.strip()),
            language=language or self._tr.language,
            most_an_hour=int(most or 12),
            quiet=tuple(_quiet(part) for part in quiet.split(";") if part.strip()),
            is_active=plain(active) != plain(self._yes(False)),
        )

    def _address(self, text: str) -> Address:
        """A channel by its name, then the address; without a channel the kind of address says which."""
        words = plain(text)
        for channel in sorted(self._channels, key=lambda one: -len(one.name)):
            for name in (channel.name, channel.id):
                if words.startswith(plain(name)):
                    return Address(channel=channel.id, to=text.strip()[len(name) :].lstrip(f" :{THIN_SPACE}"))
        kind = ChannelKind.MAIL if "@" in text else ChannelKind.SMS
        found = next((channel.id for channel in self._channels if channel.kind is kind), None)
        if found is None:
            raise BadCell("on_call.bad.address", text=text.strip())
        return Address(channel=found, to=text.strip())

    def _shift(self, row: Row, rosters: Sequence[Roster], people: Sequence[Contact]) -> tuple[str, Shift]:
        roster, names, days, hours, turn = row
        window = read_hours(hours) or (0, 0)
        week, _, every = (turn or "1/1").partition("/")
        if not (week.strip().isdigit() and every.strip().isdigit() and 1 <= int(week) <= int(every)):
            raise BadCell("on_call.bad.turn", text=turn)
        shift = Shift(
            contacts=_people(names, people),
            weekdays=read_days(days, self._tr),
            from_minute=window[0] % 1440,
            to_minute=window[1] % 1440,
            every_weeks=int(every),
            week=int(week) - 1,
        )
        return read_name(roster, rosters, "on_call.bad.roster"), shift

    def _yes(self, is_so: bool) -> str:
        return self._tr("on_call.yes" if is_so else "on_call.no")


def _roster(id_: str, row: Row) -> Roster:
    name, monday, zone = row
    if not monday:
        return Roster(id=id_, name=name, first_monday=MONDAY, time_zone=zone or "Europe/Paris")
    return Roster(id=id_, name=name, first_monday=read_when(f"{monday} 12:00").date(), time_zone=zone or "Europe/Paris")


def _exception(row: Row, rosters: Sequence[Roster], people: Sequence[Contact]) -> tuple[str, RosterException]:
    roster, since, until, names, reason = row
    item = RosterException(
        since=read_when(since), until=read_when(until), contacts=_people(names, people), reason=reason
    )
    return read_name(roster, rosters, "on_call.bad.roster"), item


def _people(text: str, people: Sequence[Contact]) -> tuple[str, ...]:
    return tuple(read_name(part, people, "on_call.bad.person") for part in text.split(",") if part.strip())


def _quiet(text: str) -> QuietHours:
    hours, _, priority = text.strip().rpartition(" ")
    window = read_hours(hours)
    if window is None or plain(priority) not in {"p1", "p2", "p3", "p4"}:
        raise BadCell("on_call.bad.quiet", text=text.strip())
    return QuietHours(from_minute=window[0], to_minute=window[1], from_priority=Priority(int(priority[-1])))


@contextmanager
def _reading(table: str, row: int) -> Generator[None]:
    try:
        yield
    except BadCell as bad:
        raise BadRow(table, row, bad) from bad
