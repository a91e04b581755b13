"""What can be done with a panel's place: on its tab and in the menu "Panels", by mouse and by keyboard."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from console.kit.panel_spec import Area, panel_title
from console.shell.dock_field import DockField
from console.shell.panel_host import HostedPanel
from console.shell.screen_window import ScreenWindow
from console.store.context import Context

MAXIMISE_KEY, FLOAT_KEY, NEXT_SCREEN_KEY = "Ctrl+F11", "Ctrl+F12", "Ctrl+F10"
_EDGES = (Area.LEFT, Area.RIGHT, Area.TOP, Area.BOTTOM)


class PanelPlaces(Protocol):
    """The desk, as this menu needs it."""

    @property
    def screens(self) -> Sequence[ScreenWindow]: ...
    @property
    def current_panel(self) -> str: ...
    def to_screen(self, panel_id: str, number: int) -> None: ...


def offer_panel_acts(window: ScreenWindow, desk: PanelPlaces, context: Context, *, is_locked: bool) -> None:
    """Keys of the window and the menus of its tabs. Locked: tabs have no menu, and there are no keys."""
    acts = _PanelActs(window, desk, context, is_locked=is_locked)
    window.docks.panel_came.connect(acts.listen)
    if is_locked:
        return
    for name, key, act in (
        ("panel.maximise", MAXIMISE_KEY, acts.maximise),
        ("panel.float", FLOAT_KEY, acts.float_panel),
        ("panel.to_next_screen", NEXT_SCREEN_KEY, acts.to_next_screen),
    ):
        action = QAction(context.texts(name), window)
        action.setObjectName(name)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False, act=act: act())
        window.addAction(action)


class _PanelActs(QObject):
    """The acts on the panels of one window; without a name they are on the panel that has the keyboard."""

    def __init__(self, window: ScreenWindow, desk: PanelPlaces, context: Context, *, is_locked: bool) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._context = context
        self._is_locked = is_locked
        self._tabs: dict[QObject, str] = {}

    def listen(self, hosted: HostedPanel) -> None:
        """The tab of a panel that came has this menu."""
        tab = hosted.dock.tabWidget()
        self._tabs[tab] = hosted.panel_id
        tab.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A right click opens the menu, a double click gives the panel the screen."""
        panel_id = self._tabs.get(watched)
        if panel_id is None or panel_id not in self._window.panels:
            return False
        if isinstance(event, QContextMenuEvent):
            if not self._is_locked:
                self.open_menu(panel_id, event.globalPos())
            return True
        if isinstance(event, QMouseEvent) and event.type() is QEvent.Type.MouseButtonDblClick:
            if not self._is_locked:
                self.maximise(panel_id)
            return True
        return False

    def maximise(self, panel_id: str = "") -> None:
        """The whole screen for the panel; back when it has it."""
        docks = self._docks_of(panel_id or self._desk.current_panel)
        if docks is not None:
            if docks.maximised:
                docks.restore()
            else:
                docks.maximise(panel_id or self._desk.current_panel)

    def float_panel(self, panel_id: str = "") -> None:
        """A window of its own; back into the docks when it has one."""
        docks = self._docks_of(panel_id or self._desk.current_panel)
        if docks is not None:
            docks.float_panel(panel_id or self._desk.current_panel)

    def to_next_screen(self) -> None:
        """To the next screen on the right, after the last to the first."""
        panel_id = self._desk.current_panel
        screens = self._desk.screens
        held = next((number for number, screen in enumerate(screens) if panel_id in screen.panels), None)
        if held is not None:
            self._desk.to_screen(panel_id, (held + 1) % len(screens))

    def open_menu(self, panel_id: str, at: QPoint) -> None:
        """What can be done with this panel's place."""
        menu = panel_menu(self._window, self._window, self._desk, self._context, panel_id)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _docks_of(self, panel_id: str) -> DockField | None:
        screen = next((screen for screen in self._desk.screens if panel_id in screen.panels), None)
        return None if screen is None else screen.docks


def panel_menu(parent: QWidget, window: ScreenWindow, desk: PanelPlaces, context: Context, panel_id: str) -> QMenu:
    """Maximise, float, to an edge, as a tab with another, to another screen, close."""
    tr, docks = context.texts, window.docks
    menu = QMenu(parent)
    hosted = docks.hosted[panel_id]
    words = "panel.restore" if docks.maximised else "panel.maximise"
    _add(menu, tr(words), MAXIMISE_KEY, docks.restore if docks.maximised else partial(docks.maximise, panel_id))
    _add(
        menu, tr("panel.dock" if hosted.is_floating else "panel.float"), FLOAT_KEY, partial(docks.float_panel, panel_id)
    )
    menu.addSeparator()
    for edge in _EDGES:
        _add(menu, tr(f"panel.to_{edge.value}"), "", partial(docks.move, panel_id, edge))
    tabs = menu.addMenu(tr("panel.tab_with"))
    for other, each in docks.hosted.items():
        if other != panel_id and each.dock.dockAreaWidget() is not hosted.dock.dockAreaWidget():
            title = panel_title(tr.label(each.spec.title), other)
            _add(tabs, title, "", partial(docks.move, panel_id, Area.CENTER, other))
    tabs.setEnabled(not tabs.isEmpty())
    if len(desk.screens) > 1:
        menu.addSeparator()
        for number, screen in enumerate(desk.screens):
            if screen is not window:
                text = tr("panel.to_screen", number=number + 1)
                _add(menu, text, "", partial(desk.to_screen, panel_id, number))
    menu.addSeparator()
    title = panel_title(tr.label(hosted.spec.title), panel_id)
    _add(menu, tr("panel.close", name=title), "", hosted.dock.requestCloseDockWidget)
    return menu


def _add(menu: QMenu, text: str, key: str, act: Callable[[], object]) -> None:
    action = menu.addAction(text)
    if key:
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown here; the window's own key does it
    action.triggered.connect(lambda _checked=False: act())
