"""Seats: a role, with the alarms its people may operate. See contract/alarm_health.py."""

import datetime as dt
from collections.abc import Callable, Sequence

from backend.domain.alarms.health_log import Happening
from backend.domain.rights import allows, local_minute
from backend.domain.rights_place import service_of
from backend.services.register import Register
from contract.alarm_health import HealthSeat
from contract.rights import Level, User

CITY = ""  # the seat that sees everything
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Seating:
    """Who sits where, as accounts and rights are at one moment; repeated questions cost a dictionary look-up."""

    def __init__(self, register: Register, users: Sequence[User]) -> None:
        self._register = register
        self._roles = {user.name: user.role for user in users}
        self._people: dict[str, list[User]] = {}
        for user in users:
            may_operate = any(not grant.is_deny and grant.level >= Level.OPERATE for grant in user.grants)
            if user.is_active and may_operate and user.role:
                self._people.setdefault(user.role, []).append(user)
        self._has_hours = {
            role: any(grant.scope.from_minute is not None or grant.scope.to_minute is not None for grant in grants)
            for role, grants in ((role, [g for user in people for g in user.grants]) for role, people in self.people)
        }
        self._answers: dict[tuple[str, str, str, str, int], bool] = {}

    @property
    def people(self) -> Sequence[tuple[str, Sequence[User]]]:
        """The roles that may operate something, by name, with their people."""
        return sorted(self._people.items())

    @property
    def names(self) -> Sequence[str]:
        """All seats, the whole city first."""
        return [CITY, *(role for role, _ in self.people)]

    def seats(self, own: str) -> Sequence[HealthSeat]:
        """All seats as consoles get them."""
        everybody = {user.name for _, people in self.people for user in people}
        city = HealthSeat(name=CITY, people=len(everybody))
        return [city, *(HealthSeat(name=r, people=len(p), is_own=r == own) for r, p in self.people)]

    def covers(self, seat: str, asset_id: int, at_ms: int) -> bool:
        """Whether an alarm of this asset came to this seat at that moment."""
        if seat == CITY:
            return True
        asset = self._register.get(asset_id)
        if asset is None or seat not in self._people:
            return False
        at = _EPOCH + dt.timedelta(milliseconds=at_ms)
        service = service_of(asset, self._register.classes)
        question = (seat, asset.commune, service, asset.class_, local_minute(at) if self._has_hours[seat] else 0)
        answer = self._answers.get(question)
        if answer is None:
            answer = any(
                allows(user.grants, Level.OPERATE, commune=asset.commune, service=service, class_=asset.class_, at=at)
                for user in self._people[seat]
            )
            self._answers[question] = answer
        return answer

    def sits_at(self, seat: str, user_name: str) -> bool:
        """Whether this person works there."""
        return seat == CITY or self._roles.get(user_name) == seat

    def of_seat(self, seat: str) -> tuple[Callable[[Happening], bool], Callable[[str], bool]]:
        """What the tally of a seat asks."""
        return (
            lambda item: self.covers(seat, item.asset_id, item.at_ms),
            lambda user_name: self.sits_at(seat, user_name),
        )

    def has(self, seat: str) -> bool:
        """Whether there is such a seat."""
        return seat == CITY or seat in self._people
