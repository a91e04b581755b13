"""What the register's list shows: which assets, in which order, under which heads. No Qt."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from console.kit.formats import number_text
from console.kit.ports import AssetLookup, Catalogue, StateLookup
from console.panels.register.words import RegisterWords
from console.store.register_columns import RegisterColumns, Rows
from console.store.register_fields import EXTRA, GROUPABLE, USUAL, Field, Kind, kind_of
from console.store.register_filters import Condition, Group, Match, Operator, RegisterView, SortKey, count_conditions
from console.store.register_listing import Listing, RegisterWish, assets_of, group_keys, listing, listing_steps
from console.store.register_matching import Matcher, Steps
from console.store.register_ranks import RegisterRanks
from console.store.text_column import folded
from contract.assets import Asset, AssetStatus
from contract.stream import Visual
from widgets.filter_values import FilterBlock, FilterField, FilterLine
from widgets.register_rows import RegisterColumn, RegisterRow
from widgets.texts import Texts

MOST_KEYS: Final = 3  # columns that order the list together
_WIDTHS: Final = {Field.NAME: 230, Field.STREET: 190, Field.NUMBER: 90, Field.CLASS: 140, Field.STATE: 120}
_USUAL_WIDTH: Final = 120
_NOTHING: Final = Listing(np.zeros(0, np.int64), np.zeros(0, np.intp))


class RegisterPresenter:
    """Holds the wish and what came of it."""

    def __init__(
        self,
        columns: RegisterColumns,
        visuals: Callable[[], NDArray[np.uint8]],
        assets: AssetLookup,
        states: StateLookup,
        catalogue: Catalogue,
        tr: Texts,
        today: Callable[[], dt.date],
    ) -> None:
        self._columns = columns
        self._assets = assets
        self._states = states
        self._tr = tr
        self.words = RegisterWords(assets, states, catalogue, tr, today)
        self._matcher = Matcher(columns, self.words.label, visuals, today)
        self._ranks = RegisterRanks(columns, self._matcher)
        self.wish = RegisterWish()
        self.found = _NOTHING

    @property
    def view(self) -> RegisterView:
        """What is asked of the list."""
        return self.wish.view

    def ask(self, **changes: Any) -> None:
        """Another view: text, filter, columns, sort, group. Another grouping closes all groups."""
        view = msgspec.structs.replace(self.view, **changes)
        opened = self.wish.opened if view.group == self.view.group else frozenset[int]()
        self.wish = replace(self.wish, view=view, opened=opened)

    def confine(self, only: NDArray[np.uint32] | None) -> None:
        """Nothing but these ids; None: all."""
        self.wish = replace(self.wish, only=only)

    def refresh(self) -> Listing:
        """List anew."""
        self.found = listing(self._columns, self._matcher, self._ranks, self.wish)
        return self.found

    def steps(self) -> Steps[Listing]:
        """List anew by steps; at once where the register changes meanwhile."""
        revision = self._columns.revision
        steps = listing_steps(self._columns, self._matcher, self._ranks, self.wish)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                self.found = end.value
                return self.found
            yield
            if self._columns.revision != revision:
                return self.refresh()

    def warm(self) -> None:
        """Make ready what a first search would wait for: the words of the fields that have few."""
        for field in self._columns.words:
            self._matcher.labels(field)

    def words_changed(self) -> None:
        """Classes or communes have other names."""
        self._matcher.words_changed()
        self._ranks.words_changed()

    def unready(self) -> Sequence[str]:
        """The fields whose order has still to be made, first things first."""
        wanted = [Field.CODE, *(key.field for key in self.view.sort), *([self.view.group] if self.view.group else [])]
        return [field for field in dict.fromkeys(wanted) if not self._ranks.is_ready(field)]

    async def make_ready(self, field: str) -> None:
        """Make the order of a field."""
        await self._ranks.make(field)

    @property
    def depends_on_states(self) -> bool:
        """Whether the list changes as states change."""
        view = self.view
        fields = {view.group, *(key.field for key in view.sort), *_fields_of(view.filter)}
        return Field.STATE in fields

    def turn(self, line: int, *, is_open: bool) -> None:
        """Open or close a group, by its line."""
        group = self.found.groups[-line - 1]
        opened = self.wish.opened | {group.key} if is_open else self.wish.opened - {group.key}
        self.wish = replace(self.wish, opened=opened)

    def turn_all(self, *, is_open: bool) -> None:
        """Open or close every group."""
        opened = frozenset(group.key for group in self.found.groups) if is_open else frozenset[int]()
        self.wish = replace(self.wish, opened=opened)

    def order_by(self, field: str, *, stays: bool) -> None:
        """A head was clicked: this column first; again: backwards; a third time: no longer. `stays`: behind others."""
        before = next((key for key in self.view.sort if key.field == field), None)
        rest = tuple(key for key in self.view.sort if key.field != field) if stays else ()
        if before is None:
            sort = (*rest, SortKey(field))
        elif not before.is_descending:
            turned = SortKey(field, True)
            sort = tuple(turned if key is before else key for key in self.view.sort) if stays else (turned,)
        else:
            sort = rest
        self.ask(sort=sort[:MOST_KEYS])

    # --- words

    def row(self, line: int) -> RegisterRow | None:
        """A line in words."""
        if line < 0:
            return self._group_row(line)
        asset = self.asset_of(line)
        if asset is None:
            return None
        is_retired = asset.status is AssetStatus.RETIRED
        return RegisterRow(
            asset_id=asset.id,
            cells=tuple(self.words.cell(asset, name) for name, _width in self.columns),
            hint=f"{asset.code} · {asset.name}" if asset.name else asset.code,
            is_abnormal=self._states.visual_of(asset.id) > Visual.UNKNOWN,
            is_pale=is_retired,
        )

    @property
    def columns(self) -> Sequence[tuple[str, int]]:
        """Names and widths of the columns that are shown."""
        return self.view.columns or tuple((field.value, 0) for field in USUAL)

    def shown_columns(self) -> Sequence[RegisterColumn]:
        """The columns as the table shows them."""
        return [
            RegisterColumn(
                name,
                self.words.field(name),
                width or _WIDTHS.get(Field(name) if name in set(Field) else Field.CODE, _USUAL_WIDTH),
                is_number=kind_of(name) is Kind.NUMBER,
                is_usual=not width,
                marks_state=name == Field.STATE,
            )
            for name, width in self.columns
        ]

    def all_fields(self) -> Sequence[tuple[str, str]]:
        """Every column there is: name, title; a city's own behind ours."""
        names = [field.value for field in Field] + [f"{EXTRA}{key}" for key in sorted(self._columns.extra_words)]
        return [(name, self.words.field(name)) for name in names]

    def groupings(self) -> Sequence[tuple[str, str]]:
        """By what the list can be grouped: name, title."""
        names = [field.value for field in GROUPABLE] + [f"{EXTRA}{key}" for key in sorted(self._columns.extra_words)]
        return [(name, self.words.field(name)) for name in names]

    def filter_fields(self) -> Sequence[FilterField]:
        """What a filter can compare."""
        found: list[FilterField] = []
        for name, title in self.all_fields():
            kind = kind_of(name)
            words = self._columns.words_of(name) if kind is Kind.CHOICE and name != Field.STATE else None
            options = self.words.options(name, [] if words is None else words[0].texts) if kind is Kind.CHOICE else ()
            found.append(
                FilterField(name, title, kind.value, self.words.operators(kind), options, hint=self.words.hint(kind))
            )
        return found

    def count_text(self, *, waiting: int = 0) -> str:
        """How many are listed of how many; how many have still to be read."""
        if waiting:
            return self._tr("register.reading", count=self._number(waiting))
        shown, total = len(self.found.passing), self.found.total
        counts = {"shown": self._number(shown), "total": self._number(total)}
        text = self._tr("assets.all", total=counts["total"]) if shown == total else self._tr("assets.some", **counts)
        if self.view.group:
            text = self._tr("register.in_groups", text=text, count=self._number(len(self.found.groups)))
        return text

    def marked_text(self, count: int) -> str:
        """How many are marked."""
        return self._tr("register.marked", count=self._number(count)) if count > 1 else ""

    def summary(self) -> str:
        """What the filter asks, in a few words: nobody takes a short list for a small city."""
        words = self.words.filter(self.view.filter)
        return self._tr("register.filtered", filter=words) if words else ""

    def empty_text(self, *, waiting: int) -> str:
        """What an empty list says, and what to do."""
        if waiting:
            return self._tr("register.reading", count=self._number(waiting))
        if not self._columns.count:
            return self._tr("assets.none_yet")
        if self.wish.only is not None:
            return self._tr("register.nothing_there")
        return self._tr("register.nothing_passes" if count_conditions(self.view.filter) else "assets.empty")

    # --- assets

    def asset_of(self, line: int) -> Asset | None:
        """The asset of a line, None for a group."""
        return self._assets.get(int(self._columns.ids[line])) if 0 <= line < self._columns.end else None

    def line_of(self, asset_id: int | None) -> int | None:
        """The line of an asset, where it is held."""
        if asset_id is None:
            return None
        row = int(self._columns.rows_of(np.array([asset_id], np.int64))[0])
        return row if row >= 0 else None

    def id_of_code(self, code: str) -> int | None:
        """The asset that bears this code; None where none does, or several of different classes."""
        columns = self._columns
        hits = columns.texts[Field.CODE].equal(folded(code), slice(0, columns.end)) & columns.live[: columns.end]
        ids: list[int] = columns.ids[: columns.end][hits].tolist()
        return ids[0] if len(ids) == 1 and code else None

    def ids_of(self, lines: NDArray[np.int64]) -> NDArray[np.uint32]:
        """The assets that lines mean; a closed group means all that is in it."""
        return self._columns.ids[assets_of(self.found, lines, self._keys)]

    def listed_ids(self) -> NDArray[np.uint32]:
        """Everything that is listed, in order."""
        return self._columns.ids[self.found.passing]

    def within(self, west: float, south: float, east: float, north: float) -> NDArray[np.uint32]:
        """The assets that stand in a rectangle."""
        columns = self._columns
        rows: Rows = columns.sorted_rows
        lon, lat = columns.numbers[Field.LON][rows], columns.numbers[Field.LAT][rows]
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        return columns.ids[rows[inside]]

    def _keys(self) -> NDArray[np.int64]:
        return group_keys(self._columns, self._matcher, self.view.group)

    def _group_row(self, line: int) -> RegisterRow | None:
        if not 0 < -line <= len(self.found.groups):
            return None
        group = self.found.groups[-line - 1]
        words = self._columns.words_of(self.view.group) if self.view.group != Field.STATE else None
        word = words[0].texts[group.key] if words is not None and 0 <= group.key < len(words[0].texts) else ""
        name = self.words.group(self.view.group, group.key, word)
        return RegisterRow(
            cells=(name,), hint=name, is_group=True, is_open=group.is_open, count=self._number(group.count)
        )

    def _number(self, value: int) -> str:
        return number_text(value, self._tr.language)


def filter_of(block: FilterBlock) -> Group:
    """A filter as it was built by hand."""
    items = [
        filter_of(item)
        if isinstance(item, FilterBlock)
        else Condition(item.field, Operator(item.operator), item.values)
        for item in block.items
        if isinstance(item, FilterBlock) or item.operator in set(Operator)
    ]
    return Group(Match.ANY if block.is_any else Match.ALL, tuple(items))


def block_of(group: Group) -> FilterBlock:
    """A filter to be built on by hand."""
    items = [
        block_of(item) if isinstance(item, Group) else FilterLine(item.field, item.operator.value, item.values)
        for item in group.items
    ]
    return FilterBlock(group.match is Match.ANY, tuple(items))


def _fields_of(group: Group) -> Sequence[str]:
    fields: list[str] = []
    for item in group.items:
        fields += _fields_of(item) if isinstance(item, Group) else [item.field]
    return fields
