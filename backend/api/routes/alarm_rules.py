"""Alarm types as engineers keep them: sheets, changed conditions, the priority matrix, trials on the past."""

from collections.abc import Awaitable, Iterable
from typing import Any, TypeVar

import msgspec

from backend.api.checks import checked_time
from backend.api.problems import ProblemError, needs, not_found
from backend.api.refusals import Refusals
from backend.api.route import Call, Nothing, Route
from backend.domain.rights import CITY_ZONE
from backend.domain.rights_place import RightsPlace, service_of_class
from backend.services.alarms.rule_book import RuleBook
from backend.services.alarms.rule_entries import rule_history
from backend.services.alarms.rule_views import asset_rules, type_detail, types_of
from backend.services.alarms.rules_in_force import Kind
from backend.services.refusals import RuleConflict, RuleRefused
from backend.services.said import joined, say
from contract.alarm_rules import (
    AlarmSheet,
    AlarmTypeDetail,
    AlarmTypeList,
    AssetRules,
    MatrixChange,
    OverrideChange,
    OverrideRemoval,
    PriorityMatrix,
    RuleHistory,
    RuleOverride,
    SheetChange,
    Trial,
    TrialRequest,
)
from contract.assets import Asset
from contract.rights import Level

_Answer = TypeVar("_Answer")


class TypesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of which class; of all where none is said."""

    class_: str | None = msgspec.field(name="class", default=None)


async def alarm_types(call: Call[TypesQuery, Nothing]) -> AlarmTypeList:
    """All alarm types, with what engineers changed."""
    services = call.parts.alarm_services
    wanted = call.query.class_
    classes = [class_ for class_ in call.parts.register.classes if wanted in {None, class_} and _sees(call, class_)]
    today = call.parts.clock.now().astimezone(CITY_ZONE).date()
    items = types_of(
        services.rule_book, services.desk, call.parts.register, classes, today, lambda class_: _may_change(call, class_)
    )
    return AlarmTypeList(items=tuple(items), total=len(items))


async def alarm_type(call: Call[Nothing, Nothing]) -> AlarmTypeDetail:
    """One alarm type, with its sheet, its overrides, and why its rule is what it is."""
    services = call.parts.alarm_services
    today = call.parts.clock.now().astimezone(CITY_ZONE).date()
    return type_detail(
        services.rule_book,
        services.desk,
        call.parts.register,
        _kind(call),
        today,
        may_see=call.sight.may_see,
        may_edit=lambda class_: _may_change(call, class_),
    )


async def history(call: Call[Nothing, Nothing]) -> RuleHistory:
    """What was done to it, newest first; of assets that one may see."""
    found = await rule_history(call.parts.storage, _kind(call))
    seen = [change for change in found.items if change.asset_id is None or _sees_asset(call, change.asset_id)]
    return RuleHistory(items=tuple(seen), is_cut=found.is_cut)


async def put_sheet(call: Call[Nothing, SheetChange]) -> AlarmSheet:
    """Another content of a sheet: its priority and guidance hold at once, wherever nothing else was said."""
    kind = _kind(call)
    _check_class(call, kind[0])
    return await _told(_book(call).put_sheet(kind, call.body, by=call.actor))


async def put_override(call: Call[Nothing, OverrideChange]) -> RuleOverride:
    """Other conditions for a class, or for an asset and what hangs below it."""
    kind, body = _kind(call), call.body
    _check_place(call, kind, body.asset_id)
    if body.until is not None:
        checked_time(body.until)
    return await _told(_book(call).put_override(kind, body, by=call.actor))


async def remove_override(call: Call[Nothing, OverrideRemoval]) -> None:
    """What it changed is inherited again."""
    kind, body = _kind(call), call.body
    _check_place(call, kind, body.asset_id)
    await _told(_book(call).remove_override(kind, body.asset_id, by=call.actor, reason=body.reason))


async def matrix(call: Call[Nothing, Nothing]) -> PriorityMatrix:
    """Priority by consequence and time to respond."""
    return _book(call).matrix


async def put_matrix(call: Call[Nothing, MatrixChange]) -> PriorityMatrix:
    """Another matrix: the priorities of all sheets follow."""
    return await _told(_book(call).put_matrix(call.body, by=call.actor))


async def matrix_history(call: Call[Nothing, Nothing]) -> RuleHistory:
    """What was done to the matrix, newest first."""
    return await rule_history(call.parts.storage, ("", ""))


async def rules_of_asset(call: Call[Nothing, Nothing]) -> AssetRules:
    """The rules in force on one asset, each with where its fields come from."""
    asset = call.asset(call.path_number("asset_id"), Level.VIEW)
    return asset_rules(_book(call), call.parts.alarms, call.parts.register, asset)


async def begin_trial(call: Call[Nothing, TrialRequest]) -> Trial:
    """Begin to reckon; nothing is changed by it."""
    body = call.body
    kind = (body.class_, body.kind)
    if _book(call).standard(kind) is None or not _sees(call, body.class_):
        raise not_found("alarm type")
    if body.asset_id is not None:
        call.asset(body.asset_id, Level.VIEW)
    request = msgspec.structs.replace(body, since=checked_time(body.since), until=checked_time(body.until))
    wanted = OverrideChange(patch=body.patch, reason="", version=0, asset_id=body.asset_id)
    faults = [fault for fault in _book(call).faults(kind, wanted) if fault != "rule_empty"]
    if faults:
        raise _refused(RuleRefused(joined(say(fault) for fault in dict.fromkeys(faults))))
    with _REFUSALS:
        assets = [asset for asset in _reached(call, kind, body.asset_id) if call.sight.may_see(asset)]
        return call.parts.alarm_services.trials.begin(request, assets, by=call.actor)


async def trial(call: Call[Nothing, Nothing]) -> Trial:
    """How far it is, and its result."""
    found = call.parts.alarm_services.trials.get(call.path_text("trial_id"), by=call.actor)
    if found is None:
        raise not_found("trial")
    return found


async def cancel_trial(call: Call[Nothing, Nothing]) -> Trial:
    """Reckon no further."""
    found = call.parts.alarm_services.trials.cancel(call.path_text("trial_id"), by=call.actor)
    if found is None:
        raise not_found("trial")
    return found


def _book(call: Call[Any, Any]) -> RuleBook:
    return call.parts.alarm_services.rule_book


def _kind(call: Call[Any, Any]) -> Kind:
    kind = (call.path_text("class"), call.path_text("kind"))
    if _book(call).standard(kind) is None or not _sees(call, kind[0]):
        raise not_found("alarm type")
    return kind


def _sees(call: Call[Any, Any], class_: str) -> bool:
    """Whether the asker sees something of this class; of a class without assets, what he would see anywhere."""
    return any(call.sight.may_follow(place) for place in _places(call, class_))


def _may_change(call: Call[Any, Any], class_: str) -> bool:
    """A class is of the whole city: who changes it manages it in every commune."""
    return all(call.sight.may_at(Level.MANAGE, place) for place in _places(call, class_))


def _places(call: Call[Any, Any], class_: str) -> Iterable[RightsPlace]:
    register = call.parts.register
    service = service_of_class(class_, register.classes)
    own = [place for place in register.places() if place.class_ == class_]
    return {*own, *(RightsPlace(commune.code, class_, service) for commune in register.communes())} or {
        RightsPlace("", class_, service)
    }


def _sees_asset(call: Call[Any, Any], asset_id: int) -> bool:
    asset = call.parts.register.get(asset_id)
    return asset is not None and call.sight.may_see(asset)


def _check_class(call: Call[Any, Any], class_: str) -> None:
    if not _may_change(call, class_):
        raise needs(Level.MANAGE, class_)


def _check_place(call: Call[Any, Any], kind: Kind, asset_id: int | None) -> None:
    """The right to manage where it is placed, and all that it reaches."""
    if asset_id is None:
        _check_class(call, kind[0])
        return
    place = call.asset(asset_id, Level.MANAGE)
    for asset in _reached(call, kind, asset_id):
        if not call.sight.may(Level.MANAGE, asset):
            raise needs(Level.MANAGE, asset.code if call.sight.may_see(asset) else place.code)


def _reached(call: Call[Any, Any], kind: Kind, asset_id: int | None) -> Iterable[Asset]:
    return call.parts.alarms.rules.reached(kind[0], asset_id)


async def _told(doing: Awaitable[_Answer]) -> _Answer:
    with _REFUSALS:
        return await doing


def _refused(error: RuleRefused) -> ProblemError:
    if isinstance(error, RuleConflict):
        return ProblemError(409, "rule-changed", "It was changed meanwhile.", error.said)
    return ProblemError(422, "rule-refused", "The alarm rule was not taken.", error.said)


_REFUSALS = Refusals(RuleRefused, _refused)

_TYPE = "/alarm-rules/{class}/{kind}"
ROUTES = (
    Route(
        method="GET",
        path="/alarm-rules",
        access=Level.VIEW,
        summary="Alarm types, with their rules in force and what engineers changed.",
        handler=alarm_types,
        query=TypesQuery,
        answer=AlarmTypeList,
    ),
    Route(
        method="GET",
        path=_TYPE,
        access=Level.VIEW,
        summary="One alarm type: sheet, overrides, and where each field of its rule comes from.",
        handler=alarm_type,
        answer=AlarmTypeDetail,
        problems=(404,),
    ),
    Route(
        method="GET",
        path=f"{_TYPE}/history",
        access=Level.VIEW,
        summary="What was done to an alarm type, from the journal.",
        handler=history,
        answer=RuleHistory,
        problems=(404,),
    ),
    Route(
        method="PUT",
        path=f"{_TYPE}/sheet",
        access=Level.MANAGE,
        summary="Change a rationalisation sheet; its priority and guidance hold at once.",
        handler=put_sheet,
        body=SheetChange,
        answer=AlarmSheet,
        problems=(404, 409, 422),
    ),
    Route(
        method="PUT",
        path=f"{_TYPE}/override",
        access=Level.MANAGE,
        summary="Change conditions of a class, or of an asset and what hangs below it.",
        handler=put_override,
        body=OverrideChange,
        answer=RuleOverride,
        problems=(404, 409, 422),
    ),
    Route(
        method="POST",
        path=f"{_TYPE}/override/remove",
        access=Level.MANAGE,
        summary="Take an override away; what it changed is inherited again.",
        handler=remove_override,
        body=OverrideRemoval,
        answer=None,
        problems=(404, 422),
    ),
    Route(
        method="GET",
        path="/alarm-priority-matrix",
        access=Level.VIEW,
        summary="Priority by consequence and time to respond.",
        handler=matrix,
        answer=PriorityMatrix,
    ),
    Route(
        method="PUT",
        path="/alarm-priority-matrix",
        access=Level.CONFIGURE,
        is_city_wide=True,
        summary="Change the priority matrix; the priorities of all sheets follow.",
        handler=put_matrix,
        body=MatrixChange,
        answer=PriorityMatrix,
        problems=(409, 422),
    ),
    Route(
        method="GET",
        path="/alarm-priority-matrix/history",
        access=Level.VIEW,
        summary="What was done to the priority matrix, from the journal.",
        handler=matrix_history,
        answer=RuleHistory,
    ),
    Route(
        method="GET",
        path="/assets/{asset_id}/alarm-rules",
        access=Level.VIEW,
        summary="The alarm rules in force on an asset, each with its trace.",
        handler=rules_of_asset,
        answer=AssetRules,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/alarm-trials",
        access=Level.VIEW,
        summary="Begin a trial: what would a proposed rule have told in a past period?",
        handler=begin_trial,
        body=TrialRequest,
        answer=Trial,
        status=202,
        problems=(404, 422),
    ),
    Route(
        method="GET",
        path="/alarm-trials/{trial_id}",
        access=Level.VIEW,
        summary="How far a trial of one's own is, and its result.",
        handler=trial,
        answer=Trial,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/alarm-trials/{trial_id}/cancel",
        access=Level.VIEW,
        summary="Cancel a trial of one's own.",
        handler=cancel_trial,
        answer=Trial,
        problems=(404,),
    ),
)
