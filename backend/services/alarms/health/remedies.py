"""Bad actors mended: what could be done, tried on the journal; done by one person once another has agreed."""

import asyncio
import datetime as dt
import functools
import logging
import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.threads import Threads
from backend.domain.alarms.bad_actors import Occurrence, Past, back_test, occurrences, proposals
from backend.domain.alarms.health_days import begin_of
from backend.domain.alarms.health_log import transitions_of
from backend.domain.alarms.trying import Sample
from backend.ports import JournalQuery, KeptRecord, Storage, Unit
from backend.services.alarms.health.rules import AssetRules, Key
from backend.services.alarms.records import alarm_number
from backend.services.approvals import Approvals
from backend.services.register import Register
from backend.services.said import Said, say
from contract.alarm_health import (
    BackTest,
    Proposals,
    Remedy,
    RemedyApplied,
    RemedyRequest,
    RemedySetting,
)
from contract.alarm_rules import LONGEST_HOLD_S, LONGEST_REASON, MOST_COUNT, RulePatch
from contract.alarms import Alarm, Priority
from contract.assets import AlarmRule, AlarmWhen, Asset
from contract.journal import EntryKind, JournalEntry, NewEntry
from contract.points import Quality
from contract.rights import User

log = logging.getLogger(__name__)
ACT: Final = "alarm_remedy"
APPLIED_KIND: Final = "alarm_remedy"
MOST_ENTRIES: Final = 10_000  # of one asset that a back-test reads
MOST_SAMPLES: Final = 20_000
MOST_APPLIED: Final = 2_000
LONGEST_SHELF_H: Final = 24.0
_PAGE: Final = 250
_WORK: Final = frozenset({"comment", "assign", "take_over"})  # of what people do about an alarm, the sound apart
_ESCALATED: Final = 2  # the first step tells whom it concerns, the second whom else because nobody answered
_LIMITS: Final = frozenset({AlarmWhen.ABOVE, AlarmWhen.BELOW})


class RemedyRefused(Exception):
    """It cannot be done; the text may be shown."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.text)
        self.said = said


class Shelving(Protocol):
    """The alarm desk, as far as it shelves."""

    async def shelve(
        self, alarm_id: int, *, by: str, reason: str, until: dt.datetime, is_one_shot: bool = False
    ) -> Alarm:
        """Set an alarm aside. Raises AlarmRefused."""
        ...


class _Read(NamedTuple):
    past: Past
    is_cut: bool


class Remedies:
    """Proposals with their back-tests, and what was done. `close` before storage."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        register: Register,
        approvals: Approvals,
        rules: AssetRules,
        desk: Shelving,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._register = register
        self._approvals = approvals
        self._rules = rules
        self._desk = desk
        self._threads = Threads("alarm back-tests")  # a long past takes seconds: not on the loop

    async def close(self) -> None:
        """End the back-tests; may be called twice."""
        self._threads.close()

    async def proposals(self, alarm_id: int, key: Key, since: dt.date, until: dt.date) -> Proposals:
        """What could be done about a source, tried on its past in these days. Raises RemedyRefused, StorageError."""
        end = min(begin_of(until + dt.timedelta(days=1)), self._clock.now())
        read = await self._past(key, begin_of(since), end)
        found = await self._threads.run(functools.partial(proposals, read.past))
        return Proposals(alarm_id=alarm_id, items=tuple(found), is_cut=read.is_cut)

    def check(self, key: Key, request: RemedyRequest) -> Asset:
        """Whether it could be done; gives the asset. Raises RemedyRefused."""
        rule = self._rules.rule(key)
        if rule is None:
            raise RemedyRefused(say("health_no_rule"))
        if rule.never_waits:
            raise RemedyRefused(say("health_never_waits"))
        if not request.reason.strip() or len(request.reason) > LONGEST_REASON:
            raise RemedyRefused(say("health_reason", most=LONGEST_REASON))
        _check_setting(rule, request.setting)
        asset = self._register.get(key[0])
        if asset is None or (asset.code, key[1]) != (request.asset_code, request.kind):
            raise RemedyRefused(say("health_no_rule"))
        if request.setting.remedy is not Remedy.SHELVE:
            patch = patched(self._rules.patch_of(asset, key[1]), request.setting)
            if trouble := self._rules.trouble(asset, key[1], patch, request.reason):
                raise RemedyRefused(trouble)
        return asset

    async def apply(self, key: Key, request: RemedyRequest, *, by: User) -> RemedyApplied:
        """Do it, as the second person agreed.

        Raises RemedyRefused, ApprovalRefused, AlarmRefused, RuleRefused, RuleConflict, StorageError.
        """
        asset = self.check(key, request)
        approval = await self._approvals.use(request.approval_id, ACT, remedy_payload(request), by=by)
        now = self._clock.now()
        test = await self._test(key, request.setting, now - dt.timedelta(days=30), now)
        if request.setting.remedy is Remedy.SHELVE:
            until = now + dt.timedelta(hours=request.setting.value)
            await self._desk.shelve(request.alarm_id, by=by.name, reason=request.reason, until=until)
        else:
            patch = patched(self._rules.patch_of(asset, key[1]), request.setting)
            await self._rules.change(asset, key[1], patch, request.reason, by=by.name)
        applied = RemedyApplied(
            at=now,
            alarm_id=request.alarm_id,
            asset_id=asset.id,
            asset_code=asset.code,
            kind=key[1],
            setting=request.setting,
            by=by.name,
            approved_by=approval.approver or "",
            reason=request.reason,
            test=test,
        )
        await self._keep(applied)
        return applied

    async def applied(self, may_see: Callable[[Asset], bool]) -> Sequence[RemedyApplied]:
        """What was done on assets that one may see, newest first."""
        found: list[RemedyApplied] = []
        for record, body in (await self._storage.records(APPLIED_KIND)).items():
            try:
                item = msgspec.json.decode(body, type=RemedyApplied)
            except msgspec.MsgspecError as error:
                log.warning("the remedy %s is not readable and left out: %s", record, error)
                continue
            asset = self._register.get(item.asset_id)
            if asset is not None and may_see(asset):
                found.append(item)
        return sorted(found, key=lambda item: item.at, reverse=True)

    async def _test(self, key: Key, setting: RemedySetting, since: dt.datetime, until: dt.datetime) -> BackTest:
        read = await self._past(key, since, until)
        return await self._threads.run(functools.partial(back_test, read.past, setting))

    async def _keep(self, applied: RemedyApplied) -> None:
        name = f"{applied.at.isoformat()} {applied.alarm_id}"
        payload: dict[str, object] = {
            "event": "remedy",
            "alarm": applied.alarm_id,
            "alarm_kind": applied.kind,
            "remedy": msgspec.to_builtins(applied.setting),
            "approved_by": applied.approved_by,
            "reason": applied.reason,
        }
        entry = NewEntry(kind=EntryKind.ALARM_RULE, actor=applied.by, asset_id=applied.asset_id, payload=payload)
        records = [KeptRecord(APPLIED_KIND, name, msgspec.json.encode(applied))]
        known = sorted(await self._storage.records(APPLIED_KIND))
        records += [KeptRecord(APPLIED_KIND, old, None) for old in known[: max(0, len(known) + 1 - MOST_APPLIED)]]
        await self._storage.commit(Unit(entries=[entry], records=records))

    async def _past(self, key: Key, since: dt.datetime, until: dt.datetime) -> _Read:
        rule = self._rules.rule(key)
        if rule is None:
            raise RemedyRefused(say("health_no_rule"))
        entries, is_cut = await self._entries(key[0], since, until)
        mine = [entry for entry in entries if entry.payload.get("alarm_kind") == key[1]]
        alarms = transitions_of(entry for entry in mine if entry.kind is EntryKind.ALARM)
        acts = [entry.at.timestamp() for entry in entries if _is_act(entry, key)]
        begin = entries[0].at if is_cut and entries else since
        found: Sequence[Occurrence] = await self._threads.run(
            functools.partial(occurrences, alarms, acts, until.timestamp())
        )
        samples = await self._samples(key, rule, begin, until)
        return _Read(Past(rule, begin.timestamp(), until.timestamp(), found, samples), is_cut)

    async def _entries(
        self, asset_id: int, since: dt.datetime, until: dt.datetime
    ) -> tuple[Sequence[JournalEntry], bool]:
        """What the journal says of an asset, oldest first; only the last of it where there is very much."""
        kinds = (
            EntryKind.ALARM,
            EntryKind.ALARM_WORK,
            EntryKind.NOTICE,
            EntryKind.CLAIM_PLACED,
            EntryKind.COMMAND,
        )
        found: list[JournalEntry] = []
        before: int | None = None
        while len(found) < MOST_ENTRIES:
            query = JournalQuery(since=since, until=until, asset_id=asset_id, kinds=kinds, before=before, limit=_PAGE)
            page = await self._storage.journal(query)
            found.extend(page)
            if len(page) < _PAGE:
                break
            before = page[-1].seq
            await asyncio.sleep(0)
        return found[::-1], len(found) >= MOST_ENTRIES

    async def _samples(self, key: Key, rule: AlarmRule, since: dt.datetime, until: dt.datetime) -> Sequence[Sample]:
        asset = self._register.get(key[0])
        class_ = None if asset is None else self._register.classes.get(asset.class_)
        if rule.when not in _LIMITS or class_ is None:
            return ()
        point = next((spec.name for spec in class_.points for own in spec.alarms if own.kind == key[1]), None)
        if point is None:
            return ()
        kept = await self._storage.readings(key[0], point, since, until, MOST_SAMPLES)
        return [Sample(sample.at.timestamp(), sample.value, Quality(sample.quality)) for sample in kept]


def remedy_payload(request: RemedyRequest) -> dict[str, object]:
    """What a second person agrees to: the request without the approval."""
    return {
        "alarm_id": request.alarm_id,
        "asset_code": request.asset_code,
        "kind": request.kind,
        "setting": msgspec.to_builtins(request.setting),
        "reason": request.reason,
    }


def patched(patch: RulePatch, setting: RemedySetting) -> RulePatch:
    """An asset's changed condition with a remedy added to it."""
    match setting.remedy:
        case Remedy.ON_DELAY:
            return msgspec.structs.replace(patch, hold_s=setting.value)
        case Remedy.OFF_DELAY:
            return msgspec.structs.replace(patch, clear_hold_s=setting.value)
        case Remedy.DEAD_BAND:
            return msgspec.structs.replace(patch, dead_band=setting.value)
        case Remedy.COUNT:
            return msgspec.structs.replace(patch, count=int(setting.value), count_window_s=setting.window_s)
        case Remedy.PRIORITY:
            return msgspec.structs.replace(patch, priority=Priority(int(setting.value)))
        case Remedy.SHELVE:
            return patch


def _is_act(entry: JournalEntry, key: Key) -> bool:
    """A person did something about the asset, or said something of this alarm; or it was escalated to somebody else.

    An acknowledgement alone is no act.
    """
    if entry.kind is EntryKind.NOTICE:
        level = entry.payload.get("level")
        return entry.payload.get("alarm") == alarm_number(*key) and isinstance(level, int) and level >= _ESCALATED
    if entry.actor == "system" or entry.actor.startswith("device:") or entry.kind is EntryKind.ALARM:
        return False
    if entry.kind is EntryKind.ALARM_WORK:
        return entry.payload.get("alarm_kind") == key[1] and entry.payload.get("event") in _WORK
    return True


def _check_setting(rule: AlarmRule, setting: RemedySetting) -> None:
    value = setting.value
    if not math.isfinite(value) or not math.isfinite(setting.window_s) or value < 0:
        raise RemedyRefused(say("health_value", value=value))
    match setting.remedy:
        case Remedy.ON_DELAY | Remedy.OFF_DELAY:
            is_possible = value <= LONGEST_HOLD_S
        case Remedy.DEAD_BAND:
            is_possible = rule.when in _LIMITS
        case Remedy.COUNT:
            _keep_p1(rule)
            is_possible = value == int(value) and 1 <= value <= MOST_COUNT and 0 < setting.window_s <= LONGEST_HOLD_S
        case Remedy.PRIORITY:
            if value not in {2.0, 3.0, 4.0} or value <= rule.priority:
                raise RemedyRefused(say("health_priority"))
            is_possible = True
        case Remedy.SHELVE:
            _keep_p1(rule)
            if not 0 < value <= LONGEST_SHELF_H:
                raise RemedyRefused(say("health_shelf", least=0, most=LONGEST_SHELF_H))
            is_possible = True
    if not is_possible:
        raise RemedyRefused(say("health_value", value=value))


def _keep_p1(rule: AlarmRule) -> None:
    if rule.priority is Priority.P1:
        raise RemedyRefused(say("health_p1"))
