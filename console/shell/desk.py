"""The desk after login: screens with their panels, fed by the stores, arranged by workspaces."""

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence

import msgspec
from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from console.kit.task_bag import TaskBag
from console.parts.exercise_marks import mark_window, marked_title
from console.shell.bar_feed import BarFeed
from console.shell.folding import folded, unfolded
from console.shell.menus import MenuWishes, build_menus, rename_workspace
from console.shell.panel_host import HostedPanel
from console.shell.panel_menu import offer_panel_acts
from console.shell.screen_matching import ScreenPlace, assign_screens, whole_area
from console.shell.screen_window import ScreenWindow
from console.shell.screens import Places, Screens, is_real
from console.shell.seat_sound import SeatSound
from console.shell.workspace_names import shown_name
from console.shell.workspaces import ScreenLayout, WorkspaceLayout
from console.store.context import Context, Spec
from widgets.frame_clock import Ticking
from widgets.notice import Tone

__all__ = ["Desk", "Places"]


class Desk(QObject):
    """All screens of one operator."""

    leave_requested = Signal()
    laid_out = Signal()

    def __init__(
        self,
        specs: Mapping[str, Spec],
        context: Context,
        places: Screens,
        wishes: MenuWishes,
        failed: Callable[[str, BaseException], None],
        *,
        is_kiosk: bool = False,
    ) -> None:
        """`is_kiosk`: full screen, without menus, and nothing can be moved or closed by hand."""
        super().__init__()
        self._specs = specs
        self._context = context
        self._places = places
        self._wishes = wishes
        self._failed = failed
        self.is_kiosk = is_kiosk
        self._tasks = TaskBag("desk", failed)
        self._feed = BarFeed(context.stores, context.clock, context.texts)
        self._screens: list[ScreenWindow] = []
        self._clock: Ticking | None = None
        self._sound: SeatSound | None = None
        self._workspace_name = ""
        self.locks_after_minutes: int | None = None
        self._is_between = False  # one person left and what the next may see is not known yet
        self._whole: WorkspaceLayout | None = None  # where panels stand on all its screens, while it is folded
        self._laid_on: Sequence[ScreenPlace] = ()
        self._assigned: list[ScreenPlace] = []
        self._last_panel = ""
        self._listens = False

    @property
    def screens(self) -> Sequence[ScreenWindow]:
        """The open windows."""
        return self._screens

    @property
    def workspace_name(self) -> str:
        """The workspace that is open."""
        return self._workspace_name

    @property
    def current_panel(self) -> str:
        """The panel in which the keyboard is, or was last."""
        return self._last_panel if self.panel(self._last_panel) is not None else ""

    def panel(self, panel_id: str) -> HostedPanel | None:
        """An open panel, on whichever screen."""
        return next((screen.panels[panel_id] for screen in self._screens if panel_id in screen.panels), None)

    def open(self, layout: WorkspaceLayout, workspace_names: Sequence[str]) -> None:
        """Open a workspace's windows on the screens there are."""
        self._lay_out(layout, workspace_names, {})
        self._screens[0].activateWindow()  # keys are heard at once
        self._connect()
        first = self.panel("alarms") or next(iter(self._screens[0].panels.values()), None)
        if first is not None:
            first.panel.focus_first()

    def rearrange(self, layout: WorkspaceLayout, workspace_names: Sequence[str], *, keeps_all: bool = False) -> None:
        """Another arrangement. Panels that are in both go on as they are: nothing typed is lost, no picture restarts.

        `keeps_all`: panels that are in the old one alone stay open on the first screen; else they are closed.
        """
        old, carried = list(self._screens), dict[str, HostedPanel]()
        for screen in old:
            carried |= screen.docks.hand_over_all()
        self._screens.clear()
        self._lay_out(layout, workspace_names, carried)
        for hosted in carried.values():
            if keeps_all:
                self._screens[0].docks.take_in(hosted)
            else:
                hosted.close()
                self._await_panel(hosted)
                hosted.dock.deleteLater()
        for screen in old:
            screen.end()
            screen.close()
            screen.deleteLater()
        self._screens[0].activateWindow()

    def screens_changed(self, workspace_names: Sequence[str]) -> None:
        """A screen came, went or has another size: windows go where they belong now."""
        if not self._screens or list(self._places.now()) == list(self._laid_on):
            return
        self.rearrange(self.layout_now(), workspace_names, keeps_all=True)

    def rename(self, name: str, workspace_names: Sequence[str]) -> None:
        """The desk stands under another name, or there are other workspaces: titles and menus say so."""
        self._workspace_name = name
        if self._whole is not None:
            self._whole = msgspec.structs.replace(self._whole, name=name)
        for window in self._screens:
            window.setWindowTitle(self._title(name, window.number, len(self._screens)))
            if not self.is_kiosk:
                rename_workspace(window, self._context, self._wishes, name, workspace_names)

    def to_screen(self, panel_id: str, number: int) -> None:
        """Move a panel to another screen, as it is."""
        source = next((screen for screen in self._screens if panel_id in screen.panels), None)
        if source is None or not 0 <= number < len(self._screens) or self._screens[number] is source:
            return
        hosted = source.docks.hand_over(panel_id)
        if hosted is not None:
            self._screens[number].docks.take_in(hosted)
            self._screens[number].activateWindow()
            hosted.panel.focus_first()

    def _lay_out(
        self, layout: WorkspaceLayout, workspace_names: Sequence[str], carried: dict[str, HostedPanel]
    ) -> None:
        self._workspace_name = layout.name
        self.locks_after_minutes = layout.locks_after_minutes
        places = self._laid_on = list(self._places.now())
        areas = {panel_id: spec.area for panel_id, spec in self._specs.items()}
        shown = folded(layout, places, areas)
        self._whole = None if shown is layout else layout
        self._assigned = [places[index] for index in assign_screens(shown.screens, places)]
        for number, (screen_layout, place) in enumerate(zip(shown.screens, self._assigned, strict=True)):
            window = ScreenWindow(number, self._specs, self._context, self._failed)
            window.setWindowTitle(self._title(layout.name, number, len(shown.screens)))
            offer_panel_acts(window, self, self._context, is_locked=self.is_kiosk)
            if not self.is_kiosk:
                build_menus(window, self._specs, self._context, self._wishes, layout.name, workspace_names)
            if self.is_kiosk:
                QShortcut(QKeySequence("Ctrl+Q"), window, self.leave_requested.emit)
            window.close_requested.connect(self.leave_requested)
            window.docks.panel_closed.connect(self._await_panel)
            window.docks.panel_came.connect(self._cover_between)
            window.alarm_bar.alarm_chosen.connect(self._go_to_alarm)
            window.alarm_bar.priority_chosen.connect(self._show_alarms)
            self._screens.append(window)
            self._show(window, screen_layout, place)
            window.lay_out(screen_layout, carried)
            if self.is_kiosk:
                window.docks.lock()
        self._bring_floating_home()
        if self._sound is not None:
            self._sound.stop()
        self._sound = SeatSound(self._context, [window.alarm_bar for window in self._screens], self._tasks)
        self._feed_alarms()
        self._feed_link()
        self._feed_clock()
        self.laid_out.emit()
        if self._whole is not None:
            count = str(len(layout.screens))
            name = shown_name(layout.name, self._context.texts)
            self.say(self._context.texts("workspace.folded", name=name, count=count, there=str(len(places))))

    def _show(self, window: ScreenWindow, layout: ScreenLayout, place: ScreenPlace) -> None:
        is_canvas = layout.spans_all and len(self._laid_on) > 1
        is_full = layout.is_full_screen or self.is_kiosk
        if is_canvas or is_full:
            window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        window.setGeometry(QRect(*(whole_area(self._laid_on) if is_canvas else place.area)))
        if is_full and not is_canvas and is_real(place):
            window.showFullScreen()
        else:
            window.show()

    def _bring_floating_home(self) -> None:
        for window in self._screens:
            for floating in window.docks.floating_areas():
                middle = floating.geometry().center()
                if not any(place.holds(middle.x(), middle.y()) for place in self._laid_on):
                    window.docks.bring_home(floating, window)

    def open_panel(self, panel_id: str) -> HostedPanel | None:
        """Bring a panel to the front where it is, else open it on the active screen."""
        for screen in self._screens:
            if panel_id in screen.panels:
                return screen.open_panel(panel_id)
        active = next((screen for screen in self._screens if screen.isActiveWindow()), None)
        target = active or (self._screens[0] if self._screens else None)
        return None if target is None else target.open_panel(panel_id)

    def open_another(self, kind: str) -> HostedPanel | None:
        """Open one more panel of a kind that may be open several times, on the active screen."""
        number = next(number for number in itertools.count(2) if self.panel(f"{kind}:{number}") is None)
        return self.open_panel(kind if self.panel(kind) is None else f"{kind}:{number}")

    def focus_next_panel(self) -> None:
        """Move the keyboard to the next panel that is in sight, over all screens."""
        hosted = [item for screen in self._screens for item in screen.panels.values() if item.is_in_sight]
        if hosted:
            held = next((number for number, item in enumerate(hosted) if item.has_focus), -1)
            target = hosted[(held + 1) % len(hosted)]
            target.panel.widget.activateWindow()
            target.panel.focus_first()

    def layout_now(self) -> WorkspaceLayout:
        """The desk as it stands; what is folded keeps the places it has on all its screens."""
        screens = tuple(window.layout_now(self._place_of(window)) for window in self._screens)
        layout = WorkspaceLayout(name=self._workspace_name, screens=screens)
        whole = layout if self._whole is None else unfolded(self._whole, layout)
        return msgspec.structs.replace(whole, locks_after_minutes=self.locks_after_minutes)

    def mark(self, window: QWidget) -> None:
        """A window beside these screens: in an exercise it says so."""
        mark_window(window, self._context)

    def forget_person(self) -> None:
        """Who holds the seat changes: what the former person asked for is seen by nobody from now on."""
        self._is_between = True
        for screen in self._screens:
            for hosted in screen.panels.values():
                self._cover_between(hosted)

    async def meet_person(self, *, is_same: bool = False) -> None:
        """Panel by panel what the login of now may see; alarms go on meanwhile. `is_same`: nobody came."""
        self._is_between = False
        for hosted in [item for screen in self._screens for item in screen.panels.values()]:
            if self.panel(hosted.panel_id) is hosted and (ended := hosted.meet_person(is_same=is_same)) is not None:
                await ended.close()
                await asyncio.sleep(0)

    async def see_anew(self) -> None:
        """Panel by panel what the same person may see by now; while the seat changes hands that is done anyway."""
        for hosted in [item for screen in self._screens for item in screen.panels.values()]:
            if self._is_between:
                return
            if self.panel(hosted.panel_id) is hosted and (ended := hosted.see_anew()) is not None:
                await ended.close()
                await asyncio.sleep(0)

    def _cover_between(self, hosted: HostedPanel) -> None:
        if self._is_between:
            hosted.forget_person(self._context.texts("seat.between"))

    def say(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """A line for the operator, on the active screen, else on the first."""
        active = next((screen for screen in self._screens if screen.isActiveWindow()), None)
        target = active or (self._screens[0] if self._screens else None)
        if target is not None:
            target.say(text, tone)

    def show_faults(self, count: int, last: str) -> None:
        """Faults of the console, on every bar."""
        for screen in self._screens:
            screen.alarm_bar.show_faults(count, last)

    async def close(self) -> None:
        """Close all windows and wait for the work of their panels to end."""
        self._listen(is_wanted=False)
        if self._clock is not None:
            self._clock.stop()
            self._clock = None
            self._disconnect()
        if self._sound is not None:
            self._sound.stop()
            self._sound = None
        hosted: list[HostedPanel] = []
        for screen in self._screens:
            hosted.extend(screen.let_go())
        for item in hosted:
            await item.tasks.close()
        await self._tasks.close()
        for screen in self._screens:
            screen.close()
            screen.deleteLater()
        self._screens.clear()

    def _connect(self) -> None:
        if self._clock is not None:
            return
        self._listen(is_wanted=True)
        stores = self._context.stores
        stores.alarms.changed_since_tick.connect(self._feed_alarms)
        stores.catalogue.changed.connect(self._feed_alarms)
        stores.link.stage_changed.connect(self._feed_link)
        stores.link.liveness_changed.connect(self._feed_link)
        self._clock = self._context.ticker.every_second(self._feed_clock)

    def _disconnect(self) -> None:
        stores = self._context.stores
        stores.alarms.changed_since_tick.disconnect(self._feed_alarms)
        stores.catalogue.changed.disconnect(self._feed_alarms)
        stores.link.stage_changed.disconnect(self._feed_link)
        stores.link.liveness_changed.disconnect(self._feed_link)

    def _feed_alarms(self) -> None:
        for screen in self._screens:
            self._feed.feed_alarms(screen.alarm_bar)

    def _feed_link(self) -> None:
        veil = self._feed.veil_text()
        self._context.ticker.frame_clock.hold_flash(is_held=bool(veil))
        for screen in self._screens:
            self._feed.feed_link(screen.alarm_bar)
            screen.veil(veil)

    def _feed_clock(self) -> None:
        for screen in self._screens:
            self._feed.feed_clock(screen.alarm_bar)

    def _go_to_alarm(self, alarm_id: int, asset_id: int) -> None:
        self._context.stores.selection.go_to(asset_id, alarm_id)

    def _show_alarms(self) -> None:
        self.open_panel("alarms")

    def _await_panel(self, hosted: HostedPanel) -> None:
        self._tasks.start(hosted.tasks.close(), name=f"close {hosted.panel_id}")

    def _place_of(self, window: ScreenWindow) -> ScreenPlace | None:
        """Where a window stands; while screens are changing, where it was put."""
        put = self._assigned[window.number]
        if list(self._places.now()) != list(self._laid_on):
            return put
        middle = window.geometry().center()
        return next((place for place in self._laid_on if place.holds(middle.x(), middle.y())), put)

    def _listen(self, *, is_wanted: bool) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication) and is_wanted is not self._listens:
            self._listens = is_wanted
            if is_wanted:
                application.focusChanged.connect(self._focus_moved)
            else:
                application.focusChanged.disconnect(self._focus_moved)

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        for window in self._screens if now is not None else ():
            for panel_id, hosted in window.panels.items():
                if hosted.has_focus:
                    self._last_panel = panel_id

    def _title(self, workspace: str, number: int, count: int) -> str:
        return marked_title(
            f"Beffroi — {shown_name(workspace, self._context.texts)} {number + 1}/{count}", self._context
        )
