"""The tree, and below it what has no feeder that anybody knows."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from console.kit.formats import number_text
from console.panels.supply.tree_rows import MOST_FOUND, TreeRows
from console.parts.asset_words import AssetWords
from console.store.context import Context
from console.store.wording import class_text
from contract.assets import FeedKind
from widgets.asset_table import AssetTable
from widgets.frame_clock import Ticking
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label
from widgets.room_for_words import hint_in_full
from widgets.supply_tree.view import SupplyTreeView
from widgets.tall_half import tall_half
from widgets.wrapping_row import WrappingRow

_TYPING_PAUSE_S: Final = 0.15
_MOST_MISSING: Final = 500


class TreePage(QObject):
    """Lives on what the console holds already: nothing is asked of the backend to look."""

    choose_requested = Signal(object)  # asset ids that want a feeder
    feed_requested = Signal(object, object)  # asset ids, the feeder's id
    kind_changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._stores = context.stores
        tr = context.texts
        self.rows = TreeRows(self._stores.assets, self._stores.states, self._stores.catalogue, tr)
        self._words = AssetWords(self._stores.states, self._stores.catalogue, tr)
        self._pause: Ticking | None = None
        self.search = QLineEdit()
        hint_in_full(self.search, tr("supply.search"))
        self.search.setClearButtonEnabled(True)
        self.kinds = QComboBox()
        self.kinds.setAccessibleName(tr("supply.kinds"))
        for kind in FeedKind:
            words = tr(f"supply.kind.{kind.value}")
            self.kinds.addItem(words[:1].upper() + words[1:], kind.value)
        self.tree = SupplyTreeView(self.rows, context.palette, tr)
        self.empty = quiet_label(is_centred=True)
        self.found = quiet_label()
        self.feed = QPushButton(tr("supply.feed"))
        self.feed.setIcon(icon("mdi6.transit-connection-variant", context.palette))
        self.classes = QComboBox()
        self.classes.setAccessibleName(tr("supply.missing"))
        self.missing = AssetTable(context.palette, tr)
        self.missing.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.missing.setAccessibleName(tr("supply.missing"))
        self.missing_count = PlainLabel()
        self.missing_count.setWordWrap(True)
        self.all_known = quiet_label(tr("supply.all_known"), is_centred=True)
        self.widget = QWidget()
        self._lay_out()
        self._connect()

    @property
    def kind(self) -> FeedKind:
        """Which tree is shown."""
        return self.rows.kind

    def close(self) -> None:
        """Hear nothing more."""
        if self._pause is not None:
            self._pause.stop()
        self._stores.assets.changed_since_tick.disconnect(self.show_anew)
        self._stores.catalogue.changed.disconnect(self.show_anew)
        self._stores.selection.selection_changed.disconnect(self._selection_changed)

    def show_anew(self) -> None:
        """The tree and the list below it, as things hang now."""
        self.rows.search(self.search.text())
        self.rows.count_states()
        self.tree.show_anew(opens=self.rows.found_ways())
        is_empty = not self.tree.rows.rowCount()
        is_searching = bool(self.search.text().strip())
        key = "supply.nothing_found" if is_searching else f"supply.empty_{self.kind.value}"
        self.empty.setText(self._context.texts(key))
        self.empty.setVisible(is_empty)
        self.tree.setVisible(not is_empty)
        self.found.setVisible(self.rows.found_count > MOST_FOUND)
        self.found.setText(self._context.texts("supply.some_found", shown=MOST_FOUND, total=self.rows.found_count))
        self._show_classes()
        self._show_missing()
        self._selection_changed()

    def refresh_states(self) -> None:
        """Counts and colours, where nothing hangs elsewhere."""
        if self.widget.isVisible():
            self.rows.count_states()
            self.tree.refresh_states()

    def chosen(self) -> Sequence[int]:
        """What is selected, in the list or the tree, wherever the keys go."""
        if self.missing.hasFocus():
            return self._chosen_missing()
        return self.tree.selected_ids or self._chosen_missing()

    def _chosen_missing(self) -> Sequence[int]:
        rows = sorted({index.row() for index in self.missing.selectionModel().selectedRows()})
        return [self.missing.lines[row].asset_id for row in rows]

    def _show_classes(self) -> None:
        held = self.classes.currentData()
        wanting, tr = self.rows.wanting(), self._context.texts
        missing = self.rows.missing(None)
        self.classes.blockSignals(True)
        self.classes.clear()
        words = {"missing": self._number(len(missing)), "total": self._number(sum(wanting.values()))}
        self.classes.addItem(tr("supply.every_class", **words), None)
        for code, total in sorted(wanting.items()):
            count = sum(asset.class_ == code for asset in missing)
            words = {"missing": self._number(count), "total": self._number(total)}
            name = class_text(self._stores.catalogue, code, tr)
            self.classes.addItem(tr("supply.of_class", name=name, **words), code)
        self.classes.setCurrentIndex(max(self.classes.findData(held), 0))
        self.classes.blockSignals(False)

    def _show_missing(self) -> None:
        code, tr = self.classes.currentData(), self._context.texts
        found = self.rows.missing(code if isinstance(code, str) else None)
        self.missing.show_lines([self._words.line(asset) for asset in found[:_MOST_MISSING]])
        self.missing.setVisible(bool(found))
        self.all_known.setVisible(not found)
        self.missing_count.setVisible(bool(found))
        key = "supply.missing_some" if len(found) > _MOST_MISSING else f"supply.missing_{self.kind.value}"
        self.missing_count.setText(tr(key, total=self._number(len(found)), shown=_MOST_MISSING))

    def _number(self, value: int) -> str:
        return number_text(value, self._context.texts.language)

    def _kind_chosen(self) -> None:
        self.rows.kind = FeedKind(str(self.kinds.currentData()))
        self.kind_changed.emit()
        self.show_anew()

    def _typed(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self._context.ticker.frame_clock.after(_TYPING_PAUSE_S, self.show_anew)

    def _selection_changed(self) -> None:
        asset_id = self._stores.selection.asset_id
        if asset_id is not None:
            self.tree.show_asset(asset_id, tuple(reversed(self.rows.feeders_of(asset_id))))

    def _connect(self) -> None:
        self._stores.assets.changed_since_tick.connect(self.show_anew)
        self._stores.catalogue.changed.connect(self.show_anew)
        self._stores.selection.selection_changed.connect(self._selection_changed)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self.tree.setFocus)
        self.kinds.currentIndexChanged.connect(self._kind_chosen)
        self.classes.currentIndexChanged.connect(self._show_missing)
        for view in (self.tree, self.missing):
            view.asset_selected.connect(self._stores.selection.select)
            view.place_requested.connect(self._stores.selection.go_to)
        self.tree.feed_requested.connect(self.feed_requested)
        self.tree.choose_requested.connect(self._choose)
        self.feed.clicked.connect(lambda _checked=False: self._choose())

    def _choose(self) -> None:
        chosen = self.chosen()
        if chosen:
            self.choose_requested.emit(chosen)

    def _lay_out(self) -> None:
        top = WrappingRow(TIGHT)
        top.setContentsMargins(GAP, GAP, GAP, TIGHT)
        top.addWidget(self.search)
        top.addWidget(self.kinds)
        above = QWidget()
        upper = QVBoxLayout(above)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        nest(upper, top)
        upper.addWidget(self.found)
        upper.addWidget(self.empty, 1)
        upper.addWidget(self.tree, 1)
        below = QWidget()
        lower = QVBoxLayout(below)
        lower.setContentsMargins(0, TIGHT, 0, 0)
        lower.setSpacing(TIGHT)
        self.missing_count.setContentsMargins(GAP, 0, GAP, 0)
        line = WrappingRow(TIGHT)
        line.setContentsMargins(GAP, 0, GAP, 0)
        self.classes.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line.addWidget(self.classes)
        line.addWidget(self.feed)
        lower.addWidget(self.missing_count)
        nest(lower, line)
        lower.addWidget(self.all_known, 1)
        lower.addWidget(self.missing, 1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(tall_half(above))
        splitter.addWidget(tall_half(below))
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)
