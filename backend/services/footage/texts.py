"""What is said of recordings: why a plan, a bookmark or a seal is refused."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    "plan_cameras": "name 1 to {count} cameras, each once",
    "plan_not_a_camera": "{asset} is no camera",
    "plan_kept": "recordings are kept 1 to {days} days: the law allows no more",
    "plan_pre_roll": "before an event 0 to {seconds} seconds are kept",
    "plan_post_roll": "after an event 0 to {seconds} seconds are recorded",
    "plan_quota": "a quota is 0 (none of its own) or {megabytes} MB at least",
    "plan_zone": "{zone} is no time zone: give one such as Europe/Paris",
    "plan_hours": "hours run from a minute of the day to another one, on one weekday at least; {count} rows at most",
    "plan_no_hours": "a schedule needs its hours",
    "footage_period": "a period ends after it begins, and lasts {days} days at most",
    "footage_no_answer": "the recorder does not answer now: {reason}",
    "bookmark_label": "a bookmark needs a label of one line, with {count} characters at most",
    "bookmark_time": "a bookmark lies in the past, and ends after it begins",
    "bookmark_count": "{asset} has {count} bookmarks already: remove some",
    "bookmark_not_yours": "{who} made this bookmark: only he, or who manages {asset}, removes it",
    "lock_cameras": "name 1 to {count} cameras, each once",
    "lock_period": "a sealed period lies in the past, ends after it begins, and lasts {days} days at most",
    "lock_reason": "say why, with {count} characters at most, and name the requisition on one line",
    "lock_expiry": "a seal ends in the future, within {years} years",
    "lock_nothing": "nothing of these cameras is recorded in this period: there is nothing to seal",
    "lock_gone": "there is no such seal any more",
    "lock_over": "this seal is released already",
    "lock_missing": "not recorded: {count} parts of the period",
    "camera_address_unknown": "where its picture is cannot be asked now",
    "recorder_not_running": "the recorder does not run",
}
