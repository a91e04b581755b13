"""What a tile says besides its picture. No Qt, so that presenters can make it."""

from typing import NamedTuple

from contract.alarms import Priority


class Mark(NamedTuple):
    """A small sign in the caption: an icon, and its words for whoever cannot see it."""

    icon: str
    text: str
    is_warning: bool = False


class TileAlarm(NamedTuple):
    """Why this camera came onto the wall."""

    priority: Priority
    text: str
    wants_acknowledgement: bool = True


class TileWords(NamedTuple):
    """Everything a tile says but its caption and the state of its stream; empty parts take no room."""

    number: str = ""
    marks: tuple[Mark, ...] = ()
    alarm: TileAlarm | None = None
    past: str = ""
    """A recorded picture: its words and its time. The tile is framed so that nobody takes it for live."""
    said: str = ""
    """What was refused, who holds the camera: a line above the caption."""
    head: str = ""
    """What brought it here: a tour and where it stands."""

    @property
    def spoken(self) -> str:
        """All of it as one text, for those who hear the screen."""
        alarm = "" if self.alarm is None else f"P{int(self.alarm.priority)} {self.alarm.text}"
        parts = (alarm, self.past, self.head, self.said, *(mark.text for mark in self.marks))
        return ", ".join(part for part in parts if part)
