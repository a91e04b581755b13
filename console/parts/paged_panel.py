"""A panel of pages, one behind the other: which is open, when it asks, what its keys do."""

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from console.kit.panel_spec import PanelState
from console.store.context import Context
from widgets.frame_clock import Ticking
from widgets.notice import Notice
from widgets.scrolled import scrolled


class TabPage(Protocol):
    """One tab; asks anew when it comes into sight."""

    @property
    def asks_by_itself(self) -> bool:
        """Whether it asks again and again while it is in sight."""
        ...

    @property
    def widget(self) -> QWidget:
        """The page."""
        ...

    def refresh(self) -> None:
        """Ask the backend, unless something is being edited."""
        ...

    def save(self) -> None:
        """Keep what was edited; nothing where there is nothing to edit."""
        ...

    def focus_first(self) -> None:
        """Put the keyboard where the work begins."""
        ...


class PagedPanel(QObject):
    """F5 asks, Ctrl+Return keeps. A panel makes its pages, then calls `show_pages`."""

    def __init__(self, context: Context, name: str, every_s: int) -> None:
        """`name` stands before its words: NAME.tab.PAGE; a page that asks by itself does so each `every_s`."""
        super().__init__()
        self._context = context
        self._name = name
        self._every_s = every_s
        self._seconds = 0
        self._names: tuple[str, ...] = ()
        self._pages: tuple[TabPage, ...] = ()
        self._ticking: Ticking | None = None
        self.notice = Notice(context.palette, context.texts, context.ticker.frame_clock)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self._widget = QWidget()
        self._widget.setObjectName(f"{name.replace('_', ' ')} panel")
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.tabs, 1)

    def show_pages(self, pages: Mapping[str, TabPage]) -> None:
        """By name, in this order; the first one is open."""
        self._names, self._pages = tuple(pages), tuple(pages.values())
        for name, page in pages.items():
            self.tabs.addTab(scrolled(page.widget), self._context.texts(f"{self._name}.tab.{name}"))
        self.tabs.currentChanged.connect(self._refresh)
        for key, act in (("F5", self._refresh), ("Ctrl+Return", self._save)):
            shortcut = QShortcut(QKeySequence(key), self._widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self._ticking = self._context.ticker.every_second(self._second)
        self._page.refresh()

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    def focus_first(self) -> None:
        """Where the work of the page begins."""
        self._page.focus_first()

    def close(self) -> None:
        """Ask no more."""
        if self._ticking is not None:
            self._ticking.stop()
        self.notice.clear()

    def state(self) -> PanelState:
        """Which page."""
        return {"page": self._names[self.tabs.currentIndex()]}

    def take_state(self, state: PanelState) -> None:
        """The page that was open; an unknown one is the first."""
        page = state.get("page")
        self.tabs.setCurrentIndex(self._names.index(page) if page in self._names else 0)

    @property
    def _page(self) -> TabPage:
        return self._pages[self.tabs.currentIndex()]

    def _refresh(self, *_index: int) -> None:
        self._page.refresh()

    def _save(self) -> None:
        self._page.save()

    def _second(self) -> None:
        self._seconds += 1
        if self._seconds >= self._every_s:
            self._seconds = 0
            if self._page.asks_by_itself and self._widget.isVisible():
                self._page.refresh()
