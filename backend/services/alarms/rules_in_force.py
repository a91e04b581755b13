"""Which rule holds for which asset now, in memory: classes, sheets and overrides folded; asked for every value."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from backend.domain.alarms.rule_settings import on_sheet, patched
from backend.domain.alarms.supply import SUPPLY_LOSS, is_sign
from backend.services.register import Register
from contract.alarm_rules import RuleOverride, RulePatch
from contract.alarms import Priority
from contract.assets import AlarmRule, AlarmWhen, Asset, AssetClass, EnablingCondition, EnablingOf, Label, PointSpec

Kind = tuple[str, str]  # class, kind of alarm
SheetWord = tuple[Priority | None, Label]  # the priority that a sheet gives, and its guidance
_DEEPEST = 32


class RulesInForce:
    """Class rule <- sheet <- override of the class <- of the farthest ancestor <- ... <- of the asset itself.

    An asset inherits over its places (`parent`), then over what feeds it with power; a place is nearer than a feeder.
    """

    def __init__(self, register: Register) -> None:
        self._register = register
        self._sheets: dict[Kind, SheetWord] = {}
        self._of_classes: dict[Kind, RulePatch] = {}
        self._of_assets: dict[Kind, dict[int, RuleOverride]] = {}
        self._touched: frozenset[str] = frozenset()  # classes of which some asset has an override
        self._classes = {code: ClassRules(class_) for code, class_ in register.classes.items()}
        self._cached: dict[tuple[int, str], AlarmRule] = {}
        self._cached_revision = -1
        self._children: dict[int, list[int]] | None = None
        self.enabling_points: dict[str, list[tuple[Kind, EnablingOf]]] = {}  # by point, who looks at it
        self._refold()

    # --- what holds

    def rule(self, asset_id: int, kind: str) -> AlarmRule | None:
        """The rule behind an alarm; None when the class has none any more."""
        asset = self._register.get(asset_id)
        return None if asset is None else self.rule_of(asset, kind)

    def rule_of(self, asset: Asset, kind: str) -> AlarmRule | None:
        """The same for an asset at hand."""
        rule = self.of_class(asset.class_).by_kind.get(kind)
        if rule is None or asset.class_ not in self._touched:
            return rule
        return self._inherited(asset, rule)

    def of_point(self, asset: Asset, point: str) -> Sequence[AlarmRule]:
        """The rules on one point of an asset."""
        rules = self.of_class(asset.class_).by_point.get(point, ())
        if not rules or asset.class_ not in self._touched:
            return rules
        return [self._inherited(asset, rule) for rule in rules]

    def of_link(self, asset: Asset) -> Sequence[AlarmRule]:
        """The rules on an asset's link as a whole."""
        rules = self.of_class(asset.class_).of_link
        if not rules or asset.class_ not in self._touched:
            return rules
        return [self._inherited(asset, rule) for rule in rules]

    def of_class(self, class_: str) -> "ClassRules":
        """The rules of a class as a whole: without what single assets have of their own. Raises KeyError."""
        found = self._classes.get(class_)
        if found is None:  # the register learns as it loads that the package of a class was taken away
            found = self._classes[class_] = ClassRules(self._register.classes[class_])
        return found

    def classes(self) -> Sequence[AssetClass]:
        """The classes with the rules now in force for each as a whole: what consoles read."""
        return [self.of_class(code).shown for code in self._register.classes]

    def chain(self, asset: Asset, kind: str) -> Sequence[RuleOverride]:
        """The overrides of assets that hold for this one, the weakest first."""
        held = self._of_assets.get((asset.class_, kind))
        if not held:
            return ()
        return [held[id_] for id_ in reversed((asset.id, *self.ancestors(asset))) if id_ in held]

    def proposed(self, asset: Asset, kind: str, patch: RulePatch, at: int | None) -> AlarmRule | None:
        """The asset's rule if `patch` were placed on asset `at` (None: on its class), in place of what is there."""
        held = self._of_assets.get((asset.class_, kind), {})
        order = reversed((asset.id, *self.ancestors(asset)))
        patches = [patch if id_ == at else held[id_].patch for id_ in order if id_ == at or id_ in held]
        if at is not None:
            rule = self.of_class(asset.class_).by_kind.get(kind)
            return None if rule is None else patched(rule, patches)
        class_ = self._register.classes[asset.class_]
        rules = (*class_.alarms, *(rule for spec in class_.points for rule in spec.alarms))
        rule = next((rule for rule in rules if rule.kind == kind), None)
        if rule is None:
            return None
        sheet = self._sheets.get((asset.class_, kind))
        return patched(rule if sheet is None else on_sheet(rule, *sheet), [patch, *patches])

    # --- the tree

    def ancestors(self, asset: Asset) -> Sequence[int]:
        """Whose overrides an asset inherits, the nearest first; a loop is cut."""
        found: dict[int, None] = {}
        parent = asset.parent
        while parent is not None and parent != asset.id and parent not in found and len(found) < _DEEPEST:
            found[parent] = None
            above = self._register.get(parent)
            parent = None if above is None else above.parent
        found.update(dict.fromkeys(self._register.supply_ancestors(asset.id)))
        found.pop(asset.id, None)
        return tuple(found)

    def below(self, asset_id: int) -> Iterator[int]:
        """Assets that may inherit from this one, itself first."""
        self._forget_if_old()
        if self._children is None:
            self._children = defaultdict(list)
            for asset in self._register.all():
                if asset.parent is not None:
                    self._children[asset.parent].append(asset.id)
        seen, waiting = {asset_id}, [asset_id]
        while waiting:
            above = waiting.pop()
            yield above
            for child in (*self._children.get(above, ()), *self._register.supply_children(above)):
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)

    def reached(self, class_: str, asset_id: int | None) -> Iterator[Asset]:
        """The assets of a class that an override on this asset (None: on the class) may change."""
        ids = (asset.id for asset in self._register.all()) if asset_id is None else self.below(asset_id)
        for id_ in ids:
            asset = self._register.get(id_)
            if asset is not None and asset.class_ == class_:
                yield asset

    # --- enabling conditions

    def enables(self, asset_id: int, point: str) -> Iterator[tuple[Asset, str]]:
        """(asset, kind) of the rules that look at this point to know whether they are meant."""
        for (class_, kind), of in self.enabling_points.get(point, ()):
            for asset in self._lookers(asset_id, class_, of):
                yield asset, kind

    def enabling_asset(self, asset: Asset, condition: EnablingCondition) -> int | None:
        """Whose point a condition of this asset's rule looks at; None when nobody near has such a point."""
        match condition.of:
            case EnablingOf.ASSET:
                return asset.id if self._has_point(asset.id, condition.point) else None
            case EnablingOf.PARENT:
                chain = self._places(asset)
            case EnablingOf.SUPPLY:
                chain = self._register.supply_ancestors(asset.id)
        return next((id_ for id_ in chain if self._has_point(id_, condition.point)), None)

    def _lookers(self, asset_id: int, class_: str, of: EnablingOf) -> Iterator[Asset]:
        if of is EnablingOf.ASSET:
            asset = self._register.get(asset_id)
            if asset is not None and asset.class_ == class_:
                yield asset
            return
        yield from (asset for asset in self.reached(class_, asset_id) if asset.id != asset_id)

    def _places(self, asset: Asset) -> Sequence[int]:
        found: list[int] = []
        parent = asset.parent
        while parent is not None and parent not in found and len(found) < _DEEPEST:
            found.append(parent)
            above = self._register.get(parent)
            parent = None if above is None else above.parent
        return found

    def _has_point(self, asset_id: int, point: str) -> bool:
        asset = self._register.get(asset_id)
        return asset is not None and self.of_class(asset.class_).specs.get(point) is not None

    # --- what is set

    def set_sheet(self, kind: Kind, priority: Priority | None, guidance: Label) -> None:
        """What a sheet says of the rule."""
        self._sheets[kind] = (priority, guidance)
        self._refold(kind[0])

    def set_override(self, override: RuleOverride) -> None:
        """Place or replace."""
        kind = (override.class_, override.kind)
        if override.asset_id is None:
            self._of_classes[kind] = override.patch
        else:
            self._of_assets.setdefault(kind, {})[override.asset_id] = override
        self._refold(override.class_)

    def drop_override(self, kind: Kind, asset_id: int | None) -> None:
        """What it changed is inherited again; one that is not there is no error."""
        if asset_id is None:
            self._of_classes.pop(kind, None)
        elif asset_id in self._of_assets.get(kind, {}):
            del self._of_assets[kind][asset_id]
            if not self._of_assets[kind]:
                del self._of_assets[kind]
        self._refold(kind[0])

    def _refold(self, class_: str | None = None) -> None:
        for code in self._register.classes if class_ is None else (class_,):
            if code in self._register.classes:
                self._classes[code] = ClassRules(self._folded(self._register.classes[code]))
        self._touched = frozenset(kind[0] for kind in self._of_assets)
        self._cached.clear()
        enabling: dict[str, dict[tuple[Kind, EnablingOf], None]] = defaultdict(dict)
        for kind, condition in self._conditions():
            enabling[condition.point][kind, condition.of] = None
        self.enabling_points = {point: list(lookers) for point, lookers in enabling.items()}

    def _conditions(self) -> Iterator[tuple[Kind, EnablingCondition]]:
        for code, rules in self._classes.items():
            for rule in rules.by_kind.values():
                yield from (((code, rule.kind), condition) for condition in rule.enabled_by)
        for kind, overrides in self._of_assets.items():
            for override in overrides.values():
                if isinstance(conditions := override.patch.enabled_by, tuple):
                    yield from ((kind, condition) for condition in conditions)

    def _folded(self, class_: AssetClass) -> AssetClass:
        points = tuple(
            msgspec.structs.replace(spec, alarms=self._fold_all(class_.code, spec.alarms)) if spec.alarms else spec
            for spec in class_.points
        )
        return msgspec.structs.replace(class_, points=points, alarms=self._fold_all(class_.code, class_.alarms))

    def _fold_all(self, class_: str, rules: Iterable[AlarmRule]) -> tuple[AlarmRule, ...]:
        return tuple(self._fold(rule, (class_, rule.kind)) for rule in rules)

    def _fold(self, rule: AlarmRule, kind: Kind) -> AlarmRule:
        if kind in self._sheets:
            rule = on_sheet(rule, *self._sheets[kind])
        return patched(rule, [self._of_classes[kind]]) if kind in self._of_classes else rule

    def _inherited(self, asset: Asset, rule: AlarmRule) -> AlarmRule:
        if (asset.class_, rule.kind) not in self._of_assets:
            return rule
        self._forget_if_old()
        key = (asset.id, rule.kind)
        found = self._cached.get(key)
        if found is None:
            found = patched(rule, [override.patch for override in self.chain(asset, rule.kind)])
            self._cached[key] = found
        return found

    def _forget_if_old(self) -> None:
        if self._cached_revision != self._register.revision:
            self._cached_revision = self._register.revision
            self._cached.clear()
            self._children = None


class ClassRules:
    """The rules of one class, by what they are asked for."""

    def __init__(self, class_: AssetClass) -> None:
        self.shown = class_
        self.specs: Mapping[str, PointSpec] = {spec.name: spec for spec in class_.points}
        self.by_point: Mapping[str, Sequence[AlarmRule]] = {spec.name: spec.alarms for spec in class_.points}
        self.point_of: Mapping[str, str] = {rule.kind: spec.name for spec in class_.points for rule in spec.alarms}
        self.by_kind: Mapping[str, AlarmRule] = {
            **{rule.kind: rule for rule in class_.alarms},
            **{rule.kind: rule for spec in class_.points for rule in spec.alarms},
        }
        self.of_link = tuple(
            rule
            for rule in class_.alarms
            if rule.kind not in self.point_of and rule.when is AlarmWhen.COMMUNICATION_LOST
        )
        signs = (kind for kind, rule in self.by_kind.items() if class_.feeds and is_sign(rule))
        self.supply_kinds = tuple(sorted(signs, key=lambda kind: kind != SUPPLY_LOSS))
