"""The ten worst sources, and for the chosen one what could be done, tried on its past."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.panels.alarm_health.presenter import ActorLine, HealthPresenter
from contract.alarm_health import Proposal, Proposals
from widgets.alarm_health.values import Verdict
from widgets.look import GAP, TIGHT, Palette, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel, tip
from widgets.room_for_words import room_for_columns, room_for_heads, room_for_rows
from widgets.texts import Texts, pair

_COLUMNS: Final = ("where", "what", "priority", "count", "share", "habits")
_ROW_HEIGHT: Final = 26
_MARK_PX: Final = 16


class ActorsPart(QWidget):
    """`chosen(alarm_id)` asks for proposals; `apply_requested(proposal)` is a wish for the chosen source."""

    chosen = Signal(object)  # int: alarm ids are wider than Qt's
    opened = Signal(int)
    apply_requested = Signal(object)  # Proposal

    def __init__(self, presenter: HealthPresenter, palette: Palette, tr: Texts) -> None:
        super().__init__()
        self._presenter = presenter
        self._palette = palette
        self._tr = tr
        self._lines: Sequence[ActorLine] = ()
        self.title = PlainLabel()
        self.title.setProperty("role", "section")
        self.title.setContentsMargins(GAP, GAP, GAP, TIGHT)
        self.table = QTableWidget(0, len(_COLUMNS))
        self.empty = PlainLabel(tr("health.actors.empty"))
        self.empty.setProperty("role", "muted")
        self.empty.setContentsMargins(GAP, GAP, GAP, GAP)
        self.box = QFrame()
        self._column = QVBoxLayout(self.box)
        self._column.setContentsMargins(GAP, TIGHT, GAP, GAP)
        self.buttons: list[QPushButton] = []
        self._lay_out()
        self.table.itemSelectionChanged.connect(self._choose)
        self.table.cellDoubleClicked.connect(self._open)

    @property
    def line(self) -> ActorLine | None:
        """The chosen source."""
        row = self.table.currentRow()
        return self._lines[row] if 0 <= row < len(self._lines) and self.table.selectedItems() else None

    def show_actors(self, lines: Sequence[ActorLine], share: str, unseen: int) -> None:
        """Show these; the same source stays chosen."""
        tr = self._tr
        before = None if self.line is None else self.line.alarm_id
        hidden = tr("health.actors.unseen", count=unseen) if unseen else ""
        self.title.setText(f"{tr('health.actors', share=share)} {hidden}".strip())
        self.table.setVisible(bool(lines))
        self.empty.setVisible(not lines)
        if list(lines) == list(self._lines):
            return
        self._lines = tuple(lines)
        self.table.blockSignals(True)
        self.table.clearSelection()
        self.table.setRowCount(len(lines))
        for row, line in enumerate(lines):
            priority = "" if line.priority is None else f"P{line.priority}"
            for column, text in enumerate((line.where, line.what, priority, str(line.times), line.share, line.habits)):
                cell = QTableWidgetItem(text)
                cell.setToolTip(tip(text))
                if column in {3, 4}:
                    cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, cell)
        self.table.blockSignals(False)
        head = self.table.horizontalHeader().height()
        self.table.setFixedHeight(head + _ROW_HEIGHT * max(1, len(lines)) + 4)
        again = next((row for row, line in enumerate(lines) if line.alarm_id == before), None)
        if again is None:
            self.say("")
        else:
            self.table.selectRow(again)

    def say(self, text: str) -> None:
        """Instead of proposals."""
        self._clear()
        if text:
            label = PlainLabel(text)
            label.setProperty("role", "muted")
            label.setWordWrap(True)
            self._column.addWidget(label)
        self.box.setVisible(bool(text))

    def show_proposals(self, found: Proposals, *, may_apply: bool) -> None:
        """What could be done about the chosen source."""
        if not found.items:
            line = self.line
            key = "health.proposals.never_waits" if line is not None and line.never_waits else "health.proposals.none"
            self.say(self._tr(key))
            return
        self._clear()
        title = PlainLabel(self._tr("health.proposals.cut" if found.is_cut else "health.proposals"))
        title.setProperty("role", "section")
        title.setWordWrap(True)
        self._column.addWidget(title)
        for proposal in found.items:
            self._column.addWidget(self._row(proposal, may_apply=may_apply))
        self.box.show()

    def _row(self, proposal: Proposal, *, may_apply: bool) -> QWidget:
        tr, palette = self._tr, self._palette
        what, test = self._presenter.proposal_words(proposal)
        verdict = self._presenter.words.verdict(proposal)
        row = QFrame()
        row.setProperty("role", "winner" if proposal.is_best else "claim")
        words, tested = PlainLabel(what), PlainLabel(test)
        tested.setWordWrap(True)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(words)
        texts.addWidget(tested)
        across = QHBoxLayout(row)
        across.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        nest(across, texts, 1)
        if verdict is not Verdict.NONE:
            mark = PlainLabel()
            name, colour = ("mdi6.check-circle-outline", palette.good)
            if verdict is Verdict.POOR:
                name, colour = ("mdi6.alert-outline", palette.p2)
            mark.setPixmap(icon(name, palette, colour).pixmap(QSize(_MARK_PX, _MARK_PX)))
            word = PlainLabel(tr("health.proposals.best" if verdict is Verdict.GOOD else "health.proposals.hides"))
            across.addWidget(mark)
            across.addWidget(word)
        button = QPushButton(tr("health.apply"))
        button.setEnabled(may_apply)
        button.setToolTip(tr("health.apply.told"))
        button.setAccessibleName(pair(tr("health.apply"), what, tr))
        button.clicked.connect(lambda _checked=False: self.apply_requested.emit(proposal))
        across.addWidget(button)
        self.buttons.append(button)
        return row

    def _clear(self) -> None:
        self.buttons.clear()
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _choose(self) -> None:
        line = self.line
        if line is not None:
            self.chosen.emit(line.alarm_id)

    def _open(self, row: int, _column: int) -> None:
        self.opened.emit(self._lines[row].asset_id)

    def _lay_out(self) -> None:
        tr = self._tr
        self.table.setHorizontalHeaderLabels([tr(f"health.column.{name}") for name in _COLUMNS])
        self.table.setAccessibleName(tr("health.actors.name"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        room_for_columns(header, {0: 250, 2: 64, 3: 74, 4: 66, 5: 220})
        room_for_heads(header)
        room_for_rows(self.table)
        self.box.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.empty)
        column.addWidget(self.table)
        column.addWidget(self.box)
