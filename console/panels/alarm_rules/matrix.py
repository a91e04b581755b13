"""The priority matrix as it is typed, without Qt: bounds in minutes, priorities by consequence and column."""

import itertools
from collections.abc import Sequence

from console.panels.alarm_rules.bad_field import BadField
from contract.alarm_rules import MatrixChange, PriorityMatrix
from contract.alarms import Priority
from widgets.texts import Texts


def column_heads(within_s: Sequence[float], tr: Texts) -> Sequence[str]:
    """What each column stands for: "30 min or more", "10 to 30 min", "less than 3 min"."""
    minutes = [f"{bound / 60:g}" for bound in within_s]
    if not minutes:
        return ()
    between = [tr("alarm_rules.matrix_between", low=low, high=high) for high, low in itertools.pairwise(minutes)]
    first, last = tr("alarm_rules.matrix_more", low=minutes[0]), tr("alarm_rules.matrix_less", high=minutes[-1])
    return (first, *between, last)


def read_change(
    held: PriorityMatrix, minutes: Sequence[str], chosen: Sequence[Sequence[Priority]], reason: str, tr: Texts
) -> MatrixChange:
    """As typed, on the version that was read. Raises BadField."""
    bounds: list[float] = []
    for text in minutes:
        try:
            bounds.append(float(text.strip().replace(",", ".")) * 60.0)
        except ValueError as error:
            raise BadField(tr("alarm_rules.not_number", name=tr("alarm_rules.matrix_bounds"))) from error
    rows = tuple(tuple(row) for row in chosen)
    return MatrixChange(within_s=tuple(bounds), priorities=rows, version=held.version, reason=reason)
