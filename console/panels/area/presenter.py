"""Areas in words: which are calm, what is wrong in the others. No Qt."""

import enum
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from console.kit.ports import Catalogue
from console.panels.area.counting import AreaCount, AreaCounts, Kind
from console.store.wording import class_text, rule_of
from contract.alarms import Alarm, Priority
from widgets.area_tiles import AreaTile
from widgets.texts import Texts, pair, semicolon

MOST_TILES: Final = 48  # more are too small to be read across a room
_OTHERS: Final = "\n"  # no code of a commune or class
_KINDS_SAID: Final = 3


class Grouping(enum.StrEnum):
    """What an area is."""

    COMMUNE = "commune"
    CLASS = "class"


class AreaPresenter:
    """Tiles in the order of their names, so that each keeps its place."""

    def __init__(self, catalogue: Catalogue, tr: Texts, grouping: Grouping = Grouping.COMMUNE) -> None:
        self._catalogue = catalogue
        self._tr = tr
        self.grouping = grouping
        self._counts = AreaCounts(self._key_of)

    def group_by(self, grouping: Grouping, alarms: Iterable[Alarm]) -> None:
        """Other areas, counted anew."""
        self.grouping = grouping
        self._counts = AreaCounts(self._key_of)
        held = {alarm.id: alarm for alarm in alarms}
        self._counts.take(held, held.get)

    def take(self, alarm_ids: Iterable[int], get: Callable[[int], Alarm | None]) -> None:
        """These alarms are others, or gone."""
        self._counts.take(alarm_ids, get)

    def most_urgent(self, key: str) -> Alarm | None:
        """Where a tile leads."""
        area = self._counts.areas.get(key)
        return None if area is None else area.most_urgent()

    def tiles(self) -> Sequence[AreaTile]:
        """Every area; where there are too many the calm ones are one tile."""
        names = self._names()
        busy = {key for key, area in self._counts.areas.items() if area.alarms}
        names |= {key: key for key in busy if key not in names}
        ordered = sorted(names, key=lambda key: (names[key].casefold(), key))
        if len(ordered) <= MOST_TILES:
            return [self._tile(key, names[key]) for key in ordered]
        shown = [key for key in ordered if key in busy][: MOST_TILES - 1]
        rest = len(ordered) - len(shown)
        words = self._tr("area.others", count=rest)
        others = AreaTile(key=_OTHERS, name=words, more="", spoken=words)
        return [*(self._tile(key, names[key]) for key in shown), others]

    def summary(self) -> str:
        """The whole city in a line."""
        areas = [area for area in self._counts.areas.values() if area.alarms]
        waiting = sum(area.waiting.total() for area in areas)
        if not areas:
            return self._tr("area.all_calm")
        return self._tr("area.summary", areas=len(areas), waiting=waiting)

    def _names(self) -> dict[str, str]:
        if self.grouping is Grouping.COMMUNE:
            names = {code: commune.name for code, commune in self._catalogue.communes.items()}
        else:
            names = {
                code: class_text(self._catalogue, code, self._tr)
                for code, class_ in self._catalogue.classes.items()
                if class_.alarms or any(point.alarms for point in class_.points)
            }
        if "" in self._counts.areas:
            names[""] = self._tr("area.elsewhere")
        return names

    def _key_of(self, alarm: Alarm) -> str:
        return alarm.commune if self.grouping is Grouping.COMMUNE else alarm.class_

    def _tile(self, key: str, name: str) -> AreaTile:
        area = self._counts.areas.get(key)
        if area is None or area.worst is None:
            calm = self._tr("area.calm")
            return AreaTile(key=key, name=name, more=calm, spoken=pair(name, calm, self._tr))
        waiting = {priority: area.waiting[priority] for priority in Priority if area.waiting[priority]}
        what = tuple(self._kind_words(area))
        more = self._more(area)
        counts = [f"{count} P{int(priority)}" for priority, count in waiting.items()]
        spoken = f"{semicolon(self._tr)} ".join(words for words in (", ".join(counts), *what, more) if words)
        return AreaTile(key, name, area.worst, area.is_waiting, waiting, what, more, pair(name, spoken, self._tr))

    def _kind_words(self, area: AreaCount) -> list[str]:
        """The worst priority in its word, then what it is."""
        worst = area.worst
        if worst is None:
            return []
        word = self._tr(f"priority.p{int(worst)}")
        if not area.is_waiting:
            return [self._tr("area.known_worst", word=word)]
        kinds = sorted((+area.kinds).items(), key=lambda item: (item[0].priority, -item[1], item[0]))
        said = [self._kind(kind, count) for kind, count in kinds[:_KINDS_SAID]]
        return [self._tr("area.worst", word=word, what=said[0]), *said[1:]]

    def _kind(self, kind: Kind, count: int) -> str:
        rule = rule_of(self._catalogue, kind.class_, kind.kind)
        words = kind.kind if rule is None else self._tr.label(rule.label)
        return words if count == 1 else self._tr("area.times", count=count, what=words)

    def _more(self, area: AreaCount) -> str:
        said: list[str] = []
        if area.known_count:
            said.append(self._tr("area.known", count=area.known_count))
        if area.explained:
            said.append(self._tr("area.explained", count=area.explained))
        return " · ".join(said)
