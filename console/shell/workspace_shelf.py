"""Where workspaces are kept: on the backend for the person, in a local file as well for when it is away."""

import logging
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec

from console.kit.errors import RequestFailed
from console.kit.ports import Client
from console.shell.workspaces import DEFAULTS, GOLDEN, WorkspaceLayout, decode, encode
from contract.api import Workspace

log = logging.getLogger(__name__)
_NOT_A_WORKSPACE: Final = "~"  # what stores keep beside the workspaces


class WorkspaceShelf:
    """Workspaces by name: the backend's win over local ones, both over the defaults."""

    def __init__(self, client: Client, folder: Path) -> None:
        self._client = client
        self._folder = folder
        self._layouts: dict[str, WorkspaceLayout] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Every workspace that can be opened."""
        return tuple(sorted({*DEFAULTS, *self._layouts}))

    async def load(self) -> None:
        """Read what is kept. What cannot be read is left out and logged."""
        texts = {file.stem: file.read_text("utf-8") for file in sorted(self._folder.glob("*.json"))}
        try:
            texts.update(
                {
                    item.name: item.content
                    for item in (await self._client.workspaces()).items
                    if item.name[:1] != _NOT_A_WORKSPACE
                }
            )
        except RequestFailed as error:
            log.warning("workspaces come from this machine only: %s", error)
        for name, text in texts.items():
            try:
                layout = decode(text)
            except msgspec.MsgspecError as error:
                log.warning("workspace %s cannot be read: %s", name, error)
                continue
            self._layouts[layout.name] = layout

    def get(self, name: str) -> WorkspaceLayout:
        """A workspace by name; the golden one when there is none of that name."""
        return self._layouts.get(name) or DEFAULTS.get(name) or DEFAULTS[GOLDEN]

    def default(self, name: str) -> WorkspaceLayout:
        """As the team laid it out, whatever was kept since."""
        return DEFAULTS.get(name) or DEFAULTS[GOLDEN]

    async def keep(self, layout: WorkspaceLayout) -> bool:
        """Keep it here and on the backend; False when only here."""
        self._layouts[layout.name] = layout
        text = encode(layout)
        self._write(layout.name, text)
        try:
            await self._client.keep_workspace(Workspace(name=layout.name, content=text))
        except RequestFailed as error:
            log.warning("workspace %s was kept on this machine only: %s", layout.name, error)
            return False
        return True

    def _write(self, name: str, text: str) -> None:
        file = self._folder / f"{quote(name, safe='')}.json"
        scratch = file.with_suffix(".new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            scratch.write_text(text, "utf-8")
            scratch.replace(file)
        except OSError as error:
            log.warning("workspace %s was not kept on this machine: %s", name, error)
