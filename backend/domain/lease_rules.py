"""Who may hold a camera's head: one at a time, the token grows with each new hold."""

import datetime as dt

import msgspec

from contract.rights import Level


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """One hold on one head. `ends_at` is monotonic, `until` is what people are told."""

    camera_id: int
    token: int
    holder: str
    holder_name: str
    session: str
    level: Level
    until: dt.datetime
    ends_at: float


def is_free(hold: Hold | None, holder: str, now: float) -> bool:
    """Whether this person may move the head without taking it from another."""
    return hold is None or hold.holder == holder or hold.ends_at <= now


def may_take_over(hold: Hold, level: Level) -> bool:
    """Who manages the camera takes it from anybody; else who ranks above the holder."""
    return level >= Level.MANAGE or level > hold.level


def is_newest(token: int, newest: int) -> bool:
    """Whether a command of this token may reach the device: an older one comes from somebody who lost the head."""
    return token >= newest
