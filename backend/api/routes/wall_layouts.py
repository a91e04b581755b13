"""Named camera walls: one's own, and those shared in one's role."""

from typing import Any

from backend.api.problems import bad_request
from backend.api.route import Access, Call, Nothing, Route
from backend.services.wall_layouts import LONGEST_NAME, MOST_OF_ONE, TooManyLayouts, WallLayouts
from contract.walls import WallLayout, WallLayoutList

LARGEST_BYTES = 128 * 1024


async def layouts(call: Call[Nothing, Nothing]) -> WallLayoutList:
    """One's own, and what is shared."""
    items = tuple(await _walls(call).seen_by(call.session.user))
    return WallLayoutList(items=items, total=len(items))


async def save(call: Call[Nothing, WallLayout]) -> WallLayout:
    """Add or replace one's own."""
    layout = WallLayout(name=_name(call), content=call.body.content, is_shared=call.body.is_shared)
    try:
        return await _walls(call).save(call.session.user, layout)
    except TooManyLayouts as error:
        raise bad_request(f"{MOST_OF_ONE} walls are enough: delete one first.") from error


async def delete(call: Call[Nothing, Nothing]) -> None:
    """Forget one's own."""
    await _walls(call).delete(call.session.user, _name(call))


def _walls(call: Call[Any, Any]) -> WallLayouts:
    return WallLayouts(call.parts.storage, call.parts.clock)


def _name(call: Call[Any, Any]) -> str:
    name = call.path_text("name")
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise bad_request(f"The name of a wall has 1 to {LONGEST_NAME} printable characters.")
    return name


ROUTES = (
    Route(
        method="GET",
        path="/wall-layouts",
        access=Access.SESSION,
        summary="Named camera walls: one's own, and those shared in one's role.",
        handler=layouts,
        answer=WallLayoutList,
    ),
    Route(
        method="PUT",
        path="/wall-layouts/{name}",
        access=Access.SESSION,
        summary="Keep a camera wall.",
        handler=save,
        body=WallLayout,
        answer=WallLayout,
        max_body_bytes=LARGEST_BYTES,
    ),
    Route(
        method="DELETE",
        path="/wall-layouts/{name}",
        access=Access.SESSION,
        summary="Forget a camera wall of one's own.",
        handler=delete,
        answer=None,
    ),
)
