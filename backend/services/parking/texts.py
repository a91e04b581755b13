"""What is said of car parks and their rules."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "parking_no_car_park": "{asset} is no car park: choose one",
    "parking_rule_most_minutes": "the longest stay lies between 1 minute and a week",
    "parking_rule_tolerance_minutes": "the tolerance lies between 0 minutes and a day",
    "parking_rule_hours": "the rule must begin before it ends, within one day",
    "parking_rule_days": "name at least one day of the week, each once",
}
