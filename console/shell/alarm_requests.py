"""Requests about alarms."""

import datetime as dt
import uuid
from collections.abc import Callable

import msgspec

from backend_client.session import Session
from console.shell.asking import asked
from contract.alarm_flood import GroupPage
from contract.alarm_work import (
    AlarmComment,
    AlarmCommentList,
    AlarmHistoryPage,
    AssigneeList,
    AssignRequest,
    BulkOutcome,
    BulkRequest,
    CommentRequest,
    OutOfServiceRequest,
    Pick,
    PickRefused,
    PresenceList,
    PresenceRequest,
    Silence,
    SilenceRequest,
)
from contract.alarms import Alarm, Priority
from contract.api import AcknowledgeRequest, ShelveRequest

PIECE = 2_000  # picks that are asked for at once: progress moves, and an answer never takes long


class AlarmRequests:
    """console.kit.alarm_ports.AlarmCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def alarm(self, alarm_id: int) -> Alarm:
        """One alarm, at rest or not."""
        return await asked(self._session.get(f"/alarms/{alarm_id}", Alarm))

    async def acknowledge(self, alarm_id: int, occurrence: int, comment: str = "") -> Alarm:
        """Acknowledge this occurrence."""
        return await self._act(alarm_id, "acknowledge", AcknowledgeRequest(occurrence=occurrence, comment=comment))

    async def unacknowledge(self, alarm_id: int) -> Alarm:
        """It must be seen again."""
        return await self._act(alarm_id, "unacknowledge")

    async def shelve(self, alarm_id: int, request: ShelveRequest) -> Alarm:
        """Set an alarm aside for a while."""
        return await self._act(alarm_id, "shelve", request)

    async def unshelve(self, alarm_id: int) -> Alarm:
        """Take a shelved alarm back."""
        return await self._act(alarm_id, "unshelve")

    async def reset(self, alarm_id: int) -> Alarm:
        """Reset a latched alarm."""
        return await self._act(alarm_id, "reset")

    async def take_out_of_service(self, alarm_id: int, request: OutOfServiceRequest) -> Alarm:
        """Somebody works on the equipment."""
        return await self._act(alarm_id, "out-of-service", request)

    async def return_to_service(self, alarm_id: int) -> Alarm:
        """The work is done."""
        return await self._act(alarm_id, "return-to-service")

    async def act_on_alarms(
        self, request: BulkRequest, progress: Callable[[int, int], None] | None = None
    ) -> BulkOutcome:
        """Many at once, in pieces. Where a piece fails, those before it stand; asked again they are not done twice."""
        done: list[int] = []
        refused: list[PickRefused] = []
        total = len(request.picks)
        for start in range(0, total, PIECE):
            picks = request.picks[start : start + PIECE]
            outcome = await asked(self._session.post_for("/alarms/bulk", _piece(request, start, picks), BulkOutcome))
            done.extend(outcome.done)
            refused.extend(outcome.refused)
            if progress is not None:
                progress(start + len(picks), total)
        return BulkOutcome(id=request.id, done=tuple(done), refused=tuple(refused))

    async def comment_alarm(self, alarm_id: int, text: str) -> AlarmComment:
        """Write something about it."""
        body = CommentRequest(id=str(uuid.uuid4()), text=text)
        return await asked(self._session.post_for(f"/alarms/{alarm_id}/comments", body, AlarmComment))

    async def alarm_comments(self, alarm_id: int, cursor: str | None = None) -> AlarmCommentList:
        """What was written, newest first."""
        return await asked(self._session.get(f"/alarms/{alarm_id}/comments", AlarmCommentList, {"cursor": cursor}))

    async def alarm_assignees(self, alarm_id: int) -> AssigneeList:
        """Who may take care of it."""
        return await asked(self._session.get(f"/alarms/{alarm_id}/assignees", AssigneeList))

    async def assign_alarm(self, alarm_id: int, user: str, note: str = "") -> Alarm:
        """Give it to somebody, "" to nobody."""
        return await self._act(alarm_id, "assign", AssignRequest(user=user, note=note))

    async def take_over_alarm(self, alarm_id: int) -> Alarm:
        """Take care of it oneself, whoever does now; he is told."""
        return await self._act(alarm_id, "take-over")

    async def alarm_members(self, alarm_id: int, cursor: str | None = None) -> GroupPage:
        """What this one explains, the first to come first."""
        return await asked(self._session.get(f"/alarms/{alarm_id}/members", GroupPage, {"cursor": cursor}))

    async def alarm_history(
        self,
        *,
        alarm_id: int | None = None,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        class_: str | None = None,
        commune: str | None = None,
        priority: Priority | None = None,
        actor: str | None = None,
        cursor: str | None = None,
        limit: int = 200,
    ) -> AlarmHistoryPage:
        """What happened to alarms, newest first."""
        query: dict[str, str | int | float | None] = {
            "alarm_id": alarm_id,
            "since": _time(since),
            "until": _time(until),
            "class": class_,
            "commune": commune,
            "priority": None if priority is None else int(priority),
            "actor": actor,
            "cursor": cursor,
            "limit": limit,
        }
        return await asked(self._session.get("/alarm-history", AlarmHistoryPage, query))

    async def silence_seat(self, seat: str, seconds: int, waiting: int = 0) -> Silence:
        """This seat's sound stops, which the journal remembers."""
        body = SilenceRequest(seat=seat, seconds=seconds, waiting=waiting)
        return await asked(self._session.post_for("/seats/silence", body, Silence))

    async def presences(self) -> PresenceList:
        """Who is logged in."""
        return await asked(self._session.get("/presence", PresenceList))

    async def say_presence(self, request: PresenceRequest) -> None:
        """Where one sits, and whether one is there."""
        await asked(self._session.put("/presence", request))

    async def _act(self, alarm_id: int, name: str, body: object = None) -> Alarm:
        return await asked(self._session.post_for(f"/alarms/{alarm_id}/{name}", body, Alarm))


def _piece(request: BulkRequest, start: int, picks: tuple[Pick, ...]) -> BulkRequest:
    """The same id for the same piece of the same request, whenever it is sent."""
    piece = request.id if not start else str(uuid.uuid5(uuid.NAMESPACE_OID, f"{request.id} {start}"))
    return msgspec.structs.replace(request, id=piece, picks=picks)


def _time(at: dt.datetime | None) -> str | None:
    return None if at is None else at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
