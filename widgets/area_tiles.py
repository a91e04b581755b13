"""One area of the city in words and figures, to be read across a room. No Qt, so that presenters can make it."""

from dataclasses import dataclass, field

from contract.alarms import Priority


@dataclass(frozen=True)
class AreaTile:
    """`worst` None: nothing stands there. `waiting`: alarms to acknowledge, by priority."""

    key: str
    name: str
    worst: Priority | None = None
    is_waiting: bool = False
    waiting: dict[Priority, int] = field(default_factory=dict)
    what: tuple[str, ...] = ()
    more: str = ""
    spoken: str = ""  # the whole tile in a sentence, for a screen reader and the tooltip
