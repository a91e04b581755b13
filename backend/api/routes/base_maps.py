"""Base maps: what lies under the assets on every console's map."""

import re
from collections.abc import AsyncIterator
from typing import Any, Final

from aiohttp import web

from backend.api.problems import ProblemError, bad_request, not_found
from backend.api.route import Access, Call, Route
from backend.ports import NoSuchBaseMap
from backend.services.refusals import BaseMapRefused
from contract.base_maps import BaseMap, BaseMapList
from contract.rights import Level

MOST_FILE_BYTES: Final = 8 * 2**30
_MOST_ZOOM: Final = 24
_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
_TILE_HEADERS: Final = {"Cache-Control": "private, max-age=600", "X-Content-Type-Options": "nosniff"}


async def base_maps(call: Call[Any, Any]) -> BaseMapList:
    """All base maps, the lowest first; a broken one says what to do."""
    items = await call.parts.base_maps.all()
    return BaseMapList(items=items, next=None, total=len(items))


async def tile(call: Call[Any, Any]) -> web.Response:
    """A PNG, JPEG or WebP image."""
    map_id = _map_id(call)
    z, x, y = (call.path_number(name) for name in ("z", "x", "y"))
    if z > _MOST_ZOOM or max(x, y) >= 1 << z:
        raise bad_request(f"There is no tile {z}/{x}/{y}: z is at most {_MOST_ZOOM}, x and y are below 2 to the z.")
    try:
        found = await call.parts.base_maps.tile(map_id, z, x, y)
    except NoSuchBaseMap as error:
        raise not_found("base map") from error
    except BaseMapRefused as error:
        raise _broken(error) from error
    if found is None:
        raise ProblemError(404, "no-tile", "There is no such tile.", "The base map shows nothing there.")
    return web.Response(body=found.content, content_type=found.media_type, headers=_TILE_HEADERS)


async def features(call: Call[Any, Any]) -> web.Response:
    """MessagePack of an array of VectorFeatures."""
    try:
        content = await call.parts.base_maps.features(_map_id(call))
    except NoSuchBaseMap as error:
        raise not_found("base map") from error
    except BaseMapRefused as error:
        raise _broken(error) from error
    return web.Response(body=content, content_type="application/msgpack", headers={"Cache-Control": "no-store"})


async def put_file(call: Call[Any, AsyncIterator[bytes]]) -> BaseMap:
    """Takes a file that can be drawn, in place of the one of this name if there is one."""
    name = call.path_text("name")
    try:
        return await call.parts.base_maps.take_file(name, call.body, by=call.actor)
    except BaseMapRefused as error:
        status, title = (400, "The name cannot be used.") if _is_name(error) else (422, "The file was not taken.")
        raise ProblemError(status, "base-map-refused", title, error.said) from error


async def delete(call: Call[Any, Any]) -> None:
    """Deletes the file, or forgets the server and the tiles kept of it."""
    try:
        await call.parts.base_maps.remove(_map_id(call), by=call.actor)
    except NoSuchBaseMap as error:
        raise not_found("base map") from error
    except BaseMapRefused as error:
        raise ProblemError(409, "base-map-kept", "The base map was not removed.", error.said) from error


def _map_id(call: Call[Any, Any]) -> str:
    text = call.path_text("map_id")
    if _ID.fullmatch(text) is None:
        raise bad_request("The id of a base map is made of a-z, 0-9, - and _.")
    return text


def _broken(error: BaseMapRefused) -> ProblemError:
    return ProblemError(503, "base-map-broken", "The base map cannot be shown.", error.said, retry_after_s=10)


def _is_name(error: BaseMapRefused) -> bool:
    return error.said.code in {"base_map_name", "base_map_format"}


ROUTES = (
    Route(
        method="GET",
        path="/base-maps",
        access=Access.SESSION,
        summary="All base maps.",
        handler=base_maps,
        answer=BaseMapList,
    ),
    Route(
        method="GET",
        path="/base-maps/{map_id}/tiles/{z}/{x}/{y}",
        access=Access.SESSION,
        summary="One tile of a raster base map.",
        handler=tile,
        answer=bytes,
        answer_type="image/*",
        problems=(404,),
    ),
    Route(
        method="GET",
        path="/base-maps/{map_id}/features",
        access=Access.SESSION,
        summary="The features of a vector base map.",
        handler=features,
        answer=bytes,
        answer_type="application/msgpack",
        problems=(404,),
    ),
    Route(
        method="PUT",
        path="/base-maps/files/{name}",
        access=Level.CONFIGURE,
        summary="Add or replace a base map's file.",
        handler=put_file,
        answer=BaseMap,
        problems=(422,),
        max_body_bytes=MOST_FILE_BYTES,
        takes_bytes=True,
        streams_body=True,
        is_city_wide=True,
    ),
    Route(
        method="DELETE",
        path="/base-maps/{map_id}",
        access=Level.CONFIGURE,
        summary="Remove a base map.",
        handler=delete,
        answer=None,
        problems=(404, 409),
        is_city_wide=True,
    ),
)
