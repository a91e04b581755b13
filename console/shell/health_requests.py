"""Requests about alarm health."""

import datetime as dt

from backend_client.session import Session
from console.shell.asking import asked
from contract.alarm_health import (
    BadActors,
    HealthAnswer,
    HealthSeats,
    Proposals,
    RemediesApplied,
    RemedyApplied,
    RemedyRequest,
)


class HealthRequests:
    """console.kit.health_ports.HealthCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def health_seats(self) -> HealthSeats:
        """The seats one may ask about."""
        return await asked(self._session.get("/alarm-health/seats", HealthSeats))

    async def alarm_health(self, seat: str, since: dt.date, until: dt.date) -> HealthAnswer:
        """Figures and trend."""
        return await asked(self._session.get("/alarm-health", HealthAnswer, _period(since, until, seat)))

    async def bad_actors(self, seat: str, since: dt.date, until: dt.date) -> BadActors:
        """The ten worst sources."""
        return await asked(self._session.get("/alarm-health/bad-actors", BadActors, _period(since, until, seat)))

    async def remedy_proposals(self, alarm_id: int, since: dt.date, until: dt.date) -> Proposals:
        """What could be done about one, tried on its past."""
        path = f"/alarm-health/bad-actors/{alarm_id}"
        return await asked(self._session.get(path, Proposals, _period(since, until)))

    async def apply_remedy(self, request: RemedyRequest) -> RemedyApplied:
        """Do what a second person approved."""
        return await asked(self._session.post_for("/alarm-health/remedies", request, RemedyApplied))

    async def remedies(self, cursor: str | None = None) -> RemediesApplied:
        """What was done, newest first."""
        return await asked(self._session.get("/alarm-health/remedies", RemediesApplied, {"cursor": cursor}))


def _period(since: dt.date, until: dt.date, seat: str | None = None) -> dict[str, str | None]:
    return {"since": since.isoformat(), "until": until.isoformat(), "seat": seat}
