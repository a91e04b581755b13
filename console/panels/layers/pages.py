"""Pages of the layers panel that show and say: contents, communes, display."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from console.panels.layers.check_tree import CheckTree
from console.panels.layers.presenter import Row
from console.store.map_look import HeatKind, MapLook, ViewKind
from widgets.look import GAP, PAD, TIGHT
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label
from widgets.texts import Texts


class ContentPage(QWidget):
    """Services with their classes, and states."""

    content_toggled = Signal(str, bool)
    state_toggled = Signal(str, bool)
    all_alarms_toggled = Signal(bool)

    def __init__(self, tr: Texts, state_icons: Mapping[str, QIcon], class_icons: Mapping[str, QIcon]) -> None:
        super().__init__()
        self.services = CheckTree(tr("layers.services"), tr)
        self.services.set_icons(class_icons)
        self.states = CheckTree(tr("layers.states"), tr)
        self.states.set_icons(state_icons)
        self.all_alarms = QCheckBox(tr("layers.all_alarms"))
        self.services.toggled.connect(self.content_toggled)
        self.states.toggled.connect(self.state_toggled)
        self.all_alarms.toggled.connect(self.all_alarms_toggled)
        column = _column(self)
        column.addWidget(self.services, 3)
        column.addWidget(self.states, 2)
        foot = QHBoxLayout()
        foot.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        foot.addWidget(self.all_alarms)
        nest(column, foot)

    def set_class_icons(self, icons: Mapping[str, QIcon]) -> None:
        """Pictures of the classes, once they are known."""
        self.services.set_icons(icons)

    def show_look(self, look: MapLook, services: Sequence[Row], states: Sequence[Row]) -> None:
        """Boxes as the look says."""
        self.services.show_rows(services)
        self.states.show_rows(states)
        _set_quietly(self.all_alarms, is_on=look.shows_all_alarms)


class CommunePage(QWidget):
    """Communes with a search; all or none by a press."""

    toggled = Signal(str, bool)
    all_requested = Signal()
    none_requested = Signal()
    search_changed = Signal()

    def __init__(self, tr: Texts) -> None:
        super().__init__()
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("layers.search_commune"))
        self.search.setAccessibleName(tr("layers.search_commune"))
        self.search.setClearButtonEnabled(True)
        self.all = QPushButton(tr("layers.all"))
        self.all.setAccessibleName(tr("layers.all_communes"))
        self.none = QPushButton(tr("layers.none"))
        self.none.setAccessibleName(tr("layers.no_communes"))
        self.tree = CheckTree(tr("layers.communes"), tr)
        self._empty = quiet_label(tr("layers.commune_not_found"), is_centred=True)
        self.search.textChanged.connect(self.search_changed)
        self.search.returnPressed.connect(self.tree.setFocus)
        self.all.clicked.connect(self.all_requested)
        self.none.clicked.connect(self.none_requested)
        self.tree.toggled.connect(self.toggled)
        row = QHBoxLayout()
        row.setContentsMargins(GAP, GAP, GAP, GAP)
        row.setSpacing(TIGHT)
        row.addWidget(self.search, 1)
        row.addWidget(self.all)
        row.addWidget(self.none)
        column = _column(self)
        nest(column, row)
        column.addWidget(self._empty, 1)
        column.addWidget(self.tree, 1)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Boxes as the look says."""
        self.tree.show_rows(rows)
        self.tree.setVisible(bool(rows))
        self._empty.setVisible(not rows)


class DisplayPage(QWidget):
    """In which light, which heat map, which names and helps."""

    view_chosen = Signal(object)  # ViewKind
    heat_chosen = Signal(object)  # HeatKind
    switched = Signal(str, bool)  # the name of a MapLook field

    SWITCHES = ("has_labels", "has_cones", "has_trails", "has_supply_tree", "has_legend", "has_bookmarks")

    def __init__(self, tr: Texts) -> None:
        super().__init__()
        column = _column(self)
        column.setContentsMargins(PAD, GAP, PAD, GAP)
        column.setSpacing(TIGHT)
        self.views = {kind: QRadioButton(tr(f"layers.view.{kind.value}")) for kind in ViewKind}
        self.heats = {kind: QRadioButton(tr(f"layers.heat.{kind.value}")) for kind in HeatKind}
        self.heat_words = quiet_label()
        self.switches = {name: QCheckBox(tr(f"layers.switch.{name}")) for name in self.SWITCHES}
        self._groups = [self._group(self.views), self._group(self.heats)]
        for title, widgets in (
            ("layers.view_title", [*self.views.values()]),
            ("layers.heat_title", [*self.heats.values(), self.heat_words]),
            ("layers.switch_title", [*self.switches.values()]),
        ):
            heading = PlainLabel(tr(title))
            heading.setProperty("role", "section")
            column.addSpacing(TIGHT)
            column.addWidget(heading)
            for widget in widgets:
                column.addWidget(widget)
        column.addStretch(1)
        for view, button in self.views.items():
            button.clicked.connect(lambda _checked=False, kind=view: self.view_chosen.emit(kind))
        for heat, button in self.heats.items():
            button.clicked.connect(lambda _checked=False, kind=heat: self.heat_chosen.emit(kind))
        for name, box in self.switches.items():
            box.toggled.connect(partial(self.switched.emit, name))

    def show_look(self, look: MapLook, heat_words: str) -> None:
        """Buttons as the look says."""
        self.views[look.view].setChecked(True)
        self.heats[look.heat].setChecked(True)
        self.heat_words.setText(heat_words)
        self.heat_words.setVisible(bool(heat_words))
        for name, box in self.switches.items():
            _set_quietly(box, is_on=bool(getattr(look, name)))

    def _group(self, buttons: Mapping[ViewKind, QRadioButton] | Mapping[HeatKind, QRadioButton]) -> QButtonGroup:
        group = QButtonGroup(self)
        for button in buttons.values():
            group.addButton(button)
        return group


def _column(page: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


def _set_quietly(box: QCheckBox, *, is_on: bool) -> None:
    box.blockSignals(True)
    box.setChecked(is_on)
    box.blockSignals(False)
