"""Which asset is which device behind a connection: listed, bound, moved, taken off, by hand or by file."""

from typing import Any

import msgspec

from backend.api.checks import checked_line, checked_text
from backend.api.paging import number_cursor, page_limit
from backend.api.problems import needs
from backend.api.route import Call, Nothing, Route
from backend.api.routes.roles import done
from contract.bindings import BindingChange, BindingImport, BindingPage, BindingsRequest, ConnectionNames
from contract.rights import Level

_LARGEST_REQUEST_BYTES = 1024 * 1024
_LARGEST_FILE_BYTES = 4 * 1024 * 1024


class BindingQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of what is searched in addresses, codes and names; "seen", "silent", "never" or "answers"."""

    search: str = ""
    standing: str = ""
    limit: int = 200
    cursor: str | None = None


class BindingFileQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file's name; `seal` of the preview: without it, nothing is done."""

    name: str = ""
    seal: str = ""


class ConnectionNameQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of what is searched in ids and integrations."""

    search: str = ""
    limit: int = 200
    cursor: str | None = None


async def connection_names(call: Call[ConnectionNameQuery, Nothing]) -> ConnectionNames:
    """What who binds devices may know of connections."""
    wanted, limit = call.query.search.strip().casefold(), page_limit(call.query.limit)
    named = call.parts.administration.binding_list.names(
        lambda asset: call.sight.may(Level.CONFIGURE, asset), sees_all=call.sight.has_everywhere(Level.CONFIGURE)
    )
    found = [one for one in named if wanted in f"{one.id} {one.integration}".casefold()]
    start = number_cursor(call.query.cursor) or 0
    rest = start + limit
    return ConnectionNames(
        items=tuple(found[start:rest]), next=str(rest) if rest < len(found) else None, total=len(found)
    )


async def bindings(call: Call[BindingQuery, Nothing]) -> BindingPage:
    """Devices behind a connection."""
    query, connection_id = call.query, call.path_text("connection_id")
    page = call.parts.administration.binding_list.page(
        connection_id,
        search=query.search,
        standing=query.standing,
        start=number_cursor(query.cursor) or 0,
        limit=page_limit(query.limit),
        sees=lambda asset: call.sight.may(Level.CONFIGURE, asset),
        may_bind=_may_bind(call, connection_id),
    )
    return await done(page)


async def change_bindings(call: Call[Nothing, BindingsRequest]) -> BindingChange:
    """Bind, move, take off: all of it or nothing."""
    connection_id, body = call.path_text("connection_id"), call.body
    for wish in body.wishes:
        call.asset(wish.asset_id, Level.CONFIGURE)
    if any(wish.after is not None for wish in body.wishes):
        _check_may_bind(call, connection_id)
    reason = checked_text("reason", checked_line("reason", body.reason))
    desk = call.parts.administration.bindings
    return await done(desk.change(connection_id, body.wishes, sees=call.sight.may_see, by=call.actor, reason=reason))


async def import_bindings(call: Call[BindingFileQuery, bytes]) -> BindingImport:
    """Say what a file would do; with its seal, do it."""
    connection_id = call.path_text("connection_id")
    _check_may_bind(call, connection_id)
    files = call.parts.administration.binding_files
    return await done(
        files.run(connection_id, call.body, call.query.name, may=call.sight.may, by=call.actor, seal=call.query.seal)
    )


def _may_bind(call: Call[Any, Any], connection_id: str) -> bool:
    """Who configures all that answers behind a connection may bind more there; an empty one is the whole city's.

    An asset of one's own commune could else be bound to a device of another one, and that device be commanded.
    """
    if call.sight.has_everywhere(Level.CONFIGURE):
        return True
    register = call.parts.register
    assets = [register.get(asset_id) for asset_id in call.parts.administration.bound_assets(connection_id)]
    known = [asset for asset in assets if asset is not None]
    return bool(known) and all(call.sight.may(Level.CONFIGURE, asset) for asset in known)


def _check_may_bind(call: Call[Any, Any], connection_id: str) -> None:
    if not _may_bind(call, connection_id):
        raise needs(Level.CONFIGURE, is_everywhere=True)


ROUTES = (
    Route(
        method="GET",
        path="/connection-names",
        access=Level.CONFIGURE,
        summary="Connections behind which something answers that one configures: name, kind, state.",
        handler=connection_names,
        query=ConnectionNameQuery,
        answer=ConnectionNames,
    ),
    Route(
        method="GET",
        path="/connections/{connection_id}/bindings",
        access=Level.CONFIGURE,
        summary="Devices behind a connection: those that no asset is bound to first.",
        handler=bindings,
        query=BindingQuery,
        answer=BindingPage,
        problems=(404,),
    ),
    Route(
        method="POST",
        path="/connections/{connection_id}/bindings",
        access=Level.CONFIGURE,
        summary="Bind assets to devices, move them, take them off.",
        handler=change_bindings,
        body=BindingsRequest,
        answer=BindingChange,
        problems=(404, 409),
        max_body_bytes=_LARGEST_REQUEST_BYTES,
    ),
    Route(
        method="POST",
        path="/connections/{connection_id}/bindings/imports",
        access=Level.CONFIGURE,
        summary="Look at a CSV file of assets and addresses; with the seal of what was shown, take it.",
        handler=import_bindings,
        query=BindingFileQuery,
        answer=BindingImport,
        problems=(404, 409),
        max_body_bytes=_LARGEST_FILE_BYTES,
        takes_bytes=True,
    ),
)
