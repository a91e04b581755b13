"""What of the alarm panel is kept with its workspace: columns, filter, order. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from console.store.alarm_filters import AlarmFilter, Order
from widgets.alarm_list_columns import Column, ShownColumn, checked, usual


class _Kept(msgspec.Struct, frozen=True):
    columns: tuple[tuple[str, int], ...] = ()
    filter: AlarmFilter = AlarmFilter()
    order: Order = Order.URGENCY
    has_details: bool = False


@dataclass(frozen=True)
class PanelLook:
    """How the operator left it."""

    columns: Sequence[ShownColumn]
    filter: AlarmFilter = field(default_factory=AlarmFilter)
    order: Order = Order.URGENCY
    has_details: bool = False


def write(look: PanelLook) -> dict[str, object]:
    """As JSON has it; a period of one evening is no habit and stays out."""
    lasting = msgspec.structs.replace(look.filter, since=None, until=None)
    columns = tuple((each.column.value, each.width) for each in look.columns)
    kept = msgspec.to_builtins(_Kept(columns, lasting, look.order, look.has_details))
    return dict(kept)


def read(state: dict[str, object]) -> PanelLook:
    """As it was kept; what makes no sense to this console is left out."""
    columns, wanted, order = usual(), AlarmFilter(), Order.URGENCY
    try:
        pairs = msgspec.convert(state.get("columns", ()), tuple[tuple[str, int], ...])
        known = [ShownColumn(Column(name), width) for name, width in pairs if name in set(Column)]
        columns = checked(known) if known else columns
    except (msgspec.ValidationError, ValueError):
        columns = usual()
    try:
        wanted = msgspec.convert(state.get("filter", {}), AlarmFilter)
        order = msgspec.convert(state.get("order", Order.URGENCY.value), Order)
    except (msgspec.ValidationError, ValueError):
        wanted, order = AlarmFilter(), Order.URGENCY
    return PanelLook(columns, wanted, order, state.get("has_details") is True)
