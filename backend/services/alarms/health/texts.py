"""What is refused when alarm health is asked for or mended."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "health_never_waits": "this alarm never waits (intrusion, fire, panic, a forced door): nothing may hold it back",
    "health_no_rule": "no rule stands behind this alarm any more: there is nothing to change",
    "health_reason": "say why, in {most} characters at most",
    "health_value": "this value is not possible: {value}",
    "health_priority": "only a lower priority can be set here",
    "health_p1": "an alarm of the highest priority is neither counted first nor shelved here",
    "health_shelf": "between {least} and {most} hours on the shelf",
}
