"""The workspaces one may open: one's own, the team's, those that came with the console; and where they are kept."""

import enum
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

import msgspec

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.workspace_ports import WorkspaceCalls
from console.shell.default_workspaces import DEFAULTS, GOLDEN
from console.shell.workspaces import WorkspaceLayout, decode, encode
from contract.api import Workspace
from contract.workspaces import GoldenWorkspace, TeamWorkspaces

log = logging.getLogger(__name__)
LONGEST_NAME: Final = 80
_NOT_A_WORKSPACE: Final = "~"  # what stores keep beside the workspaces
_LOCKED: Final = 409


class Whose(enum.Enum):
    """Where a workspace comes from."""

    OWN = "own"
    GOLDEN = "golden"  # the team's locked default
    SHARED = "shared"  # a colleague's
    DELIVERED = "delivered"  # came with the console


class Kept(enum.Enum):
    """What became of keeping one."""

    EVERYWHERE = "kept"
    HERE = "kept_here"  # the backend did not answer
    LOCKED = "locked"  # it is the team's: under that name nobody keeps his own
    REFUSED = "refused"  # the backend would not take it


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One that can be opened. `key` names it on screen and is unique."""

    key: str
    layout: WorkspaceLayout
    whose: Whose
    owner: str = ""
    is_shared: bool = False
    from_minute: int | None = None
    to_minute: int | None = None


class WorkspaceShelf:
    """Workspaces by key. The team's locked defaults stand before one's own of that name, these before the delivered."""

    def __init__(self, client: WorkspaceCalls, folder: Path, user: str = "") -> None:
        """`folder` keeps copies of one's own for when the backend is away, apart for each user of the machine."""
        self._client = client
        self._folder = folder / quote(user, safe="") if user else folder
        self._user = user
        self._own: dict[str, WorkspaceLayout] = {}
        self._shared_by_me: set[str] = set()
        self._entries: dict[str, Entry] = {}
        self.team = TeamWorkspaces(team="")
        self._put_together()

    @property
    def names(self) -> tuple[str, ...]:
        """Every key that can be opened, by name."""
        return tuple(sorted(self._entries))

    @property
    def entries(self) -> Sequence[Entry]:
        """The team's first, then one's own, colleagues', delivered ones."""
        order = list(Whose)
        rank = {Whose.GOLDEN: -1} | {whose: order.index(whose) for whose in order if whose is not Whose.GOLDEN}
        return sorted(self._entries.values(), key=lambda entry: (rank[entry.whose], entry.key.casefold()))

    @property
    def golden(self) -> Sequence[Entry]:
        """The team's locked defaults."""
        return [entry for entry in self.entries if entry.whose is Whose.GOLDEN]

    async def load(self) -> None:
        """Read what is kept. What cannot be read is left out and logged."""
        own = {file.stem: file.read_text("utf-8", "replace") for file in sorted(self._folder.glob("*.json"))}
        try:
            items = [item for item in (await self._client.workspaces()).items if item.name[:1] != _NOT_A_WORKSPACE]
            own.update({quote(item.name, safe=""): item.content for item in items})
            self._shared_by_me = {item.name for item in items if item.is_shared}
            self.team = await self._client.team_workspaces()
        except RequestFailed as error:
            log.warning("workspaces come from this machine only: %s", error)
        layouts = (_read(unquote(name), text) for name, text in own.items())
        self._own = {layout.name: layout for layout in layouts if layout is not None}
        self._put_together()

    def entry(self, key: str) -> Entry | None:
        """One that can be opened."""
        return self._entries.get(key)

    def get(self, name: str) -> WorkspaceLayout:
        """A workspace by key; the delivered first one when there is none of that key."""
        entry = self._entries.get(name)
        return DEFAULTS[GOLDEN] if entry is None else entry.layout

    def default(self, name: str) -> WorkspaceLayout:
        """As the team laid it out, whatever was kept since."""
        entry = self._entries.get(name)
        if entry is not None and entry.whose in {Whose.GOLDEN, Whose.SHARED}:
            return entry.layout
        return DEFAULTS.get(name) or DEFAULTS[GOLDEN]

    def is_locked(self, key: str) -> bool:
        """Whether it is the team's locked default."""
        entry = self._entries.get(key)
        return entry is not None and entry.whose is Whose.GOLDEN

    def own_name(self, key: str) -> str:
        """Under which name it would be kept as one's own: a colleague's loses what says whose it is."""
        entry = self._entries.get(key)
        return key if entry is None or entry.whose is not Whose.SHARED else entry.layout.name

    async def keep(self, layout: WorkspaceLayout) -> Kept:
        """Keep it as one's own, here and on the backend."""
        if any(entry.layout.name == layout.name for entry in self.golden):
            return Kept.LOCKED
        return await self._keep(layout, is_shared=layout.name in self._shared_by_me)

    async def share(self, key: str, *, is_shared: bool) -> Kept:
        """Let the team open one's own, or no more."""
        entry = self._entries.get(key)
        if entry is None or entry.whose is not Whose.OWN:
            return Kept.REFUSED
        return await self._keep(self._own[entry.layout.name], is_shared=is_shared)

    async def forget(self, key: str) -> bool:
        """Forget one of one's own; False when the backend could not."""
        entry = self._entries.get(key)
        if entry is None or entry.whose is not Whose.OWN:
            return False
        name = entry.layout.name
        try:
            await self._client.forget_workspace(name)
        except RequestFailed as error:
            log.warning("workspace %s was not forgotten: %s", name, error)
            return False
        self._own.pop(name, None)
        self._shared_by_me.discard(name)
        self._file(name).unlink(missing_ok=True)
        self._put_together()
        return True

    async def set_golden(self, golden: GoldenWorkspace) -> None:
        """Make one a team's locked default. Raises RequestFailed."""
        await self._client.set_golden_workspace(golden)
        await self.load()

    async def forget_golden(self, team: str, name: str) -> None:
        """A team has it no more. Raises RequestFailed."""
        await self._client.forget_golden_workspace(team, name)
        await self.load()

    async def _keep(self, layout: WorkspaceLayout, *, is_shared: bool) -> Kept:
        self._own[layout.name] = layout
        text = encode(layout)
        self._write(layout.name, text)
        kept = Kept.EVERYWHERE
        try:
            await self._client.keep_workspace(Workspace(name=layout.name, content=text, is_shared=is_shared))
        except RequestRefused as error:
            log.warning("workspace %s was refused: %s", layout.name, error)
            kept = Kept.LOCKED if error.status == _LOCKED else Kept.REFUSED
        except RequestFailed as error:
            log.warning("workspace %s was kept on this machine only: %s", layout.name, error)
            kept = Kept.HERE
        else:
            self._shared_by_me ^= {layout.name} if (layout.name in self._shared_by_me) is not is_shared else set()
        self._put_together()
        return kept

    def _put_together(self) -> None:
        found = {name: Entry(key=name, layout=layout, whose=Whose.DELIVERED) for name, layout in DEFAULTS.items()}
        for shared in self.team.shared:
            layout = _read(shared.name, shared.content)
            if layout is not None:
                key = f"{shared.name} ({shared.owner})"
                found[key] = Entry(
                    key=key,
                    layout=layout,
                    whose=Whose.SHARED,
                    owner=shared.owner,
                )
        locked = {golden.name for golden in self.team.golden}
        for name, layout in self._own.items():
            key = f"{name} ({self._user})" if name in locked else name
            found[key] = Entry(key=key, layout=layout, whose=Whose.OWN, is_shared=name in self._shared_by_me)
        for golden in self.team.golden:
            layout = _read(golden.name, golden.content)
            if layout is not None:
                found[golden.name] = Entry(
                    key=golden.name,
                    layout=layout,
                    whose=Whose.GOLDEN,
                    owner=golden.team,
                    from_minute=golden.from_minute,
                    to_minute=golden.to_minute,
                )
        self._entries = found

    def _file(self, name: str) -> Path:
        return self._folder / f"{quote(name, safe='')}.json"

    def _write(self, name: str, text: str) -> None:
        file = self._file(name)
        scratch = file.with_suffix(".new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            scratch.write_text(text, "utf-8")
            scratch.replace(file)
        except OSError as error:
            log.warning("workspace %s was not kept on this machine: %s", name, error)


def _read(name: str, text: str) -> WorkspaceLayout | None:
    try:
        layout = decode(text)
    except msgspec.MsgspecError as error:
        log.warning("workspace %s cannot be read: %s", name, error)
        return None
    if not layout.screens:
        log.warning("workspace %s has no screen", name)
        return None
    return msgspec.structs.replace(layout, name=name)
