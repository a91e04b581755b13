"""Which rows of the register meet a filter: whole columns at a time, no row by itself. No Qt."""

import datetime as dt
from collections.abc import Callable, Generator, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from console.store.register_columns import NO_DAY, Bools, RegisterColumns, day_number
from console.store.register_fields import NUMBERS, TEXTS, WORDS, Field, Kind, kind_of
from console.store.register_filters import Condition, Group, Match, Operator, day_of, is_whole, number_of
from console.store.text_column import Chosen, TextColumn, folded
from contract.stream import Visual

YEAR_DAYS: Final = 365.25
_MANY: Final = 0.5
_MOST_DIGITS: Final = 7  # of the number of a camera
_NEGATED: Final = {Operator.LACKS: Operator.CONTAINS, Operator.IS_NOT: Operator.IS, Operator.FILLED: Operator.EMPTY}
T = TypeVar("T")
Steps = Generator[None, None, T]
"""Work that lets go between two steps; nothing may change the columns meanwhile."""
Label = Callable[[str, str], str]
Visuals = Callable[[], NDArray[np.uint8]]


class Heard(NamedTuple):
    """The words that were asked last, and the rows that hold them all."""

    words: tuple[bytes, ...] = ()
    revision: int = -1
    keep: Bools = np.zeros(0, np.bool_)


class Matcher:
    """Asks the columns. `label`: a field's code in the words of the screen, by which it is found as well."""

    def __init__(self, columns: RegisterColumns, label: Label, visuals: Visuals, today: Callable[[], dt.date]) -> None:
        """`visuals`: what the map shows of each row."""
        self._columns = columns
        self._label = label
        self._visuals = visuals
        self._today = today
        self._labels: dict[str, tuple[TextColumn, list[bytes]]] = {}
        self._heard = Heard()

    def words_changed(self) -> None:
        """Classes or communes have other names."""
        self._labels.clear()
        self._heard = Heard()

    def passing(self, text: str, group: Group) -> Steps[Bools]:
        """Which rows hold every word and meet the conditions; by steps of some milliseconds."""
        keep = yield from self._holding(text)
        yield
        return np.asarray(keep & self._of_group(group), np.bool_)

    def visuals(self) -> NDArray[np.uint8]:
        """What the map shows of each row."""
        return self._visuals()

    def numbers_of(self, field: str) -> NDArray[np.floating[Any]]:
        """A field as numbers by row, NaN where it is empty; days since 1970 for a date."""
        columns, end = self._columns, self._columns.end
        if field in NUMBERS:
            return columns.numbers[Field(field)][:end]
        days = np.where(columns.days[:end] == NO_DAY, np.nan, columns.days[:end].astype(np.float64))
        if field == Field.AGE:
            return (day_number(self._today()) - days) / YEAR_DAYS
        if field == Field.END_OF_LIFE:
            return np.floor(days + columns.numbers[Field.LIFE][:end].astype(np.float64) * YEAR_DAYS)
        return days

    def labels(self, field: str) -> Sequence[bytes]:
        """The words of a field that has few, folded, by their number."""
        return self._words(field)[1]

    def _words(self, field: str) -> tuple[TextColumn, list[bytes]]:
        found = self._columns.words_of(field)
        texts = [] if found is None else found[0].texts
        known = self._labels.get(field)
        if known is None:
            known = self._labels[field] = (TextColumn(0), [])
        column, labels = known
        if len(labels) < len(texts):
            fresh = [self._label(field, text) for text in texts[len(labels) :]]
            column.make_room(len(texts))
            column.put(np.arange(len(labels), len(texts)), fresh, is_new=True)
            labels += map(folded, fresh)
        return known

    def _holding(self, text: str) -> Steps[Bools]:
        """Which rows hold every word; while a text is typed on, only what it held before is looked through."""
        columns, heard = self._columns, self._heard
        words = tuple(sorted({folded(word) for word in text.split()}, key=len, reverse=True))  # the rarest first
        is_on = heard.revision == columns.revision and all(any(old in word for word in words) for old in heard.words)
        keep = heard.keep.copy() if is_on else columns.live[: columns.end].copy()
        for number, word in enumerate(word for word in words if not is_on or word not in heard.words):
            rows = np.flatnonzero(keep) if number or (is_on and heard.words) else None
            if rows is None or len(rows) > _MANY * len(keep):
                keep &= yield from self._mentioning(word, slice(0, len(keep)))
            else:
                keep[rows] = yield from self._mentioning(word, rows)
        self._heard = Heard(words, columns.revision, keep)
        return keep

    def _of_group(self, group: Group) -> Bools:
        end = self._columns.end
        found: list[Bools] = []
        for item in group.items:
            if isinstance(item, Group):
                if item.items:
                    found.append(self._of_group(item))
            elif is_whole(item):
                found.append(self._of_condition(item))
        if not found:
            return np.ones(end, np.bool_)
        joined: Bools = (np.logical_and if group.match is Match.ALL else np.logical_or).reduce(found)
        return joined

    def _of_condition(self, condition: Condition) -> Bools:
        operator = _NEGATED.get(condition.operator)
        if operator is not None:
            return ~self._of_condition(Condition(condition.field, operator, condition.values))
        match kind_of(condition.field):
            case Kind.NUMBER | Kind.DATE:
                return self._of_numbers(condition)
            case Kind.ASSET:
                return self._of_reference(condition)
            case Kind.CHOICE:
                return self._of_choice(condition)
            case Kind.TEXT:
                return self._of_text(condition)

    def _of_numbers(self, condition: Condition) -> Bools:
        values = self.numbers_of(condition.field)
        if condition.operator is Operator.EMPTY:
            return np.asarray(np.isnan(values), np.bool_)
        wanted = [_value(condition.field, text) for text in condition.values]
        # NaN is never above, below or equal: what is not known meets none of them.
        match condition.operator:
            case Operator.BELOW:
                hits = values < wanted[0]
            case Operator.AT_MOST:
                hits = values <= wanted[0]
            case Operator.ABOVE:
                hits = values > wanted[0]
            case Operator.AT_LEAST:
                hits = values >= wanted[0]
            case Operator.BETWEEN:
                hits = (values >= min(wanted)) & (values <= max(wanted))
            case _:
                hits = np.isin(values, np.array(wanted, values.dtype))
        return np.asarray(hits, np.bool_)

    def _of_reference(self, condition: Condition) -> Bools:
        columns = self._columns
        references = columns.references[Field(condition.field)][: columns.end]
        if condition.operator is Operator.EMPTY:
            return np.asarray(references == 0, np.bool_)
        hits = np.zeros(columns.end, np.bool_)
        for value in condition.values:
            word = folded(value.strip())
            if not word:
                continue
            for field in (Field.CODE, Field.NAME):
                text = columns.texts[field]
                is_equal = condition.operator is Operator.IS
                hits |= (
                    text.equal(word, slice(0, columns.end)) if is_equal else text.holding(word, slice(0, columns.end))
                )
        named = columns.ids[: columns.end][hits & columns.live[: columns.end]]
        return np.isin(references, named)

    def _of_choice(self, condition: Condition) -> Bools:
        if condition.field == Field.STATE:
            names = {visual.name.lower(): int(visual) for visual in Visual}
            wanted = [names[value] for value in condition.values if value in names]
            return np.isin(self._visuals(), wanted)
        found = self._columns.words_of(condition.field)
        if found is None:
            return np.zeros(self._columns.end, np.bool_)
        words, numbers = found
        values = ("",) if condition.operator is Operator.EMPTY else condition.values
        return np.isin(numbers[: self._columns.end], [words.numbers[each] for each in values if each in words.numbers])

    def _of_text(self, condition: Condition) -> Bools:
        end = self._columns.end
        wanted = [folded(value.strip()) for value in condition.values if value.strip()]
        test = _TESTS.get(condition.operator)
        if condition.field in TEXTS:
            column = self._columns.texts[Field(condition.field)]
            if test is None:
                return column.empty(slice(0, end))
            ask = getattr(column, _METHODS[condition.operator])
            return np.asarray(np.logical_or.reduce([ask(word, slice(0, end)) for word in wanted]), np.bool_)
        found = self._columns.words_of(condition.field)
        if found is None:
            return np.full(end, test is None, np.bool_)
        numbers = found[1][:end]
        if test is None:
            return np.asarray(numbers == 0, np.bool_)
        labels = self.labels(condition.field)
        hits = np.array([any(test(label, word) for word in wanted) for label in labels], np.bool_)
        return np.asarray(hits[numbers], np.bool_)

    def _mentioning(self, word: bytes, rows: Chosen) -> Steps[Bools]:
        columns = self._columns
        hits = np.zeros(columns.end if isinstance(rows, slice) else len(rows), np.bool_)
        for text in columns.texts.values():
            hits |= text.holding(word, rows)
            yield
        for field in WORDS:
            column, known = self._words(field)
            labels = column.holding(word, slice(0, len(known)))
            if labels.any():
                hits |= labels[columns.word_numbers[field][rows]]
        if word.isdigit() and len(word) <= _MOST_DIGITS:
            hits |= _begins_with(columns.numbers[Field.NUMBER][rows], int(word))
        return hits


_METHODS: Final = {
    Operator.CONTAINS: "holding",
    Operator.BEGINS: "beginning",
    Operator.ENDS: "ending",
    Operator.IS: "equal",
}
_TESTS: Final[dict[Operator, Callable[[bytes, bytes], bool]]] = {
    Operator.CONTAINS: lambda label, word: word in label,
    Operator.BEGINS: bytes.startswith,
    Operator.ENDS: bytes.endswith,
    Operator.IS: lambda label, word: label == word,
}


def _value(field: str, text: str) -> float:
    if kind_of(field) is Kind.DATE:
        day = day_of(text)
        return np.nan if day is None else float(day_number(day))
    number = number_of(text)
    return np.nan if number is None else number


def _begins_with(numbers: NDArray[np.floating[Any]], wanted: int) -> Bools:
    """Numbers whose digits begin with those of `wanted`: 12, 120 to 129, 1200 to 1299."""
    hits = np.zeros(len(numbers), np.bool_)
    step = 1
    for _ in range(_MOST_DIGITS):
        hits |= (numbers >= wanted * step) & (numbers < (wanted + 1) * step)
        step *= 10
    return hits
