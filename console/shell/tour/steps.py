"""What the tour has people do, in order, and where one of them stands. No Qt."""

import enum
from collections.abc import Collection
from typing import Final

import msgspec

SETTING: Final = "tour"


class Step(enum.StrEnum):
    """One thing to do; the next begins when it is done."""

    ALARM = "alarm"
    MAP = "map"
    CAMERA = "camera"
    ACKNOWLEDGE = "acknowledge"
    CLAIM = "claim"
    VERIFY = "verify"


STEPS: Final = tuple(Step)


class Stand(enum.StrEnum):
    """How far one is with the tour as a whole."""

    OFFERED = "offered"  # nobody has answered yet
    UNDER_WAY = "under_way"
    PUT_OFF = "put_off"  # goes on where it was when one asks for it
    ENDED = "ended"


class TourPlace(msgspec.Struct, frozen=True):
    """Where one stands; kept for each person."""

    stand: Stand = Stand.OFFERED
    step: Step = Step.ALARM

    @property
    def number(self) -> int:
        """Which step it is, from 1."""
        return STEPS.index(self.step) + 1


def asked_for(place: TourPlace) -> TourPlace:
    """Somebody wants the tour: where he was, or from the beginning when it was over."""
    is_new = place.stand in {Stand.ENDED, Stand.OFFERED}
    return TourPlace(Stand.UNDER_WAY, STEPS[0] if is_new else place.step)


def put_off(place: TourPlace) -> TourPlace:
    """Not now."""
    return TourPlace(Stand.PUT_OFF, place.step) if place.stand is not Stand.ENDED else place


def skipped(place: TourPlace) -> TourPlace:
    """The step is left out."""
    if place.step is STEPS[-1]:
        return TourPlace(Stand.ENDED, place.step)
    return TourPlace(Stand.UNDER_WAY, STEPS[place.number])


def after(place: TourPlace, done: Collection[Step]) -> TourPlace:
    """What was done already is not asked for again."""
    while place.stand is Stand.UNDER_WAY and place.step in done:
        place = skipped(place)
    return place


def read(content: str) -> TourPlace:
    """What was kept; the beginning where it makes no sense."""
    try:
        return msgspec.json.decode(content, type=TourPlace)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return TourPlace()


def written(place: TourPlace) -> str:
    """To be kept."""
    return msgspec.json.encode(place).decode()
