"""What is typed into a cell, and what it means: hours, days, delays, people. No Qt."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from contract.alarms import Priority
from widgets.texts import Texts

_TIME: Final = re.compile(r"(\d{1,2})\s*[:hH]\s*(\d{2})?")
_DELAY: Final = re.compile(r"(\d+)\s*(s|min|h)", re.IGNORECASE)
_WHEN: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\s+(\d{1,2})[:hH](\d{2})")
_DASH: Final = re.compile(r"\s*(?:-|–|→)\s*")
_DAY_MINUTES: Final = 24 * 60


class BadCell(Exception):
    """A cell that cannot be read; `key` names the text that says what may stand there."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class Named(Protocol):
    """Something with an id and a name."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


def hours_text(from_minute: int | None, to_minute: int | None) -> str:
    """18:00–06:00; empty: always."""
    if from_minute is None and to_minute is None:
        return ""
    return f"{_minute_text(from_minute or 0)}–{_minute_text(to_minute or 0)}"


def read_hours(text: str) -> tuple[int, int] | None:
    """Minutes of the day; None: always. Raises BadCell."""
    if not text.strip():
        return None
    parts = _DASH.split(text.strip())
    minutes = [_read_minute(part) for part in parts]
    if len(minutes) != 2:
        raise BadCell("on_call.bad.hours", text=text)
    return minutes[0], minutes[1]


def days_text(days: Sequence[int], tr: Texts) -> str:
    """Mo–Fr, or one by one."""
    ordered = sorted(set(days))
    names = [tr(f"on_call.day.{day}") for day in ordered]
    is_run = len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1))
    return f"{names[0]}–{names[-1]}" if is_run else " ".join(names)


def read_days(text: str, tr: Texts) -> tuple[int, ...]:
    """Days of the week from 0; empty: all. Raises BadCell."""
    if not text.strip():
        return tuple(range(7))
    names = {plain(tr(f"on_call.day.{day}")): day for day in range(7)}

    def day(word: str) -> int:
        found = next((number for name, number in names.items() if plain(word).startswith(name)), None)
        if found is None:
            raise BadCell("on_call.bad.days", text=text)
        return found

    found: set[int] = set()
    for part in re.split(r"[\s,;]+", _DASH.sub("-", text.strip())):
        first, _, last = part.partition("-")
        start, end = day(first), day(last or first)
        found |= set(range(start, end + 1)) if start <= end else {*range(start, 7), *range(end + 1)}
    return tuple(sorted(found))


def delay_text(seconds: float | None, tr: Texts) -> str:
    """90 s, 2 min, 1 h; None: the time to respond."""
    if seconds is None:
        return tr("on_call.respond")
    whole = int(seconds)
    if whole and whole % 3600 == 0:
        return f"{whole // 3600} h"
    return f"{whole // 60} min" if whole and whole % 60 == 0 else f"{whole} s"


def read_delay(text: str, tr: Texts) -> float | None:
    """Seconds. Raises BadCell."""
    if plain(text) == plain(tr("on_call.respond")):
        return None
    match = _DELAY.fullmatch(text.strip())
    if match is None:
        raise BadCell("on_call.bad.delay", text=text)
    return float(int(match[1]) * {"s": 1, "min": 60, "h": 3600}[match[2].lower()])


def when_text(at: dt.datetime) -> str:
    """24/12/2026 18:00, on the clock of this console."""
    return at.astimezone().strftime("%d/%m/%Y %H:%M")


def read_when(text: str) -> dt.datetime:
    """Raises BadCell."""
    match = _WHEN.fullmatch(text.strip())
    if match is None:
        raise BadCell("on_call.bad.when", text=text)
    day, month, year, hour, minute = (int(part) for part in match.groups())
    try:
        return dt.datetime(year, month, day, hour, minute).astimezone()
    except ValueError as error:
        raise BadCell("on_call.bad.when", text=text) from error


def names_text(ids: Iterable[str], known: Mapping[str, str]) -> str:
    """People by name."""
    return ", ".join(known.get(id_, id_) for id_ in ids)


def read_name(text: str, known: Iterable[Named], key: str) -> str:
    """The id of what is called so, or has that id. Raises BadCell with `key`."""
    wanted = plain(text)
    for one in known:
        if wanted in {plain(one.name), one.id}:
            return one.id
    raise BadCell(key, text=text)


def words_of(text: str) -> tuple[str, ...] | None:
    """Codes separated by commas; None: all."""
    found = tuple(part for part in re.split(r"[\s,;]+", text.strip()) if part)
    return found or None


def read_priority(text: str) -> Priority:
    """P1 to P4. Raises BadCell."""
    try:
        return Priority(int(text.strip().upper().removeprefix("P")))
    except ValueError as error:
        raise BadCell("on_call.bad.priority", text=text) from error


def new_id(name: str, taken: Iterable[str]) -> str:
    """An id made of a name, that nothing else has."""
    base = re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-")[:32] or "x"
    used, made, number = set(taken), base, 2
    while made in used:
        made, number = f"{base}-{number}", number + 1
    return made


def plain(text: str) -> str:
    """Without capitals, accents and spaces at the ends: people type as they like."""
    spread = unicodedata.normalize("NFD", text.strip().casefold())
    return "".join(character for character in spread if not unicodedata.combining(character))


def _minute_text(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _read_minute(text: str) -> int:
    match = _TIME.fullmatch(text.strip())
    minute = -1 if match is None else int(match[1]) * 60 + int(match[2] or 0)
    if not 0 <= minute <= _DAY_MINUTES or (match is not None and int(match[2] or 0) > 59):
        raise BadCell("on_call.bad.hours", text=text)
    return minute
