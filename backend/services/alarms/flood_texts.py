"""What is said of rules by which a state inhibits alarms."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "inhibition_incomplete": "an inhibition rule needs a name and at least one kind of alarm: {what}",
    "inhibition_class": "there is no equipment class {what}",
    "inhibition_source": "the rule {what} needs an alarm or a point as its reason, one of the two",
    "inhibition_kind": "this class has no alarm {what}",
    "inhibition_point": "this class has no point {what}",
    "inhibition_never": "{what} never waits and cannot be inhibited",
    "inhibition_self": "{what} would inhibit itself",
    "inhibition_circle": "{what} would inhibit itself through other rules: with all of them active none would be seen",
    "inhibition_long": "name the rule in one line of 80 characters, its reason in 500, with 100 kinds at most: {what}",
    "inhibition_many": "{what} inhibition rules are enough: remove one first",
}
