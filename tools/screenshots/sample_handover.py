"""A shift of the sample city that ends, without a wire."""

import datetime as dt
from typing import Final

import msgspec

from console.kit.errors import RequestRefused
from contract.alarm_work import AlarmComment
from contract.alarms import Alarm, Priority
from contract.claims import Claim, Rank
from contract.handover import (
    CameAndWent,
    Handover,
    HandoverAlarm,
    HandoverLine,
    HandoverList,
    HandoverReport,
    HandoverRequest,
    HandoverState,
    OverrideInForce,
    ShiftNote,
    Signature,
    SinceYouLeft,
    SuppressedGroup,
)

ME: Final = "c.moreau"
_HASH: Final = "5f1c0d0e8a7b4c6d9e2f3a1b5c7d8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9"
_SHIFT: Final = dt.timedelta(hours=8)


class SampleHandover:
    """console.kit.handover_ports.HandoverCalls; keeps what it was asked."""

    alarms_by_id: dict[int, Alarm]
    refusal: RequestRefused | None

    def __init__(self, now: dt.datetime) -> None:
        self._handover_at = now
        self.handovers_drawn: list[HandoverRequest] = []
        self.handovers_signed: list[tuple[str, str]] = []
        self.handovers_held: dict[str, Handover] = {}
        self.notes_written: list[str] = []

    async def handovers(self, cursor: str | None = None) -> HandoverList:
        """What was drawn here, and the shift before."""
        del cursor
        items = tuple(_line(held) for held in reversed(self.handovers_held.values()))
        return HandoverList(items=items, next=None, total=len(items))

    async def handover(self, handover_id: str) -> Handover:
        """As it stands."""
        return self.handovers_held[handover_id]

    async def draw_handover(self, request: HandoverRequest) -> Handover:
        """The sample city's night."""
        self._may_hand_over()
        self.handovers_drawn.append(request)
        handover = Handover(report=self._report(request), hash=_HASH, state=HandoverState.DRAWN, is_for_you=True)
        self.handovers_held[request.id] = handover
        return handover

    async def sign_handover(self, handover: Handover, *, user: str = "", password: str = "") -> Handover:
        """First the one, then the other."""
        del password
        self._may_hand_over()
        self.handovers_signed.append((handover.report.id, user))
        name = user or ME
        signature = Signature(user=name, person=name, display_name=name, at=self._handover_at, by_password=bool(user))
        if handover.outgoing is None:
            signed = msgspec.structs.replace(handover, outgoing=signature, state=HandoverState.LEFT, is_for_you=False)
        else:
            signed = msgspec.structs.replace(handover, incoming=signature, state=HandoverState.SIGNED, is_for_you=False)
        self.handovers_held[handover.report.id] = signed
        return signed

    async def withdraw_handover(self, handover_id: str) -> None:
        """Gone."""
        self._may_hand_over()
        self.handovers_held.pop(handover_id, None)

    async def since_you_left(self) -> SinceYouLeft:
        """A calm day."""
        return self._since(ME, self._handover_at - 2 * _SHIFT)

    async def write_note(self, text: str) -> ShiftNote:
        """Kept."""
        self._may_hand_over()
        self.notes_written.append(text)
        return ShiftNote(at=self._handover_at, author=ME, text=text)

    def _may_hand_over(self) -> None:
        if self.refusal is not None:
            raise self.refusal

    def _since(self, user: str, since: dt.datetime) -> SinceYouLeft:
        rows = tuple(
            CameAndWent(alarm=alarm, raised_count=1 + alarm.id % 3, last_at=alarm.raised_at or since)
            for alarm in list(self.alarms_by_id.values())[:6]
        )
        return SinceYouLeft(
            user=user,
            since=since,
            raised={Priority.P1: 1, Priority.P2: 4, Priority.P3: 17, Priority.P4: 63},
            acknowledged=71,
            shelved=3,
            acts_refused=2,
            alarms=rows,
            alarm_total=len(rows),
        )

    def _report(self, request: HandoverRequest) -> HandoverReport:
        now = self._handover_at
        alarms = sorted(self.alarms_by_id.values(), key=lambda alarm: (alarm.priority, alarm.id))
        comment = AlarmComment(
            id="c1",
            alarm_id=alarms[0].id,
            occurrence=1,
            author="m.lambert",
            at=now - dt.timedelta(minutes=35),
            text="Clés chez le gardien du parc, équipe sur place vers 6 h.",
        )
        first = msgspec.structs.replace(alarms[0], assigned_to=ME)
        shelved = msgspec.structs.replace(
            alarms[-1],
            is_shelved=True,
            shelved_until=now + dt.timedelta(hours=5),
            set_aside_by="m.lambert",
            set_aside_reason="Travaux rue de la Préfecture",
        )
        out = msgspec.structs.replace(
            alarms[-2],
            is_out_of_service=True,
            set_aside_by="s.petit",
            set_aside_reason="OT-2231: armoire en remplacement",
            changed_at=now - dt.timedelta(days=2),
        )
        claim = Claim(
            id="k1",
            asset_id=first.asset_id,
            property="level_percent",
            value=100,
            rank=Rank.OPERATOR,
            owner=ME,
            reason="Marché de nuit",
            placed_at=now - dt.timedelta(hours=4),
            expires_at=now + dt.timedelta(hours=2),
        )
        open_ = (HandoverAlarm(alarm=first, comments=(comment,)), *(HandoverAlarm(alarm=one) for one in alarms[1:7]))
        return HandoverReport(
            id=request.id,
            seat=request.seat,
            outgoing=ME,
            outgoing_name="Claire Moreau",
            incoming=request.incoming,
            drawn_at=now,
            communes=request.communes,
            classes=request.classes,
            remarks=request.remarks,
            passes_alarms=request.passes_alarms,
            open=open_,
            open_total=len(open_),
            shelved=(HandoverAlarm(alarm=shelved),),
            shelved_total=1,
            suppressed=(SuppressedGroup(rule="supply: lighting_cabinet ARM-003", count=38, root=alarms[1]),),
            suppressed_total=38,
            out_of_service=(HandoverAlarm(alarm=out),),
            out_of_service_total=1,
            overrides=(OverrideInForce(claim=claim, asset_code=first.asset_code, asset_name=first.asset_name),),
            overrides_total=1,
            notes=tuple(ShiftNote(at=now, author=ME, text=text) for text in self.notes_written),
            shift=self._since(ME, now - _SHIFT),
            since_you_left=None if not request.incoming else self._since(request.incoming, now - 2 * _SHIFT),
        )


def _line(held: Handover) -> HandoverLine:
    report = held.report
    return HandoverLine(
        id=report.id,
        seat=report.seat,
        state=held.state,
        drawn_at=report.drawn_at,
        outgoing=report.outgoing,
        outgoing_name=report.outgoing_name,
        incoming=held.incoming.user if held.incoming else report.incoming,
        incoming_name=held.incoming.display_name if held.incoming else "",
        signed_at=held.incoming.at if held.incoming else None,
        open_total=report.open_total,
        is_for_you=held.is_for_you,
    )
