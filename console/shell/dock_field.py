"""The docks of one screen: its panels beside one another, as tabs, floating, or one alone."""

import base64
import binascii
import logging
import zlib
from collections.abc import Callable, Mapping

from PySide6.QtCore import QByteArray, QObject, Signal
from PySide6.QtWidgets import QSplitter, QWidget
from PySide6QtAds import (
    BottomDockWidgetArea,
    CDockAreaWidget,
    CDockManager,
    CenterDockWidgetArea,
    DockWidgetArea,
    LeftDockWidgetArea,
    RightDockWidgetArea,
    TopDockWidgetArea,
)

from console.kit.panel_spec import Area, kind_of
from console.shell.panel_host import HostedPanel
from console.shell.workspaces import PlacedPanel, ScreenLayout
from console.store.context import Context, Spec

log = logging.getLogger(__name__)
AREAS: Mapping[Area, DockWidgetArea] = {
    Area.LEFT: LeftDockWidgetArea,
    Area.RIGHT: RightDockWidgetArea,
    Area.TOP: TopDockWidgetArea,
    Area.BOTTOM: BottomDockWidgetArea,
    Area.CENTER: CenterDockWidgetArea,
}
LARGEST_STATE_BYTES = 4 * 1024 * 1024
MOST_STATE_PARTS = 2_000
_HALVES = (1, 1)
_LEAST_SHARE = 0.22  # of the screen, for a panel that is opened at its edge
_FLAGS = CDockManager.eConfigFlag


def configure_docking() -> None:
    """Docking flags of the whole application; before the first window."""
    for flag, is_on in (
        (_FLAGS.OpaqueSplitterResize, True),
        (_FLAGS.FocusHighlighting, False),
        (_FLAGS.AlwaysShowTabs, True),
        (_FLAGS.DockAreaHasTabsMenuButton, False),
        (_FLAGS.DockAreaHasCloseButton, False),
        (_FLAGS.DockAreaHasUndockButton, False),
        (_FLAGS.ActiveTabHasCloseButton, True),
        (_FLAGS.DoubleClickUndocksWidget, False),
        (_FLAGS.FloatingContainerHasWidgetTitle, True),
        (_FLAGS.FloatingContainerHasWidgetIcon, False),
    ):
        CDockManager.setConfigFlag(flag, is_on)


class DockField(QObject):
    """`panel_closed` brings the panel whose tasks must be awaited; `panel_came` one that stands here from now on."""

    panel_closed = Signal(object)
    panel_came = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        specs: Mapping[str, Spec],
        context: Context,
        failed: Callable[[str, BaseException], None],
    ) -> None:
        super().__init__(parent)
        self._specs = specs
        self._context = context
        self._failed = failed
        self.hosted: dict[str, HostedPanel] = {}
        self._veil_text = ""
        self._maximised = ""
        self._state_before = ""
        self.manager = CDockManager(parent)
        self.manager.setStyleSheet("")

    @property
    def maximised(self) -> str:
        """The panel that has the screen for itself; empty when none has."""
        return self._maximised

    def lay_out(self, layout: ScreenLayout, carried: dict[str, HostedPanel]) -> None:
        """Open a layout's panels, those of `carried` alive; the kept dock state is used when it still fits."""
        for placed in layout.panels:
            self._put(placed, layout, carried)
        is_restored = bool(layout.dock_state) and self._restore(layout.dock_state)
        if not is_restored:
            for panel_id, shares in layout.sizes.items():
                self._share(panel_id, shares)
        for guest in layout.guests:
            spec = self._specs.get(kind_of(guest.panel_id))
            if guest.panel_id not in self.hosted and spec is not None:
                stands = guest.beside in self.hosted
                place = guest if stands else self._where_it_fits(guest.panel_id, spec)
                if place.area is Area.CENTER and not place.beside:
                    place = PlacedPanel(guest.panel_id, Area.RIGHT)  # screens are wide
                self._put(place, layout, carried)
                if place.area is not Area.CENTER:
                    self._share(guest.panel_id, _HALVES)
        if layout.maximised:
            self.maximise(layout.maximised)

    def layout_now(self) -> ScreenLayout:
        """These docks as they stand, to be kept."""
        panels = tuple(PlacedPanel(panel_id, hosted.spec.area) for panel_id, hosted in self.hosted.items())
        kept = {panel_id: hosted.kept for panel_id, hosted in self.hosted.items() if hosted.kept}
        state = self._state_before if self._maximised else self._state()
        return ScreenLayout(panels=panels, dock_state=state, maximised=self._maximised, kept=kept)

    def open_panel(self, panel_id: str) -> HostedPanel | None:
        """Open a panel, or bring it to the front; None when there is no such panel."""
        spec = self._specs.get(kind_of(panel_id))
        if spec is None:
            return None
        hosted = self.hosted.get(panel_id)
        if hosted is None or not self._is_beside_maximised(hosted):
            self.restore()
        if hosted is None:
            hosted = self._place_late(self._where_it_fits(panel_id, spec), {})
        if hosted is not None:
            hosted.dock.setAsCurrentTab()
            hosted.panel.focus_first()
        return hosted

    def take_in(self, hosted: HostedPanel) -> None:
        """A panel that stood on another screen goes on here as it is."""
        self.restore()
        self._place_late(self._where_it_fits(hosted.panel_id, hosted.spec), {hosted.panel_id: hosted})
        hosted.dock.setAsCurrentTab()

    def hand_over(self, panel_id: str) -> HostedPanel | None:
        """Let a panel go on elsewhere, as it is."""
        self.restore()
        hosted = self.hosted.pop(panel_id, None)
        if hosted is not None:
            hosted.dock.closeRequested.disconnect()
            self.manager.removeDockWidget(hosted.dock)
        return hosted

    def hand_over_all(self) -> dict[str, HostedPanel]:
        """Let every panel go on elsewhere."""
        panels = {panel_id: self.hand_over(panel_id) for panel_id in list(self.hosted)}
        return {panel_id: hosted for panel_id, hosted in panels.items() if hosted is not None}

    def float_panel(self, panel_id: str) -> None:
        """Give a panel a window of its own; back into the docks when it has one."""
        hosted = self.hosted.get(panel_id)
        if hosted is None:
            return
        self.restore()
        if hosted.dock.isInFloatingContainer():
            place = self._where_it_fits(panel_id, hosted.spec)
            self._dock(hosted, place.area, self._area_of(place.beside))
        else:
            hosted.dock.setFloating()
        hosted.dock.setAsCurrentTab()

    def move(self, panel_id: str, area: Area, beside: str = "") -> None:
        """To an edge of the screen; of another panel, or as a tab with it (CENTER), when one is named."""
        hosted = self.hosted.get(panel_id)
        neighbour = self._area_of(beside)
        if hosted is None or (area is Area.CENTER and neighbour is None):
            return
        self.restore()
        self._dock(hosted, area, neighbour)
        hosted.dock.setAsCurrentTab()

    def maximise(self, panel_id: str) -> None:
        """A panel, with the tabs it stands among, takes the whole screen; nothing is closed."""
        self.restore()
        hosted = self.hosted.get(panel_id)
        if hosted is None:
            return
        floating = hosted.floating_window
        if floating is not None:
            if floating.isMaximized():
                floating.showNormal()
            else:
                floating.showMaximized()
            return
        hosted.dock.setAsCurrentTab()
        self._state_before = self._state()
        self._maximised = panel_id
        child: QWidget | None = self._area_of(panel_id)
        while child is not None and isinstance(splitter := child.parentWidget(), QSplitter):
            for number in range(splitter.count()):
                other = splitter.widget(number)
                if other is not None and other is not child and not other.isHidden():
                    other.hide()
            child = splitter

    def restore(self) -> None:
        """Show again what a maximised panel covers."""
        if self._maximised:
            self._maximised = ""
            self._restore(self._state_before)

    def lock(self) -> None:
        """Nothing is moved, floated or closed by hand any more."""
        self.manager.lockDockWidgetFeaturesGlobally()

    def bring_home(self, floating: QWidget, window: QWidget) -> None:
        """The window of a floating panel that no screen shows comes to the middle of this one."""
        size = floating.frameGeometry().size().boundedTo(window.geometry().size())
        middle = window.geometry().center()
        floating.resize(size)
        floating.move(middle.x() - size.width() // 2, middle.y() - size.height() // 2)

    def floating_areas(self) -> list[QWidget]:
        """The windows of floating panels."""
        found = [hosted.floating_window for hosted in self.hosted.values()]
        return [floating for floating in found if floating is not None]

    def veil(self, text: str) -> None:
        """Cover every panel with these words; none uncovers them."""
        self._veil_text = text
        for hosted in self.hosted.values():
            hosted.veil(text)

    def let_go(self) -> list[HostedPanel]:
        """Close every panel without a question; answers them so that their tasks are awaited."""
        for floating in self.floating_areas():
            floating.hide()
        hosted = list(self.hosted.values())
        for item in hosted:
            item.close()
        self.hosted.clear()
        return hosted

    # --- placing

    def _put(self, placed: PlacedPanel, layout: ScreenLayout, carried: dict[str, HostedPanel]) -> None:
        is_new = placed.panel_id not in carried and placed.panel_id not in self.hosted
        hosted = self._place(placed, carried)
        if hosted is not None and is_new:
            hosted.take_kept(layout.kept.get(placed.panel_id, {}))

    def _place(self, placed: PlacedPanel, carried: dict[str, HostedPanel]) -> HostedPanel | None:
        spec = self._specs.get(kind_of(placed.panel_id))
        if spec is None or (placed.panel_id != spec.id and not spec.another_shortcut):
            log.warning("the workspace names a panel that does not exist: %s", placed.panel_id)
            return None
        if placed.panel_id in self.hosted:
            return self.hosted[placed.panel_id]
        hosted = carried.pop(placed.panel_id, None)
        if hosted is None:
            hosted = HostedPanel(placed.panel_id, spec, self._context, self.manager, self._failed)
        hosted.dock.closeRequested.connect(lambda panel_id=placed.panel_id: self._close_panel(panel_id))
        hosted.veil(self._veil_text)
        self._dock(hosted, placed.area, self._area_of(placed.beside))
        self.hosted[placed.panel_id] = hosted
        self.panel_came.emit(hosted)
        return hosted

    def _dock(self, hosted: HostedPanel, area: Area, neighbour: CDockAreaWidget | None) -> None:
        self.manager.addDockWidget(AREAS[area], hosted.dock, neighbour)
        # A splitter that is new round all others is shown with the next events only: no key would reach the panel yet.
        child: QWidget | None = hosted.dock.dockAreaWidget()
        while child is not None and isinstance(splitter := child.parentWidget(), QSplitter):
            splitter.show()
            child = splitter

    def _place_late(self, placed: PlacedPanel, carried: dict[str, HostedPanel]) -> HostedPanel | None:
        """Beside its kind it takes half of that one's room, and of no other's."""
        beside = self._area_of(placed.beside)
        splitter = None if beside is None else beside.parentWidget()
        before = splitter.sizes() if isinstance(splitter, QSplitter) else []
        hosted = self._place(placed, carried)
        if isinstance(splitter, QSplitter) and splitter.count() == len(before):
            splitter.setSizes(before)
        area = None if beside is None or placed.area is Area.CENTER else self._area_of(placed.panel_id)
        if area is not None and len(self.manager.splitterSizes(area)) == len(_HALVES):
            self._share(placed.panel_id, _HALVES)
        elif beside is None:
            self._widen(placed.panel_id)
        return hosted

    def _widen(self, panel_id: str) -> None:
        """At the edge of the screen it has room enough to be read; the others shrink alike."""
        area = self._area_of(panel_id)
        splitter = None if area is None else area.parentWidget()
        if area is None or not isinstance(splitter, QSplitter) or splitter.count() < 2:
            return
        sizes, number = splitter.sizes(), splitter.indexOf(area)
        total = sum(sizes)
        wanted = round(total * _LEAST_SHARE)
        if total > sizes[number] and sizes[number] < wanted:
            scale = (total - wanted) / (total - sizes[number])
            splitter.setSizes([wanted if at == number else round(size * scale) for at, size in enumerate(sizes)])

    def _where_it_fits(self, panel_id: str, spec: Spec) -> PlacedPanel:
        """Beside its own kind; else as a tab of the panel it belongs to, or of one on the same side; else there."""
        docked = {held: each for held, each in self.hosted.items() if held != panel_id and not each.is_floating}
        for held, hosted in docked.items():
            if hosted.spec is spec:
                return PlacedPanel(panel_id, Area.RIGHT, held)
        if spec.beside in docked:
            return PlacedPanel(panel_id, Area.CENTER, spec.beside)
        for held, hosted in reversed(docked.items()):
            if hosted.spec.area is spec.area is not Area.CENTER and not hosted.spec.stays_in_sight:
                return PlacedPanel(panel_id, Area.CENTER, held)
        return PlacedPanel(panel_id, spec.area)

    def _close_panel(self, panel_id: str) -> None:
        self.restore()
        hosted = self.hosted.pop(panel_id, None)
        if hosted is not None:
            hosted.close()
            self.panel_closed.emit(hosted)
            self.manager.removeDockWidget(hosted.dock)
            hosted.dock.deleteLater()

    def _is_beside_maximised(self, hosted: HostedPanel) -> bool:
        area = self._area_of(self._maximised)
        return area is None or hosted.is_floating or hosted.dock.dockAreaWidget() is area

    def _area_of(self, panel_id: str) -> CDockAreaWidget | None:
        hosted = self.hosted.get(panel_id)
        return None if hosted is None else hosted.dock.dockAreaWidget()

    def _share(self, panel_id: str, shares: tuple[int, ...]) -> None:
        """The nearest splitter round the panel that has as many parts takes these shares."""
        child: QWidget | None = self._area_of(panel_id)
        while child is not None and sum(shares) > 0:
            splitter = child.parentWidget()
            if not isinstance(splitter, QSplitter):
                return
            sizes = splitter.sizes()
            if len(sizes) == len(shares):
                window = self.manager.window()
                total = sum(sizes) or max(window.width(), window.height())
                splitter.setSizes([total * share // sum(shares) for share in shares])
                return
            child = splitter

    def _state(self) -> str:
        return base64.b64encode(self.manager.saveState(1).data()).decode()

    def _restore(self, dock_state: str) -> bool:
        raw = state_bytes(dock_state)
        if raw is None or not self.manager.restoreState(QByteArray(raw), 1):
            log.warning("the kept layout does not fit: the panels stand where they stand by default")
            return False
        return True


def state_bytes(dock_state: str) -> bytes | None:
    """A kept dock state; None when it is none, or unpacks to more than any layout needs: others may have made it."""
    try:
        raw = base64.b64decode(dock_state, validate=True)
        # Qt's packed bytes begin with their length unpacked, but Qt goes on where there is more: it is counted here.
        unpacked = zlib.decompressobj().decompress(raw[4:], LARGEST_STATE_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        return None
    is_layout = 0 < len(unpacked) <= LARGEST_STATE_BYTES and int.from_bytes(raw[:4], "big") <= LARGEST_STATE_BYTES
    # Each level is a call of the docking system in itself, each container a window.
    return raw if is_layout and unpacked.count(b"<") <= MOST_STATE_PARTS else None
