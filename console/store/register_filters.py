"""What the operator wants to see of the register, as values that can be kept under a name. No Qt."""

import datetime as dt
import enum
import logging
import math
from collections.abc import Mapping
from typing import Final

import msgspec

from console.store.register_fields import Kind, is_field, kind_of
from contract.named_content import NamedContent

log = logging.getLogger(__name__)
DEEPEST: Final = 4  # groups within groups
MOST_CONDITIONS: Final = 60


class Operator(enum.StrEnum):
    """How a field is compared."""

    CONTAINS = "contains"
    LACKS = "lacks"
    IS = "is"
    IS_NOT = "is_not"
    BEGINS = "begins"
    ENDS = "ends"
    BELOW = "below"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    ABOVE = "above"
    BETWEEN = "between"
    EMPTY = "empty"
    FILLED = "filled"


_ORDERED: Final = (
    Operator.IS,
    Operator.IS_NOT,
    Operator.BELOW,
    Operator.AT_MOST,
    Operator.AT_LEAST,
    Operator.ABOVE,
    Operator.BETWEEN,
)
_ENDS: Final = (Operator.EMPTY, Operator.FILLED)
OPERATORS: Final[Mapping[Kind, tuple[Operator, ...]]] = {
    Kind.TEXT: (
        Operator.CONTAINS,
        Operator.LACKS,
        Operator.IS,
        Operator.IS_NOT,
        Operator.BEGINS,
        Operator.ENDS,
        *_ENDS,
    ),
    Kind.CHOICE: (Operator.IS, Operator.IS_NOT, *_ENDS),
    Kind.NUMBER: (*_ORDERED, *_ENDS),
    Kind.DATE: (*_ORDERED, *_ENDS),
    Kind.ASSET: (Operator.CONTAINS, Operator.LACKS, Operator.IS, *_ENDS),
}
"""What can be asked of each kind of field; the first is proposed."""


class Match(enum.StrEnum):
    """Whether all of a group must hold, or any."""

    ALL = "all"
    ANY = "any"


class Condition(msgspec.Struct, frozen=True, omit_defaults=True, tag="condition"):
    """A field compared. Several values of IS: any of them. Numbers and days are kept as they were typed."""

    field: str
    operator: Operator
    values: tuple[str, ...] = ()


class Group(msgspec.Struct, frozen=True, omit_defaults=True, tag="group"):
    """Conditions and groups of which all must hold, or any. An empty group asks nothing."""

    match: Match = Match.ALL
    items: "tuple[Condition | Group, ...]" = ()


class SortKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column that orders the list. What is empty comes last, either way."""

    field: str
    is_descending: bool = False


class RegisterView(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A way of looking at the register: which assets, columns (name, width; 0: usual), order and groups."""

    text: str = ""
    filter: Group = Group()
    columns: tuple[tuple[str, int], ...] = ()
    sort: tuple[SortKey, ...] = ()
    group: str = ""


class NamedView(msgspec.Struct, frozen=True):
    """A view that is kept."""

    name: str
    value: RegisterView
    owner: str = ""
    is_shared: bool = False


def is_whole(condition: Condition) -> bool:
    """Whether it can be asked: one that is still being written asks nothing."""
    if condition.operator in _ENDS:
        return True
    needed = 2 if condition.operator is Operator.BETWEEN else 1
    if len(condition.values) < needed or not is_field(condition.field):
        return False
    kind = kind_of(condition.field)
    reader = {Kind.NUMBER: number_of, Kind.DATE: day_of}.get(kind)
    if reader is not None:
        return all(reader(value) is not None for value in condition.values)
    return any(value.strip() for value in condition.values)


def number_of(text: str) -> float | None:
    """A number as people type it, with comma or point; None when it is none."""
    try:
        value = float("".join(text.split()).replace("\u202f", "").replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def day_of(text: str) -> dt.date | None:
    """A day as 2024-05-31, 31/05/2024 or 2024 (its first); None when it is none."""
    parts = text.strip().replace("/", "-").replace(".", "-").split("-")
    if not all(part.isascii() and part.isdigit() for part in parts):
        return None
    numbers = [int(part) for part in parts]
    try:
        match numbers:
            case [year] if year > 999:
                return dt.date(year, 1, 1)
            case [first, month, last]:
                return dt.date(first, month, last) if len(parts[0]) == 4 else dt.date(last, month, first)
            case _:
                return None
    except (ValueError, OverflowError):
        return None


def count_conditions(group: Group) -> int:
    """How many conditions a group asks, those within its groups too."""
    return sum(count_conditions(item) if isinstance(item, Group) else int(is_whole(item)) for item in group.items)


def written(name: str, value: RegisterView, *, is_shared: bool) -> NamedContent:
    """As the backend keeps it."""
    return NamedContent(name=name, content=msgspec.json.encode(value).decode(), is_shared=is_shared)


def read(kept: NamedContent) -> NamedView | None:
    """What was kept, None when it makes no sense to this console."""
    try:
        value = checked(msgspec.json.decode(kept.content, type=RegisterView))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        log.warning("the view of the register %r is not readable: %s", kept.name, error)
        return None
    return NamedView(kept.name, value, kept.owner, kept.is_shared)


def checked(view: RegisterView) -> RegisterView:
    """Without fields that there are not. Raises ValueError for a filter larger than people make it."""
    if _depth(view.filter) > DEEPEST or _size(view.filter) > MOST_CONDITIONS:
        raise ValueError("the filter is too large")
    columns = tuple({name: width for name, width in view.columns if is_field(name)}.items())
    return msgspec.structs.replace(
        view,
        filter=_known(view.filter),
        columns=columns,
        sort=tuple(key for key in view.sort if is_field(key.field)),
        group=view.group if is_field(view.group) else "",
    )


def _known(group: Group) -> Group:
    items = [
        _known(item) if isinstance(item, Group) else item
        for item in group.items
        if isinstance(item, Group) or (is_field(item.field) and item.operator in OPERATORS[kind_of(item.field)])
    ]
    return Group(group.match, tuple(items))


def _depth(group: Group) -> int:
    return 1 + max((_depth(item) for item in group.items if isinstance(item, Group)), default=0)


def _size(group: Group) -> int:
    return sum(_size(item) + 1 if isinstance(item, Group) else 1 for item in group.items)
