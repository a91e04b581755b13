"""The console: backend, way in, desk, look. Built in-process by tests as by the command line."""

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from console.kit.clock import Clock, wall_clock
from console.kit.hearing import NoSound, SoundSource
from console.kit.panel_registry import load_panels
from console.kit.preferences import PreferenceFile, Preferences
from console.kit.task_bag import TaskBag
from console.kit.ticker import Ticker
from console.kit.translations import Translations
from console.kit.video import NoPictures, PictureSource
from console.shell import qt_words
from console.shell.connection import Connection
from console.shell.desk import Desk, Places
from console.shell.embedded_backend import BackendReady, EmbeddedBackend
from console.shell.entrance import Entrance
from console.shell.faults import FaultCounter
from console.shell.help_window import HelpWindow
from console.shell.kept_login import Vault
from console.shell.map_files import LocalMapFiles
from console.shell.memory import spare_what_stays
from console.shell.menus import MenuWishes
from console.shell.options import ConsoleOptions
from console.shell.panel_host import HostedPanel
from console.shell.screen_window import configure_docking
from console.shell.trust import authority_for
from console.shell.workspace_shelf import WorkspaceShelf
from console.shell.workspaces import WorkspaceLayout, carried_over, default_for, kept_of
from console.store.context import Context, Spec
from console.store.link import LinkStage
from console.store.stores import Stores
from console.store.watched import SELECTION
from widgets.frame_clock import FrameClock, Ticking
from widgets.look import load_fonts, load_palette, style_sheet
from widgets.notice import Tone

log = logging.getLogger(__name__)
_SCREENS_SETTLE_S = 0.5
_LEAST_ZOOM, _MOST_ZOOM = 80, 200


class ConsoleApplication(QObject):
    """`start` shows the way in and answers; `wait` until somebody leaves; `close` ends all of it."""

    def __init__(
        self,
        options: ConsoleOptions,
        qt: QApplication,
        *,
        vault: Vault | None = None,
        pictures: PictureSource | None = None,
        hearing: SoundSource | None = None,
        clock: Clock = wall_clock,
        panels: Mapping[str, Spec] | None = None,
    ) -> None:
        super().__init__()
        self._options = options
        self._qt = qt
        self._pictures: PictureSource = pictures or NoPictures()
        self._hearing: SoundSource = hearing or NoSound()
        self._clock = clock
        self._specs = load_panels() if panels is None else panels
        self._preference_file = PreferenceFile(options.config_folder / "preferences.json")
        kept = self._preference_file.read()
        self.preferences: Preferences = msgspec.structs.replace(
            kept, language=options.language or kept.language, theme=options.theme or kept.theme
        )
        self.frame_clock = FrameClock(self)
        self.ticker = Ticker(self.frame_clock)
        self.stores = Stores(clock, time.monotonic, self)
        self.stores.tick_with(self.ticker)
        self.faults = FaultCounter(self._fault_noted)
        self.texts = Translations(self.preferences.language)
        self.palette = load_palette(self.preferences.theme)
        kept_vault = vault if options.keeps_login else None
        self.entrance = Entrance(self.stores, kept_vault, self._entered, self.faults.note, self._authority_of)
        self.desk: Desk | None = None
        self._shelf: WorkspaceShelf | None = None
        self._backend: EmbeddedBackend | None = None
        self._tasks = TaskBag("console", self.faults.note)
        self._left = asyncio.Event()
        self._help: HelpWindow | None = None
        self._asked_communes: set[str] = set()
        self._screens_settle: Ticking | None = None

    @property
    def connection(self) -> Connection | None:
        """The login at the backend, when there is one."""
        return self.entrance.connection

    def panel(self, panel_id: str) -> HostedPanel | None:
        """An open panel by id."""
        return None if self.desk is None else self.desk.panel(panel_id)

    async def start(self) -> None:
        """Show the login window; a given server's kept login is resumed before this answers."""
        spare_what_stays()
        self.faults.install(asyncio.get_running_loop())
        refused = load_fonts()
        if refused:
            log.warning("fonts Qt refused: %s", ", ".join(refused))
        configure_docking()
        self._apply_look()
        self.ticker.start()
        self.stores.selection.selection_changed.connect(self._watch_selection)
        self.stores.watched.wanted_changed.connect(self._watch)
        self.stores.map_shelf.not_kept = lambda: self._announce(self.texts("layers.not_kept"))
        self.stores.link.stage_changed.connect(self._link_changed)
        self.stores.assets.changed_since_tick.connect(self._assets_changed)
        self.entrance.language_requested.connect(self._language_wanted)
        self.entrance.leave_requested.connect(self.leave)
        if isinstance(gui := QGuiApplication.instance(), QGuiApplication):
            gui.screenRemoved.connect(self._screens_changed)
            gui.screenAdded.connect(self._screens_changed)
        self.entrance.show(self.palette, self.texts, self.preferences.user)
        url = self._options.server_url or ("" if self._options.is_demo else self.preferences.server_url)
        if url:
            await self.entrance.meet(url)
            return
        self.entrance.say(self.texts("login.starting_demo" if self._options.is_demo else "login.starting"))
        self._backend = EmbeddedBackend(self._options.backend_command, changed=self._backend_changed)
        self._tasks.start(self._backend.run(), name="embedded backend")

    async def log_in(self, user: str, password: str) -> bool:
        """Log in and open the desk; False when it was refused."""
        return await self.entrance.log_in(user, password)

    async def log_out(self) -> None:
        """End the login and ask for the next."""
        url = "" if self.connection is None else self.connection.url
        await self._close_desk()
        await self.stores.leave()
        await self.entrance.log_out()
        self.entrance.show(self.palette, self.texts, self.preferences.user)
        await self.entrance.meet(url)

    async def open_workspace(self, name: str) -> None:
        """Open another workspace; cameras and view go along. The same name again opens it as it was kept."""
        if self._shelf is None:
            return
        layout = self._shelf.get(name)
        if self.desk is not None and self.desk.workspace_name != name:
            layout = carried_over(layout, kept_of(self.desk.layout_now()))
        await self._close_desk()
        self._remember(msgspec.structs.replace(self.preferences, workspace=name))
        self._open_desk(layout)

    async def relook(self, preferences: Preferences) -> None:
        """Change language, colours or text size at once: the desk is rebuilt as it stands."""
        layout = None if self.desk is None else self.desk.layout_now()
        await self._close_desk()
        self._remember(preferences)
        self.texts = Translations(preferences.language)
        self.palette = load_palette(preferences.theme)
        self._apply_look()
        if layout is not None:
            self._open_desk(layout)
        else:
            self.entrance.show(self.palette, self.texts, preferences.user)

    def leave(self) -> None:
        """Ask the console to end."""
        self._left.set()

    async def wait(self) -> None:
        """Until somebody leaves, or the time asked for has passed."""
        try:
            await asyncio.wait_for(self._left.wait(), self._options.quit_after_s)
        except TimeoutError:
            log.info("leaving after %s s, as asked", self._options.quit_after_s)

    def take_pictures(self, folder: Path) -> list[Path]:
        """A picture of every window, for those who cannot look at it."""
        folder.mkdir(parents=True, exist_ok=True)
        windows: list[QWidget] = [] if self.desk is None else list(self.desk.screens)
        shown = windows or ([] if self.entrance.window is None else [self.entrance.window])
        files = [folder / f"screen-{number}.png" for number in range(1, len(shown) + 1)]
        return [file for window, file in zip(shown, files, strict=True) if window.grab().save(str(file))]

    async def close(self) -> None:
        """End everything this console started; may be called twice."""
        if self.desk is not None and self._shelf is not None:
            await self._shelf.keep(self.desk.layout_now())
        await self._close_desk()
        if self._help is not None:
            self._help.close()
            self._help.deleteLater()
            self._help = None
        await self.stores.leave()
        await self.entrance.close()
        await self._tasks.close()
        self.ticker.stop()
        self.frame_clock.close()
        self.faults.uninstall(asyncio.get_running_loop())

    # --- backend

    def _backend_changed(self, ready: BackendReady | None, reason: str) -> None:
        if ready is None:
            self.entrance.say(self.texts("login.backend_ended", reason=reason), is_warning=True)
        elif self.connection is not None:
            self.connection.move_to(ready.url)
        else:
            self.entrance.backend_is_ready(ready)
            self._start(self._meet_own(ready), "meet the backend")

    async def _meet_own(self, ready: BackendReady) -> None:
        await self.entrance.meet(ready.url)
        if self.desk is None and self._options.screenshots is not None and ready.demo_accounts:
            # Nobody can type where pictures are taken: the demo's first account is used.
            user, password = next(iter(ready.demo_accounts.items()))
            await self.log_in(user, password)

    def _link_changed(self) -> None:
        link = self.stores.link
        if link.stage is LinkStage.LOGGED_OUT and self.desk is not None:
            self._start(self.log_out(), "log out")
        elif link.stage is LinkStage.REFUSED and self.desk is not None:
            self.desk.say(self.texts("link.refused_because", detail=link.detail), Tone.WARNING)

    def _assets_changed(self) -> None:
        """A register that was filled after login brings communes that the catalogue does not know yet."""
        new = self.stores.assets.commune_codes - set(self.stores.catalogue.communes) - self._asked_communes - {""}
        if new and self.connection is not None:
            self._asked_communes |= new
            self._start(self.connection.load_catalogue(), "catalogue")

    def _watch_selection(self) -> None:
        asset_id = self.stores.selection.asset_id
        self.stores.watched.want(SELECTION, () if asset_id is None else (asset_id,))

    def _watch(self, asset_ids: tuple[int, ...]) -> None:
        if self.connection is not None:
            self.connection.requests.watch(asset_ids)

    # --- desk

    async def _entered(self, connection: Connection) -> None:
        authority = self._authority_of(connection.url)
        vouched = {} if authority is None else {connection.url: str(authority)}
        authorities = {**self.preferences.authorities, **vouched}
        self._remember(msgspec.structs.replace(self.preferences, user=connection.user_name, authorities=authorities))
        shelf = WorkspaceShelf(connection.requests, self._options.config_folder / "workspaces")
        await shelf.load()
        await self.stores.meet(connection.requests, self._tasks)
        self._shelf = shelf
        connection.follow()
        screen_count = len(self._places().now())
        wanted = self._options.workspace or self.preferences.workspace
        if self._options.workspace and self._options.workspace not in shelf.names:
            log.warning("there is no workspace %s; there are: %s", self._options.workspace, ", ".join(shelf.names))
        self._open_desk(shelf.get(wanted or default_for(connection.role, screen_count)))
        if self.desk is not None and self.entrance.is_memory_only:
            self.desk.say(self.texts("login.memory_only"))

    def _authority_of(self, url: str) -> Path | None:
        return authority_for(url, self._options.authority, self.preferences.authorities)

    def _places(self) -> Places:
        return Places(self._options.screen_count)

    def _open_desk(self, layout: WorkspaceLayout) -> None:
        connection, shelf = self.connection, self._shelf
        if connection is None or shelf is None:
            return
        context: Context = Context(
            stores=self.stores,
            client=connection.requests,
            pictures=self._pictures,
            hearing=self._hearing,
            texts=self.texts,
            palette=self.palette,
            ticker=self.ticker,
            clock=self._clock,
            tasks=self._tasks,
            announce=self._announce,
            open_panel=self._open_panel,
            map_files=LocalMapFiles(self.texts, opens=self.preferences.opens_exports, remember=self._remember_opening),
        )
        self.desk = Desk(self._specs, context, self._places(), self._wishes(), self.faults.note)
        self.desk.leave_requested.connect(self.leave)
        self.desk.open(layout, shelf.names)
        self.desk.show_faults(self.faults.count, self.faults.last)

    async def _close_desk(self) -> None:
        desk, self.desk = self.desk, None
        if desk is not None:
            await desk.close()
            desk.deleteLater()

    def _wishes(self) -> MenuWishes:
        look = msgspec.structs.replace
        return MenuWishes(
            open_panel=self._open_panel,
            open_another=self._open_another,
            open_workspace=lambda name: self._start(self.open_workspace(name), "open workspace"),
            keep_workspace=lambda: self._start(self._keep_workspace(), "keep workspace"),
            restore_workspace=self._restore_workspace,
            set_language=self._language_wanted,
            set_theme=lambda theme: self._start(self.relook(look(self.preferences, theme=theme)), "theme"),
            zoom_text=self._zoom_wanted,
            show_help=self._show_help,
            log_out=lambda: self._start(self.log_out(), "log out"),
            leave=self.leave,
            next_panel=self._focus_next_panel,
            most_urgent=self._go_to_most_urgent,
        )

    def _open_panel(self, panel_id: str) -> None:
        if self.desk is not None:
            self.desk.open_panel(panel_id)

    def _open_another(self, kind: str) -> None:
        if self.desk is not None:
            self.desk.open_another(kind)

    def _focus_next_panel(self) -> None:
        if self.desk is not None:
            self.desk.focus_next_panel()

    def _go_to_most_urgent(self) -> None:
        alarm = self.stores.alarms.most_urgent()
        if alarm is not None:
            self.stores.selection.go_to(alarm.asset_id, alarm.id)

    def _announce(self, text: str) -> None:
        if self.desk is not None:
            self.desk.say(text)

    async def _keep_workspace(self) -> None:
        if self.desk is None or self._shelf is None:
            return
        name = self.desk.workspace_name
        is_everywhere = await self._shelf.keep(self.desk.layout_now())
        key = "workspace.kept" if is_everywhere else "workspace.kept_here"
        self._announce(self.texts(key, name=name))

    def _restore_workspace(self) -> None:
        if self.desk is not None and self._shelf is not None:
            self._start(self._reopen(self._shelf.default(self.desk.workspace_name)), "restore workspace")

    async def _reopen(self, layout: WorkspaceLayout) -> None:
        await self._close_desk()
        self._open_desk(layout)

    def _screens_changed(self) -> None:
        """A screen came or went: once all have told, panels fold together or spread out again."""
        if self._screens_settle is not None:
            self._screens_settle.stop()
        self._screens_settle = self.frame_clock.after(_SCREENS_SETTLE_S, self._spread_over_screens)

    def _spread_over_screens(self) -> None:
        if self.desk is not None:
            self._start(self._reopen(self.desk.layout_now()), "screens changed")

    # --- look

    def _apply_look(self) -> None:
        qt_words.speak(self._qt, self.preferences.language)
        self._qt.setStyleSheet(style_sheet(self.palette, self.preferences.text_zoom_percent))

    def _language_wanted(self, language: str) -> None:
        self._start(self.relook(msgspec.structs.replace(self.preferences, language=language)), "language")

    def _zoom_wanted(self, step: int) -> None:
        zoom = min(_MOST_ZOOM, max(_LEAST_ZOOM, self.preferences.text_zoom_percent + step))
        self._start(self.relook(msgspec.structs.replace(self.preferences, text_zoom_percent=zoom)), "zoom")

    def _show_help(self) -> None:
        if self._help is not None:
            self._help.deleteLater()
        self._help = HelpWindow(self._specs, self.texts)
        self._help.show()

    def _remember(self, preferences: Preferences) -> None:
        self.preferences = preferences
        self._preference_file.write(preferences)

    def _remember_opening(self, opens: bool) -> None:
        self._remember(msgspec.structs.replace(self.preferences, opens_exports=opens))

    def _fault_noted(self, count: int, last: str) -> None:
        if self.desk is not None:
            self.desk.show_faults(count, last)

    def _start(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self._tasks.start(work, name=name)
