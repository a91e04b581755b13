"""Rationalisation sheets: the priority that a matrix gives, and which reviews are overdue."""

import datetime as dt
import itertools
import math
from collections.abc import Sequence
from typing import Final

from contract.alarm_rules import (
    CONSEQUENCES,
    LONGEST_OWNER,
    LONGEST_SHEET_TEXT,
    LONGEST_SPAN_S,
    MOST_DISPLAYS,
    PriorityMatrix,
    SheetContent,
)
from contract.alarms import Priority

_P1, _P2, _P3, _P4 = Priority.P1, Priority.P2, Priority.P3, Priority.P4
MOST_COLUMNS: Final = 6
STANDARD_MATRIX: Final = PriorityMatrix(
    within_s=(1800.0, 600.0, 180.0),  # more than 30 minutes, 10 to 30, 3 to 10, less than 3
    priorities=(
        (_P4, _P4, _P4, _P3),
        (_P4, _P3, _P3, _P2),
        (_P3, _P3, _P2, _P2),
        (_P3, _P2, _P1, _P1),
    ),
)


def column_of(matrix: PriorityMatrix, respond_within_s: float) -> int:
    """The column of a time to respond: each bound belongs to the less urgent column before it."""
    return sum(1 for bound in matrix.within_s if respond_within_s < bound)


def priority_by(matrix: PriorityMatrix, content: SheetContent) -> Priority | None:
    """The priority of consequence and time to respond; None while either is not agreed."""
    if content.consequence is None or content.respond_within_s is None:
        return None
    return matrix.priorities[content.consequence - 1][column_of(matrix, content.respond_within_s)]


def is_overdue(content: SheetContent, today: dt.date) -> bool:
    """Its review date has passed."""
    return content.review_on is not None and content.review_on < today


def matrix_faults(matrix: PriorityMatrix) -> Sequence[str]:
    """Why this cannot be a matrix, as codes of `rule_texts`.

    A graver consequence or less time never gives a lower priority: an operator could not trust a list that did.
    """
    bounds = matrix.within_s
    is_falling = all(first > second for first, second in itertools.pairwise(bounds))
    if not 1 <= len(bounds) < MOST_COLUMNS or not is_falling:
        return ["matrix_columns"]
    if not all(math.isfinite(bound) and 0 < bound <= LONGEST_SPAN_S for bound in bounds):
        return ["matrix_columns"]
    rows = matrix.priorities
    if len(rows) != len(CONSEQUENCES) or any(len(row) != len(bounds) + 1 for row in rows):
        return ["matrix_shape"]
    lines = [*rows, *zip(*rows, strict=True)]
    if any(first < second for line in lines for first, second in itertools.pairwise(line)):
        return ["matrix_order"]
    return []


def sheet_faults(content: SheetContent) -> Sequence[str]:
    """Why this cannot be a sheet, as codes of `rule_texts`."""
    faults: list[str] = []
    labels = (content.cause, content.effect, content.response, content.guidance)
    if any(len(text) > LONGEST_SHEET_TEXT for label in labels for text in (label.fr, label.en)):
        faults.append("sheet_text")
    within_s = content.respond_within_s
    if within_s is not None and not (math.isfinite(within_s) and 0 < within_s <= LONGEST_SPAN_S):
        faults.append("sheet_time")
    names = (content.owner, *content.displays)
    if len(content.displays) > MOST_DISPLAYS or any(len(name) > LONGEST_OWNER for name in names):
        faults.append("sheet_names")
    if not all(name.isprintable() for name in names):
        faults.append("sheet_names")
    return faults
