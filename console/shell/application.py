"""The console: backend, way in, desk, look. Built in-process by tests as by the command line."""

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from console.kit.clock import Clock, wall_clock
from console.kit.hearing import NoSound, SoundSource
from console.kit.panel_registry import announced_panels, load_panels, with_panels_of_others
from console.kit.preferences import Preferences
from console.kit.said_by_devices import told_text
from console.kit.task_bag import TaskBag
from console.kit.ticker import Ticker
from console.kit.translations import Translations
from console.kit.video import NoPictures, PictureSource
from console.shell.appearance import Appearance
from console.shell.arrangement import Arrangement
from console.shell.at_hand import AtHand
from console.shell.connection import Connection
from console.shell.desk import Desk
from console.shell.dock_field import configure_docking
from console.shell.embedded_backend import BackendReady, EmbeddedBackend
from console.shell.entrance import Entrance
from console.shell.faults import FaultCounter
from console.shell.kept_login import Vault
from console.shell.kiosk import KioskDoor
from console.shell.map_files import LocalMapFiles
from console.shell.memory import spare_what_stays
from console.shell.menus import MenuWishes
from console.shell.options import ConsoleOptions
from console.shell.panel_host import HostedPanel
from console.shell.screens import Places, Screens, ScreenWatch
from console.shell.seat_change import SeatChange
from console.shell.seat_door import SeatDoor
from console.shell.stream_wishes import StreamWishes
from console.shell.trust import authority_for
from console.shell.wakefulness import Wakefulness
from console.shell.workspace_room import WorkspaceRoom
from console.store.context import Context, Spec
from console.store.link import LinkStage
from console.store.stores import Stores
from widgets.frame_clock import FrameClock
from widgets.look import load_fonts
from widgets.notice import Tone

log = logging.getLogger(__name__)


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
        screens: Screens | None = None,
        awake: Wakefulness | None = None,
    ) -> None:
        """`screens`: imaginary ones, where nobody looks at real ones. `awake` keeps screens lit during work."""
        super().__init__()
        self._options = options
        self._pictures: PictureSource = pictures or NoPictures()
        self._hearing: SoundSource = hearing or NoSound()
        self._clock = clock
        self._appearance = Appearance(
            qt, options.config_folder / "preferences.json", language=options.language, theme=options.theme
        )
        self.frame_clock = FrameClock(self)
        self.ticker = Ticker(self.frame_clock)
        self.stores = Stores(clock, time.monotonic, self)
        self.stores.tick_with(self.ticker)
        self.faults = FaultCounter(self._fault_noted)
        kept_vault = vault if options.keeps_login else None
        self.entrance = Entrance(self.stores, kept_vault, self._entered, self.faults.note, self._authority_of)
        self._backend: EmbeddedBackend | None = None
        self._tasks = TaskBag("console", self.faults.note)
        left_out: list[tuple[str, Exception]] = []
        if panels is None:
            panels = with_panels_of_others(
                load_panels(), announced_panels(), lambda name, why: left_out.append((name, why))
            )
        self.at_hand = AtHand(panels, self._tasks, self)
        places = screens or Places(options.screen_count)
        self.arrangement = Arrangement(self._make_desk, places, self.ticker, clock, lambda: self.texts, self._tasks)
        self.arrangement.opened.connect(self._workspace_opened)
        for name, error in left_out:
            self.faults.note(f"panel {name}", error)
        self.workspaces = WorkspaceRoom(self.arrangement, frozenset(self.at_hand.specs), self._tasks)
        self._stream_wishes = StreamWishes(self.stores, lambda: self.connection, self._tasks)
        self._seat_change = SeatChange(
            self.stores, self.at_hand, self.arrangement, options.config_folder / "workspaces", self._tasks
        )
        self.seat = SeatDoor(
            self._tasks, lambda: self.stores.link.user, self.take_over, lambda: self.preferences.hides_pictures
        )
        self.seat.locks_after = self.arrangement.locks_after
        self.kiosk = KioskDoor(self._tasks, self.leave)
        self._awake = awake
        self._places = places
        self._screen_watch = ScreenWatch(self.frame_clock, self.arrangement.screens_changed, self)
        self._left = asyncio.Event()

    @property
    def preferences(self) -> Preferences:
        """What this machine remembers of its operator."""
        return self._appearance.preferences

    @property
    def texts(self) -> Translations:
        """The words of the language that is spoken now."""
        return self._appearance.texts

    @property
    def desk(self) -> Desk | None:
        """The windows after login."""
        return self.arrangement.desk

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
        self._appearance.apply()
        self.ticker.start()
        self.stores.map_shelf.not_kept = lambda: self.arrangement.announce(self.texts("layers.not_kept"))
        self.stores.link.stage_changed.connect(self._link_changed)
        self._stream_wishes.follow()
        self.entrance.language_requested.connect(self._language_wanted)
        self.entrance.leave_requested.connect(self._leave_wanted)
        self.entrance.show(self._appearance.palette, self.texts, self.preferences.user)
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
        self._close_desk_windows()
        await self.arrangement.leave(keeps=True)
        await self.stores.leave()
        await self.entrance.log_out()
        self.entrance.show(self._appearance.palette, self.texts, self.preferences.user)
        await self.entrance.meet(url)

    async def take_over(self, user: str, password: str) -> None:
        """Another person holds the seat from now on; windows, drafts and alarms stay. Raises RequestFailed."""
        if self.connection is not None:
            await self._seat_change.make(self.connection, user, password)
            self._appearance.remember(user=self.connection.user_name)

    async def open_workspace(self, name: str) -> None:
        """Open another workspace; cameras and view go along. The same name again opens it as it was kept."""
        await self.arrangement.open_workspace(name)

    async def relook(self, preferences: Preferences) -> None:
        """Change language, colours or text size at once: the desk is rebuilt as it stands."""
        layout = await self.arrangement.put_away()
        self._appearance.take(preferences)
        if layout is not None:
            self.arrangement.show(layout)
        else:
            self.entrance.show(self._appearance.palette, self.texts, preferences.user)

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
        self._close_desk_windows()
        await self.arrangement.leave(keeps=True)
        self.at_hand.close()
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
            self.desk.say(self.texts("link.refused_because", detail=told_text(link.detail, self.texts)), Tone.WARNING)

    # --- desk

    async def _entered(self, connection: Connection) -> None:
        authority = self._authority_of(connection.url)
        vouched = {} if authority is None else {connection.url: str(authority)}
        authorities = {**self.preferences.authorities, **vouched}
        self._appearance.remember(user=connection.user_name, authorities=authorities)
        await self.stores.meet(connection.requests, self._tasks)
        await self.at_hand.meet(connection.requests)
        connection.follow()
        await self.arrangement.enter(
            connection.requests,
            self._options.config_folder / "workspaces",
            connection.user_name,
            connection.role,
            asked=self._options.workspace or "",
            last=self.preferences.workspace,
        )
        if self._awake is not None and not self._awake.hold(self.texts("awake.reason")):
            self.arrangement.announce(self.texts("awake.cannot"))
        if self.desk is not None and self.entrance.is_memory_only:
            self.desk.say(self.texts("login.memory_only"))

    def _authority_of(self, url: str) -> Path | None:
        return authority_for(url, self._options.authority, self.preferences.authorities)

    def _make_desk(self) -> Desk | None:
        connection = self.connection
        if connection is None:
            return None
        context: Context = Context(
            stores=self.stores,
            client=connection.requests,
            pictures=self._pictures,
            hearing=self._hearing,
            texts=self.texts,
            palette=self._appearance.palette,
            ticker=self.ticker,
            clock=self._clock,
            tasks=self._tasks,
            announce=self.arrangement.announce,
            open_panel=self.arrangement.open_panel,
            map_files=LocalMapFiles(self.texts, opens=self.preferences.opens_exports, remember=self._remember_opening),
        )
        desk = Desk(
            self.at_hand.specs, context, self._places, self._wishes(), self.faults.note, is_kiosk=self._options.is_kiosk
        )
        desk.leave_requested.connect(self._leave_wanted)
        self.at_hand.furnish(desk, context)
        self.seat.furnish(desk, context)
        return desk

    def _close_desk_windows(self) -> None:
        self.workspaces.close()
        self.kiosk.close()
        self.seat.close()
        if self._awake is not None:
            self._awake.release()

    def _leave_wanted(self) -> None:
        """A kiosk asks who lets out; without a login nobody can."""
        if not self._options.is_kiosk:
            self.leave()
        elif self.desk is not None and self.connection is not None:
            window = next((each for each in self.desk.screens if each.isActiveWindow()), self.desk.screens[0])
            self.kiosk.ask(window, self.connection.requests, self.texts)
        else:
            self.entrance.say(self.texts("kiosk.log_in_first"), is_warning=True)

    def _workspace_opened(self, name: str) -> None:
        self._appearance.remember(workspace=name)
        if self.desk is not None:
            self.desk.show_faults(self.faults.count, self.faults.last)

    def _wishes(self) -> MenuWishes:
        look = msgspec.structs.replace
        return MenuWishes(
            open_panel=self.arrangement.open_panel,
            open_another=self.arrangement.open_another,
            open_workspace=lambda name: self._start(self.open_workspace(name), "open workspace"),
            keep_workspace=lambda: self._start(self.arrangement.keep(), "keep workspace"),
            restore_workspace=lambda: self._start(self.arrangement.restore(), "restore workspace"),
            set_language=self._language_wanted,
            set_theme=lambda theme: self._start(self.relook(look(self.preferences, theme=theme)), "theme"),
            zoom_text=self._zoom_wanted,
            show_help=self.at_hand.show_help,
            log_out=lambda: self._start(self.log_out(), "log out"),
            leave=self._leave_wanted,
            next_panel=self.arrangement.focus_next_panel,
            most_urgent=self._go_to_most_urgent,
            workspaces=self.workspaces.wishes(self.texts),
            show_palette=self.at_hand.show_palette,
            show_tour=self.at_hand.tour.show,
            lock=self.seat.lock,
            change_user=self.seat.ask_user,
            hide_pictures=lambda hides: self._appearance.remember(hides_pictures=hides),
            hides_pictures=self.preferences.hides_pictures,
            lock_after=self.arrangement.lock_after,
            locks_after=self.arrangement.locks_after,
            bind_keys=self.at_hand.keyboard.bind,
        )

    def _go_to_most_urgent(self) -> None:
        alarm = self.stores.alarms.most_urgent()
        if alarm is not None:
            self.stores.selection.go_to(alarm.asset_id, alarm.id)

    # --- look

    def _language_wanted(self, language: str) -> None:
        self._start(self.relook(msgspec.structs.replace(self.preferences, language=language)), "language")

    def _zoom_wanted(self, step: int) -> None:
        self._start(self.relook(self._appearance.zoomed(step)), "zoom")

    def _remember_opening(self, opens: bool) -> None:
        self._appearance.remember(opens_exports=opens)

    def _fault_noted(self, count: int, last: str) -> None:
        if self.desk is not None:
            self.desk.show_faults(count, last)

    def _start(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self._tasks.start(work, name=name)
