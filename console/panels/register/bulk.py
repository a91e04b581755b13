"""The same change for many assets: read from the form, looked at by the backend, made under its seal, undone. No Qt."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from console.kit.answer import Answer
from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.formats import number_text
from console.kit.ports import Catalogue, Client
from console.kit.said import said_text
from console.panels.register.words import RegisterWords
from console.store.register_fields import Field, Kind, kind_of
from console.store.register_filters import day_of, number_of
from contract.asset_editing import (
    BULK_FIELDS,
    MOST_ASSETS_AT_ONCE,
    AssetFields,
    BulkEdit,
    BulkReport,
    FieldChange,
    UndoEdits,
)
from contract.assets import AssetStatus
from widgets.filter_values import FilterField, FilterLine
from widgets.texts import Texts

_SET, _EMPTY = "set", "empty"
_FILLED_ALWAYS: Final = frozenset({Field.STATUS, Field.COMMUNE})
_VALUES_NAMED: Final = 3


@dataclass(frozen=True)
class Looked:
    """A change that was looked at."""

    request: BulkEdit
    report: BulkReport


class Wrong(Exception):
    """A value that cannot be taken; the text says what to do."""


class BulkEditing:
    """`id_of_code`: the asset people mean by a code, None where none or several bear it."""

    def __init__(
        self,
        client: Client,
        catalogue: Catalogue,
        words: RegisterWords,
        tr: Texts,
        id_of_code: Callable[[str], int | None],
    ) -> None:
        self._client = client
        self._catalogue = catalogue
        self._words = words
        self._tr = tr
        self._id_of_code = id_of_code
        self.looked: Looked | None = None
        self.undoable = ""

    def fields(self) -> Sequence[FilterField]:
        """What many assets can share, as the form offers it."""
        found: list[FilterField] = []
        for name in ("status", *(each for each in BULK_FIELDS if each != "status")):
            kind = kind_of(name)
            operators = [(_SET, self._tr("register.edit.set"))]
            if name not in _FILLED_ALWAYS:
                operators.append((_EMPTY, self._tr("register.edit.empty")))
            options = self._options(name) if kind is Kind.CHOICE else ()
            hint = self._words.hint(kind) if kind is not Kind.ASSET else self._tr("register.edit.code")
            found.append(FilterField(name, self._words.field(name), kind.value, operators, options, True, hint))
        return found

    def too_many(self, count: int) -> str:
        """What to do when more are marked than can be changed at once; empty where it can be done."""
        if count <= MOST_ASSETS_AT_ONCE:
            return ""
        return self._tr("register.edit.too_many", count=self._number(count), most=self._number(MOST_ASSETS_AT_ONCE))

    def read(self, lines: Sequence[FilterLine]) -> AssetFields:
        """The fields to set. Raises Wrong."""
        values: dict[str, Any] = {}
        for line in lines:
            if line.field in values:
                raise Wrong(self._tr("register.edit.twice", field=self._words.field(line.field)))
            values[line.field] = self._value(line)
        return AssetFields(**values)

    async def look(self, ids: Sequence[int], lines: Sequence[FilterLine], reason: str) -> BulkReport:
        """What would change. Raises Wrong or RequestFailed."""
        self.looked = None
        request = BulkEdit(fields=self.read(lines), ids=tuple(ids), reason=reason)
        report = await self._client.bulk_edit(request)
        self.looked = Looked(request, report)
        return report

    async def make(self) -> Answer:
        """Make what was looked at. Raises RequestFailed; where others were quicker the backend says so."""
        looked, self.looked = self.looked, None
        if looked is None:
            return Answer(self._tr("register.edit.look_first"), is_warning=True)
        report = await self._client.bulk_edit(looked.request, seal=looked.report.seal)
        self.undoable = "" if report.edit is None else report.edit.id
        key = "register.edit.done_but" if report.refused_count else "register.edit.done"
        counts = {"count": self._number(report.changed_count), "refused": self._number(report.refused_count)}
        return Answer(self._tr(key, **counts), is_warning=bool(report.refused_count))

    async def undo(self) -> Answer:
        """Take the last change back, all of it or nothing."""
        edit, self.undoable = self.undoable, ""
        if not edit:
            return Answer(self._tr("register.edit.nothing_to_undo"), is_warning=True)
        try:
            summary = await self._client.undo_edits(UndoEdits(edits=(edit,)))
        except RequestFailed as error:
            return Answer(failure_text(error, self._tr), is_warning=True)
        return Answer(self._tr("register.edit.undone", count=self._number(summary.asset_count)))

    def told(self, report: BulkReport) -> str:
        """What a change would do, in all."""
        parts = [self._tr("register.edit.will", count=self._number(report.changed_count))]
        if report.unchanged_count:
            parts.append(self._tr("register.edit.same", count=self._number(report.unchanged_count)))
        if report.refused_count:
            parts.append(self._tr("register.edit.refused", count=self._number(report.refused_count)))
        return " ".join(parts)

    def lines(self, report: BulkReport) -> Sequence[str]:
        """Field by field what stands today, then what is left out and why, then each asset, as far as it is told."""
        found: list[str] = []
        for field in report.fields:
            before = [
                self._tr(
                    "register.edit.before", value=self._shown(field.field, each.value), count=self._number(each.count)
                )
                for each in field.before[:_VALUES_NAMED]
            ]
            others = field.other_count + sum(each.count for each in field.before[_VALUES_NAMED:])
            if others:
                before.append(self._tr("register.edit.others", count=self._number(others)))
            after = self._shown(field.field, field.after)
            title = self._words.field(field.field)
            found.append(self._tr("register.edit.field", field=title, before=", ".join(before), after=after))
        for refusal in report.refused:
            why = said_text(refusal.said_code, refusal.said_args, refusal.said, self._tr)
            found.append(self._tr("register.edit.one_refused", code=refusal.code, why=why))
        for difference in report.changed:
            changes = ", ".join(self._change(change) for change in difference.changes)
            found.append(self._tr("register.edit.one", code=difference.code, name=difference.name, changes=changes))
        return found

    def _change(self, change: FieldChange) -> str:
        before, after = self._shown(change.field, change.before), self._shown(change.field, change.after)
        return self._tr("register.edit.change", field=self._words.field(change.field), before=before, after=after)

    def _shown(self, field: str, value: object) -> str:
        if value is None or value == "":
            return self._tr("register.edit.nothing")
        if field == Field.PARENT and isinstance(value, int):
            return self._words.reference(value)
        if isinstance(value, str):
            day = day_of(value) if kind_of(field) is Kind.DATE else None
            return self._words.label(field, value) if day is None else day.strftime("%d/%m/%Y")
        return number_text(value, self._tr.language) if isinstance(value, (int, float)) else str(value)

    def _options(self, name: str) -> Sequence[tuple[str, str]]:
        if name == Field.COMMUNE:
            codes = list(self._catalogue.communes)
        else:
            codes = sorted({item.service for item in self._catalogue.classes.values() if item.service})
        return self._words.options(name, codes)

    def _value(self, line: FilterLine) -> object:
        kind = kind_of(line.field)
        if line.operator == _EMPTY:
            return "" if kind in {Kind.TEXT, Kind.CHOICE} else None
        text = line.values[0].strip() if line.values else ""
        found: object = text
        if kind is Kind.NUMBER:
            found = number_of(text)
        elif kind is Kind.DATE:
            found = _past_or_near(day_of(text))
        elif kind is Kind.ASSET:
            found = self._id_of_code(text)
        elif line.field == Field.STATUS:
            found = AssetStatus(text) if text in set(AssetStatus) else None
        if found is None or found == "":
            key = f"register.edit.wrong_{kind.value}" if text else "register.edit.missing"
            raise Wrong(self._tr(key, field=self._words.field(line.field), text=text))
        return found

    def _number(self, value: int) -> str:
        return number_text(value, self._tr.language)


def _past_or_near(day: dt.date | None) -> dt.date | None:
    """A day nobody means (the year 205 for 2005) is none."""
    return day if day is not None and day.year >= 1800 else None
