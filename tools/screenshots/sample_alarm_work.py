"""Acts on alarms of the sample city, without a wire."""

import datetime as dt
from collections.abc import Callable
from typing import Final

import msgspec

from console.kit.errors import RequestRefused
from contract.alarm_flood import FIRST_OUT_MOST, GroupMember, GroupPage
from contract.alarm_work import (
    AlarmAct,
    AlarmComment,
    AlarmCommentList,
    AlarmHappening,
    AlarmHistoryPage,
    Assignee,
    AssigneeList,
    BulkOutcome,
    BulkRequest,
    OutOfServiceRequest,
    Pick,
    PickRefused,
    Presence,
    PresenceList,
    PresenceRequest,
    Silence,
)
from contract.alarms import Alarm, Annunciation, Priority, ShownState
from contract.api import ShelveRequest

ME: Final = "c.moreau"
_STORY: Final = (
    ("acknowledge", ME, "B", "C", "the patrol is on its way"),
    ("assign", ME, "C", "C", "m.lambert"),
    ("raise", "device:AR-0117", "A", "B", ""),
    ("clear", "device:AR-0117", "C", "A", ""),
)


class SampleAlarmWork:
    """console.kit.alarm_ports.AlarmCalls; keeps what it was asked. `refusal` is raised by acts when it is set."""

    def __init__(self, at: dt.datetime, alarms: dict[int, Alarm]) -> None:
        self._alarms_at = at
        self.alarms_by_id = alarms
        self.refusal: RequestRefused | None = None
        self.acknowledged: list[tuple[int, int]] = []
        self.shelved: list[tuple[int, ShelveRequest]] = []
        self.out_of_service: list[tuple[int, OutOfServiceRequest]] = []
        self.bulks: list[BulkRequest] = []
        self.assigned: list[tuple[int, str]] = []
        self.comments_written: list[AlarmComment] = []
        self.silenced: list[tuple[str, int]] = []
        self.presence_said: list[PresenceRequest] = []

    async def alarm(self, alarm_id: int) -> Alarm:
        """As it stands."""
        return self.alarms_by_id[alarm_id]

    async def acknowledge(self, alarm_id: int, occurrence: int, comment: str = "") -> Alarm:
        """The alarm, acknowledged; or the refusal that was set."""
        del comment
        self._refuse()
        self.acknowledged.append((alarm_id, occurrence))
        return msgspec.structs.replace(
            self.alarms_by_id[alarm_id],
            annunciation=Annunciation.ACKED,
            shown=ShownState.C_ACKED,
            acknowledged_by=ME,
        )

    async def unacknowledge(self, alarm_id: int) -> Alarm:
        """To be seen again."""
        return self._act(alarm_id)

    async def shelve(self, alarm_id: int, request: ShelveRequest) -> Alarm:
        """Set aside."""
        self._refuse()
        self.shelved.append((alarm_id, request))
        return self.alarms_by_id[alarm_id]

    async def unshelve(self, alarm_id: int) -> Alarm:
        """Taken back."""
        return self._act(alarm_id)

    async def reset(self, alarm_id: int) -> Alarm:
        """Let go."""
        return self._act(alarm_id)

    async def take_out_of_service(self, alarm_id: int, request: OutOfServiceRequest) -> Alarm:
        """Being worked on."""
        self._refuse()
        self.out_of_service.append((alarm_id, request))
        return self.alarms_by_id[alarm_id]

    async def return_to_service(self, alarm_id: int) -> Alarm:
        """The work is done."""
        return self._act(alarm_id)

    async def act_on_alarms(
        self, request: BulkRequest, progress: Callable[[int, int], None] | None = None
    ) -> BulkOutcome:
        """Done, but for those that came again since they were shown."""
        self._refuse()
        self.bulks.append(request)
        refused = tuple(
            PickRefused(
                id=pick.id,
                asset_code=alarm.asset_code,
                said=f"it came again since: look at occurrence {alarm.occurrence}, then acknowledge that one",
                code="came_again",
                args={"occurrence": str(alarm.occurrence)},
            )
            for pick in request.picks
            if (alarm := self.alarms_by_id[pick.id]).occurrence != pick.occurrence
        )
        if progress is not None:
            progress(len(request.picks), len(request.picks))
        left = {item.id for item in refused}
        done = tuple(pick.id for pick in request.picks if pick.id not in left)
        if request.act is AlarmAct.ACKNOWLEDGE:
            self.acknowledged.extend(_pair(pick) for pick in request.picks if pick.id not in left)
        return BulkOutcome(id=request.id, done=done, refused=refused)

    async def comment_alarm(self, alarm_id: int, text: str) -> AlarmComment:
        """Kept."""
        self._refuse()
        comment = self._comment(alarm_id, ME, text, minutes=0)
        self.comments_written.insert(0, comment)
        return comment

    async def alarm_comments(self, alarm_id: int, cursor: str | None = None) -> AlarmCommentList:
        """What was written here, and one that a colleague wrote before."""
        del cursor
        mine = [comment for comment in self.comments_written if comment.alarm_id == alarm_id]
        items = (*mine, self._comment(alarm_id, "m.lambert", "Fuse changed at 02:10, it may come back.", minutes=35))
        return AlarmCommentList(items=items, next=None, total=len(items))

    async def alarm_assignees(self, alarm_id: int) -> AssigneeList:
        """Three colleagues: there, away, not logged in."""
        del alarm_id
        items = (
            Assignee(name=ME, display_name="Claire Moreau", is_logged_in=True, is_available=True, seat="Poste 1"),
            Assignee(
                name="m.lambert", display_name="Marc Lambert", is_logged_in=True, is_available=False, seat="Poste 2"
            ),
            Assignee(name="s.petit", display_name="Sophie Petit", is_logged_in=False, is_available=False),
        )
        return AssigneeList(items=items, next=None, total=len(items))

    async def assign_alarm(self, alarm_id: int, user: str, note: str = "") -> Alarm:
        """Given to somebody."""
        del note
        self._refuse()
        self.assigned.append((alarm_id, user))
        return msgspec.structs.replace(self.alarms_by_id[alarm_id], assigned_to=user)

    async def take_over_alarm(self, alarm_id: int) -> Alarm:
        """Mine now."""
        return await self.assign_alarm(alarm_id, ME)

    async def alarm_members(self, alarm_id: int, cursor: str | None = None) -> GroupPage:
        """Those that are folded into it."""
        del cursor
        found = [alarm for alarm in self.alarms_by_id.values() if alarm.folded_into == alarm_id]
        first = FIRST_OUT_MOST
        items = tuple(
            GroupMember(alarm=alarm, rank=number if number <= first else None) for number, alarm in enumerate(found, 1)
        )
        return GroupPage(items=items, total=len(items))

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
        """The same short story of each alarm."""
        del since, until, cursor
        lines = [
            self._happening(alarm, number)
            for alarm in self.alarms_by_id.values()
            if (alarm_id is None or alarm.id == alarm_id)
            and (class_ is None or alarm.class_ == class_)
            and (commune is None or alarm.commune == commune)
            and (priority is None or alarm.priority == priority)
            for number in range(len(_STORY))
        ]
        found = [line for line in lines if actor is None or line.actor == actor]
        found.sort(key=lambda line: line.seq, reverse=True)
        return AlarmHistoryPage(items=tuple(found[:limit]), next=None)

    async def silence_seat(self, seat: str, seconds: int, waiting: int = 0) -> Silence:
        """As long as was asked."""
        del waiting
        self.silenced.append((seat, seconds))
        return Silence(seat=seat, by=ME, until=self._alarms_at + dt.timedelta(seconds=seconds))

    async def presences(self) -> PresenceList:
        """Two colleagues, one of them away."""
        items = (
            Presence(user=ME, display_name="Claire Moreau", is_available=True, seats=("Poste 1",)),
            Presence(
                user="m.lambert",
                display_name="Marc Lambert",
                is_available=False,
                is_away=True,
                seats=("Poste 2",),
                note="pause",
            ),
        )
        return PresenceList(items=items, next=None, total=len(items))

    async def say_presence(self, request: PresenceRequest) -> None:
        """Kept."""
        self.presence_said.append(request)

    def _refuse(self) -> None:
        if self.refusal is not None:
            raise self.refusal

    def _act(self, alarm_id: int) -> Alarm:
        self._refuse()
        return self.alarms_by_id[alarm_id]

    def _comment(self, alarm_id: int, author: str, text: str, *, minutes: int) -> AlarmComment:
        at = self._alarms_at - dt.timedelta(minutes=minutes)
        key = f"{alarm_id}-{len(self.comments_written)}-{minutes}"
        occurrence = self.alarms_by_id[alarm_id].occurrence
        return AlarmComment(id=key, alarm_id=alarm_id, occurrence=occurrence, author=author, at=at, text=text)

    def _happening(self, alarm: Alarm, number: int) -> AlarmHappening:
        event, actor, before, after, note = _STORY[number]
        return AlarmHappening(
            seq=1_000_000 - number * 10_000 + alarm.id % 10_000,
            at=(alarm.raised_at or self._alarms_at) + dt.timedelta(minutes=2 - number),
            alarm_id=alarm.id,
            asset_id=alarm.asset_id,
            asset_code=alarm.asset_code,
            asset_name=alarm.asset_name,
            commune=alarm.commune,
            class_=alarm.class_,
            kind=alarm.kind,
            event=event,
            actor=actor,
            occurrence=alarm.occurrence,
            priority=alarm.priority,
            shown_before=before,
            shown=after,
            note=note,
        )


def _pair(pick: Pick) -> tuple[int, int]:
    return pick.id, pick.occurrence
