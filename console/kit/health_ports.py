"""What presenters ask of the backend about alarm health."""

import datetime as dt
from typing import Protocol

from contract.alarm_health import (
    BadActors,
    HealthAnswer,
    HealthSeats,
    Proposals,
    RemediesApplied,
    RemedyApplied,
    RemedyRequest,
)


class HealthCalls(Protocol):
    """Part of Client. Days are of the city's clock, both included; a remedy takes an approval: act "alarm_remedy"."""

    async def health_seats(self) -> HealthSeats: ...
    async def alarm_health(self, seat: str, since: dt.date, until: dt.date) -> HealthAnswer: ...
    async def bad_actors(self, seat: str, since: dt.date, until: dt.date) -> BadActors: ...
    async def remedy_proposals(self, alarm_id: int, since: dt.date, until: dt.date) -> Proposals: ...
    async def apply_remedy(self, request: RemedyRequest) -> RemedyApplied: ...
    async def remedies(self, cursor: str | None = None) -> RemediesApplied: ...
