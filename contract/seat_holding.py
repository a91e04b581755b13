"""Who holds a seat: locked, unlocked, taken over by another one, without a window or an alarm being lost."""

import enum

import msgspec


class SeatEvent(enum.StrEnum):
    """What a console tells the journal of its seat."""

    LOCKED = "locked"
    TAKEN_OVER = "taken_over"  # another one logged in at the seat of `before`


class SeatReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /seat/events."""

    seat: str
    event: SeatEvent
    before: str = ""  # who held the seat


class SeatUnlock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """POST /seat/unlock: who locked the seat proves that it is he."""

    seat: str
    password: str

    def __repr__(self) -> str:
        """Without the password."""
        return f"SeatUnlock(seat={self.seat!r})"
