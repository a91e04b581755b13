"""Floods: what stands behind a card, where each received alarm is, and the rules by which a state inhibits alarms."""

import msgspec

from backend.api.paging import number_cursor, page_limit
from backend.api.problems import ProblemError, forbidden, not_found
from backend.api.route import Call, Nothing, Route
from backend.api.routes.alarms import ALARM_DIGITS
from backend.services.refusals import AlarmRefused
from contract.alarm_flood import AlarmAccounting, GroupPage, InhibitionRule, InhibitionRules
from contract.rights import Level


class MembersQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of members."""

    cursor: str | None = None
    limit: int = 100


async def members(call: Call[MembersQuery, Nothing]) -> GroupPage:
    """What a card stands for, of what one may see; first out first."""
    card = call.parts.alarms.get(call.path_number("alarm_id", ALARM_DIGITS))
    if card is None or not _sees(call, card.asset_id):
        raise not_found("alarm")
    limit, start = page_limit(call.query.limit), number_cursor(call.query.cursor) or 0
    groups = call.parts.alarms.groups
    places = [place for place in groups.places(card.id) if _sees(call, place.key[0])]
    page = tuple(groups.member(place) for place in places[start : start + limit])
    end = start + len(page)
    return GroupPage(items=page, total=len(places), next=str(end) if page and end < len(places) else None)


async def accounting(call: Call[Nothing, Nothing]) -> AlarmAccounting:
    """Where each alarm on what one may see is now."""
    return call.parts.alarms.accounting(lambda asset_id: _sees(call, asset_id))


async def inhibitions(call: Call[Nothing, Nothing]) -> InhibitionRules:
    """All inhibition rules."""
    return InhibitionRules(items=tuple(call.parts.alarms.inhibitions.rules()))


async def put_inhibition(call: Call[Nothing, InhibitionRule]) -> InhibitionRule:
    """Add a rule, or replace the one of this name; in force at once, silent where it was in force before."""
    _everywhere(call)
    try:
        await call.parts.alarms.inhibitions.put(call.body, by=call.actor)
    except AlarmRefused as error:
        raise ProblemError(422, "inhibition-refused", "The rule was not taken.", error.said) from error
    return call.body


async def remove_inhibition(call: Call[Nothing, Nothing]) -> None:
    """Take a rule away; what it alone inhibited is shown."""
    _everywhere(call)
    if not await call.parts.alarms.inhibitions.remove(call.path_text("name"), by=call.actor):
        raise not_found("inhibition rule")


def _sees(call: Call[MembersQuery, Nothing] | Call[Nothing, Nothing], asset_id: int) -> bool:
    asset = call.parts.register.get(asset_id)
    return asset is not None and call.sight.may_see(asset)


def _everywhere(call: Call[Nothing, InhibitionRule] | Call[Nothing, Nothing]) -> None:
    if not call.sight.has_everywhere(Level.CONFIGURE):
        raise forbidden("An inhibition rule holds in the whole city: it takes the right to configure everywhere.")


ROUTES = (
    Route(
        method="GET",
        path="/alarms/accounting",
        access=Level.VIEW,
        summary="Where each received alarm is: shown, folded, inhibited, set aside or held.",
        handler=accounting,
        answer=AlarmAccounting,
    ),
    Route(
        method="GET",
        path="/alarms/inhibitions",
        access=Level.VIEW,
        summary="Rules by which a state inhibits alarms.",
        handler=inhibitions,
        answer=InhibitionRules,
    ),
    Route(
        method="PUT",
        path="/alarms/inhibitions",
        access=Level.CONFIGURE,
        summary="Add an inhibition rule, or replace the one of this name.",
        handler=put_inhibition,
        body=InhibitionRule,
        answer=InhibitionRule,
        problems=(403, 422),
    ),
    Route(
        method="DELETE",
        path="/alarms/inhibitions/{name}",
        access=Level.CONFIGURE,
        summary="Take an inhibition rule away.",
        handler=remove_inhibition,
        answer=None,
        problems=(403, 404),
    ),
    Route(
        method="GET",
        path="/alarms/{alarm_id}/members",
        access=Level.VIEW,
        summary="What a card stands for, first out first.",
        handler=members,
        query=MembersQuery,
        answer=GroupPage,
        problems=(404,),
    ),
)
