"""Whether alarms come faster than people can read them: new cards of the last ten minutes, with a way in and out."""

from collections import deque
from collections.abc import Hashable, Iterable, Sequence
from typing import Final, Generic, TypeVar

from backend.domain.alarms.conditions import CHATTER_COUNT, CHATTER_WINDOW_S, Condition, is_chattering
from contract.alarm_flood import FLOOD_HOLD_S, FLOOD_WINDOW_S, FOLD_HOLD_S, in_flood
from contract.assets import AlarmRule

SHELVING_PROPOSED_MIN: Final = 60
PROPOSED_FROM_REPEATS: Final = 10
K = TypeVar("K", bound=Hashable)


class FloodWindow(Generic[K]):
    """New cards, oldest first. Times are monotonic seconds; `is_on` is as of the last look."""

    def __init__(self) -> None:
        self._came: deque[tuple[float, K]] = deque()
        self.is_on = False

    def note(self, at: float, card: K) -> None:
        """A card was annunciated."""
        self._came.append((at, card))

    def look(self, now: float) -> bool:
        """Forget what is too old; whether there is a flood."""
        while self._came and self._came[0][0] <= now - FLOOD_WINDOW_S:
            self._came.popleft()
        self.is_on = in_flood(len(self._came), self.is_on)
        return self.is_on

    @property
    def count(self) -> int:
        """New cards within the window."""
        return len(self._came)

    def cards(self) -> Iterable[K]:
        """The cards of the window, oldest first, each as often as it came."""
        return (card for _, card in self._came)


def hold_s(is_flood: bool, arriving: int) -> float:
    """How long what a supply may explain is held; `arriving`: what has come and is not judged yet."""
    return FLOOD_HOLD_S if is_flood or in_flood(arriving, was=False) else FOLD_HOLD_S


def stray_groups(cards: Iterable[tuple[K, str]], most: int) -> dict[str, Sequence[K]]:
    """More than `most` unexplained cards of one kind are one group, by the key that opens it."""
    by_kind: dict[str, list[K]] = {}
    for card, kind in cards:
        by_kind.setdefault(kind, []).append(card)
    return {f"strays:{kind}": found for kind, found in by_kind.items() if len(found) > most}


def still_chatters(condition: Condition, now: float) -> bool:
    """It came three times within the last minute, counted from now."""
    return is_chattering(condition) and now - condition.onsets[-CHATTER_COUNT] <= CHATTER_WINDOW_S


def shelving_proposed_min(rule: AlarmRule | None, *, is_chattering: bool, repeats: int, is_set_aside: bool) -> int:
    """For how many minutes an operator is asked to shelve what chatters; 0: not at all. Never what must not wait."""
    if rule is None or rule.never_waits or is_set_aside or not is_chattering or repeats < PROPOSED_FROM_REPEATS:
        return 0
    return SHELVING_PROPOSED_MIN
