"""What is said of alarm rules, sheets, the priority matrix and trials."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "rule_number": "every limit and time must be a number",
    "rule_hold": "a delay lies between 0 and 24 hours",
    "rule_dead_band": "a dead-band is never negative",
    "rule_limit": "this alarm needs a limit",
    "rule_speed": "a speed limit is more than 0",
    "rule_span": "the span lies above 0 and at most 7 days",
    "rule_count": "the count lies between 1 and 100, its window between 0 and 7 days",
    "rule_count_window": "a count of more than one needs its window",
    "rule_never_waits": "this alarm never waits: it takes no delay, no count and no enabling condition",
    "rule_never_silent": "this alarm never waits: it is always acknowledged by somebody, so that it is never silent",
    "rule_no_number": "its point is not a number",
    "rule_enabling": "an enabling condition names a point that some class has: a yes/no, or a number with a limit",
    "rule_empty": "nothing is changed: say which field is to be another",
    "rule_until": "the end lies in the future, at most a year from now, with its zone",
    "rule_reason": "say why: the reason stays with the rule",
    "rule_changed": "{who} changed it meanwhile: look at it again, then decide",
    "rule_gone": "there is no such override any more",
    "rule_full": "{count} overrides of one alarm are enough: change the class, or a parent, instead",
    "sheet_text": "a text of a sheet has at most 2,000 characters",
    "sheet_time": "the time to respond lies above 0 and at most 7 days",
    "sheet_names": "owner and displays have at most 80 printable characters, and there are at most 10 displays",
    "matrix_columns": "the matrix has 2 to 6 columns, whose times fall and lie above 0",
    "matrix_shape": "the matrix has a row for each consequence and a priority for each column",
    "matrix_order": "a graver consequence or less time cannot give a lower priority",
    "trial_period": "a trial is of the past: it begins before it ends, and is of at most 31 days",
    "trial_busy": "a trial of yours is running: wait for it or cancel it",
    "trial_full": "{count} trials are running already: try again in a moment",
    "trial_nothing": "there is no asset of this kind there",
    "trial_failed": "the past could not be read: {why}",
}
