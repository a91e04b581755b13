"""Alarm types and their rules as an engineer reads them: with overrides, reviews, and where each field comes from."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from backend.domain.alarms.rule_settings import patched_fields
from backend.domain.alarms.sheets import is_overdue, priority_by
from backend.services.alarms.desk import AlarmDesk
from backend.services.alarms.rule_book import RuleBook
from backend.services.alarms.rules_in_force import Kind
from backend.services.register import Register
from contract.alarm_rules import (
    AlarmType,
    AlarmTypeDetail,
    AssetRules,
    OverrideSeen,
    RuleInForce,
    RuleOverride,
    RuleSource,
    RuleStep,
)
from contract.assets import AlarmRule, Asset

_CONDITIONS = ("priority", "limit", "dead_band", "hold_s", "clear_hold_s", "over_s", "count", "count_window_s")
MayChange = Callable[[str], bool]


def types_of(
    book: RuleBook,
    desk: AlarmDesk,
    register: Register,
    classes: Iterable[str],
    today: dt.date,
    may_change: MayChange,
) -> Sequence[AlarmType]:
    """All alarm types of these classes, in the order in which the classes give them."""
    undecided: Counter[Kind] = Counter()
    for asset_id, kind in desk.undecided():
        if (asset := register.get(asset_id)) is not None:
            undecided[asset.class_, kind] += 1
    return [
        _type(book, desk, (class_, kind), rule, today, undecided[class_, kind], may_change(class_))
        for class_ in classes
        for kind, rule in desk.rules.of_class(class_).by_kind.items()
    ]


def type_detail(
    book: RuleBook,
    desk: AlarmDesk,
    register: Register,
    kind: Kind,
    today: dt.date,
    *,
    may_see: Callable[[Asset], bool],
    may_edit: MayChange,
) -> AlarmTypeDetail:
    """All that is kept on one alarm type; overrides of assets that one may see. `kind` is one that is there."""
    rule, standard = desk.rules.of_class(kind[0]).by_kind[kind[1]], book.standard(kind)
    undecided = [
        asset_id
        for asset_id, name in desk.undecided()
        if name == kind[1]
        and (asset := register.get(asset_id)) is not None
        and asset.class_ == kind[0]
        and may_see(asset)
    ]
    overrides: list[OverrideSeen] = []
    for override in book.overrides(kind):
        asset = None if override.asset_id is None else register.get(override.asset_id)
        if override.asset_id is None or (asset is not None and may_see(asset)):
            overrides.append(_seen(book, desk, kind, override, asset))
    overrides.sort(key=lambda seen: _path(book, desk, register, seen.override))
    return AlarmTypeDetail(
        type=_type(book, desk, kind, rule, today, len(undecided), may_edit(kind[0])),
        in_force=RuleInForce(rule=rule, trace=_trace(book, kind, register, ())),
        standard=rule if standard is None else standard,
        sheet=book.sheet(kind),
        overrides=tuple(overrides),
        undecided=tuple(undecided[:100]),
    )


def asset_rules(book: RuleBook, desk: AlarmDesk, register: Register, asset: Asset) -> AssetRules:
    """The rules in force on one asset, each with its trace."""
    items: list[RuleInForce] = []
    for kind in desk.rules.of_class(asset.class_).by_kind:
        rule = desk.rules.rule_of(asset, kind)
        if rule is not None:
            chain = desk.rules.chain(asset, kind)
            items.append(RuleInForce(rule=rule, trace=_trace(book, (asset.class_, kind), register, chain)))
    return AssetRules(asset_id=asset.id, items=tuple(items))


def _type(
    book: RuleBook, desk: AlarmDesk, kind: Kind, rule: AlarmRule, today: dt.date, undecided: int, may_edit: bool
) -> AlarmType:
    sheet = book.sheet(kind)
    rules = desk.rules.of_class(kind[0])
    point = rules.point_of.get(kind[1], "")
    return AlarmType(
        class_=kind[0],
        kind=kind[1],
        point=point,
        rule=rule,
        unit=rules.specs[point].unit if point else "",
        overrides=len(book.overrides(kind)),
        has_sheet=sheet is not None,
        owner="" if sheet is None else sheet.content.owner,
        review_on=None if sheet is None else sheet.content.review_on,
        is_review_overdue=sheet is not None and is_overdue(sheet.content, today),
        undecided=undecided,
        may_edit=may_edit,
    )


def _seen(book: RuleBook, desk: AlarmDesk, kind: Kind, override: RuleOverride, asset: Asset | None) -> OverrideSeen:
    above = () if asset is None else desk.rules.ancestors(asset)
    held = {one.asset_id for one in book.overrides(kind)}
    depth = 0 if asset is None else (None in held) + sum(id_ in held for id_ in above)
    reaches = sum(1 for _ in desk.rules.reached(kind[0], override.asset_id))
    if asset is None:
        return OverrideSeen(override=override, reaches=reaches)
    return OverrideSeen(
        override=override,
        asset_code=asset.code,
        asset_name=asset.name,
        asset_class=asset.class_,
        depth=depth,
        reaches=reaches,
    )


def _path(book: RuleBook, desk: AlarmDesk, register: Register, override: RuleOverride) -> tuple[int, ...]:
    """What it refines, from the class down, and itself: sorted by this, each stands below what it refines."""
    asset = None if override.asset_id is None else register.get(override.asset_id)
    if asset is None:
        return ()
    held = {one.asset_id for one in book.overrides((override.class_, override.kind))}
    return (*(id_ for id_ in reversed(desk.rules.ancestors(asset)) if id_ in held), asset.id)


def _trace(book: RuleBook, kind: Kind, register: Register, chain: Sequence[RuleOverride]) -> tuple[RuleStep, ...]:
    steps = [RuleStep(source=RuleSource.CLASS, fields=_CONDITIONS)]
    sheet = book.sheet(kind)
    if sheet is not None:
        by_matrix = priority_by(book.matrix, sheet.content) is not None
        guides = bool(sheet.content.guidance.fr.strip() or sheet.content.guidance.en.strip())
        fields = (*(("priority",) if by_matrix else ()), *(("guidance",) if guides else ()))
        steps.append(
            RuleStep(
                source=RuleSource.SHEET,
                fields=fields,
                by=sheet.by,
                reason=sheet.reason,
                consequence=sheet.content.consequence,
                respond_within_s=sheet.content.respond_within_s,
            )
        )
    of_class = book.override(kind, None)
    for override in (*(() if of_class is None else (of_class,)), *chain):
        asset = None if override.asset_id is None else register.get(override.asset_id)
        steps.append(
            RuleStep(
                source=RuleSource.OVERRIDE,
                fields=tuple(patched_fields(override.patch)),
                asset_id=override.asset_id,
                asset_code="" if asset is None else asset.code,
                by=override.by,
                until=override.until,
                reason=override.reason,
            )
        )
    return tuple(steps)
