"""The workspace on the desk: opened at login and by the hour, kept, added to, brought back, spread over the screens."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QObject, Signal

from console.kit.clock import Clock
from console.kit.errors import RequestFailed
from console.kit.ports import Client
from console.kit.task_bag import TaskBag
from console.kit.ticker import Ticker
from console.kit.translations import Translations
from console.shell.desk import Desk
from console.shell.idle_lock import locks_after_by_role
from console.shell.screens import Screens
from console.shell.workspace_hours import Habits, due, read_habits, starts_with, write_habits
from console.shell.workspace_names import shown_name
from console.shell.workspace_shelf import Kept, Whose, WorkspaceShelf
from console.shell.workspaces import WorkspaceLayout, added_to, carried_over, kept_of
from console.store.wording import role_text
from contract.named_content import NamedContent
from contract.rights import WALL_ROLE
from widgets.frame_clock import Ticking
from widgets.notice import Tone

log = logging.getLogger(__name__)
HABITS: Final = "workspaces"  # among one's own settings
WARNING_S: Final = 60


class Arrangement(QObject):
    """Owns the desk and the shelf of workspaces. `opened` tells the key of the one that stands now."""

    opened = Signal(str)
    changed = Signal()

    def __init__(
        self,
        make_desk: Callable[[], Desk | None],
        screens: Screens,
        ticker: Ticker,
        clock: Clock,
        texts: Callable[[], Translations],
        tasks: TaskBag,
    ) -> None:
        super().__init__()
        self._make_desk = make_desk
        self._screens = screens
        self._ticker = ticker
        self._clock = clock
        self._texts = texts
        self._tasks = tasks
        self._client: Client | None = None
        self._role = ""
        self._minutes: Ticking | None = None
        self._switch: Ticking | None = None
        self._due = ""
        self.desk: Desk | None = None
        self.shelf: WorkspaceShelf | None = None
        self.habits = Habits()

    async def enter(self, client: Client, folder: Path, user: str, role: str, *, asked: str, last: str) -> None:
        """After login: read what is kept and open what somebody starts with."""
        self._client, self._role = client, role
        shelf = WorkspaceShelf(client, folder, user)
        await shelf.load()
        self.habits = await self._read_habits(client)
        self.shelf = shelf
        if asked and asked not in shelf.names:
            log.warning("there is no workspace %s; there are: %s", asked, ", ".join(shelf.names))
        count, minute = len(self._screens.now()), self._minute()
        self._due = due(self.habits, shelf.golden, shelf.names, minute, count)
        key = starts_with(
            self.habits, shelf.golden, shelf.names, asked=asked, last=last, role=role, minute=minute, screen_count=count
        )
        self.show(msgspec.structs.replace(shelf.get(key), name=key))
        self._minutes = self._ticker.every_second(self.look_at_the_hour)

    def show(self, layout: WorkspaceLayout) -> None:
        """Put a workspace on a desk of its own: the way in, or after everything was put away."""
        desk = self._make_desk()
        if desk is None or self.shelf is None:
            return
        self.desk = desk
        desk.open(layout, self.shelf.names)
        self.opened.emit(layout.name)

    async def open_workspace(self, key: str) -> None:
        """Another workspace; cameras and view go along. The same again opens it as it was kept."""
        if self.shelf is None or self.desk is None:
            return
        self.stay()
        layout = msgspec.structs.replace(self.shelf.get(key), name=key)
        if self.desk.workspace_name != key:
            layout = carried_over(layout, kept_of(self.desk.layout_now()))
            self.desk.rearrange(layout, self.shelf.names)
            self.opened.emit(key)
        else:
            await self._anew(layout)

    def open_panel(self, panel_id: str) -> None:
        """Bring a panel to the front; nothing while there is no desk."""
        if self.desk is not None:
            self.desk.open_panel(panel_id)

    def open_another(self, kind: str) -> None:
        """One more panel of this kind; nothing while there is no desk."""
        if self.desk is not None:
            self.desk.open_another(kind)

    def focus_next_panel(self) -> None:
        """The keys go to the next panel that is in sight."""
        if self.desk is not None:
            self.desk.focus_next_panel()

    def announce(self, text: str) -> None:
        """A line for the operator, once there is a desk to say it on."""
        if self.desk is not None:
            self.desk.say(text)

    def add_workspace(self, key: str) -> None:
        """Open the panels of another workspace beside those that are open; nothing is closed or moved away."""
        if self.shelf is None or self.desk is None:
            return
        before = self.desk.layout_now()
        after = added_to(before, self.shelf.get(key))
        if after == before:
            self.say("workspace.all_open", name=key)
            return
        self.desk.rearrange(after, self.shelf.names, keeps_all=True)
        self.say("workspace.added", name=key)

    async def keep(self) -> None:
        """Keep the desk under its name."""
        if self.desk is not None and self.shelf is not None:
            await self.keep_as(self.shelf.own_name(self.desk.workspace_name))

    async def keep_as(self, name: str) -> Kept:
        """Keep the desk under another name, and go on under it."""
        if self.desk is None or self.shelf is None:
            return Kept.REFUSED
        kept = await self.shelf.keep(msgspec.structs.replace(self.desk.layout_now(), name=name))
        self.say(f"workspace.{kept.value}", name=name, is_warning=kept in {Kept.LOCKED, Kept.REFUSED})
        if kept in {Kept.EVERYWHERE, Kept.HERE}:
            self._now_called(name)
        return kept

    async def restore(self) -> None:
        """As the team laid it out."""
        if self.desk is not None and self.shelf is not None:
            name = self.desk.workspace_name
            await self._anew(msgspec.structs.replace(self.shelf.default(name), name=name))

    def screens_changed(self) -> None:
        """A screen came or went: panels gather or spread out, as they are."""
        if self.desk is not None and self.shelf is not None:
            self.desk.screens_changed(self.shelf.names)

    async def set_habits(self, habits: Habits) -> bool:
        """What this person wants of workspaces; False when it could not be kept."""
        self.habits = habits
        if self.shelf is not None:
            count = len(self._screens.now())
            self._due = due(habits, self.shelf.golden, self.shelf.names, self._minute(), count)
        self.changed.emit()
        if self._client is None:
            return False
        try:
            await self._client.keep_own_setting(NamedContent(name=HABITS, content=write_habits(habits)))
        except RequestFailed as error:
            log.warning("the plan of workspaces could not be kept: %s", error)
            return False
        return True

    def stay(self) -> None:
        """The workspace that the hour asks for is not opened, this time."""
        if self._switch is not None:
            self._switch.stop()
            self._switch = None

    def refresh(self) -> None:
        """The shelf holds others now: menus tell."""
        if self.desk is not None and self.shelf is not None:
            self.desk.rename(self.desk.workspace_name, self.shelf.names)
        self.changed.emit()

    def look_at_the_hour(self) -> None:
        """Where the hour asks for another workspace it is announced, and opened a minute later."""
        if self.shelf is None or self.desk is None:
            return
        minute = self._minute()
        wanted = due(self.habits, self.shelf.golden, self.shelf.names, minute, len(self._screens.now()))
        if wanted == self._due:
            return
        self._due = wanted
        self.stay()
        if wanted and wanted != self.desk.workspace_name:
            self.say("workspace.due", name=wanted, seconds=WARNING_S)
            self._switch = self._ticker.frame_clock.after(WARNING_S, lambda: self._open_due(wanted))

    @property
    def is_switching(self) -> bool:
        """Whether the workspace of the hour is announced and not yet opened."""
        return self._switch is not None

    async def put_away(self) -> WorkspaceLayout | None:
        """Close the desk; how it stood."""
        desk, self.desk = self.desk, None
        if desk is None:
            return None
        layout = desk.layout_now()
        await desk.close()
        desk.deleteLater()
        return layout

    async def keep_own(self) -> None:
        """One's own is kept as it stands; what is the team's, or a wall's, stays as it was."""
        if self.desk is not None and self.shelf is not None and self._role != WALL_ROLE:
            entry = self.shelf.entry(self.desk.workspace_name)
            if entry is None or entry.whose in {Whose.OWN, Whose.DELIVERED}:
                name = self.shelf.own_name(self.desk.workspace_name) if entry is None else entry.layout.name
                await self.shelf.keep(msgspec.structs.replace(self.desk.layout_now(), name=name))

    def locks_after(self) -> int:
        """How many minutes the seat may be left alone: as the workspace wants it, else as the role; 0: for ever."""
        wanted = None if self.desk is None else self.desk.locks_after_minutes
        return locks_after_by_role(self._role) if wanted is None else wanted

    def lock_after(self, minutes: int | None) -> None:
        """From now on, and for good where the workspace is kept; None: as the role."""
        if self.desk is not None:
            self.desk.locks_after_minutes = minutes
            count = self.locks_after()
            self.say("lock.after_told" if count else "lock.never_told", count=count)

    async def change_user(self, client: Client, folder: Path, user: str, role: str) -> None:
        """Another one's shelf and habits; the desk stays as it stands."""
        self._role = role
        shelf = WorkspaceShelf(client, folder, user)
        await shelf.load()
        self.stay()
        self.habits, self.shelf = await self._read_habits(client), shelf
        self._due = due(self.habits, shelf.golden, shelf.names, self._minute(), len(self._screens.now()))
        self.refresh()

    async def leave(self, *, keeps: bool) -> None:
        """The login ends: one's own is kept as it stands; what is the team's stays as the team has it."""
        if keeps:
            await self.keep_own()
        self.stay()
        if self._minutes is not None:
            self._minutes.stop()
            self._minutes = None
        await self.put_away()
        self._client = self.shelf = None

    def say(self, text_key: str, *, is_warning: bool = False, **values: object) -> None:
        """Words for the operator; `name` is a workspace's, `team` a role."""
        if self.desk is not None:
            tr = self._texts()
            for value, words in (("name", shown_name), ("team", role_text)):
                if value in values:
                    values[value] = words(str(values[value]), tr)
            self.desk.say(tr(text_key, **values), Tone.WARNING if is_warning else Tone.PLAIN)

    async def _anew(self, layout: WorkspaceLayout) -> None:
        await self.put_away()
        self.show(layout)

    def _now_called(self, name: str) -> None:
        if self.desk is not None and self.shelf is not None:
            self.desk.rename(name, self.shelf.names)
            self.opened.emit(name)
            self.changed.emit()

    async def _read_habits(self, client: Client) -> Habits:
        try:
            kept = (await client.own_settings()).items
        except RequestFailed as error:
            log.warning("the plan of workspaces could not be read: %s", error)
            return Habits()
        return read_habits(next((item.content for item in kept if item.name == HABITS), "{}"))

    def _minute(self) -> int:
        local = self._clock().astimezone()
        return local.hour * 60 + local.minute

    def _open_due(self, key: str) -> None:
        self._switch = None
        self._tasks.start(self.open_workspace(key), name="workspace of the hour")
