"""Rules by which a state inhibits alarms: the list, what each holds back now, and the form of one."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.kit.ports import AlarmBook, Catalogue
from console.panels.alarm_rules.inhibitions import InhibitionWords, TypedRule, alarm_kinds, held_back, held_counts
from console.store.wording import class_text
from contract.alarm_flood import InhibitionRule, InhibitionScope
from contract.points import PointKind
from widgets.look import TIGHT
from widgets.nesting import nest
from widgets.plain_text import PlainLabel, tip
from widgets.quiet_label import quiet_label
from widgets.room_for_words import room_for_heads
from widgets.tall_half import tall_half
from widgets.texts import Texts
from widgets.wrapping_row import WrappingRow

_COLUMNS = ("name", "source", "target", "holds")
_KINDS_HEIGHT = 110
_NAMED = 12
_ALARM, _POINT = "alarm", "point"


class InhibitionsPage:
    """Choosing a rule fills the form; the list may be refreshed while one is typed."""

    def __init__(self, tr: Texts, words: InhibitionWords, catalogue: Catalogue, alarms: AlarmBook) -> None:
        self._tr = tr
        self._words = words
        self._catalogue = catalogue
        self._alarms = alarms
        self._rules: Sequence[InhibitionRule] = ()
        self.table = _table(tr)
        self.table.itemSelectionChanged.connect(self._chosen)
        self.empty = quiet_label(tr("alarm_rules.no_inhibitions"))
        self.held = quiet_label()
        self.name, self.french, self.english, self.value = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self.source_class, self.source, self.scope, self.target_class = (QComboBox() for _ in range(4))
        self.kinds = QListWidget()
        self.kinds.setAccessibleName(tr("alarm_rules.inhibition_kinds"))
        self.kinds.setFixedHeight(_KINDS_HEIGHT)
        self.enabled = QCheckBox(tr("alarm_rules.inhibition_enabled"))
        self.new, self.save, self.remove = (
            QPushButton(tr(f"alarm_rules.inhibition_{name}")) for name in ("new", "save", "remove")
        )
        for scope in InhibitionScope:
            self.scope.addItem(tr(f"alarm_rules.scope_{scope.value}"), scope.value)
        self.source_class.currentIndexChanged.connect(lambda _index=0: self._offer_sources())
        self.source.currentIndexChanged.connect(lambda _index=0: self._show_value())
        self.target_class.currentIndexChanged.connect(lambda _index=0: self._offer_kinds(()))
        self.new.clicked.connect(lambda _on=False: self.begin())
        self.widget = self._laid_out()

    def show_classes(self) -> None:
        """Offer the classes of the catalogue; what was chosen stays."""
        known = [
            (class_text(self._catalogue, code, self._tr), code)
            for code, one in self._catalogue.classes.items()
            if one.points or one.alarms
        ]
        for box in (self.source_class, self.target_class):
            if [box.itemData(index) for index in range(box.count())] == [code for _words, code in sorted(known)]:
                continue
            held = box.currentData()
            box.clear()
            for words, code in sorted(known):
                box.addItem(words, code)
            box.setCurrentIndex(max(0, box.findData(held)))

    def show_rules(self, rules: Sequence[InhibitionRule]) -> None:
        """List them, each with how many alarms it holds back now."""
        held, counts = self.chosen(), held_counts(self._alarms.standing())
        self._rules = rules
        self.table.blockSignals(True)
        self.table.setRowCount(len(rules))
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        for row, rule in enumerate(rules):
            for column, text in enumerate(self._words.row(rule, counts.get(rule.name, 0))):
                item = QTableWidgetItem(text)
                item.setToolTip(tip(text))
                self.table.setItem(row, column, item)
            if held is not None and held.name == rule.name:
                self.table.selectRow(row)
        self.table.blockSignals(False)
        self.empty.setVisible(not rules)
        self.table.setVisible(bool(rules))
        self.dress()

    def recount(self) -> None:
        """Alarms came or went."""
        counts = held_counts(self._alarms.standing())
        for row, rule in enumerate(self._rules):
            item = self.table.item(row, _COLUMNS.index("holds"))
            if item is not None:
                item.setText(self._words.row(rule, counts.get(rule.name, 0))[-1])
        self.dress()

    def dress(self) -> None:
        """What the chosen one holds back now."""
        rule = self.chosen()
        self.remove.setEnabled(rule is not None)
        self.held.setVisible(rule is not None)
        if rule is not None:
            self.held.setText(self._words.held(rule, held_back(rule, self._alarms.standing()), _NAMED))

    def chosen(self) -> InhibitionRule | None:
        """The rule of the list."""
        rows = self.table.selectionModel().selectedRows()
        row = rows[0].row() if rows else -1
        return self._rules[row] if 0 <= row < len(self._rules) else None

    def begin(self) -> None:
        """An empty form for a new rule."""
        self.table.clearSelection()
        for line in (self.name, self.french, self.english, self.value):
            line.clear()
        self.enabled.setChecked(True)
        self._offer_kinds(())
        self.name.setFocus()

    def rule(self) -> InhibitionRule:
        """What was typed. Raises BadField."""
        what, _, name = str(self.source.currentData() or "").partition(":")
        return self._words.read(
            TypedRule(
                name=self.name.text(),
                reason_fr=self.french.text(),
                reason_en=self.english.text(),
                source_class=str(self.source_class.currentData() or ""),
                source_kind=name if what == _ALARM else "",
                source_point=name if what == _POINT else "",
                source_value=self.value.text(),
                scope=str(self.scope.currentData()),
                target_class=str(self.target_class.currentData() or ""),
                kinds=tuple(self._ticked()),
                is_enabled=self.enabled.isChecked(),
            )
        )

    def _chosen(self) -> None:
        rule = self.chosen()
        self.dress()
        if rule is None:
            return
        self.name.setText(rule.name)
        self.french.setText(rule.reason.fr)
        self.english.setText(rule.reason.en)
        for line in (self.name, self.french, self.english):
            line.setCursorPosition(0)  # what is longer than its field begins at its beginning
        self.source_class.setCurrentIndex(self.source_class.findData(rule.source_class))
        source = f"{_ALARM}:{rule.source_kind}" if rule.source_kind else f"{_POINT}:{rule.source_point}"
        self.source.setCurrentIndex(self.source.findData(source))
        self._show_value()
        yes_no = self._tr("alarm_rules.yes" if rule.source_value else "alarm_rules.no")
        self.value.setText(rule.source_value if isinstance(rule.source_value, str) else yes_no)
        self.scope.setCurrentIndex(self.scope.findData(rule.scope.value))
        self.target_class.setCurrentIndex(self.target_class.findData(rule.target_class))
        self._offer_kinds(rule.kinds)
        self.enabled.setChecked(rule.is_enabled)

    def _offer_sources(self) -> None:
        class_ = self._catalogue.classes.get(str(self.source_class.currentData() or ""))
        self.source.clear()
        for kind, words, _never in alarm_kinds(class_, self._tr):
            self.source.addItem(self._tr("alarm_rules.source_alarm", what=words), f"{_ALARM}:{kind}")
        for spec in () if class_ is None else class_.points:
            if spec.kind is not PointKind.NUMBER:
                words = self._tr("alarm_rules.source_point", what=self._tr.label(spec.label))
                self.source.addItem(words, f"{_POINT}:{spec.name}")

    def _show_value(self) -> None:
        is_point = str(self.source.currentData() or "").startswith(_POINT)
        self._form.setRowVisible(self.value, is_point)
        if is_point and not self.value.text():
            self.value.setText(self._tr("alarm_rules.yes"))

    def _offer_kinds(self, ticked: Sequence[str]) -> None:
        class_ = self._catalogue.classes.get(str(self.target_class.currentData() or ""))
        self.kinds.clear()
        for kind, words, never_waits in alarm_kinds(class_, self._tr):
            item = QListWidgetItem(self._tr("alarm_rules.never_inhibited", what=words) if never_waits else words)
            item.setData(Qt.ItemDataRole.UserRole, kind)
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable if never_waits else _TICKABLE)
            item.setCheckState(Qt.CheckState.Checked if kind in ticked else Qt.CheckState.Unchecked)
            self.kinds.addItem(item)

    def _ticked(self) -> Sequence[str]:
        items = [self.kinds.item(row) for row in range(self.kinds.count())]
        return [
            str(item.data(Qt.ItemDataRole.UserRole)) for item in items if item.checkState() is Qt.CheckState.Checked
        ]

    def _laid_out(self) -> QWidget:
        tr = self._tr
        left, inner = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.addWidget(quiet_label(tr("alarm_rules.inhibitions_hint")))
        column.addWidget(self.empty)
        column.addWidget(self.table, 1)
        column.addWidget(self.held)
        column.addStretch(0)
        beside, self._form = QVBoxLayout(inner), QFormLayout()
        nest(beside, self._form)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows = (
            ("name", self.name),
            ("french", self.french),
            ("english", self.english),
            ("source_class", self.source_class),
            ("source", self.source),
            ("value", self.value),
            ("target_class", self.target_class),
            ("scope", self.scope),
        )
        for name, field in rows:
            self._form.addRow(tr(f"alarm_rules.inhibition_{name}"), field)
        self._form.addRow(PlainLabel(tr("alarm_rules.inhibition_kinds")))
        self._form.addRow(self.kinds)
        self._form.addRow(self.enabled)
        buttons = QWidget()
        row = WrappingRow(TIGHT, buttons)
        for button in (self.save, self.new, self.remove):
            row.addWidget(button)
        beside.addWidget(buttons)
        beside.addStretch(1)
        right = QScrollArea()
        right.setWidgetResizable(True)
        right.setWidget(inner)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(tall_half(left))
        split.addWidget(right)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([680, 460])
        return split


_TICKABLE = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _table(tr: Texts) -> QTableWidget:
    table = QTableWidget(0, len(_COLUMNS))
    table.setHorizontalHeaderLabels([tr(f"alarm_rules.inhibition_col_{name}") for name in _COLUMNS])
    table.setAccessibleName(tr("alarm_rules.tab_inhibitions"))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.verticalHeader().setVisible(False)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.setShowGrid(False)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(_COLUMNS.index("holds"), QHeaderView.ResizeMode.ResizeToContents)
    room_for_heads(header)
    return table
