"""Every word a footage timeline says, handed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from widgets.footage_timeline.lanes import MarkKind


@dataclass(frozen=True)
class FootageTimelineTexts:
    """Words; those with {placeholders} are filled by the timeline."""

    name: str = "Timeline of recordings"
    keys: str = (
        "Space plays or pauses, arrows move a second, with Shift ten, comma and full stop one picture, "
        "Control and arrows go to marks, up and down choose a camera, I and O set a period."
    )
    at: str = "{time}, {zone}"
    not_recorded: str = "not recorded"
    loading: str = "…"
    empty: str = "No camera. Drag one here, or type its number."
    now: str = "now"
    selection: str = "{length}"
    day_format: str = "%d/%m"
    kinds: Mapping[MarkKind, str] = field(
        default_factory=lambda: {
            MarkKind.MOTION: "motion",
            MarkKind.EVENT: "event",
            MarkKind.ALARM: "alarm",
            MarkKind.BOOKMARK: "bookmark",
            MarkKind.LOCK: "sealed",
        }
    )
