"""The report of a shift: what stands, what is set aside and why, what is still driven by hand, what happened."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.ports import JournalQuery, Storage
from backend.services.alarms.desk import AlarmDesk
from backend.services.alarms.history import happening
from backend.services.alarms.work import AlarmWork
from backend.services.register import Register
from contract.alarm_work import AlarmHappening
from contract.alarms import Alarm, Priority
from contract.assets import Asset
from contract.claims import Claim, Rank
from contract.handover import (
    MOST_LINES,
    CameAndWent,
    HandoverAlarm,
    HandoverReport,
    HandoverRequest,
    OverrideInForce,
    ShiftNote,
    SinceYouLeft,
    SuppressedGroup,
)
from contract.journal import EntryKind, JournalEntry
from contract.rights import User

LONGEST_LOOK_BACK: Final = dt.timedelta(days=7)
UNKNOWN_SHIFT: Final = dt.timedelta(hours=24)  # of one who was never seen to leave
_SCAN: Final = 1_000
_MOST_LINES_READ: Final = 20_000
_LAST_COMMENTS: Final = 5
_BY_HAND: Final = frozenset({Rank.OPERATOR, Rank.TWO_PERSON_MANUAL})
Sees = Callable[[Asset], bool]


class ReportDrawing:
    """Draws from what the services hold and from the journal; keeps nothing."""

    def __init__(self, storage: Storage, clock: Clock, register: Register, desk: AlarmDesk, work: AlarmWork) -> None:
        self._storage = storage
        self._clock = clock
        self._register = register
        self._desk = desk
        self._work = work

    async def draw(self, request: HandoverRequest, outgoing: User, incoming: User | None, sees: Sees) -> HandoverReport:
        """The report as things stand now, of what `sees` lets through. Raises StorageError."""
        sees = _within(sees, request)
        alarms = sorted((alarm for alarm in self._desk.standing() if self._is_seen(alarm.asset_id, sees)), key=_order)
        out = [alarm for alarm in alarms if alarm.is_out_of_service]
        suppressed = [alarm for alarm in alarms if _is_explained(alarm) and not alarm.is_out_of_service]
        set_aside = {alarm.id for alarm in [*out, *suppressed]}
        shelved = [alarm for alarm in alarms if alarm.is_shelved and alarm.id not in set_aside]
        set_aside.update(alarm.id for alarm in shelved)
        standing = [alarm for alarm in alarms if alarm.id not in set_aside]
        overrides = await self._overrides(sees)
        began = await self.shift_began(outgoing.name)
        now = self._clock.now()
        return HandoverReport(
            id=request.id,
            seat=request.seat,
            outgoing=outgoing.name,
            outgoing_name=outgoing.display_name,
            incoming=request.incoming,
            drawn_at=now,
            communes=request.communes,
            classes=request.classes,
            remarks=request.remarks,
            passes_alarms=request.passes_alarms,
            open=self._with_comments(standing),
            open_total=len(standing),
            shelved=self._with_comments(shelved),
            shelved_total=len(shelved),
            suppressed=self._groups(suppressed, sees)[:MOST_LINES],
            suppressed_total=len(suppressed),
            out_of_service=self._with_comments(out),
            out_of_service_total=len(out),
            overrides=overrides[:MOST_LINES],
            overrides_total=len(overrides),
            notes=await self._notes(began, now, sees),
            shift=await self.since(outgoing.name, began, sees),
            since_you_left=None if incoming is None else await self.since_left(incoming.name, sees),
        )

    async def since_left(self, user_name: str, sees: Sees) -> SinceYouLeft:
        """What happened since somebody handed over last, or logged out. Raises StorageError."""
        left = await self._last(EntryKind.HANDOVER, user_name, "left")
        left = left or await self._last(EntryKind.LOGOUT, user_name, None)
        return await self.since(user_name, self._looked_back(left), sees)

    async def shift_began(self, user_name: str) -> dt.datetime:
        """When somebody took over last, else logged in last. Raises StorageError."""
        began = await self._last(EntryKind.HANDOVER, user_name, "signed")
        return self._looked_back(began or await self._last(EntryKind.LOGIN, user_name, None))

    async def since(self, user_name: str, since: dt.datetime, sees: Sees) -> SinceYouLeft:
        """What happened to alarms since a time. Raises StorageError."""
        lines, is_complete = await self._happenings(since, sees)
        raised: Counter[Priority] = Counter()
        events: Counter[str] = Counter()
        of_alarm: dict[int, list[AlarmHappening]] = defaultdict(list)
        for line in lines:
            if line.refused:
                events["refused"] += 1
                continue
            events[line.event] += 1
            if line.event == "raise":
                raised[line.priority or Priority.P4] += 1
                of_alarm[line.alarm_id].append(line)
        rows = [
            CameAndWent(alarm=alarm, raised_count=len(found), last_at=max(line.at for line in found))
            for alarm_id, found in of_alarm.items()
            if (alarm := self._desk.get(alarm_id)) is not None
        ]
        rows.sort(key=lambda row: (row.alarm.priority, -row.last_at.timestamp()))
        return SinceYouLeft(
            user=user_name,
            since=since,
            raised=dict(raised),
            acknowledged=events["acknowledge"],
            shelved=events["shelve"],
            acts_refused=events["refused"],
            alarms=tuple(rows[:MOST_LINES]),
            alarm_total=len(rows),
            is_complete=is_complete,
        )

    async def _happenings(self, since: dt.datetime, sees: Sees) -> tuple[Sequence[AlarmHappening], bool]:
        found: list[AlarmHappening] = []
        before: int | None = None
        for _ in range(_MOST_LINES_READ // _SCAN):
            query = JournalQuery(since=since, kinds=(EntryKind.ALARM,), before=before, limit=_SCAN)
            entries = await self._storage.journal(query)
            found.extend(self._lines(entries, sees))
            if len(entries) < _SCAN:
                return found, True
            before = entries[-1].seq
        return found, False

    def _lines(self, entries: Iterable[JournalEntry], sees: Sees) -> Iterable[AlarmHappening]:
        for entry in entries:
            asset = None if entry.asset_id is None else self._register.get(entry.asset_id)
            if asset is not None and sees(asset) and (line := happening(entry, asset)) is not None:
                yield line

    async def _last(self, kind: EntryKind, actor: str, event: str | None) -> dt.datetime | None:
        entries = await self._storage.journal(JournalQuery(kinds=(kind,), actor=actor, limit=20))
        return next((entry.at for entry in entries if event is None or entry.payload.get("event") == event), None)

    def _looked_back(self, at: dt.datetime | None) -> dt.datetime:
        now = self._clock.now()
        return max(now - LONGEST_LOOK_BACK, at or now - UNKNOWN_SHIFT)

    async def _overrides(self, sees: Sees) -> tuple[OverrideInForce, ...]:
        now = self._clock.now()
        claims = sorted(await self._storage.claims(), key=lambda claim: claim.placed_at, reverse=True)
        found: list[OverrideInForce] = []
        for claim in claims:
            asset = self._register.get(claim.asset_id)
            if asset is not None and _is_by_hand(claim, now) and sees(asset):
                found.append(OverrideInForce(claim=claim, asset_code=asset.code, asset_name=asset.name))
        return tuple(found)

    async def _notes(self, since: dt.datetime, now: dt.datetime, sees: Sees) -> tuple[ShiftNote, ...]:
        """Of this shift, and of the twelve hours before it: a note outlives who wrote it."""
        earliest = min(since, now - dt.timedelta(hours=12))
        query = JournalQuery(since=earliest, kinds=(EntryKind.NOTE,), limit=MOST_LINES)
        return tuple(
            ShiftNote(at=entry.at, author=entry.actor, text=str(entry.payload.get("text", "")))
            for entry in await self._storage.journal(query)
            if entry.asset_id is None or self._is_seen(entry.asset_id, sees)
        )

    def _with_comments(self, alarms: Sequence[Alarm]) -> tuple[HandoverAlarm, ...]:
        return tuple(
            HandoverAlarm(alarm=alarm, comments=self._work.care(alarm.id).comments[-_LAST_COMMENTS:])
            for alarm in alarms[:MOST_LINES]
        )

    def _groups(self, alarms: Iterable[Alarm], sees: Sees) -> tuple[SuppressedGroup, ...]:
        """The card that explains them only where one may see it: a feeder may stand in another commune."""
        counts = Counter((alarm.suppressed_by, alarm.folded_into) for alarm in alarms)
        groups = [
            SuppressedGroup(rule=rule, count=count, root=None if root is None else self._seen(root, sees))
            for (rule, root), count in counts.items()
        ]
        return tuple(sorted(groups, key=lambda group: (-group.count, group.rule)))

    def _seen(self, alarm_id: int, sees: Sees) -> Alarm | None:
        found = self._desk.get(alarm_id)
        return found if found is not None and self._is_seen(found.asset_id, sees) else None

    def _is_seen(self, asset_id: int, sees: Sees) -> bool:
        asset = self._register.get(asset_id)
        return asset is not None and sees(asset)


def report_bytes(report: HandoverReport) -> bytes:
    """The report as it is kept and hashed."""
    return msgspec.json.encode(report)


def is_within(asset: Asset, scope: HandoverRequest | HandoverReport) -> bool:
    """Whether an asset is of what is handed over."""
    is_there = scope.communes is None or asset.commune in scope.communes
    return is_there and (scope.classes is None or asset.class_ in scope.classes)


def _within(sees: Sees, request: HandoverRequest) -> Sees:
    return lambda asset: is_within(asset, request) and sees(asset)


def _is_by_hand(claim: Claim, now: dt.datetime) -> bool:
    stands = claim.expires_at is None or claim.expires_at > now
    return stands and claim.rank in _BY_HAND and not claim.is_read_only


def _is_explained(alarm: Alarm) -> bool:
    return alarm.is_suppressed or alarm.folded_into is not None


def _order(alarm: Alarm) -> tuple[int, float]:
    return alarm.priority, -(alarm.raised_at.timestamp() if alarm.raised_at else 0.0)
