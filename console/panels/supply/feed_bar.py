"""Giving assets another feeder: chosen by name or dropped on the tree, and done after a yes."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
)

from console.panels.supply.presenter import FeedPlan, SupplyPresenter
from contract.assets import FeedKind
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.texts import Texts

_ID_ROLE: Final = int(Qt.ItemDataRole.UserRole)
_ROW_HEIGHT: Final = 26
_LONGEST_REASON: Final = 500


class FeedBar(QObject):
    """Hidden until something is to be hung elsewhere."""

    confirmed = Signal(object, str)  # FeedPlan, reason
    gave_up = Signal()

    def __init__(self, presenter: SupplyPresenter, tr: Texts, kind: Callable[[], FeedKind]) -> None:
        super().__init__()
        self._presenter = presenter
        self._tr = tr
        self._kind = kind
        self._asset_ids: Sequence[int] = ()
        self._plan: FeedPlan | None = None
        self.widget = QFrame()
        self.widget.setObjectName("feed bar")
        self.widget.setProperty("role", "raised")
        self.words = PlainLabel()
        self.words.setWordWrap(True)
        self.feeder = QLineEdit()
        self.feeder.setPlaceholderText(tr("supply.choose_feeder"))
        self.feeder.setAccessibleName(tr("supply.choose_feeder"))
        self.candidates = QListWidget()
        self.candidates.setAccessibleName(tr("supply.candidates"))
        self.reason = QLineEdit()
        self.reason.setMaxLength(_LONGEST_REASON)
        self.reason.setPlaceholderText(tr("supply.reason"))
        self.reason.setAccessibleName(tr("supply.reason"))
        self.take_off = QPushButton(tr("supply.take_off"))
        self.confirm = QPushButton(tr("supply.confirm"))
        self.confirm.setProperty("role", "primary")
        self.cancel = QPushButton(tr("form.cancel"))
        self._lay_out()
        self.feeder.textChanged.connect(self._typed)
        self.feeder.returnPressed.connect(self._take_first)
        self.candidates.itemClicked.connect(self._take)
        self.candidates.itemActivated.connect(self._take)
        self.reason.returnPressed.connect(self._confirm)
        self.take_off.clicked.connect(lambda _checked=False: self.propose(self._asset_ids, None))
        self.confirm.clicked.connect(lambda _checked=False: self._confirm())
        self.cancel.clicked.connect(lambda _checked=False: self.close())
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.widget)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.close)
        self.widget.hide()

    def choose_for(self, asset_ids: Sequence[int]) -> None:
        """Ask which feeder these are to have."""
        self._asset_ids, self._plan = tuple(asset_ids), None
        names = ", ".join(self._presenter.name(id_) for id_ in self._asset_ids[:3])
        if len(self._asset_ids) > 3:
            names = self._tr("supply.and_more", names=names, count=len(self._asset_ids) - 3)
        self.words.setText(self._tr(f"supply.choose_{self._kind().value}", assets=names))
        self.feeder.clear()
        self.candidates.clear()
        self._dress()
        self.widget.show()
        self.feeder.setFocus()

    def propose(self, asset_ids: Sequence[int], feeder: int | None) -> None:
        """Say what would change, and wait for a yes."""
        self._asset_ids = tuple(asset_ids)
        self._plan = self._presenter.plan(asset_ids, feeder, self._kind())
        self.words.setText(self._tr("supply.no_change") if self._plan is None else self._plan.words)
        self._dress()
        self.widget.show()
        (self.cancel if self._plan is None else self.reason).setFocus()

    def close(self) -> None:
        """Nothing is to be changed."""
        if self.widget.isHidden():
            return
        self._plan, self._asset_ids = None, ()
        self.reason.clear()
        self.widget.hide()
        self.gave_up.emit()

    def _typed(self) -> None:
        self.candidates.clear()
        for asset_id, words in self._presenter.candidates(self.feeder.text(), self._kind(), self._asset_ids):
            item = QListWidgetItem(words)
            item.setData(_ID_ROLE, asset_id)
            self.candidates.addItem(item)
        if self.candidates.count():
            self.candidates.setCurrentRow(0)
        self._dress()

    def _take_first(self) -> None:
        if self.candidates.count():
            self._take(self.candidates.currentItem())

    def _take(self, item: QListWidgetItem) -> None:
        self.propose(self._asset_ids, int(item.data(_ID_ROLE)))

    def _confirm(self) -> None:
        if self._plan is not None:
            self.confirmed.emit(self._plan, self.reason.text().strip())

    def _dress(self) -> None:
        is_choosing = self._plan is None and bool(self._asset_ids)
        count = self.candidates.count()
        self.feeder.setVisible(is_choosing)
        self.candidates.setVisible(is_choosing and count > 0)
        self.candidates.setFixedHeight(_ROW_HEIGHT * max(count, 1) + 2 * TIGHT)
        self.take_off.setVisible(is_choosing)
        self.reason.setVisible(self._plan is not None)
        self.confirm.setVisible(self._plan is not None)

    def _lay_out(self) -> None:
        keys = QHBoxLayout()
        keys.setSpacing(TIGHT)
        keys.addWidget(self.take_off)
        keys.addStretch(1)
        keys.addWidget(self.cancel)
        keys.addWidget(self.confirm)
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TIGHT)
        for part in (self.words, self.feeder, self.candidates, self.reason):
            column.addWidget(part)
        nest(column, keys)
