"""What people do with workspaces beyond opening them: share, plan, lock for a team, carry in files."""

from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.task_bag import TaskBag
from console.kit.translations import Translations
from console.shell.arrangement import Arrangement
from console.shell.workspace_files import SUFFIX, NotAWorkspace, load, read, save, written
from console.shell.workspace_hours import with_line, without
from console.shell.workspace_menu import WorkspaceWishes
from console.shell.workspace_shelf import Kept
from console.shell.workspace_window import WorkspaceWindow
from console.shell.workspaces import encode
from contract.workspaces import GoldenWorkspace

_Hours = tuple[int, int] | None


class WorkspaceRoom(QObject):
    """Owns the window of workspaces and the file dialogs; none of them is modal."""

    def __init__(self, arrangement: Arrangement, panels: frozenset[str], tasks: TaskBag) -> None:
        super().__init__()
        self._arrangement = arrangement
        self._panels = panels
        self._tasks = tasks
        self._texts: Translations | None = None
        self._exported = ""
        self.window: WorkspaceWindow | None = None
        self.dialog: QFileDialog | None = None
        arrangement.changed.connect(self._show_entries)
        arrangement.opened.connect(self._show_entries)

    def wishes(self, texts: Translations) -> WorkspaceWishes:
        """What the menus ask for, in this language."""
        self._texts = texts
        shelf = self._arrangement
        return WorkspaceWishes(
            add=self._arrangement.add_workspace,
            keep_as=self._keep_as,
            stay=self._arrangement.stay,
            export=lambda: self._export(""),
            bring_in=self._bring_in,
            manage=self.open_window,
            entry=lambda key: None if shelf.shelf is None else shelf.shelf.entry(key),
        )

    def open_window(self) -> WorkspaceWindow | None:
        """Show the window of workspaces, in the language of now."""
        if self._texts is None or self._arrangement.shelf is None:
            return None
        self.close()
        window = self.window = WorkspaceWindow(self._texts)
        if self._arrangement.desk is not None:
            self._arrangement.desk.mark(window)
        window.open_requested.connect(self._open)
        window.add_requested.connect(self._arrangement.add_workspace)
        window.share_requested.connect(self._share)
        window.start_requested.connect(self._start_with)
        window.plan_requested.connect(self._plan)
        window.unplan_requested.connect(self._unplan)
        window.export_requested.connect(self._export)
        window.import_requested.connect(self._bring_in)
        window.forget_requested.connect(self._forget)
        window.keep_requested.connect(self._keep)
        window.lock_requested.connect(self._lock)
        window.unlock_requested.connect(self._unlock)
        self._show_entries()
        window.show()
        return window

    def close(self) -> None:
        """Window and dialog go; may be called twice."""
        for widget in (self.window, self.dialog):
            if widget is not None:
                widget.close()
                widget.deleteLater()
        self.window = self.dialog = None

    def write_file(self, key: str, file: Path) -> bool:
        """A workspace into a file: the desk as it stands when it is the open one."""
        arrangement = self._arrangement
        if arrangement.desk is None or arrangement.shelf is None:
            return False
        is_open = key in {"", arrangement.desk.workspace_name}
        layout = arrangement.desk.layout_now() if is_open else arrangement.shelf.get(key)
        layout = msgspec.structs.replace(layout, name=arrangement.shelf.own_name(layout.name))
        try:
            save(written(layout), file)
        except OSError as error:
            reason = error.strerror or str(error)
            arrangement.say("workspace.file_not_written", is_warning=True, file=str(file), reason=reason)
            return False
        arrangement.say("workspace.file_written", file=str(file))
        return True

    async def read_file(self, file: Path) -> bool:
        """Take a workspace in from a file: it is kept as one's own, under a free name, and opened."""
        arrangement = self._arrangement
        shelf = arrangement.shelf
        if shelf is None or arrangement.desk is None:
            return False
        try:
            layout, unknown = read(load(file), self._panels)
        except OSError as error:
            reason = error.strerror or str(error)
            arrangement.say("workspace.file_not_read", is_warning=True, file=str(file), reason=reason)
            return False
        except NotAWorkspace as error:
            arrangement.say(error.reason, is_warning=True)
            return False
        name, number = layout.name, 2
        while name in shelf.names:
            name, number = f"{layout.name} {number}", number + 1
        kept = await shelf.keep(msgspec.structs.replace(layout, name=name))
        if kept in {Kept.LOCKED, Kept.REFUSED}:
            arrangement.say(f"workspace.{kept.value}", is_warning=True, name=name)
            return False
        await arrangement.open_workspace(name)
        if unknown:
            arrangement.say("workspace.file_unknown", is_warning=True, name=name, panels=", ".join(unknown))
        else:
            arrangement.say("workspace.file_taken", name=name)
        return True

    # --- wishes of the window

    def _open(self, key: str) -> None:
        self._tasks.start(self._arrangement.open_workspace(key), name="open workspace")

    def _keep_as(self) -> None:
        window = self.open_window()
        if window is not None and self._arrangement.desk is not None and self._arrangement.shelf is not None:
            name = self._arrangement.desk.workspace_name
            window.ask_for_name(self._arrangement.shelf.own_name(name))

    def _keep(self, name: str) -> None:
        if name and not name.startswith("~"):
            self._tasks.start(self._arrangement.keep_as(name), name="keep workspace")

    def _share(self, key: str, is_shared: bool) -> None:
        self._tasks.start(self._shared(key, is_shared=is_shared), name="share workspace")

    async def _shared(self, key: str, *, is_shared: bool) -> None:
        shelf = self._arrangement.shelf
        if shelf is not None:
            kept = await shelf.share(key, is_shared=is_shared)
            went_well = kept is Kept.EVERYWHERE
            words = (
                ("workspace.is_shared" if is_shared else "workspace.is_not_shared") if went_well else "workspace.failed"
            )
            self._arrangement.say(words, is_warning=not went_well, name=key)
            self._arrangement.refresh()

    def _start_with(self, key: str, is_wanted: bool) -> None:
        habits = msgspec.structs.replace(self._arrangement.habits, start=key if is_wanted else "")
        self._tasks.start(self._arrangement.set_habits(habits), name="workspace at start")

    def _plan(self, key: str, minute: int) -> None:
        habits = with_line(self._arrangement.habits, minute, key)
        self._tasks.start(self._arrangement.set_habits(habits), name="plan workspace")

    def _unplan(self, key: str) -> None:
        self._tasks.start(self._arrangement.set_habits(without(self._arrangement.habits, key)), name="plan workspace")

    def _forget(self, key: str) -> None:
        self._tasks.start(self._forgotten(key), name="forget workspace")

    async def _forgotten(self, key: str) -> None:
        """The desk stays as it stands; only its name is free again. It may be kept again under it."""
        shelf = self._arrangement.shelf
        if shelf is not None:
            is_gone = await shelf.forget(key)
            self._arrangement.say(
                "workspace.is_forgotten" if is_gone else "workspace.failed", is_warning=not is_gone, name=key
            )
            self._arrangement.refresh()

    def _lock(self, key: str, team: str, hours: _Hours) -> None:
        shelf, desk = self._arrangement.shelf, self._arrangement.desk
        if shelf is None or desk is None or not key or not team:
            return
        layout = desk.layout_now() if key == desk.workspace_name else shelf.get(key)
        name = shelf.own_name(key)
        start, end = hours or (None, None)
        golden = GoldenWorkspace(
            team=team,
            name=name,
            content=encode(msgspec.structs.replace(layout, name=name)),
            from_minute=start,
            to_minute=end,
        )
        self._tasks.start(self._locked(golden), name="lock workspace")

    async def _locked(self, golden: GoldenWorkspace) -> None:
        if self._arrangement.shelf is None:
            return
        try:
            await self._arrangement.shelf.set_golden(golden)
        except RequestFailed as error:
            self._arrangement.say("workspace.not_locked", is_warning=True, name=golden.name, reason=self._why(error))
        else:
            self._arrangement.say("workspace.is_locked", name=golden.name, team=golden.team)
        self._arrangement.refresh()

    def _why(self, error: RequestFailed) -> str:
        return str(error) if self._texts is None else failure_text(error, self._texts)

    def _unlock(self, team: str, name: str) -> None:
        self._tasks.start(self._unlocked(team, name), name="unlock workspace")

    async def _unlocked(self, team: str, name: str) -> None:
        if self._arrangement.shelf is None:
            return
        try:
            await self._arrangement.shelf.forget_golden(team, name)
        except RequestFailed as error:
            self._arrangement.say("workspace.not_locked", is_warning=True, name=name, reason=self._why(error))
        self._arrangement.refresh()

    # --- files

    def _export(self, key: str) -> None:
        desk = self._arrangement.desk
        if desk is None or self._texts is None:
            return
        dialog = self._ask(self._texts("workspace.export"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        plain = "".join(
            letter if letter.isalnum() or letter in " -_." else " " for letter in key or desk.workspace_name
        )
        dialog.selectFile(f"{plain.strip() or 'workspace'}{SUFFIX}")
        self._exported = key
        dialog.fileSelected.connect(self._write_chosen)
        dialog.show()

    def _bring_in(self) -> None:
        if self._arrangement.desk is None or self._texts is None:
            return
        dialog = self._ask(self._texts("workspace.bring_in"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._read_chosen)
        dialog.show()

    def _write_chosen(self, path: str) -> None:
        self.write_file(self._exported, Path(path))

    def _read_chosen(self, path: str) -> None:
        self._tasks.start(self.read_file(Path(path)), name="take workspace in")

    def _ask(self, title: str) -> QFileDialog:
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = self.dialog = QFileDialog(None, title, place)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)  # the system's own would cover alarms
        dialog.setNameFilter(f"Beffroi (*{SUFFIX})")
        dialog.setModal(False)
        return dialog

    def _show_entries(self) -> None:
        arrangement, window = self._arrangement, self.window
        if window is None or arrangement.shelf is None or arrangement.desk is None:
            return
        team = arrangement.shelf.team
        teams = team.teams if team.may_set_golden else ()
        window.show_entries(arrangement.shelf.entries, arrangement.desk.workspace_name, arrangement.habits, teams)
