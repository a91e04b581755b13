"""Alarms by area: a board for the wall, as good on a desk."""

from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.kit.panel_spec import PanelState
from console.panels.area.presenter import AreaPresenter, Grouping
from console.store.context import Context
from widgets.area_board import AreaBoard
from widgets.look import GAP, PAD, TIGHT, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel

_KEPT: Final = "by"


class AreaPanel(QObject):
    """Counts what changed each tick; paints only when a tile says something else."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._alarms = context.stores.alarms
        self._presenter = AreaPresenter(context.stores.catalogue, context.texts)
        self._widget = QWidget()
        self._widget.setObjectName("area panel")
        self.board = AreaBoard(context.palette, context.texts, context.ticker.frame_clock)
        self.board.tile_chosen.connect(self._go)
        self._summary = PlainLabel()
        self._summary.setProperty("role", "heading")
        self._summary.setWordWrap(True)
        self._switch = QPushButton()
        self._switch.setIcon(icon("mdi6.swap-horizontal", context.palette))
        self._switch.clicked.connect(lambda _checked=False: self.switch_grouping())
        head = QHBoxLayout()
        head.setContentsMargins(PAD, TIGHT, GAP, TIGHT)
        head.addWidget(self._summary, 1)
        head.addWidget(self._switch)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        nest(column, head)
        column.addWidget(self.board, 1)
        key = QShortcut(QKeySequence("G"), self._widget)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self.switch_grouping)
        self._alarms.ids_changed.connect(self._take)
        context.stores.catalogue.changed.connect(self._show)
        self._group(Grouping.COMMUNE)

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    @property
    def summary_text(self) -> str:
        """The whole city in a line."""
        return self._summary.text()

    def focus_first(self) -> None:
        """The board, so that arrows walk at once."""
        self.board.setFocus()

    def close(self) -> None:
        """Let go of stores and clock."""
        self._alarms.ids_changed.disconnect(self._take)
        self._context.stores.catalogue.changed.disconnect(self._show)
        self.board.stop()

    def state(self) -> PanelState:
        """By what it groups."""
        return {_KEPT: self._presenter.grouping.value}

    def take_state(self, state: PanelState) -> None:
        """Group as it was kept."""
        kept = state.get(_KEPT)
        if isinstance(kept, str) and kept in set(Grouping):
            self._group(Grouping(kept))

    def switch_grouping(self) -> None:
        """From communes to kinds of equipment, and back."""
        is_commune = self._presenter.grouping is Grouping.COMMUNE
        self._group(Grouping.CLASS if is_commune else Grouping.COMMUNE)

    def _group(self, grouping: Grouping) -> None:
        tr = self._context.texts
        self._presenter.group_by(grouping, self._alarms.standing())
        other = Grouping.CLASS if grouping is Grouping.COMMUNE else Grouping.COMMUNE
        self._switch.setText(tr(f"area.by_{other.value}"))
        self._show()

    def _take(self, alarm_ids: frozenset[int]) -> None:
        self._presenter.take(alarm_ids, self._alarms.get)
        self._show()

    def _show(self) -> None:
        self.board.show_tiles(self._presenter.tiles())
        self._summary.setText(self._presenter.summary())

    def _go(self, key: str) -> None:
        alarm = self._presenter.most_urgent(key)
        if alarm is not None:
            self._context.stores.selection.go_to(alarm.asset_id, alarm.id)
