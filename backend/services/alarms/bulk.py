"""One act on many alarms exactly as they were shown: in groups, each alarm answered for, harmless when asked again."""

import asyncio
import hashlib
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import msgspec

from backend.domain.alarms.events import (
    Acknowledge,
    AlarmEvent,
    Reset,
    ReturnToService,
    Shelve,
    TakeOutOfService,
    Unacknowledge,
    Unshelve,
)
from backend.services.alarms.conflicts import Conflicts
from backend.services.alarms.desk import AlarmDesk
from backend.services.alarms.work import AlarmWork
from backend.services.refusals import AlarmRefused
from backend.services.said import Said, say
from contract.alarm_work import AlarmAct, BulkOutcome, BulkRequest, Pick, PickRefused
from contract.alarms import Alarm
from contract.rights import Level

GROUP: Final = 200  # acts that are written together; between groups the alarms of devices have their turn
REMEMBERED: Final = 200  # answers to requests: one that is asked again gets the same
NEEDED: Final[Mapping[AlarmAct, Level]] = {
    AlarmAct.ACKNOWLEDGE: Level.OPERATE,
    AlarmAct.UNACKNOWLEDGE: Level.OPERATE,
    AlarmAct.RESET: Level.OPERATE,
    AlarmAct.SHELVE: Level.OPERATE,
    AlarmAct.UNSHELVE: Level.OPERATE,
    AlarmAct.OUT_OF_SERVICE: Level.MANAGE,
    AlarmAct.RETURN_TO_SERVICE: Level.MANAGE,
    AlarmAct.COMMENT: Level.OPERATE,
    AlarmAct.ASSIGN: Level.OPERATE,
    AlarmAct.TAKE_OVER: Level.OPERATE,
}
May = Callable[[Level, Alarm], bool]
Allows = Callable[[str, Alarm], bool]


class BulkMismatch(Exception):
    """The same id came with another request, or is being done."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.text)
        self.said = said


class _Answered(msgspec.Struct):
    digest: str
    outcome: BulkOutcome | None = None  # None: under way


class AlarmActs:
    """Acts of operators on one alarm or many; who loses against another is told who and when, and so is the other."""

    def __init__(self, desk: AlarmDesk, work: AlarmWork, conflicts: Conflicts) -> None:
        self._desk = desk
        self._work = work
        self._conflicts = conflicts
        self._answered: OrderedDict[tuple[str, str], _Answered] = OrderedDict()

    async def bulk(self, request: BulkRequest, *, by: str, may: May, allows: Allows) -> BulkOutcome:
        """`may`: what the asker may do there; `allows`: whether this user may operate there.

        Raises AlarmRefused when nothing of it can be done, BulkMismatch, StorageError. After the last, what was done
        stands, and asking again does the rest.
        """
        digest = hashlib.sha256(msgspec.json.encode(request)).hexdigest()
        key = (by, request.id)
        before = self._answered.get(key)
        if before is not None:
            if before.digest != digest:
                raise BulkMismatch(say("bulk_other"))
            if before.outcome is None:
                raise BulkMismatch(say("bulk_runs"))
            return before.outcome
        answered = self._answered[key] = _Answered(digest)
        try:
            outcome = answered.outcome = await self._do_all(request, digest, by, may, allows)
        finally:
            if answered.outcome is None:
                del self._answered[key]
        answered_ones = [old for old, one in self._answered.items() if one.outcome is not None]
        for old in answered_ones[: max(0, len(answered_ones) - REMEMBERED)]:
            del self._answered[old]
        return outcome

    async def one(self, act: AlarmAct, doing: Awaitable[Alarm], *, by: str) -> Alarm:
        """One act of the desk; its refusal says who came first and when, and he is told. Raises AlarmRefused."""
        try:
            return await doing
        except AlarmRefused as error:
            self._conflicts.tell([error], act, by)
            raise AlarmRefused(self._conflicts.worded(error, by), error.alarm) from error

    async def _do_all(self, request: BulkRequest, digest: str, by: str, may: May, allows: Allows) -> BulkOutcome:
        refusals: dict[int, AlarmRefused] = {}
        for start in range(0, len(request.picks), GROUP):
            group: list[Pick] = []
            for pick in request.picks[start : start + GROUP]:
                refusal = self._forbidden(request, pick, may, allows)
                if refusal is None:
                    group.append(pick)
                else:
                    refusals[pick.id] = refusal
            refusals |= await self._do(request, digest, group, by)
            await asyncio.sleep(0)
        self._conflicts.tell(refusals.values(), request.act, by)
        done = tuple(pick.id for pick in request.picks if pick.id not in refusals)
        refused = tuple(self._refused(pick.id, refusals[pick.id], by) for pick in request.picks if pick.id in refusals)
        return BulkOutcome(id=request.id, done=done, refused=refused)

    def _forbidden(self, request: BulkRequest, pick: Pick, may: May, allows: Allows) -> AlarmRefused | None:
        alarm = self._desk.get(pick.id)
        if alarm is None or not may(Level.VIEW, alarm):
            return AlarmRefused(say("no_alarm"))
        level = NEEDED[request.act]
        if not may(level, alarm):
            return AlarmRefused(say(f"needs_{level.name.lower()}_of", asset=alarm.asset_code), alarm)
        if request.act is AlarmAct.ASSIGN and request.user and not allows(request.user, alarm):
            return AlarmRefused(say("assignee_right", who=request.user, asset=alarm.asset_code), alarm)
        return None

    async def _do(self, request: BulkRequest, digest: str, group: Sequence[Pick], by: str) -> dict[int, AlarmRefused]:
        match request.act:
            case AlarmAct.ASSIGN | AlarmAct.TAKE_OVER | AlarmAct.COMMENT:
                return await self._work_on(request, group, by)
            case _:
                event = _event(request, digest[:22], by)
                results = await asyncio.gather(
                    *(self._act(request, event, pick, by) for pick in group), return_exceptions=True
                )
        refused: dict[int, AlarmRefused] = {}
        for pick, result in zip(group, results, strict=True):
            if isinstance(result, AlarmRefused):
                refused[pick.id] = result
            elif isinstance(result, BaseException):
                raise result
        return refused

    async def _act(self, request: BulkRequest, event: AlarmEvent, pick: Pick, by: str) -> Alarm:
        if isinstance(event, Acknowledge):
            event = msgspec.structs.replace(event, occurrence=pick.occurrence)
            # A stale occurrence of what was acknowledged already is told as that: the core knows which.
            return await self._desk.act(pick.id, event, by=by, note=request.reason, occurrence=None)
        return await self._desk.act(pick.id, event, by=by, note=request.reason, occurrence=pick.occurrence)

    async def _work_on(self, request: BulkRequest, group: Sequence[Pick], by: str) -> dict[int, AlarmRefused]:
        refused: dict[int, AlarmRefused] = {}
        ids: list[int] = []
        for pick in group:
            alarm = self._desk.get(pick.id)
            if alarm is not None and alarm.occurrence != pick.occurrence:
                refused[pick.id] = AlarmRefused(say("came_again", occurrence=alarm.occurrence), alarm)
            else:
                ids.append(pick.id)
        if request.act is AlarmAct.ASSIGN:
            errors = await self._work.assign(ids, request.user, by=by, note=request.reason)
        elif request.act is AlarmAct.TAKE_OVER:
            errors = await self._work.take_over(ids, by=by)
        else:
            namespace = uuid.UUID(request.id)
            comments = {alarm_id: str(uuid.uuid5(namespace, str(alarm_id))) for alarm_id in ids}
            _, errors = await self._work.comment(comments, request.reason, by=by)
        return {**refused, **errors}

    def _refused(self, alarm_id: int, error: AlarmRefused, by: str) -> PickRefused:
        said = self._conflicts.worded(error, by)
        code = "" if error.alarm is None else error.alarm.asset_code
        return PickRefused(id=alarm_id, asset_code=code, said=said.text, code=said.code, args=dict(said.args))


def out_of_service_words(reason: str, work_order: str) -> str:
    """What stands on the card of an alarm that is out of service: the work order, and why."""
    return ": ".join(part for part in (work_order.strip(), reason.strip()) if part)


def _event(request: BulkRequest, event_id: str, by: str) -> AlarmEvent:
    """What happens to each; acknowledgements get their occurrence from the pick. Raises AlarmRefused."""
    match request.act:
        case AlarmAct.ACKNOWLEDGE:
            return Acknowledge(id=event_id, occurrence=0, by=by)
        case AlarmAct.UNACKNOWLEDGE:
            return Unacknowledge(id=event_id)
        case AlarmAct.RESET:
            return Reset(id=event_id)
        case AlarmAct.SHELVE:
            if request.until is None:
                raise AlarmRefused(say("bulk_until"))
            if request.until.tzinfo is None:
                raise AlarmRefused(say("shelf_zone"))
            if not request.reason.strip():
                raise AlarmRefused(say("shelf_reason"))
            return Shelve(
                id=event_id, until=request.until, is_one_shot=request.is_one_shot, by=by, reason=request.reason
            )
        case AlarmAct.UNSHELVE:
            return Unshelve(id=event_id)
        case AlarmAct.OUT_OF_SERVICE:
            words = out_of_service_words(request.reason, request.work_order)
            if not words:
                raise AlarmRefused(say("service_reason"))
            return TakeOutOfService(id=event_id, by=by, reason=words)
        case AlarmAct.RETURN_TO_SERVICE:
            return ReturnToService(id=event_id)
        case _:
            raise ValueError(request.act)
