"""Lines of the equipment card, in words. No Qt, so that presenters can make them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PointLine:
    """One point in words. `is_believable`: good and fresh."""

    name: str
    label: str
    value: str
    age: str
    quality: str
    is_believable: bool
    is_alarming: bool = False
    has_trend: bool = False


@dataclass(frozen=True)
class ClaimLine:
    """One claim in words."""

    claim_id: str
    value: str
    rank: str
    owner: str
    reason: str
    until: str
    is_winner: bool
    can_release: bool


@dataclass(frozen=True)
class StackWords:
    """What is wanted, what the device says, and whether it obeys."""

    wanted: str
    reported: str
    verdict: str
    is_obeyed: bool | None
    note: str = ""
