"""The desk after login: screens with their panels, fed by the stores, arranged by workspaces."""

import itertools
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QGuiApplication, QScreen

from console.kit.task_bag import TaskBag
from console.shell.bar_feed import BarFeed
from console.shell.folding import folded
from console.shell.menus import MenuWishes, build_menus
from console.shell.panel_host import HostedPanel
from console.shell.screen_window import ScreenWindow
from console.shell.workspaces import ScreenPlace, WorkspaceLayout, assign_screens, carried_over
from console.store.context import Context, Spec
from widgets.frame_clock import Ticking
from widgets.notice import Tone

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Places:
    """Where windows go: real screens, or as many imaginary ones as were asked for."""

    count: int | None = None
    width: int = 1920
    height: int = 1080

    def now(self) -> Sequence[ScreenPlace]:
        """The screens there are."""
        if self.count is not None:
            return [
                ScreenPlace(f"imaginary {number + 1}", number * self.width, 0, self.width, self.height)
                for number in range(self.count)
            ]
        return [_place_of(screen) for screen in QGuiApplication.screens()]


def _place_of(screen: QScreen) -> ScreenPlace:
    area = screen.availableGeometry()
    return ScreenPlace(screen.name(), area.x(), area.y(), area.width(), area.height())


class Desk(QObject):
    """All screens of one operator."""

    leave_requested = Signal()

    def __init__(
        self,
        specs: Mapping[str, Spec],
        context: Context,
        places: Places,
        wishes: MenuWishes,
        failed: Callable[[str, BaseException], None],
    ) -> None:
        super().__init__()
        self._specs = specs
        self._context = context
        self._places = places
        self._wishes = wishes
        self._failed = failed
        self._tasks = TaskBag("desk", failed)
        self._feed = BarFeed(context.stores, context.clock, context.texts)
        self._screens: list[ScreenWindow] = []
        self._clock: Ticking | None = None
        self._workspace_name = ""
        self._whole: WorkspaceLayout | None = None
        self._is_folded = False

    @property
    def screens(self) -> Sequence[ScreenWindow]:
        """The open windows."""
        return self._screens

    @property
    def workspace_name(self) -> str:
        """The workspace that is open."""
        return self._workspace_name

    def panel(self, panel_id: str) -> HostedPanel | None:
        """An open panel, on whichever screen."""
        return next((screen.panels[panel_id] for screen in self._screens if panel_id in screen.panels), None)

    def open(self, layout: WorkspaceLayout, workspace_names: Sequence[str]) -> None:
        """Open a workspace's windows on the screens there are."""
        self._workspace_name = layout.name
        places = self._places.now()
        self._whole = layout
        layout = folded(layout, len(places), {panel_id: spec.area for panel_id, spec in self._specs.items()})
        self._is_folded = layout is not self._whole
        indexes = assign_screens(layout.screens, places)
        for number, (screen_layout, index) in enumerate(zip(layout.screens, indexes, strict=True)):
            window = ScreenWindow(number, self._specs, self._context, self._failed)
            window.setWindowTitle(f"Beffroi — {layout.name} {number + 1}/{len(layout.screens)}")
            build_menus(window, self._specs, self._context, self._wishes, layout.name, workspace_names)
            place = places[index]
            window.setGeometry(QRect(place.x, place.y, place.width, place.height))
            window.close_requested.connect(self.leave_requested)
            window.panel_closed.connect(self._await_panel)
            window.alarm_bar.alarm_chosen.connect(self._go_to_alarm)
            window.alarm_bar.priority_chosen.connect(self._show_alarms)
            self._screens.append(window)
            if screen_layout.is_full_screen:
                window.showFullScreen()
            else:
                window.show()
            window.lay_out(screen_layout)
        self._connect()
        self._feed_alarms()
        self._feed_link()
        self._feed_clock()
        if self._is_folded:
            count = str(len(self._whole.screens))
            self.say(self._context.texts("workspace.folded", name=layout.name, count=count, there=str(len(places))))
        first = self.panel("alarms") or next(iter(self._screens[0].panels.values()), None)
        if first is not None:
            first.panel.focus_first()

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
        if self._is_folded and self._whole is not None:
            kept = {panel_id: hosted.kept for screen in self._screens for panel_id, hosted in screen.panels.items()}
            bare = tuple(msgspec.structs.replace(screen, kept={}) for screen in self._whole.screens)
            return carried_over(msgspec.structs.replace(self._whole, screens=bare), kept)
        places = self._places.now()
        screens = tuple(screen.layout_now(_place_name(places, screen)) for screen in self._screens)
        return WorkspaceLayout(name=self._workspace_name, screens=screens)

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
        if self._clock is not None:
            self._clock.stop()
            self._clock = None
            self._disconnect()
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


def _place_name(places: Sequence[ScreenPlace], window: ScreenWindow) -> str:
    middle = window.geometry().center()
    for place in places:
        if QRect(place.x, place.y, place.width, place.height).contains(middle):
            return place.name
    return ""
