"""Rights as rows of a table, and back: right, permit or deny, communes, services, classes, hours. No Qt."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from console.kit.fold import fold
from contract.rights import Grant, Level, Scope
from widgets.texts import Texts, pair, semicolon

LEVELS: Final = (Level.VIEW, Level.OPERATE, Level.MANAGE, Level.CONFIGURE)
_HOURS: Final = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")

Row = tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What may stand in a scope: names by code."""

    communes: Mapping[str, str]
    services: Mapping[str, str]
    classes: Mapping[str, str]


class BadGrant(Exception):
    """A row that cannot be read; `row` counts from 0, the words say why."""

    def __init__(self, row: int, words: str) -> None:
        super().__init__(words)
        self.row = row
        self.words = words


class GrantRows:
    """In one language."""

    def __init__(self, tr: Texts) -> None:
        self._tr = tr

    def levels(self) -> tuple[str, ...]:
        """The choices of the first column."""
        return tuple(self._tr(f"administration.level.{level.name.lower()}") for level in LEVELS)

    def ways(self) -> tuple[str, str]:
        """The choices of the second column: granted, denied."""
        return self._tr("administration.granted"), self._tr("administration.denied")

    def row(self, grant: Grant, known: Known) -> Row:
        """As it is shown, by names; an empty cell is "everywhere" or "always"."""
        scope = grant.scope
        hours = ""
        if scope.from_minute is not None or scope.to_minute is not None:
            hours = f"{_clock(scope.from_minute or 0)}-{_clock(1440 if scope.to_minute is None else scope.to_minute)}"
        return (
            self.levels()[LEVELS.index(grant.level)],
            self.ways()[int(grant.is_deny)],
            _named(scope.communes, known.communes),
            _named(scope.services, known.services),
            _named(scope.classes, known.classes),
            hours,
        )

    def grants(self, rows: Sequence[Row], known: Known) -> tuple[Grant, ...]:
        """As they were typed, by names or by codes. Raises BadGrant."""
        return tuple(self._grant(number, row, known) for number, row in enumerate(rows))

    def summary(self, grants: Sequence[Grant], known: Known) -> str:
        """One line for a list."""
        if not grants:
            return self._tr("administration.no_rights")
        words: list[str] = []
        for grant in grants:
            level, way, *scope = self.row(grant, known)
            where = " · ".join(part for part in scope if part) or self._tr("administration.everywhere")
            words.append(pair(f"{way} {level}" if grant.is_deny else level, where, self._tr))
        return f"{semicolon(self._tr)} ".join(words)

    def _grant(self, number: int, row: Row, known: Known) -> Grant:
        levels, ways = self.levels(), self.ways()
        level, way, communes, services, classes, hours = row
        if level not in levels:
            raise BadGrant(number, self._tr("administration.bad.level"))
        start, end = self._hours(number, hours)
        return Grant(
            level=LEVELS[levels.index(level)],
            is_deny=way == ways[1],
            scope=Scope(
                communes=self._names(number, communes, known.communes),
                services=self._names(number, services, known.services),
                classes=self._names(number, classes, known.classes),
                from_minute=start,
                to_minute=end,
            ),
        )

    def _names(self, number: int, text: str, known: Mapping[str, str]) -> tuple[str, ...] | None:
        codes = {fold(name): code for code, name in known.items()} | {fold(code): code for code in known}
        found: dict[str, None] = {}
        for part in filter(None, map(str.strip, re.split(r"[,;\n]", text))):
            # Codes may stand beside each other with a space; a name may hold one.
            for word in (part,) if fold(part) in codes else part.split():
                code = codes.get(fold(word))
                if code is None:
                    raise BadGrant(number, self._tr("administration.bad.name", name=word))
                found[code] = None
        return tuple(found) or None

    def _hours(self, number: int, text: str) -> tuple[int | None, int | None]:
        if not text.strip():
            return None, None
        found = _HOURS.fullmatch(text)
        if found is None:
            raise BadGrant(number, self._tr("administration.bad.hours"))
        first, first_minute, last, last_minute = (int(part) for part in found.groups())
        start, end = first * 60 + first_minute, last * 60 + last_minute
        if start > 1440 or end > 1440 or first_minute > 59 or last_minute > 59:
            raise BadGrant(number, self._tr("administration.bad.hours"))
        return start, end


def _named(codes: Sequence[str] | None, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in codes or ())


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
