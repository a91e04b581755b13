"""A timeline with a lane a camera: what was recorded, gaps, motion, alarms, bookmarks, and a period to take out."""

from widgets.footage_timeline.hover import Hover
from widgets.footage_timeline.lanes import FootageLane, LaneGap, LaneMark, MarkKind, Period
from widgets.footage_timeline.texts import FootageTimelineTexts
from widgets.footage_timeline.widget import FootageTimeline

__all__ = [
    "FootageLane",
    "FootageTimeline",
    "FootageTimelineTexts",
    "Hover",
    "LaneGap",
    "LaneMark",
    "MarkKind",
    "Period",
]
