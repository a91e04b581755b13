"""One window per physical screen: menu, alarm bar, notices, docks."""

import base64
import binascii
import logging
from collections.abc import Callable, Mapping

from PySide6.QtCore import QByteArray, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget
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
from widgets.alarm_bar import AlarmBar
from widgets.notice import Notice, Tone

log = logging.getLogger(__name__)
_AREAS: Mapping[Area, DockWidgetArea] = {
    Area.LEFT: LeftDockWidgetArea,
    Area.RIGHT: RightDockWidgetArea,
    Area.TOP: TopDockWidgetArea,
    Area.BOTTOM: BottomDockWidgetArea,
    Area.CENTER: CenterDockWidgetArea,
}
_HALVES = (1, 1)
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
    ):
        CDockManager.setConfigFlag(flag, is_on)


class ScreenWindow(QMainWindow):
    """Panels of one screen. `panel_closed` brings the panel whose tasks must be awaited."""

    panel_closed = Signal(object)
    close_requested = Signal()

    def __init__(
        self,
        number: int,
        specs: Mapping[str, Spec],
        context: Context,
        failed: Callable[[str, BaseException], None],
    ) -> None:
        super().__init__()
        self.number = number
        self._specs = specs
        self._context = context
        self._failed = failed
        self._hosted: dict[str, HostedPanel] = {}
        self._is_closing = False
        self._veil_text = ""
        clock = context.ticker.frame_clock
        self.alarm_bar = AlarmBar(context.palette, context.texts, clock)
        self.notice = Notice(context.palette, context.texts, clock)
        field = QWidget()
        field.setObjectName("screen_field")
        self._manager = CDockManager(field)
        self._manager.setStyleSheet("")
        column = QVBoxLayout(field)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.alarm_bar)
        column.addWidget(self.notice)
        column.addWidget(self._manager, 1)
        self.setCentralWidget(field)
        self.setObjectName(f"screen {number + 1}")

    @property
    def panels(self) -> Mapping[str, HostedPanel]:
        """Open panels by id."""
        return self._hosted

    def say(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """A line for the operator, under the alarm bar."""
        self.notice.say(text, tone)

    def lay_out(self, layout: ScreenLayout) -> None:
        """Open a layout's panels; the kept dock state is used when it still fits."""
        for placed in layout.panels:
            hosted = self._place(placed)
            if hosted is not None:
                hosted.take_kept(layout.kept.get(placed.panel_id, {}))
        if layout.dock_state and self._restore(layout.dock_state):
            return
        for panel_id, shares in layout.sizes.items():
            self._share(panel_id, shares)

    def layout_now(self, screen_name: str) -> ScreenLayout:
        """This screen as it stands, to be kept."""
        panels = tuple(PlacedPanel(panel_id, hosted.spec.area) for panel_id, hosted in self._hosted.items())
        state = base64.b64encode(self._manager.saveState(1).data()).decode()
        kept = {panel_id: hosted.kept for panel_id, hosted in self._hosted.items() if hosted.kept}
        return ScreenLayout(
            panels=panels, dock_state=state, screen_name=screen_name, is_full_screen=self.isFullScreen(), kept=kept
        )

    def open_panel(self, panel_id: str) -> HostedPanel | None:
        """Open a panel, or bring it to the front; None when there is no such panel."""
        spec = self._specs.get(kind_of(panel_id))
        if spec is None:
            return None
        hosted = self._hosted.get(panel_id) or self._place_late(self._where_it_fits(panel_id, spec))
        if hosted is not None:
            hosted.dock.setAsCurrentTab()
            hosted.panel.focus_first()
        return hosted

    def veil(self, text: str) -> None:
        """Cover every panel with these words; none uncovers them."""
        self._veil_text = text
        for hosted in self._hosted.values():
            hosted.veil(text)

    def let_go(self) -> list[HostedPanel]:
        """Close every panel without a question; answers them so that their tasks are awaited."""
        self._is_closing = True
        self.alarm_bar.stop()
        self.notice.clear()
        hosted = list(self._hosted.values())
        for item in hosted:
            item.close()
        self._hosted.clear()
        return hosted

    def closeEvent(self, event: QCloseEvent) -> None:
        """A screen is closed with the console, not alone."""
        if self._is_closing:
            event.accept()
        else:
            event.ignore()
            self.close_requested.emit()

    def _place(self, placed: PlacedPanel) -> HostedPanel | None:
        spec = self._specs.get(kind_of(placed.panel_id))
        if spec is None or (placed.panel_id != spec.id and not spec.another_shortcut):
            log.warning("the workspace names a panel that does not exist: %s", placed.panel_id)
            return None
        if placed.panel_id in self._hosted:
            return self._hosted[placed.panel_id]
        hosted = HostedPanel(placed.panel_id, spec, self._context, self._manager, self._failed)
        hosted.dock.closeRequested.connect(lambda panel_id=placed.panel_id: self._close_panel(panel_id))
        hosted.veil(self._veil_text)
        beside = self._area_of(placed.beside)
        self._manager.addDockWidget(_AREAS[placed.area], hosted.dock, beside)
        self._hosted[placed.panel_id] = hosted
        return hosted

    def _place_late(self, placed: PlacedPanel) -> HostedPanel | None:
        """Beside its kind it takes half of that one's room, and of no other's."""
        beside = self._area_of(placed.beside)
        splitter = None if beside is None else beside.parentWidget()
        before = splitter.sizes() if isinstance(splitter, QSplitter) else []
        hosted = self._place(placed)
        if isinstance(splitter, QSplitter) and splitter.count() == len(before):
            splitter.setSizes(before)
        area = None if beside is None or placed.area is Area.CENTER else self._area_of(placed.panel_id)
        if area is not None and len(self._manager.splitterSizes(area)) == len(_HALVES):
            self._share(placed.panel_id, _HALVES)
        return hosted

    def _where_it_fits(self, panel_id: str, spec: Spec) -> PlacedPanel:
        """Beside its own kind; else as a tab of the panel it belongs to, or of one on the same side; else there."""
        for held, hosted in self._hosted.items():
            if hosted.spec is spec:
                return PlacedPanel(panel_id, Area.RIGHT, held)
        if spec.beside in self._hosted:
            return PlacedPanel(panel_id, Area.CENTER, spec.beside)
        for held, hosted in reversed(self._hosted.items()):
            if hosted.spec.area is spec.area is not Area.CENTER and not hosted.spec.stays_in_sight:
                return PlacedPanel(panel_id, Area.CENTER, held)
        return PlacedPanel(panel_id, spec.area)

    def _close_panel(self, panel_id: str) -> None:
        hosted = self._hosted.pop(panel_id, None)
        if hosted is not None:
            hosted.close()
            self.panel_closed.emit(hosted)
            self._manager.removeDockWidget(hosted.dock)
            hosted.dock.deleteLater()

    def _area_of(self, panel_id: str) -> CDockAreaWidget | None:
        hosted = self._hosted.get(panel_id)
        return None if hosted is None else hosted.dock.dockAreaWidget()

    def _share(self, panel_id: str, shares: tuple[int, ...]) -> None:
        area = self._area_of(panel_id)
        if area is None:
            return
        total = sum(self._manager.splitterSizes(area)) or max(self.width(), self.height())
        self._manager.setSplitterSizes(area, [total * share // sum(shares) for share in shares])

    def _restore(self, dock_state: str) -> bool:
        try:
            raw = base64.b64decode(dock_state, validate=True)
        except binascii.Error:
            return False
        if not self._manager.restoreState(QByteArray(raw), 1):
            log.warning("the kept layout does not fit: the panels stand where they stand by default")
            return False
        return True
