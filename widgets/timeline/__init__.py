"""A scrubber: time, what was recorded of it, how many alarms came, and where one stands."""

from widgets.timeline.frame import ReplayFrame
from widgets.timeline.texts import TimelineTexts
from widgets.timeline.widget import Timeline

__all__ = ["ReplayFrame", "Timeline", "TimelineTexts"]
