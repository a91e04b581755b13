"""One's named workspaces, opaque to the backend."""

from typing import Any

from backend.api.problems import bad_request
from backend.api.route import Access, Call, Nothing, Route
from contract.api import Workspace, WorkspaceList

MOST_WORKSPACES = 100
LARGEST_BYTES = 512 * 1024
LONGEST_NAME = 80


async def workspaces(call: Call[Nothing, Nothing]) -> WorkspaceList:
    """One's own."""
    items = tuple(await call.parts.storage.workspaces(call.actor))
    return WorkspaceList(items=items, next=None, total=len(items))


async def save(call: Call[Nothing, Workspace]) -> None:
    """Add or replace by name."""
    name = _name(call)
    kept = await call.parts.storage.workspaces(call.actor)
    if len(kept) >= MOST_WORKSPACES and all(workspace.name != name for workspace in kept):
        raise bad_request(f"{MOST_WORKSPACES} workspaces are enough: delete one first.")
    workspace = Workspace(name=name, content=call.body.content, updated_at=call.parts.clock.now())
    await call.parts.storage.save_workspace(call.actor, workspace)


async def delete(call: Call[Nothing, Nothing]) -> None:
    """Forget one."""
    await call.parts.storage.delete_workspace(call.actor, _name(call))


def _name(call: Call[Any, Any]) -> str:
    name = call.path_text("name")
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise bad_request(f"A workspace's name has 1 to {LONGEST_NAME} printable characters.")
    return name


ROUTES = (
    Route(
        method="GET",
        path="/workspaces",
        access=Access.SESSION,
        summary="One's workspaces.",
        handler=workspaces,
        answer=WorkspaceList,
    ),
    Route(
        method="PUT",
        path="/workspaces/{name}",
        access=Access.SESSION,
        summary="Save a workspace.",
        handler=save,
        body=Workspace,
        answer=None,
        max_body_bytes=LARGEST_BYTES,
    ),
    Route(
        method="DELETE",
        path="/workspaces/{name}",
        access=Access.SESSION,
        summary="Forget a workspace.",
        handler=delete,
        answer=None,
    ),
)
