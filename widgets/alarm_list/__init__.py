"""The alarm list: never moves under the pointer."""

from widgets.alarm_list.view import AlarmList
from widgets.alarm_rows import AlarmRow

__all__ = ["AlarmList", "AlarmRow"]
