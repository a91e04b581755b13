"""Seals: the period chosen in playback is kept beyond its time, under two persons, until its own end."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QDate, QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDateEdit,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.panel_spec import PanelState
from console.panels.seals.presenter import RELEASE, SEAL, UNDER_WAY, SealLine, SealsPresenter
from console.parts.second_person import SecondPerson
from console.store.context import Context
from contract.footage import FootageLock
from widgets.frame_clock import Ticking
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.plain_text import PlainLabel, tip
from widgets.quiet_label import quiet_label
from widgets.room_for_words import room_for_columns, room_for_heads, room_for_rows
from widgets.wrapping_row import WrappingRow

_ID_ROLE: Final = int(Qt.ItemDataRole.UserRole)
_COLUMNS: Final = ("what", "reason", "until", "state")
_SOON_S: Final = 2
_NOW_AND_THEN_S: Final = 15
_USUAL_DAYS: Final = 180


class SealsPanel(QObject):
    """Refreshed soon while something is under way, else now and then."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        tr = context.texts
        self._presenter = SealsPresenter(context.stores.assets, context.client, tr)
        self.second = SecondPerson(context.client, tr, context.tasks, context.clock, self._say)
        self._seals: dict[str, FootageLock] = {}
        self._is_asking = False
        self._seconds = 0
        self.notice = Notice(context.palette, tr, context.ticker.frame_clock)
        self.chosen = quiet_label()
        self.reason, self.requisition = QLineEdit(), QLineEdit()
        for field, key, longest in ((self.reason, "seals.reason", 500), (self.requisition, "seals.requisition", 100)):
            field.setMaxLength(longest)
            field.setPlaceholderText(tr(key))
            field.setAccessibleName(tr(key))
        self.expires = QDateEdit()
        self.expires.setCalendarPopup(True)
        self.expires.setDisplayFormat("dd/MM/yyyy")
        self.expires.setAccessibleName(tr("seals.expires"))
        today = QDate.fromString(context.clock().astimezone().strftime("%Y-%m-%d"), "yyyy-MM-dd")
        self.expires.setMinimumDate(today.addDays(1))
        self.expires.setDate(today.addDays(_USUAL_DAYS))
        self.seal = QPushButton(tr("seals.seal"))
        self.seal.setIcon(icon("mdi6.lock-plus-outline", context.palette))
        self.release = QPushButton(tr("seals.release"))
        self.release.setIcon(icon("mdi6.lock-open-variant-outline", context.palette))
        self.table = QTableWidget(0, len(_COLUMNS))
        self.details = quiet_label()
        self._empty = quiet_label(tr("seals.empty"), is_centred=True)
        self._widget = QWidget()
        self._widget.setObjectName("seals panel")
        self._lay_out()
        self.seal.clicked.connect(lambda _checked=False: self._ask_seal())
        self.release.clicked.connect(lambda _checked=False: self._ask_release())
        self.reason.textChanged.connect(self._dress)
        self.table.itemSelectionChanged.connect(self._dress)
        context.stores.moments.chosen_changed.connect(self._dress)
        self._ticking: Ticking = context.ticker.every_second(self._second)
        refresh = QShortcut(QKeySequence("F5"), self._widget)
        refresh.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        refresh.activated.connect(self.refresh)
        self._dress()
        self.refresh()

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    def focus_first(self) -> None:
        """The reason, or the list."""
        (self.reason if self._context.stores.moments.chosen is not None else self.table).setFocus()

    def close(self) -> None:
        """Hear nothing more."""
        self._ticking.stop()
        self.notice.clear()
        self._context.stores.moments.chosen_changed.disconnect(self._dress)

    def state(self) -> PanelState:
        """Nothing is kept."""
        return {}

    def take_state(self, state: PanelState) -> None:
        """Nothing was kept."""
        del state

    def refresh(self) -> None:
        """Ask for the list anew."""
        if not self._is_asking:
            self._seconds = 0
            self._is_asking = self._context.tasks.start(self._ask(), name="seals") is not None

    async def _ask(self) -> None:
        try:
            seals = await self._presenter.seals()
        except RequestFailed as error:
            self._say(failure_text(error, self._context.texts), True)
            return
        finally:
            self._is_asking = False
        self._show(seals)

    def _ask_seal(self) -> None:
        chosen, reason = self._context.stores.moments.chosen, self.reason.text().strip()
        if chosen is None or not reason:
            return
        day = self.expires.date()
        expires_at = dt.datetime(day.year(), day.month(), day.day(), 12, tzinfo=dt.UTC)
        request = self._presenter.request(chosen, reason, self.requisition.text().strip(), expires_at)

        async def seal(approval_id: str) -> None:
            await self._presenter.seal(request, approval_id)
            self.reason.clear()
            self.requisition.clear()
            self._say(self._context.texts("seals.sealing"))
            self.refresh()

        self.second.ask(SEAL, self._presenter.payload(request), reason, seal)

    def _ask_release(self) -> None:
        seal, reason = self._selected(), self.reason.text().strip()
        if seal is None:
            return
        if not reason:
            self._say(self._context.texts("seals.release_reason"), True)
            self.reason.setFocus()
            return

        async def release(approval_id: str) -> None:
            await self._presenter.release(seal.id, reason, approval_id)
            self.reason.clear()
            self.refresh()

        self.second.ask(RELEASE, {"lock_id": seal.id}, reason, release)

    def _second(self) -> None:
        self._seconds += 1
        is_busy = any(one.state in UNDER_WAY for one in self._seals.values())
        if self._widget.isVisible() and self._seconds >= (_SOON_S if is_busy else _NOW_AND_THEN_S):
            self.refresh()

    def _show(self, seals: Sequence[FootageLock]) -> None:
        selected = self._selected()
        self._seals = {one.id: one for one in seals}
        lines = [self._presenter.line(one) for one in seals]
        self._empty.setVisible(not lines)
        self.table.setVisible(bool(lines))
        self.table.blockSignals(True)
        self.table.setRowCount(len(lines))
        for row, line in enumerate(lines):
            for column, words in enumerate((line.what, line.reason, line.until, line.state)):
                item = QTableWidgetItem(words)
                item.setToolTip(tip(words))
                item.setData(_ID_ROLE, line.id)
                self.table.setItem(row, column, item)
            if selected is not None and line.id == selected.id:
                self.table.setCurrentCell(row, 0)
        self.table.blockSignals(False)
        self._dress()

    def _selected(self) -> FootageLock | None:
        item = self.table.item(self.table.currentRow(), 0)
        return None if item is None else self._seals.get(str(item.data(_ID_ROLE)))

    def _dress(self, *_ignored: object) -> None:
        chosen, seal = self._context.stores.moments.chosen, self._selected()
        line: SealLine | None = None if seal is None else self._presenter.line(seal)
        self.chosen.setText(self._presenter.chosen_words(chosen))
        self.seal.setEnabled(chosen is not None and bool(self.reason.text().strip()))
        self.release.setEnabled(line is not None and line.is_open)
        self.details.setText("" if line is None else line.details)

    def _say(self, words: str, is_warning: bool = False) -> None:
        self.notice.say(words, Tone.WARNING if is_warning else Tone.PLAIN)

    def _lay_out(self) -> None:
        tr = self._context.texts
        self.table.setHorizontalHeaderLabels([tr(f"seals.column.{name}") for name in _COLUMNS])
        self.table.setAccessibleName(tr("seals.title"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        room_for_columns(header, {1: 140, 2: 90, 3: 100})
        room_for_heads(header)
        room_for_rows(self.table)
        row = WrappingRow(TIGHT)
        row.addWidget(PlainLabel(tr("seals.expires")))
        row.addWidget(self.expires)
        row.add_gap()
        row.addWidget(self.release)
        row.addWidget(self.seal)
        top = QVBoxLayout()
        top.setContentsMargins(GAP, GAP, GAP, GAP)
        top.setSpacing(TIGHT)
        top.addWidget(self.chosen)
        top.addWidget(self.reason)
        top.addWidget(self.requisition)
        nest(top, row)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        nest(column, top)
        column.addWidget(self._empty, 1)
        column.addWidget(self.table, 1)
        self.details.setContentsMargins(GAP, TIGHT, GAP, GAP)
        column.addWidget(self.details)
