"""What the register's fields, values and groups are called on the screen. No Qt."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final

from console.kit.formats import number_text
from console.kit.ports import AssetLookup, Catalogue, StateLookup
from console.parts.alarm_lines import service_text
from console.store.register_fields import EXTRA, REFERENCES, Field, Kind, kind_of
from console.store.register_filters import OPERATORS, Condition, Group, Operator, day_of, is_whole, number_of
from console.store.register_matching import YEAR_DAYS
from console.store.wording import class_text
from contract.assets import Asset, AssetStatus
from contract.stream import Visual
from widgets.texts import Texts

_SHORT: Final = 4  # values of a condition that are named; more are counted
_ATTRIBUTES: Final = {Field.CLASS: "class_"}
_UNITS: Final = {
    Field.AZIMUTH: "°",
    Field.FOV: "°",
    Field.RANGE: "\u202fm",
    Field.HEIGHT: "\u202fm",
}
_WHOLE: Final = frozenset({Field.NUMBER})
_DEGREES: Final = frozenset({Field.LON, Field.LAT})


class RegisterWords:
    """Words of one language; knows no list."""

    def __init__(
        self,
        assets: AssetLookup,
        states: StateLookup,
        catalogue: Catalogue,
        tr: Texts,
        today: Callable[[], dt.date],
    ) -> None:
        self._assets = assets
        self._states = states
        self._catalogue = catalogue
        self._tr = tr
        self._today = today

    def field(self, name: str) -> str:
        """A field's title; a city's own column bears the name it came with."""
        return name.removeprefix(EXTRA) if name.startswith(EXTRA) else self._tr(f"register.field.{name}")

    def label(self, field: str, code: str) -> str:
        """A code of a field in words: a class, a commune, a service, a status."""
        match field:
            case Field.CLASS:
                return class_text(self._catalogue, code, self._tr)
            case Field.COMMUNE:
                commune = self._catalogue.communes.get(code)
                return code if commune is None else commune.name
            case Field.SERVICE:
                return service_text(code, self._tr)
            case Field.STATUS:
                return self._tr(f"status.{code}") if code else ""
            case Field.STATE:
                return self._tr(f"visual.{code}")
            case _:
                return code

    def options(self, field: str, known: Sequence[str]) -> Sequence[tuple[str, str]]:
        """What may be chosen in a field: words and value, as `known` among the assets; statuses and states always."""
        match field:
            case Field.STATUS:
                codes: Sequence[str] = [each.value for each in AssetStatus]
            case Field.STATE:
                codes = [visual.name.lower() for visual in sorted(Visual, reverse=True)]
            case _:
                codes = [code for code in known if code]
                return sorted(((self.label(field, code), code) for code in codes), key=lambda pair: pair[0].casefold())
        return [(self.label(field, code), code) for code in codes]

    def operators(self, kind: Kind) -> Sequence[tuple[str, str]]:
        """What can be asked of a kind of field: name, words."""
        return [(each.value, self._operator(each, kind)) for each in OPERATORS[kind]]

    def cell(self, asset: Asset, field: str) -> str:
        """What stands in a cell; empty where nothing is known."""
        if field.startswith(EXTRA):
            return asset.extra.get(field.removeprefix(EXTRA), "")
        match field:
            case Field.NAME:
                return asset.name or asset.code
            case Field.STATE:
                return self._tr(f"visual.{self._states.visual_of(asset.id).name.lower()}")
            case Field.COMMISSIONED:
                return _day(asset.commissioned)
            case Field.AGE:
                return "" if asset.commissioned is None else self._number(self._age(asset.commissioned), 1)
            case Field.END_OF_LIFE:
                return _day(self._end(asset))
            case _:
                pass
        value: object = getattr(asset, _ATTRIBUTES.get(Field(field), field))
        if field in REFERENCES:
            return self.reference(value if isinstance(value, int) else 0)
        if isinstance(value, float) and field in _DEGREES:
            return f"{value:.6f}"
        if isinstance(value, (int, float)):
            text = str(value) if field in _WHOLE else self._number(value, 2)
            return f"{text}{_UNITS.get(Field(field), '')}"
        return self.label(field, str(value)) if value else ""

    def reference(self, asset_id: int) -> str:
        """Another asset by its name."""
        if not asset_id:
            return ""
        found = self._assets.get(asset_id)
        return self._tr("register.unseen", id=asset_id) if found is None else found.name or found.code

    def condition(self, condition: Condition) -> str:
        """A comparison in a few words."""
        kind = kind_of(condition.field)
        values = [self._value(condition.field, kind, value) for value in condition.values]
        shown = ", ".join(values[:_SHORT])
        if condition.operator is Operator.BETWEEN:
            shown = self._tr("register.filter.both", first=values[0], second=values[1])
        elif len(values) > _SHORT:
            shown = self._tr("filter.and_more", names=shown, count=len(values) - _SHORT)
        words = f"{self.field(condition.field)} {self._operator(condition.operator, kind)} {shown}"
        return words.strip()

    def filter(self, group: Group) -> str:
        """A filter in a few words; empty when it asks nothing."""
        parts: list[str] = []
        for item in group.items:
            if isinstance(item, Group):
                inner = self.filter(item)
                if inner:
                    parts.append(f"({inner})")
            elif is_whole(item):
                parts.append(self.condition(item))
        return f" {self._tr(f'register.filter.{group.match.value}')} ".join(parts)

    def trouble(self, group: Group) -> str:
        """What is wrong with the first value that is no number or no day; empty where all can be read."""
        for item in group.items:
            if isinstance(item, Group):
                found = self.trouble(item)
                if found:
                    return found
            elif not is_whole(item) and any(value.strip() for value in item.values):
                kind = kind_of(item.field)
                wrong = next((value for value in item.values if not _is_read(kind, value)), "")
                if wrong:
                    return self._tr(f"register.filter.no_{kind.value}", text=wrong)
        return ""

    def group(self, field: str, key: int, word: str) -> str:
        """What a group is called. `word`: the word of a field that has few."""
        if key < 0:
            return self._tr("register.group.empty", field=self.field(field))
        if field == Field.STATE:
            return self._tr(f"visual.{Visual(key).name.lower()}")
        if field in REFERENCES:
            return self.reference(key)
        return str(key) if kind_of(field) is Kind.DATE else self.label(field, word)

    def hint(self, kind: Kind) -> str:
        """How a value of a kind is typed."""
        key = f"register.filter.hint_{kind.value}"
        return self._tr(key) if self._tr.has(key) else ""

    def _value(self, field: str, kind: Kind, value: str) -> str:
        day = day_of(value) if kind is Kind.DATE else None
        if day is not None:
            return _day(day)
        return self.label(field, value) if kind is Kind.CHOICE else value

    def _operator(self, operator: Operator, kind: Kind) -> str:
        own = f"register.operator.{kind.value}.{operator.value}"
        return self._tr(own if self._tr.has(own) else f"register.operator.{operator.value}")

    def _number(self, value: float, digits: int) -> str:
        return number_text(round(value, digits), self._tr.language)

    def _age(self, since: dt.date) -> float:
        return (self._today() - since).days / YEAR_DAYS

    def _end(self, asset: Asset) -> dt.date | None:
        if asset.commissioned is None or asset.expected_life_years is None:
            return None
        try:
            return asset.commissioned + dt.timedelta(days=int(asset.expected_life_years * YEAR_DAYS))
        except OverflowError:
            return None


def _is_read(kind: Kind, value: str) -> bool:
    if kind is Kind.NUMBER:
        return number_of(value) is not None
    return is_whole(Condition(Field.COMMISSIONED, Operator.IS, (value,)))


def _day(day: dt.date | None) -> str:
    return "" if day is None else day.strftime("%d/%m/%Y")
