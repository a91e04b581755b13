"""The bar above a map: where to look, what is shown, what is hidden."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from console.kit.formats import number_text
from console.store.bookmarks import Bookmark
from console.store.context import Context
from widgets.city_map import CityMap
from widgets.look import GAP, TIGHT, icon
from widgets.quiet_label import quiet_label
from widgets.room_for_words import text_zoom

_DIGITS = 9
_COUNT_FROM_PX = 620
_LOOK_FROM_PX = 760
_LINE_PX = 18
_ALL_BUTTONS_FROM_PX = 420
_NARROWEST_PX = 220
_WITH_KEYS = ("map.selection", "map.next_alarm", "map.look", "map.legend")
"""What makes room in a narrow bar, so that something can still be read in the find field: keys do the same."""


class MapBar(QWidget):
    """Buttons say what is wished; labels show what the panel tells."""

    layers_requested = Signal()
    export_requested = Signal()
    bookmark_requested = Signal()
    bookmark_chosen = Signal(object)  # Bookmark
    hidden_alarms_requested = Signal()

    def __init__(self, context: Context, city_map: CityMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._tools = 0
        tr = context.texts
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        self._row.setSpacing(TIGHT)
        where = (
            ("mdi6.fit-to-screen-outline", "map.all", city_map.zoom_to_all),
            ("mdi6.target", "map.selection", city_map.zoom_to_selection),
            ("mdi6.bell-ring-outline", "map.next_alarm", city_map.next_alarm),
            ("mdi6.cctv", "map.look", city_map.look_at_selection),
        )
        what = (
            ("mdi6.layers-outline", "map.layers", self.layers_requested.emit),
            ("mdi6.map-legend", "map.legend", city_map.toggle_legend),
        )
        self._dispensable: list[QWidget] = []
        for group in (where, what):
            for name, key, wish in group:
                button = self._button(name, tr(key), wish)
                self._row.addWidget(button)
                if key in _WITH_KEYS:
                    self._dispensable.append(button)
            line = _line()
            self._row.addWidget(line)
            self._dispensable.append(line)
        self._row.addWidget(self._button("mdi6.export-variant", tr("map.export"), self.export_requested.emit))
        self.bookmarks = self._button("mdi6.bookmark-multiple-outline", tr("map.bookmarks"), None)
        self.bookmarks.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.bookmarks)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.bookmarks.setMenu(self._menu)
        self._row.addWidget(self.bookmarks)
        self._row.addStretch(1)
        self.look = quiet_label(wraps=False)
        self.hidden = QPushButton()
        self.hidden.setProperty("role", "pill")
        self.hidden.setVisible(False)
        self.hidden.clicked.connect(self.hidden_alarms_requested)
        self.counts = quiet_label(wraps=False)
        for widget in (self.look, self.hidden, self.counts):
            self._row.addWidget(widget)

    def add_tool(self, widget: QWidget, stretch: int = 0) -> None:
        """One more thing, after the buttons."""
        self._row.insertWidget(self._row.indexOf(self.bookmarks) + 1 + self._tools, widget, stretch)
        self._tools += 1

    def show_count(self, count: int) -> None:
        """How many assets there are."""
        tr = self._context.texts
        self.counts.setText(tr("map.count", count=number_text(count, tr.language)))

    def show_look(self, name: str) -> None:
        """What the map shows, in a few words; nothing when it shows everything."""
        self.look.setText(name)

    def show_hidden(self, alarms: int) -> None:
        """How many alarms are kept from sight; a press shows them."""
        words = self._context.texts("map.alarms_hidden", count=alarms)
        self.hidden.setText(words)
        self.hidden.setAccessibleName(words)
        self.hidden.setVisible(alarms > 0)

    def minimumSizeHint(self) -> QSize:
        """What stands in it makes room, so the map may be as narrow as somebody wants it."""
        return QSize(_NARROWEST_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow bar words make room for what can be pressed."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self.width() / text_zoom(self)
        for widget in self._dispensable:
            widget.setVisible(width >= _ALL_BUTTONS_FROM_PX)
        self.counts.setVisible(width >= _COUNT_FROM_PX)
        self.look.setVisible(width >= _LOOK_FROM_PX)

    def _fill_menu(self) -> None:
        tr = self._context.texts
        self._menu.clear()
        keep = self._menu.addAction(f"{tr('map.bookmark')}\t{tr('map.bookmark_key')}")
        keep.triggered.connect(lambda _checked=False: self.bookmark_requested.emit())
        bookmarks = self._context.stores.map_shelf.bookmarks
        if bookmarks:
            self._menu.addSeparator()
        for number, bookmark in enumerate(bookmarks, start=1):
            key = f"\t{number}" if number <= _DIGITS else ""
            action = self._menu.addAction(f"{bookmark.name.replace('&', '&&')}{key}")
            action.triggered.connect(lambda _checked=False, item=bookmark: self._choose(item))

    def _choose(self, bookmark: Bookmark) -> None:
        self.bookmark_chosen.emit(bookmark)

    def _button(self, name: str, words: str, wish: Callable[[], object] | None) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name, self._context.palette))
        button.setToolTip(words)
        button.setAccessibleName(words)
        if wish is not None:
            button.clicked.connect(lambda _checked=False: wish())
        return button


def _line() -> QFrame:
    """Between one group of buttons and the next."""
    line = QFrame()
    line.setProperty("role", "between")
    line.setFixedSize(1, _LINE_PX)
    return line
