"""Health, links, and what the city is made of."""

from typing import Any

from backend.api.route import Access, Call, Route
from contract.api import AssetClassList, CommuneList, Health, LinkList
from contract.rights import Level


async def health(call: Call[Any, Any]) -> Health:
    """Alive, with how many assets, and what ails it; no login."""
    troubles = [words for words in call.parts.troubles() if words]
    return Health(
        status="degraded" if troubles else "ok",
        version=call.parts.version,
        server_time=call.parts.clock.now(),
        asset_count=len(call.parts.register),
        detail="; ".join(troubles),
        is_exercise=call.parts.is_exercise,
    )


async def asset_classes(call: Call[Any, Any]) -> AssetClassList:
    """Every class, with its points, and its alarms under the rules now in force."""
    classes = tuple(call.parts.alarms.rules.classes())
    return AssetClassList(items=classes, next=None, total=len(classes))


async def communes(call: Call[Any, Any]) -> CommuneList:
    """Every commune, with its outline: public geography."""
    items = tuple(call.parts.register.communes())
    return CommuneList(items=items, next=None, total=len(items))


async def links(call: Call[Any, Any]) -> LinkList:
    """Every device connection and how it does."""
    items = tuple(call.parts.supervisor.links())
    return LinkList(items=items, next=None, total=len(items))


ROUTES = (
    Route(
        method="GET",
        path="/health",
        access=Access.PUBLIC,
        summary="Is the backend alive?",
        handler=health,
        answer=Health,
    ),
    Route(
        method="GET",
        path="/asset-classes",
        access=Access.SESSION,
        summary="Kinds of equipment.",
        handler=asset_classes,
        answer=AssetClassList,
    ),
    Route(
        method="GET",
        path="/communes",
        access=Access.SESSION,
        summary="The communes.",
        handler=communes,
        answer=CommuneList,
    ),
    Route(
        method="GET",
        path="/links",
        access=Level.MANAGE,
        summary="Connections to devices and gateways.",
        handler=links,
        answer=LinkList,
        is_city_wide=True,
    ),
)
