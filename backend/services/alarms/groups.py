"""What stands behind a card: its members, those that were first out first."""

from collections.abc import Callable, Sequence

import msgspec

from backend.services.alarms.first_outs import FirstOuts
from backend.services.alarms.folds import SupplyFolds
from backend.services.alarms.ledger import AlarmLedger, Key
from contract.alarm_flood import GroupMember
from contract.alarms import Alarm


class Place(msgspec.Struct, frozen=True):
    """One member in order. `rank`: among the first out, from 1."""

    key: Key
    rank: int | None
    at: float | None
    is_reliable: bool


class Groups:
    """Reads the members of cards; `seen` gives the record of an alarm."""

    def __init__(
        self, ledger: AlarmLedger, folds: SupplyFolds, first_outs: FirstOuts, seen: Callable[[Key], Alarm]
    ) -> None:
        self._ledger = ledger
        self._folds = folds
        self._first_outs = first_outs
        self._seen = seen

    def places(self, alarm_id: int) -> Sequence[Place]:
        """All members of a card in order; first out, though they may be back, then by the time they came."""
        card = self._ledger.key(alarm_id)
        if card is None or self._folds.card_of(card[0]) != card:
            return ()
        first: dict[Key, Place] = {}
        for rank, member in enumerate(self._first_outs.of(card[0]), 1):
            key = self._ledger.key(member.alarm_id)
            if key is not None:
                first[key] = Place(key, rank, member.stamp.at, member.stamp.is_reliable)
        others = [self._place(key) for key in self._folds.members_of(card[0]) if key not in first]
        others.sort(key=lambda place: (place.at is None, place.at or 0.0, place.key))
        return [*first.values(), *others]

    def member(self, place: Place) -> GroupMember:
        """A member as consoles get it."""
        return GroupMember(
            alarm=self._seen(place.key),
            rank=place.rank,
            happened_at=place.at,
            has_unreliable_time=not place.is_reliable,
        )

    def _place(self, key: Key) -> Place:
        stamp = self._first_outs.stamp_of(key)
        if stamp is not None:
            return Place(key, None, stamp.at, stamp.is_reliable)
        state = self._ledger.state(key)
        raised = state.raised_at.timestamp() if state is not None and state.raised_at is not None else None
        return Place(key, None, raised, is_reliable=True)
