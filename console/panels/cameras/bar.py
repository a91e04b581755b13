"""Above the wall: layouts, kept walls, tours, alarms, why one watches, and the field for a number."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QToolButton, QWidget

from console.panels.cameras.keys import KEYS, Act
from console.panels.cameras.layout_icons import layout_icon
from console.store.wall.tours import TourState
from console.store.wall_shelf import NamedWall, WallKind
from widgets.look import GAP, TIGHT, Palette, icon
from widgets.plain_text import PlainLabel, tip
from widgets.texts import Texts
from widgets.wall_layout.layout import EVEN_COUNTS, STRIP_COUNTS, Layout, even, spotlight

QUICK: Final = (even(1), even(4), even(9), even(16), even(25), even(36), spotlight(5), spotlight(7), spotlight(12))
_BUTTONS: Final = 4  # of the quick ones that have a button of their own
_NUMBER_LENGTH: Final = 9
_LEAST_PX: Final = 160
_NARROW_LETTERS: Final = 105  # the width of so many digits: below, buttons lose their words


class WallBar(QWidget):
    """Says what is wanted of the wall."""

    layout_wanted = Signal(object)  # Layout
    wall_wanted = Signal(object)  # NamedWall
    deletion_wanted = Signal(object)  # NamedWall
    sharing_wanted = Signal(object)  # NamedWall
    keeping_wanted = Signal(object)  # WallKind
    tour_editing_wanted = Signal(object)  # NamedWall, or None for a new one
    act_wanted = Signal(object)  # Act
    stop_tour_wanted = Signal()

    def __init__(self, palette: Palette, tr: Texts) -> None:
        super().__init__()
        self._palette = palette
        self._tr = tr
        self._layout = even(4)
        self._walls: Sequence[NamedWall] = ()
        self.number = QLineEdit()
        self.sizes: dict[str, QToolButton] = {}
        self.worded: list[QToolButton] = []  # others' buttons in this bar that lose their words with little room
        self.setMinimumWidth(_LEAST_PX)
        self._menus: list[QMenu] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        row.setSpacing(TIGHT)
        for layout in QUICK[:_BUTTONS]:
            row.addWidget(self._size_button(layout))
        self.add_keys(self)
        self.layouts = self._menu_button("mdi6.view-dashboard-outline", "wall.layouts", self._fill_layouts)
        self.walls = self._menu_button("mdi6.bookmark-outline", "wall.walls", self._fill_walls)
        self.tours = self._menu_button("mdi6.camera-switch-outline", "wall.tours", self._fill_tours)
        self.alarms = self._act_button("mdi6.bell-ring-outline", Act.ALARMS, is_checkable=True)
        self._tour_words = PlainLabel()
        self._tour_words.setProperty("role", "muted")
        self._tour_words.setTextFormat(Qt.TextFormat.PlainText)
        self._tour_words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._previous = self._act_button("mdi6.skip-previous-outline", Act.TOUR_PREVIOUS)
        self._pause = self._act_button("mdi6.pause", Act.TOUR_PAUSE)
        self._next = self._act_button("mdi6.skip-next-outline", Act.TOUR_NEXT)
        self._stop = self._plain_button("mdi6.stop", "wall.tour.stop")
        self._stop.clicked.connect(lambda _checked=False: self.stop_tour_wanted.emit())
        for widget in (self.layouts, self.walls, self.tours, self.alarms):
            row.addWidget(widget)
        row.addWidget(self._tour_words, 1)
        self._tour_buttons = (self._previous, self._pause, self._next, self._stop)
        for button in self._tour_buttons:
            row.addWidget(button)
            button.hide()
        row.addStretch(0)
        self.room = row
        label = PlainLabel(tr("video.number"))
        label.setProperty("role", "muted")
        self.number.setMaxLength(_NUMBER_LENGTH)
        self.number.setPlaceholderText(tr("video.number_hint"))
        self.number.setToolTip(tr("wall.number_tip"))
        self.number.setAccessibleName(tr("video.number"))
        self._label = label
        row.addWidget(label)
        row.addWidget(self.number)
        self._fit()

    def add_keys(self, widget: QWidget) -> None:
        """Alt and a digit mean a layout while the keyboard is in this widget."""
        for number, layout in enumerate(QUICK, 1):
            shortcut = QShortcut(QKeySequence(f"Alt+{number}"), widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self.layout_wanted.emit, layout))

    def show_layout(self, layout: Layout) -> None:
        """Which one stands."""
        self._layout = layout
        for key, button in self.sizes.items():
            button.setChecked(key == layout.key)

    def show_walls(self, walls: Sequence[NamedWall]) -> None:
        """What is kept."""
        self._walls = tuple(walls)

    def show_tour(self, words: str, state: TourState) -> None:
        """Where the tour stands; none takes its buttons away."""
        self._tour_words.setText(words)
        self._tour_words.setToolTip(tip(words))
        is_paused = state is TourState.PAUSED
        self._pause.setIcon(icon("mdi6.play" if is_paused else "mdi6.pause", self._palette))
        for button in self._tour_buttons:
            button.setVisible(state is not TourState.STOPPED)

    def show_alarms(self, *, is_on: bool) -> None:
        """Whether alarms come onto the wall."""
        self.alarms.setChecked(is_on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """With little room the words of the buttons stand in their tips alone."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        is_narrow = self.width() < self.fontMetrics().horizontalAdvance("0") * _NARROW_LETTERS
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if is_narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for button in (self.layouts, self.walls, self.tours, *self.worded):
            button.setToolButtonStyle(style)
        side = self.fontMetrics().height() + 2
        for shown in (self.layouts, self.walls, self.tours, self.alarms, *self._tour_buttons, *self.worded):
            shown.setIconSize(QSize(side, side))
        self._label.setVisible(not is_narrow)
        figures = self.number.fontMetrics().horizontalAdvance
        self.number.setMinimumWidth(figures("00000") + 2 * GAP)
        self.number.setMaximumWidth(figures("000000.00 + Enter") + 2 * GAP)
        wide = {button: button.minimumSizeHint().width() + TIGHT for button in self.sizes.values()}
        wanted = self.room.minimumSize().width() + sum(wide[button] for button in wide if button.isHidden())
        for button in reversed(wide):  # the menu has them all
            button.setVisible(wanted <= self.width())
            wanted -= wide[button] if button.isHidden() else 0

    def _size_button(self, layout: Layout) -> QToolButton:
        button = QToolButton()
        button.setText(layout.key)
        button.setCheckable(True)
        button.setChecked(layout == self._layout)
        place = QUICK.index(layout) + 1
        words = self._tr("video.grid", count=layout.size)
        button.setToolTip(tip(f"{words} (Alt+{place})"))
        button.setAccessibleName(words)
        button.setMinimumWidth(32)
        button.clicked.connect(lambda _checked=False: self.layout_wanted.emit(layout))
        self.sizes[layout.key] = button
        return button

    def _plain_button(self, icon_name: str, key: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(icon_name, self._palette))
        button.setToolTip(self._tr(key))
        button.setAccessibleName(self._tr(key))
        button.setIconSize(QSize(18, 18))
        return button

    def _act_button(self, icon_name: str, act: Act, *, is_checkable: bool = False) -> QToolButton:
        button = self._plain_button(icon_name, f"keys.cameras.{act.value}")
        button.setToolTip(f"{self._tr(f'keys.cameras.{act.value}')} ({KEYS[act]})")
        button.setCheckable(is_checkable)
        button.clicked.connect(lambda _checked=False: self.act_wanted.emit(act))
        return button

    def _menu_button(self, icon_name: str, key: str, fill: Callable[[QMenu], None]) -> QToolButton:
        button = self._plain_button(icon_name, key)
        button.setText(self._tr(key))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.aboutToShow.connect(partial(fill, menu))
        button.setMenu(menu)
        self._menus.append(menu)
        return button

    def _fill_layouts(self, menu: QMenu) -> None:
        menu.clear()
        for layouts in ([even(count) for count in EVEN_COUNTS], [spotlight(count) for count in STRIP_COUNTS]):
            for layout in layouts:
                action = self._layout_action(menu, layout, self._tr("wall.layout", name=layout.key))
                if layout in QUICK:
                    action.setText(f"{action.text()}\tAlt+{QUICK.index(layout) + 1}")
            menu.addSeparator()
        for wall in self._walls:
            if isinstance(wall.value, Layout):
                self._layout_action(menu, wall.value, self._name(wall))
        self._add(menu, f"{self._tr('keys.cameras.edit_layout')}\t{KEYS[Act.EDIT_LAYOUT]}", Act.EDIT_LAYOUT)
        menu.addAction(self._tr("wall.keep.layout"), lambda: self.keeping_wanted.emit(WallKind.LAYOUT))
        self._fill_removal(menu, WallKind.LAYOUT)

    def _fill_walls(self, menu: QMenu) -> None:
        menu.clear()
        kept = [wall for wall in self._walls if wall.kind is WallKind.SCENE]
        for wall in kept:
            menu.addAction(self._name(wall), partial(self.wall_wanted.emit, wall))
        if not kept:
            menu.addAction(self._tr("wall.none_kept")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(self._tr("wall.keep.scene"), lambda: self.keeping_wanted.emit(WallKind.SCENE))
        self._fill_removal(menu, WallKind.SCENE)

    def _fill_tours(self, menu: QMenu) -> None:
        menu.clear()
        for wall in self._walls:
            if wall.kind is WallKind.TOUR:
                menu.addAction(self._name(wall), partial(self.wall_wanted.emit, wall))
        menu.addAction(self._tr("wall.tour.of_wall"), lambda: self.wall_wanted.emit(None))
        menu.addSeparator()
        menu.addAction(self._tr("wall.tour.new"), lambda: self.tour_editing_wanted.emit(None))
        own = [wall for wall in self._walls if wall.kind is WallKind.TOUR and wall.is_mine]
        for wall in own:
            menu.addAction(self._tr("wall.tour.change", name=wall.name), partial(self.tour_editing_wanted.emit, wall))
        self._fill_removal(menu, WallKind.TOUR)

    def _fill_removal(self, menu: QMenu, kind: WallKind) -> None:
        own = [wall for wall in self._walls if wall.kind is kind and wall.is_mine]
        if not own:
            return
        sharing = menu.addMenu(self._tr("wall.share"))
        removal = menu.addMenu(self._tr("wall.forget"))
        for wall in own:
            shared = sharing.addAction(wall.name, partial(self.sharing_wanted.emit, wall))
            shared.setCheckable(True)
            shared.setChecked(wall.is_shared)
            removal.addAction(wall.name, partial(self.deletion_wanted.emit, wall))

    def _layout_action(self, menu: QMenu, layout: Layout, name: str) -> QAction:
        action = menu.addAction(layout_icon(layout, self._palette), name)
        action.triggered.connect(lambda _checked=False: self.layout_wanted.emit(layout))
        return action

    def _add(self, menu: QMenu, text: str, act: Act) -> None:
        menu.addAction(text, partial(self.act_wanted.emit, act))

    def _name(self, wall: NamedWall) -> str:
        return wall.name if wall.is_mine else self._tr("wall.of_team", name=wall.name, who=wall.owner)
