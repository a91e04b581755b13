"""Sheets, changed conditions and the priority matrix: kept, journalled, in force at once and over restarts."""

import asyncio
import datetime as dt
import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, TypeVar

import msgspec

from backend.devkit.clock import Clock
from backend.domain.alarms.rule_settings import faults_of, patched_fields
from backend.domain.alarms.sheets import STANDARD_MATRIX, matrix_faults, priority_by, sheet_faults
from backend.ports import Feed, KeptRecord, Storage, StorageError, Unit
from backend.services.alarms.desk import AlarmDesk
from backend.services.alarms.rule_entries import MATRIX_KIND, OVERRIDE_KIND, SHEET_KIND, as_fields, key_of, rule_entry
from backend.services.alarms.rules_in_force import Kind
from backend.services.refusals import RuleConflict, RuleRefused
from backend.services.register import Register
from backend.services.said import Said, joined, say
from contract.alarm_rules import (
    LONGEST_REASON,
    AlarmSheet,
    MatrixChange,
    OverrideChange,
    PriorityMatrix,
    RuleEvent,
    RuleOverride,
    SheetChange,
)
from contract.assets import AlarmRule

log = logging.getLogger(__name__)
MOST_OVERRIDES: Final = 1000  # of one alarm type
LONGEST_OVERRIDE: Final = dt.timedelta(days=366)
EXPIRY_LOOK_S: Final = 0.5
_SLICE: Final = 500  # assets judged anew between two turns of the event loop
Kept = TypeVar("Kept")


class RuleBook:
    """The one place where a rule is changed. `load` comes before the desk's: alarms come back under their rules."""

    def __init__(self, storage: Storage, feed: Feed, clock: Clock, register: Register, desk: AlarmDesk) -> None:
        self._storage = storage
        self._feed = feed
        self._clock = clock
        self._register = register
        self._desk = desk
        self._rules = desk.rules
        self._matrix = STANDARD_MATRIX
        self._sheets: dict[Kind, AlarmSheet] = {}
        self._overrides: dict[Kind, dict[int | None, RuleOverride]] = {}
        self._changing = asyncio.Lock()

    async def load(self) -> None:
        """As it was kept; what expired while nobody looked is taken away, on the record."""
        for matrix in await self._kept(MATRIX_KIND, PriorityMatrix):
            self._matrix = matrix
        for sheet in await self._kept(SHEET_KIND, AlarmSheet):
            self._sheets[sheet.class_, sheet.kind] = sheet
            self._put_sheet_in_force(sheet)
        now = self._clock.now()
        for override in await self._kept(OVERRIDE_KIND, RuleOverride):
            self._overrides.setdefault((override.class_, override.kind), {})[override.asset_id] = override
            if override.until is None or override.until > now:
                self._rules.set_override(override)
        await self.expire_due()

    async def run(self) -> None:
        """Take expired overrides away, for ever."""
        while True:
            try:
                await self.expire_due()
            except StorageError as error:
                log.warning("an expired override could not be taken away, it is tried again: %s", error)
            await asyncio.sleep(EXPIRY_LOOK_S)

    # --- reading

    @property
    def matrix(self) -> PriorityMatrix:
        """Priority by consequence and time to respond."""
        return self._matrix

    def sheet(self, kind: Kind) -> AlarmSheet | None:
        """The sheet of an alarm type."""
        return self._sheets.get(kind)

    def overrides(self, kind: Kind) -> Sequence[RuleOverride]:
        """The class's own first."""
        return sorted(self._overrides.get(kind, {}).values(), key=lambda override: override.asset_id or 0)

    def override(self, kind: Kind, asset_id: int | None) -> RuleOverride | None:
        """What was changed on exactly this asset, or on the class."""
        return self._overrides.get(kind, {}).get(asset_id)

    def standard(self, kind: Kind) -> AlarmRule | None:
        """The rule as the class came; None when there is no such alarm type."""
        class_ = self._register.classes.get(kind[0])
        if class_ is None:
            return None
        rules = (*class_.alarms, *(rule for spec in class_.points for rule in spec.alarms))
        return next((rule for rule in rules if rule.kind == kind[1]), None)

    # --- changing

    async def put_sheet(self, kind: Kind, change: SheetChange, *, by: str) -> AlarmSheet:
        """Raises RuleRefused, RuleConflict, StorageError: nothing is changed."""
        async with self._changing:
            before = self._sheets.get(kind)
            self._check_version(before, change.version)
            self._check(change.reason, sheet_faults(change.content))
            sheet = AlarmSheet(
                class_=kind[0],
                kind=kind[1],
                content=change.content,
                version=change.version + 1,
                by=by,
                at=self._clock.now(),
                reason=change.reason.strip(),
            )
            entry = rule_entry(
                RuleEvent.SHEET,
                kind,
                by,
                sheet.version,
                sheet.reason,
                {} if before is None else as_fields(before.content),
                as_fields(sheet.content),
            )
            record = KeptRecord(SHEET_KIND, key_of(*kind), msgspec.json.encode(sheet))
            await self._storage.commit(Unit(entries=[entry], records=[record]))
            self._sheets[kind] = sheet
            self._put_sheet_in_force(sheet)
            await self._took(kind, None)
            return sheet

    async def put_override(self, kind: Kind, change: OverrideChange, *, by: str) -> RuleOverride:
        """Raises RuleRefused, RuleConflict, StorageError: nothing is changed."""
        async with self._changing:
            before = self._overrides.get(kind, {}).get(change.asset_id)
            self._check_version(before, change.version)
            self._check(change.reason, self.faults(kind, change))
            if before is None and len(self._overrides.get(kind, {})) >= MOST_OVERRIDES:
                raise RuleRefused(say("rule_full", count=MOST_OVERRIDES))
            override = RuleOverride(
                class_=kind[0],
                kind=kind[1],
                asset_id=change.asset_id,
                patch=change.patch,
                reason=change.reason.strip(),
                by=by,
                at=self._clock.now(),
                until=None if change.until is None else change.until.astimezone(dt.UTC),
                version=change.version + 1,
            )
            entry = rule_entry(
                RuleEvent.OVERRIDE_PLACED,
                kind,
                by,
                override.version,
                override.reason,
                {} if before is None else as_fields(before.patch),
                as_fields(override.patch),
                asset_id=override.asset_id,
                until=override.until,
            )
            record = KeptRecord(OVERRIDE_KIND, key_of(*kind, override.asset_id), msgspec.json.encode(override))
            await self._storage.commit(Unit(entries=[entry], records=[record]))
            self._overrides.setdefault(kind, {})[override.asset_id] = override
            self._rules.set_override(override)
            await self._took(kind, override.asset_id)
            return override

    async def remove_override(self, kind: Kind, asset_id: int | None, *, by: str, reason: str) -> None:
        """What it changed is inherited again. Raises RuleRefused, StorageError."""
        async with self._changing:
            override = self._overrides.get(kind, {}).get(asset_id)
            if override is None:
                raise RuleRefused(say("rule_gone"))
            self._check(reason, ())
            await self._drop(override, RuleEvent.OVERRIDE_REMOVED, by, reason.strip())

    async def put_matrix(self, change: MatrixChange, *, by: str) -> PriorityMatrix:
        """Every sheet's priority follows. Raises RuleRefused, RuleConflict, StorageError: nothing is changed."""
        async with self._changing:
            self._check_version(self._matrix, change.version)
            matrix = PriorityMatrix(
                within_s=change.within_s,
                priorities=change.priorities,
                version=change.version + 1,
                by=by,
                at=self._clock.now(),
                reason=change.reason.strip(),
            )
            self._check(change.reason, matrix_faults(matrix))
            shown = ("within_s", "priorities")
            before, after = as_fields(self._matrix), as_fields(matrix)
            entry = rule_entry(
                RuleEvent.MATRIX,
                ("", ""),
                by,
                matrix.version,
                matrix.reason,
                {name: before[name] for name in shown},
                {name: after[name] for name in shown},
            )
            record = KeptRecord(MATRIX_KIND, "matrix", msgspec.json.encode(matrix))
            await self._storage.commit(Unit(entries=[entry], records=[record]))
            self._matrix = matrix
            for kind, sheet in self._sheets.items():
                if sheet.content.consequence is not None:
                    self._put_sheet_in_force(sheet)
                    await self._took(kind, None)
            return matrix

    async def expire_due(self) -> None:
        """Take away what has reached its end. Raises StorageError: it is tried again."""
        async with self._changing:
            now = self._clock.now()
            over = [
                override
                for overrides in self._overrides.values()
                for override in overrides.values()
                if override.until is not None and override.until <= now
            ]
            for override in over:
                await self._drop(override, RuleEvent.OVERRIDE_EXPIRED, "system", "")

    def faults(self, kind: Kind, change: OverrideChange) -> Sequence[str]:
        """Why this override cannot be, as codes of `rule_texts`."""
        rule = self.in_force_at(kind, change.asset_id)
        fields = patched_fields(change.patch)
        if rule is None or not fields:
            return ["rule_empty"]
        faults: list[str] = []
        if change.until is not None and not self._is_end(change.until):
            faults.append("rule_until")
        if rule.never_waits and not fields.keys().isdisjoint({"hold_s", "count", "count_window_s", "enabled_by"}):
            faults.append("rule_never_waits")
        if rule.never_waits and fields.get("needs_acknowledgement") is False:
            faults.append("rule_never_silent")
        point = self._rules.of_class(kind[0]).point_of.get(kind[1], "")
        spec = self._rules.of_class(kind[0]).specs.get(point)
        raw = msgspec.structs.replace(rule, **fields)
        return [*faults, *faults_of(raw, spec, self._register.classes.values())]

    def in_force_at(self, kind: Kind, asset_id: int | None) -> AlarmRule | None:
        """The rule that an override placed there would change."""
        asset = None if asset_id is None else self._register.get(asset_id)
        if asset is not None and asset.class_ == kind[0]:
            return self._rules.rule_of(asset, kind[1])
        return self._rules.of_class(kind[0]).by_kind.get(kind[1]) if kind[0] in self._register.classes else None

    # --- inside

    async def _drop(self, override: RuleOverride, event: RuleEvent, by: str, reason: str) -> None:
        kind = (override.class_, override.kind)
        entry = rule_entry(
            event, kind, by, override.version, reason, as_fields(override.patch), {}, asset_id=override.asset_id
        )
        record = KeptRecord(OVERRIDE_KIND, key_of(*kind, override.asset_id), None)
        await self._storage.commit(Unit(entries=[entry], records=[record]))
        self._overrides[kind].pop(override.asset_id, None)
        self._rules.drop_override(kind, override.asset_id)
        await self._took(kind, override.asset_id)

    async def _took(self, kind: Kind, asset_id: int | None) -> None:
        """Judge what it reaches anew; consoles read the classes again."""
        self._feed.classes_changed()
        if kind[0] not in self._register.classes:
            return
        reached: Iterator[tuple[int, str]] = iter(
            [(asset.id, kind[1]) for asset in self._rules.reached(kind[0], asset_id)]
        )
        while keys := list(islice(reached, _SLICE)):
            self._desk.rules_changed(keys)
            await asyncio.sleep(0)

    def _put_sheet_in_force(self, sheet: AlarmSheet) -> None:
        priority = priority_by(self._matrix, sheet.content)
        self._rules.set_sheet((sheet.class_, sheet.kind), priority, sheet.content.guidance)

    def _check(self, reason: str, faults: Sequence[str]) -> None:
        said: list[Said] = [say(fault) for fault in dict.fromkeys(faults)]
        if not reason.strip() or len(reason) > LONGEST_REASON:
            said.append(say("rule_reason"))
        if said:
            raise RuleRefused(joined(said))

    def _check_version(self, before: AlarmSheet | RuleOverride | PriorityMatrix | None, version: int) -> None:
        if version != (0 if before is None else before.version):
            raise RuleConflict(say("rule_changed", who="?" if before is None else before.by))

    def _is_end(self, until: dt.datetime) -> bool:
        now = self._clock.now()
        return until.tzinfo is not None and now < until <= now + LONGEST_OVERRIDE

    async def _kept(self, record_kind: str, type_: type[Kept]) -> Sequence[Kept]:
        found: list[Kept] = []
        bodies: Mapping[str, bytes] = await self._storage.records(record_kind)
        for key, body in bodies.items():
            try:
                found.append(msgspec.json.decode(body, type=type_))
            except msgspec.MsgspecError as error:
                log.warning("the %s %s is not readable and left out: %s", record_kind, key, error)
        return found
