"""Shifts handed over: a report is drawn, two persons sign it, and from then on it never changes."""

import asyncio
import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.domain.rights_place import service_of
from backend.ports import JournalQuery, KeptRecord, Storage, Unit
from backend.services.alarms.handover_report import ReportDrawing, Sees, is_within, report_bytes
from backend.services.alarms.records import asset_of
from backend.services.alarms.work import AlarmWork
from backend.services.refusals import Refused
from backend.services.register import Register
from backend.services.said import say
from contract.assets import Asset
from contract.handover import (
    GOOD_FOR_MINUTES,
    Handover,
    HandoverLine,
    HandoverReport,
    HandoverRequest,
    HandoverState,
    Signature,
)
from contract.journal import EntryKind, NewEntry
from contract.rights import User

log = logging.getLogger(__name__)
KIND: Final = "handover"
_REPORT_KIND: Final = "handover_report "  # and its id: one report is read alone
_AROUND: Final = dt.timedelta(minutes=1)
_OPEN: Final = frozenset({HandoverState.DRAWN, HandoverState.LEFT})
MaySee = Callable[[str, str, str], bool]  # commune, service, class: whether one may see, or operate, there


class HandoverRefused(Refused):
    """It is not drawn, not signed, or not shown."""


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    seat: str
    hash: str
    state: HandoverState
    drawn_at: dt.datetime
    owner: str
    owner_name: str
    meant_for: str
    open_total: int
    places: tuple[tuple[str, str, str], ...]  # commune, service, class of all that is in it
    outgoing: Signature | None = None
    incoming: Signature | None = None


class Handovers:
    """One change at a time, each committed before it is told."""

    def __init__(
        self, storage: Storage, clock: Clock, register: Register, drawing: ReportDrawing, work: AlarmWork
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._register = register
        self._drawing = drawing
        self._work = work
        self._kept: dict[str, _Kept] = {}
        self._turn = asyncio.Lock()

    async def load(self) -> None:
        """All that were drawn, without their reports."""
        for key, body in (await self._storage.records(KIND)).items():
            try:
                self._kept[key] = msgspec.json.decode(body, type=_Kept)
            except msgspec.MsgspecError as error:
                log.warning("the handover %s is not readable and left out: %s", key, error)

    def list(self, user: User, may_see: MaySee) -> Sequence[HandoverLine]:
        """Those one may read, newest first; withdrawn ones are one's own only."""
        found = [
            kept
            for kept in self._kept.values()
            if self._may_read(kept, user, may_see)
            and (kept.state is not HandoverState.WITHDRAWN or _is_own(kept, user))
        ]
        found.sort(key=lambda kept: kept.drawn_at, reverse=True)
        return [self._line(kept, user) for kept in found]

    async def get(self, handover_id: str, user: User, may_see: MaySee) -> Handover:
        """One with its report, checked against the journal. Raises HandoverRefused, StorageError."""
        kept = self._kept.get(handover_id)
        if kept is None or not self._may_read(kept, user, may_see):
            raise HandoverRefused(say("handover_gone"))
        return await self._whole(kept, user)

    async def draw(self, request: HandoverRequest, user: User, incoming: User | None, sees: Sees) -> Handover:
        """The report of what the outgoing sees; the same id again gives the same. Raises HandoverRefused."""
        if incoming is not None and _is_same_person(user.person, incoming.person):
            raise HandoverRefused(say("handover_same_person"))
        async with self._turn:
            old = self._kept.get(request.id)
            if old is not None:
                if old.owner != user.name:
                    raise HandoverRefused(say("handover_gone"))
                return await self._whole(old, user)
            report = await self._drawing.draw(request, user, incoming, sees)
            body = report_bytes(report)
            kept = _Kept(
                id=report.id,
                seat=report.seat,
                hash=hashlib.sha256(body).hexdigest(),
                state=HandoverState.DRAWN,
                drawn_at=report.drawn_at,
                owner=user.name,
                owner_name=user.display_name,
                meant_for=request.incoming,
                open_total=report.open_total,
                places=self._places(report),
            )
            unsigned = [
                other.id
                for other in self._kept.values()
                if other.owner == user.name and other.state is HandoverState.DRAWN
            ]
            records = [KeptRecord(_REPORT_KIND + kept.id, "", body)]
            for other in unsigned:  # drawn anew before anybody signed: nobody needs the old one
                records += [KeptRecord(KIND, other, None), KeptRecord(_REPORT_KIND + other, "", None)]
            await self._save([kept], records, [])
            for other in unsigned:
                del self._kept[other]
        return Handover(report=report, hash=kept.hash, state=kept.state, is_for_you=True)

    async def sign(
        self,
        handover_id: str,
        digest: str,
        signer: User,
        may_see: MaySee,
        may_operate: MaySee,
        *,
        is_by_password: bool,
    ) -> Handover:
        """First the outgoing, then the incoming, who is another person. Raises HandoverRefused, StorageError."""
        async with self._turn:
            kept = self._open(handover_id, digest)
            now = self._clock.now()
            if now - kept.drawn_at > dt.timedelta(minutes=GOOD_FOR_MINUTES):
                raise HandoverRefused(say("handover_old", minutes=GOOD_FOR_MINUTES))
            signature = Signature(
                user=signer.name,
                person=signer.person,
                display_name=signer.display_name,
                at=now,
                by_password=is_by_password,
            )
            if kept.outgoing is None:
                if signer.name != kept.owner:
                    raise HandoverRefused(say("handover_yours", who=kept.owner))
                signed = msgspec.structs.replace(kept, outgoing=signature, state=HandoverState.LEFT)
            else:
                self._check_incoming(kept, kept.outgoing, signer, may_see)
                signed = msgspec.structs.replace(kept, incoming=signature, state=HandoverState.SIGNED)
            unit = _unit([signed], [], [_entry(signed, signed.state.value, signer.name)])
            report = (await self._whole(kept, signer)).report
            if signed.state is HandoverState.SIGNED and report.passes_alarms:
                await self._pass_alarms(report, signer.name, may_operate, unit)
            else:
                await self._storage.commit(unit)
            self._kept[signed.id] = signed
        return await self._whole(signed, signer)

    async def withdraw(self, handover_id: str, user: User) -> None:
        """It is not to be signed. Raises HandoverRefused, StorageError."""
        async with self._turn:
            kept = self._open(handover_id, None)
            if kept.owner != user.name:
                raise HandoverRefused(say("handover_yours", who=kept.owner))
            withdrawn = msgspec.structs.replace(kept, state=HandoverState.WITHDRAWN)
            entries = [_entry(withdrawn, "withdrawn", user.name)] if kept.outgoing is not None else []
            await self._save([withdrawn], [], entries)

    async def _pass_alarms(self, report: HandoverReport, to: str, may_operate: MaySee, signature: Unit) -> None:
        """What the outgoing takes care of within the report's scope, as far as the incoming may act on it.

        Committed with the signature: there is not the one without the other.
        """
        passed: list[int] = []
        for alarm_id in self._work.held_by(report.outgoing):
            asset = self._register.get(asset_of(alarm_id))
            if asset is not None and is_within(asset, report) and may_operate(*self._place(asset)):
                passed.append(alarm_id)
        await self._work.assign(passed, to, by=report.outgoing, note=f"handover {report.id}", along=signature)

    def _check_incoming(self, kept: _Kept, outgoing: Signature, signer: User, may_see: MaySee) -> None:
        if signer.name == outgoing.user or _is_same_person(outgoing.person, signer.person):
            raise HandoverRefused(say("handover_same_person"))
        if kept.meant_for and kept.meant_for != signer.name:
            raise HandoverRefused(say("handover_to", who=kept.meant_for))
        if not all(may_see(*place) for place in kept.places):
            raise HandoverRefused(say("handover_blind", who=signer.name))

    def _open(self, handover_id: str, digest: str | None) -> _Kept:
        kept = self._kept.get(handover_id)
        if kept is None:
            raise HandoverRefused(say("handover_gone"))
        if kept.state not in _OPEN:
            raise HandoverRefused(say("handover_signed"))
        if digest is not None and kept.hash != digest:
            raise HandoverRefused(say("handover_other"))
        return kept

    async def _save(self, changed: Sequence[_Kept], records: Sequence[KeptRecord], entries: Sequence[NewEntry]) -> None:
        await self._storage.commit(_unit(changed, records, entries))
        self._kept.update((item.id, item) for item in changed)

    async def _whole(self, kept: _Kept, user: User) -> Handover:
        body = (await self._storage.records(_REPORT_KIND + kept.id)).get("")
        try:
            report = msgspec.json.decode(body or b"", type=HandoverReport)
        except msgspec.MsgspecError as error:
            log.error("the report of handover %s cannot be read: %s", kept.id, error)
            raise HandoverRefused(say("handover_gone")) from error
        is_intact = body is not None and hashlib.sha256(body).hexdigest() == kept.hash and await self._is_sworn(kept)
        return Handover(
            report=report,
            hash=kept.hash,
            state=kept.state,
            outgoing=kept.outgoing,
            incoming=kept.incoming,
            is_intact=is_intact,
            is_for_you=self._waits_for(kept, user),
        )

    async def _is_sworn(self, kept: _Kept) -> bool:
        """Whether the journal has this very hash with each signature."""
        for signature, event in ((kept.outgoing, HandoverState.LEFT), (kept.incoming, HandoverState.SIGNED)):
            if signature is None:
                continue
            query = JournalQuery(
                since=signature.at - _AROUND, until=signature.at + _AROUND, kinds=(EntryKind.HANDOVER,), limit=100
            )
            wanted = {"handover": kept.id, "hash": kept.hash, "event": event.value}
            entries = await self._storage.journal(query)
            if not any(wanted.items() <= entry.payload.items() and entry.actor == signature.user for entry in entries):
                return False
        return True

    def _places(self, report: HandoverReport) -> tuple[tuple[str, str, str], ...]:
        alarms = [item.alarm for item in (*report.open, *report.shelved, *report.out_of_service)]
        alarms += [group.root for group in report.suppressed if group.root is not None]
        alarms += [item.alarm for item in report.shift.alarms]
        ids = {alarm.asset_id for alarm in alarms} | {item.claim.asset_id for item in report.overrides}
        assets = (self._register.get(asset_id) for asset_id in ids)
        return tuple(sorted({self._place(asset) for asset in assets if asset is not None}))

    def _place(self, asset: Asset) -> tuple[str, str, str]:
        return asset.commune, service_of(asset, self._register.classes), asset.class_

    def _may_read(self, kept: _Kept, user: User, may_see: MaySee) -> bool:
        return _is_own(kept, user) or all(may_see(*place) for place in kept.places)

    def _waits_for(self, kept: _Kept, user: User) -> bool:
        if kept.state is HandoverState.DRAWN:
            return kept.owner == user.name
        is_another = kept.outgoing is not None and not _is_same_person(kept.outgoing.person, user.person)
        return kept.state is HandoverState.LEFT and is_another and kept.meant_for in {"", user.name}

    def _line(self, kept: _Kept, user: User) -> HandoverLine:
        return HandoverLine(
            id=kept.id,
            seat=kept.seat,
            state=kept.state,
            drawn_at=kept.drawn_at,
            outgoing=kept.owner,
            outgoing_name=kept.owner_name,
            incoming=kept.incoming.user if kept.incoming else kept.meant_for,
            incoming_name=kept.incoming.display_name if kept.incoming else "",
            signed_at=kept.incoming.at if kept.incoming else None,
            open_total=kept.open_total,
            is_for_you=self._waits_for(kept, user),
        )


def _unit(changed: Sequence[_Kept], records: Sequence[KeptRecord], entries: Sequence[NewEntry]) -> Unit:
    kept = [KeptRecord(KIND, item.id, msgspec.json.encode(item)) for item in changed]
    return Unit(entries=list(entries), records=[*records, *kept])


def _entry(kept: _Kept, event: str, by: str) -> NewEntry:
    payload: dict[str, object] = {
        "event": event,
        "handover": kept.id,
        "hash": kept.hash,
        "seat": kept.seat,
        "outgoing": kept.owner,
        "open": kept.open_total,
    }
    if kept.incoming is not None:
        payload["incoming"] = kept.incoming.user
    return NewEntry(kind=EntryKind.HANDOVER, actor=by, payload=payload)


def _is_own(kept: _Kept, user: User) -> bool:
    return user.name == kept.owner or (kept.incoming is not None and user.name == kept.incoming.user)


def _is_same_person(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
