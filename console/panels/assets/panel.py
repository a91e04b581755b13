"""The asset list: search by text and class, select, go there, drag to a tile."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from console.panels.assets.presenter import AssetsPresenter
from console.store.context import Context
from widgets.asset_table import AssetTable
from widgets.frame_clock import Ticking
from widgets.look import GAP, TIGHT

_TYPING_PAUSE_S = 0.15


class AssetsPanel:
    """Everything in the register that this operator may see."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stores = context.stores
        tr = context.texts
        self._presenter = AssetsPresenter(self._stores.assets, self._stores.states, self._stores.catalogue, tr)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("assets.search"))
        self.search.setAccessibleName(tr("assets.search"))
        self.search.setClearButtonEnabled(True)
        self.classes = QComboBox()
        self.classes.setAccessibleName(tr("assets.class"))
        self.table = AssetTable(context.palette, tr)
        self._empty = QLabel()
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self._pause: Ticking | None = None
        self._each_second = context.ticker.every_second(self._refresh_states)
        self._widget = QWidget()
        self._widget.setObjectName("assets panel")
        self._lay_out()
        self._connect()
        self._catalogue_changed()

    @property
    def widget(self) -> QWidget:
        """Search field and list."""
        return self._widget

    def focus_first(self) -> None:
        """The search field takes the keys."""
        self.search.setFocus()
        self.search.selectAll()

    def close(self) -> None:
        """Hear nothing more."""
        self._each_second.stop()
        if self._pause is not None:
            self._pause.stop()
        stores = self._stores
        stores.assets.changed_since_tick.disconnect(self.refresh)
        stores.catalogue.changed.disconnect(self._catalogue_changed)
        stores.selection.selection_changed.disconnect(self._selection_changed)

    def refresh(self) -> None:
        """Search anew."""
        code = self.classes.currentData()
        lines, total = self._presenter.lines(self.search.text(), code if isinstance(code, str) else None)
        self.table.show_lines(lines)
        self._count.setText(self._presenter.count_text(len(lines), total))
        self._empty.setText(self._presenter.empty_text())
        self._empty.setVisible(not lines)
        self.table.setVisible(bool(lines))
        self._selection_changed()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        row.setSpacing(TIGHT)
        row.addWidget(self.search, 3)
        row.addWidget(self.classes, 2)
        foot = QHBoxLayout()
        foot.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        foot.addWidget(self._count)
        foot.addStretch(1)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._empty, 1)
        column.addWidget(self.table, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        stores = self._stores
        stores.assets.changed_since_tick.connect(self.refresh)
        stores.catalogue.changed.connect(self._catalogue_changed)
        stores.selection.selection_changed.connect(self._selection_changed)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self.table.setFocus)
        self.classes.currentIndexChanged.connect(self.refresh)
        self.table.asset_selected.connect(stores.selection.select)
        self.table.place_requested.connect(stores.selection.go_to)
        shortcut = QShortcut(QKeySequence.StandardKey.Find, self._widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.focus_first)

    def _catalogue_changed(self) -> None:
        held = self.classes.currentData()
        self.classes.blockSignals(True)
        self.classes.clear()
        self.classes.addItem(self._context.texts("assets.every_class"), None)
        for code, name in self._presenter.classes():
            self.classes.addItem(name, code)
        self.classes.setCurrentIndex(max(self.classes.findData(held), 0))
        self.classes.blockSignals(False)
        self.refresh()

    def _typed(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self._context.ticker.frame_clock.after(_TYPING_PAUSE_S, self.refresh)

    def _selection_changed(self) -> None:
        self.table.select(self._stores.selection.asset_id)

    def _refresh_states(self) -> None:
        if self._widget.isVisible() and not self.table.underMouse():
            code = self.classes.currentData()
            lines, _total = self._presenter.lines(self.search.text(), code if isinstance(code, str) else None)
            self.table.show_lines(lines)
