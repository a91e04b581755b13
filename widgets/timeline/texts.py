"""Every word a timeline says, handed in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TimelineTexts:
    """Words; those with {placeholders} are filled by the timeline."""

    name: str = "Time scrubber"
    keys: str = "Space plays or pauses, arrows step a minute, Page keys ten, Control and arrows go to alarms."
    at: str = "{time}, {zone}"
    no_recording: str = "no recording"
    not_known: str = "nothing was recorded then"
    now: str = "now"
    alarms: str = "{time}: {counts}"
    day_format: str = "%d/%m"
