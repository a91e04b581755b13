"""Rules by which a state inhibits alarms: kept, changed on the record, in force over restarts and changes of a rule."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from backend.domain.alarms.events import Suppress, Unsuppress
from backend.domain.alarms.inhibition import circle_of, fault_of, holds
from backend.domain.alarms.life import AlarmState
from backend.ports import KeptRecord, Storage, Unit
from backend.services.alarms.folds import SUPPLY_WORD
from backend.services.alarms.ledger import AlarmLedger, Key
from backend.services.alarms.writer import Job, States
from backend.services.refusals import AlarmRefused
from backend.services.register import Register
from backend.services.said import say
from contract.alarm_flood import InhibitionRule, InhibitionScope
from contract.assets import Asset, AssetStatus
from contract.journal import EntryKind, NewEntry
from contract.points import PointValue

log = logging.getLogger(__name__)
KIND: Final = "inhibition_rule"
STANDING: Final = "inhibition_standing"
MOST_RULES: Final = 500
INHIBITED_WORD: Final = "rule"  # begins what an inhibited alarm is suppressed by


class Inhibitions:
    """`is_explained(key)`: something else keeps the alarm suppressed. Unknown states leave all as it was."""

    def __init__(
        self,
        storage: Storage,
        register: Register,
        ledger: AlarmLedger,
        value_of: Callable[[int, str], PointValue | None],
        is_explained: Callable[[Key], bool],
    ) -> None:
        self._storage = storage
        self._register = register
        self._ledger = ledger
        self._value_of = value_of
        self._is_explained = is_explained
        self._rules: dict[str, InhibitionRule] = {}
        self._of_target: dict[tuple[str, str], list[InhibitionRule]] = {}
        self._of_point: dict[tuple[str, str], list[InhibitionRule]] = {}
        self._of_kind: dict[tuple[str, str], list[InhibitionRule]] = {}
        self._in_force: dict[str, set[int]] = defaultdict(set)
        self._communes: dict[str, Collection[str]] = {}  # by rule, of one revision of the register
        self._communes_revision = -1
        self._records: list[KeptRecord] = []
        self._is_dirty = False
        self._revision = -1  # of the register: who feeds whom, and what is retired, bears on what is inhibited

    async def load(self) -> None:
        """Rules and what was in force: nothing fires because its reason is not heard yet."""
        for name, body in (await self._storage.records(KIND)).items():
            try:
                self._rules[name] = msgspec.json.decode(body, type=InhibitionRule)
            except msgspec.MsgspecError as error:
                log.warning("the inhibition rule %s is not readable and left out: %s", name, error)
        self._index()
        for key in await self._storage.records(STANDING):
            name, _, asset_id = key.rpartition(":")
            rule = self._rules.get(name)
            if rule is not None and asset_id.isdigit() and self._may_still_hold(rule, int(asset_id)):
                self._in_force[name].add(int(asset_id))
            else:
                self._records.append(KeptRecord(STANDING, key, None))
        self._see_alarms(key for key, _ in self._ledger.standing())
        self._is_dirty = True

    def rules(self) -> Sequence[InhibitionRule]:
        """All rules, by name."""
        return [self._rules[name] for name in sorted(self._rules)]

    async def put(self, rule: InhibitionRule, *, by: str) -> None:
        """Add a rule or replace the one of this name. Raises AlarmRefused when it cannot be, StorageError."""
        others = [one for one in self._rules.values() if one.name != rule.name]
        fault = fault_of(rule, self._register.classes) or circle_of(rule, others)
        if fault is None and len(others) >= MOST_RULES:
            fault = ("inhibition_many", str(MOST_RULES))
        if fault is not None:
            raise AlarmRefused(say(fault[0], what=fault[1]))
        before = self._rules.get(rule.name)
        await self._keep(KeptRecord(KIND, rule.name, msgspec.json.encode(rule)), before, rule, by)
        self._rules[rule.name] = rule
        self._changed(before, rule)

    async def remove(self, name: str, *, by: str) -> bool:
        """Forget a rule; what it alone inhibited is shown. False when there is none. Raises StorageError."""
        before = self._rules.get(name)
        if before is None:
            return False
        await self._keep(KeptRecord(KIND, name, None), before, None, by)
        del self._rules[name]
        self._changed(before, None)
        return True

    def inhibited_by(self, key: Key) -> str | None:
        """The name of the rule that keeps an alarm silent now."""
        asset = self._register.get(key[0])
        if asset is None or not self._of_target:
            return None
        for rule in self._of_target.get((asset.class_, key[1]), ()):
            in_force = self._in_force.get(rule.name)
            if not in_force:
                continue
            if rule.scope is InhibitionScope.COMMUNE:
                is_inhibited = asset.commune in self._communes_of(rule.name, in_force)
            else:
                sources = self._sources(rule, asset)
                is_inhibited = any(source in in_force and not self._is_retired(source) for source in sources)
            if is_inhibited:
                return rule.name
        return None

    def points_changed(self, changes: Iterable[tuple[int, str, PointValue]]) -> None:
        """States that may put a rule in force or take it out."""
        if not self._of_point:
            return
        for asset_id, point, value in changes:
            asset = self._register.get(asset_id)
            for rule in self._of_point.get((asset.class_, point), ()) if asset is not None else ():
                was = asset_id in self._in_force[rule.name]
                self._put(rule, asset_id, holds(rule, value, was))

    def taken(self, after: States) -> None:
        """Alarms that may put a rule in force or take it out."""
        if self._of_kind:
            self._see_alarms(after)

    def look(self) -> Sequence[Job]:
        """What is inhibited from now on, and what no longer is."""
        is_rehung = self._revision != self._register.revision and any(self._in_force.values())
        self._revision = self._register.revision
        if not self._is_dirty and not is_rehung:
            return ()
        self._is_dirty = False
        jobs: list[Job] = []
        for key, state in self._ledger.standing():
            name = self.inhibited_by(key)
            if name is not None and state.is_active and not state.is_suppressed:
                jobs.append(Job(key, (Suppress(by=words(name)),), "system"))
            elif name is None and _is_by_logic(state) and not self._is_explained(key):
                jobs.append(Job(key, (Unsuppress(),), "system", "no rule inhibits it any more"))
        return jobs

    def records(self) -> Sequence[KeptRecord]:
        """What is to be kept since this was last asked."""
        records, self._records = self._records, []
        return records

    def _see_alarms(self, keys: Iterable[Key]) -> None:
        for key in keys:
            asset = self._register.get(key[0])
            for rule in self._of_kind.get((asset.class_, key[1]), ()) if asset is not None else ():
                state = self._ledger.state(key)
                self._put(rule, key[0], state is not None and state.is_active)

    def _put(self, rule: InhibitionRule, asset_id: int, is_in_force: bool) -> None:
        standing = self._in_force[rule.name]
        if is_in_force == (asset_id in standing):
            return
        (standing.add if is_in_force else standing.discard)(asset_id)
        self._communes.pop(rule.name, None)
        body = b"1" if is_in_force else None
        self._records.append(KeptRecord(STANDING, f"{rule.name}:{asset_id}", body))
        self._is_dirty = True

    def _sources(self, rule: InhibitionRule, asset: Asset) -> Iterable[int]:
        match rule.scope:
            case InhibitionScope.FED_BY_IT:
                return (*self._register.supply_ancestors(asset.id), *self._register.network_ancestors(asset.id))
            case InhibitionScope.PART_OF_IT:
                return () if asset.parent is None else (asset.parent,)
            case _:
                return (asset.id,)

    def _communes_of(self, name: str, in_force: Iterable[int]) -> Collection[str]:
        """Where a rule is in force, reckoned once for all alarms that are asked about."""
        if self._communes_revision != self._register.revision:
            self._communes_revision = self._register.revision
            self._communes.clear()
        if name not in self._communes:
            found = (self._register.get(asset_id) for asset_id in in_force)
            self._communes[name] = {
                asset.commune for asset in found if asset is not None and asset.status is not AssetStatus.RETIRED
            }
        return self._communes[name]

    def _may_still_hold(self, rule: InhibitionRule, asset_id: int) -> bool:
        """After a restart: an alarm's own state says it; what a point said last holds until it is heard again."""
        if rule.source_point:
            return True
        state = self._ledger.state((asset_id, rule.source_kind))
        return state is not None and state.is_active

    def _is_retired(self, asset_id: int) -> bool:
        asset = self._register.get(asset_id)
        return asset is None or asset.status is AssetStatus.RETIRED

    def _changed(self, before: InhibitionRule | None, after: InhibitionRule | None) -> None:
        """In force by what alarms and points say now; the same point not known now leaves it as it was."""
        if before is not None and (after is None or _source(before) != _source(after)):
            self._communes.pop(before.name, None)
            for asset_id in tuple(self._in_force.pop(before.name, ())):
                self._records.append(KeptRecord(STANDING, f"{before.name}:{asset_id}", None))
        self._index()
        self._see_alarms([key for key, _ in self._ledger.standing()])
        if after is not None and after.source_point:
            for asset in self._register.all():
                value = self._value_of(asset.id, after.source_point) if asset.class_ == after.source_class else None
                if value is not None:
                    self._put(after, asset.id, holds(after, value, asset.id in self._in_force[after.name]))
        self._is_dirty = True

    def _index(self) -> None:
        self._of_target, self._of_point, self._of_kind = {}, {}, {}
        for rule in self._rules.values():
            if not rule.is_enabled or fault_of(rule, self._register.classes) is not None:
                continue
            for kind in rule.kinds:
                self._of_target.setdefault((rule.target_class, kind), []).append(rule)
            if rule.source_point:
                self._of_point.setdefault((rule.source_class, rule.source_point), []).append(rule)
            else:
                self._of_kind.setdefault((rule.source_class, rule.source_kind), []).append(rule)

    async def _keep(
        self, record: KeptRecord, before: InhibitionRule | None, after: InhibitionRule | None, by: str
    ) -> None:
        payload: dict[str, object] = {
            "inhibition": record.key,
            "before": _plain(before),
            "after": _plain(after),
        }
        entry = NewEntry(kind=EntryKind.ALARM_RULE, actor=by, payload=payload)
        await self._storage.commit(Unit(entries=[entry], records=[record]))


def words(name: str) -> str:
    """What an alarm is suppressed by."""
    return f"{INHIBITED_WORD}: {name}"


def _is_by_logic(state: AlarmState) -> bool:
    return state.is_suppressed and state.suppressed_by.startswith((INHIBITED_WORD, SUPPLY_WORD))


def _source(rule: InhibitionRule) -> tuple[object, ...]:
    return (rule.source_class, rule.source_kind, rule.source_point, rule.source_value)


def _plain(rule: InhibitionRule | None) -> Mapping[str, object] | None:
    return None if rule is None else msgspec.to_builtins(rule)
