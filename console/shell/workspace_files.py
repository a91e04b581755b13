"""A workspace as a file that travels: checked as a stranger's when it comes in."""

import os
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from console.kit.panel_spec import kind_of
from console.shell.dock_field import state_bytes
from console.shell.workspace_shelf import LONGEST_NAME
from console.shell.workspaces import ScreenLayout, TooLarge, WorkspaceLayout, bounded, panels_of

SUFFIX: Final = ".beffroi-workspace.json"
LARGEST_BYTES: Final = 512 * 1024
_FORMAT: Final = "beffroi-workspace"


class NotAWorkspace(Exception):
    """The file holds none; `reason` is the key of the words that say why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _File(msgspec.Struct, frozen=True, kw_only=True):
    format: str
    version: int
    workspace: WorkspaceLayout


def written(layout: WorkspaceLayout) -> bytes:
    """The file's content. What panels keep goes along; which screens it stood on does not: they are others there."""
    bare = tuple(
        msgspec.structs.replace(screen, screen_name="", screen_serial="", screen_area=None) for screen in layout.screens
    )
    workspace = msgspec.structs.replace(layout, screens=bare)
    return msgspec.json.format(msgspec.json.encode(_File(format=_FORMAT, version=1, workspace=workspace)))


def read(content: bytes, panels: Collection[str]) -> tuple[WorkspaceLayout, tuple[str, ...]]:
    """The workspace of a file, and the panels it names that this console has not. Raises NotAWorkspace."""
    if len(content) > LARGEST_BYTES:
        raise NotAWorkspace("workspace.file_too_large")
    try:
        found = msgspec.json.decode(content, type=_File)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NotAWorkspace("workspace.file_unreadable") from error
    if found.format != _FORMAT or found.version != 1:
        raise NotAWorkspace("workspace.file_unreadable")
    try:
        layout = bounded(found.workspace)
    except TooLarge as error:
        raise NotAWorkspace("workspace.file_too_large") from error
    if not layout.screens:
        raise NotAWorkspace("workspace.file_unreadable")
    name = "".join(letter for letter in layout.name if letter.isprintable())[:LONGEST_NAME].strip(" ~")
    if not name:
        raise NotAWorkspace("workspace.file_unreadable")
    unknown = sorted({each for screen in layout.screens for each in panels_of(screen) if kind_of(each) not in panels})
    screens = tuple(_clean(screen, panels) for screen in layout.screens)
    if not any(panels_of(screen) for screen in screens):
        raise NotAWorkspace("workspace.file_no_panels")
    return msgspec.structs.replace(layout, name=name, screens=screens), tuple(unknown)


def save(content: bytes, file: Path) -> None:
    """Write it whole or not at all. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=".beffroi-", dir=file.parent)
    half_done = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        half_done.replace(file)
    except OSError:
        with suppress(OSError):
            half_done.unlink()
        raise


def load(file: Path) -> bytes:
    """What is in a file, at most a little more than it may hold. Raises OSError."""
    with file.open("rb") as source:
        return source.read(LARGEST_BYTES + 1)


def _clean(screen: ScreenLayout, panels: Collection[str]) -> ScreenLayout:
    known = tuple(placed for placed in screen.panels if kind_of(placed.panel_id) in panels)
    guests = tuple(placed for placed in screen.guests if kind_of(placed.panel_id) in panels)
    state = screen.dock_state if state_bytes(screen.dock_state) is not None else ""
    return msgspec.structs.replace(screen, panels=known, guests=guests, dock_state=state)
