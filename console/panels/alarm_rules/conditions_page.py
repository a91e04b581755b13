"""Overrides of an alarm type as a tree: of the class, of assets and what hangs below them; and the form for one."""

import datetime as dt
from collections.abc import Callable, Sequence

from msgspec import UNSET
from PySide6.QtCore import QDateTime, QModelIndex, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.kit.ports import AssetLookup
from console.panels.alarm_rules.asset_choice import AssetChoice
from console.panels.alarm_rules.enabling_form import EnablingForm
from console.panels.alarm_rules.presenter import FLAGS, NUMBERS, RuleWords
from contract.alarm_rules import AlarmTypeDetail, OverrideChange, OverrideRemoval, OverrideSeen, RulePatch
from widgets.nesting import nest
from widgets.plain_text import PlainLabel, tip
from widgets.quiet_label import quiet_label
from widgets.room_for_words import room_for_columns, room_for_heads
from widgets.texts import Texts

_COLUMNS = ("where", "changes", "reaches", "until")
_WIDTHS = (150, 120, 66, 132)
_TREE_HEIGHT = 120
_FIRST_END = dt.timedelta(days=1)


class ConditionsPage:
    """Choosing an override fills the form with it; a refresh leaves what was typed."""

    def __init__(self, tr: Texts, words: RuleWords, assets: AssetLookup, selected: Callable[[], int | None]) -> None:
        self._tr = tr
        self._words = words
        self._kind = ("", "")
        self._overrides: Sequence[OverrideSeen] = ()
        self.empty = quiet_label(tr("alarm_rules.no_overrides"))
        self.tree = _tree(tr)
        self.tree.currentItemChanged.connect(self._chosen)
        self.story = quiet_label()
        self.remove = QPushButton(tr("alarm_rules.remove"))
        self.asset = AssetChoice(tr, assets, selected)
        self.fields = {name: QLineEdit() for name in NUMBERS}
        self.flags = {name: _flag(tr) for name in FLAGS}
        self.enabling = EnablingForm(tr, words)
        self.ends, self.until = QCheckBox(tr("alarm_rules.ends")), QDateTimeEdit()
        self.until.setCalendarPopup(True)
        self.until.setDisplayFormat("dd/MM/yyyy HH:mm")
        self.until.setAccessibleName(tr("alarm_rules.ends"))
        self.until.setEnabled(False)
        self.ends.toggled.connect(self.until.setEnabled)
        self.reason = QLineEdit()
        self.place = QPushButton(tr("alarm_rules.place"))
        self.widget = self._laid_out()

    def show_type(self, detail: AlarmTypeDetail, now: dt.datetime) -> None:
        """List its overrides. Another alarm type empties the form; the same leaves what was typed."""
        kind = (detail.type.class_, detail.type.kind)
        if kind != self._kind:
            self._kind = kind
            self.clear(now)
        self._list(detail.overrides)
        for name, line in self.fields.items():
            value = getattr(detail.in_force.rule, name)
            shown = "–" if value is None else f"{value:g}"
            line.setPlaceholderText(self._tr("alarm_rules.inherited", value=shown))
        for name, choice in self.flags.items():
            shown = self._tr("alarm_rules.yes" if getattr(detail.in_force.rule, name) else "alarm_rules.no")
            choice.setItemText(0, self._tr("alarm_rules.inherited", value=shown))

    def clear(self, now: dt.datetime) -> None:
        """Forget what was typed."""
        self.enabling.show_class(self._kind[0])
        self.asset.show_asset(None)
        for line in (*self.fields.values(), self.reason):
            line.clear()
        for choice in self.flags.values():
            choice.setCurrentIndex(0)
        self.enabling.show_conditions(None)
        self._show_end(None, now)
        self.tree.blockSignals(True)
        self.tree.clearSelection()
        self.tree.setCurrentIndex(QModelIndex())
        self.tree.blockSignals(False)

    def patch(self) -> RulePatch:
        """The conditions typed. Raises BadField."""
        flags: dict[str, bool | None] = {name: choice.currentData() for name, choice in self.flags.items()}
        typed = {name: line.text() for name, line in self.fields.items()}
        return self._words.patch(typed, flags, self.enabling.conditions())

    def asset_id(self) -> int | None:
        """Where; None: the class. Raises BadField."""
        return self.asset.asset_id()

    def change(self) -> OverrideChange:
        """What was typed. Raises BadField."""
        asset_id = self.asset_id()
        version = next((one.override.version for one in self._overrides if one.override.asset_id == asset_id), 0)
        return OverrideChange(
            patch=self.patch(), reason=self.reason.text(), version=version, asset_id=asset_id, until=self._end()
        )

    def removal(self) -> OverrideRemoval | None:
        """The chosen override; None when none is."""
        seen = self._current()
        return None if seen is None else OverrideRemoval(reason=self.reason.text(), asset_id=seen.override.asset_id)

    def _end(self) -> dt.datetime | None:
        if not self.ends.isChecked():
            return None
        return dt.datetime.fromtimestamp(self.until.dateTime().toSecsSinceEpoch(), dt.UTC)

    def _show_end(self, until: dt.datetime | None, now: dt.datetime) -> None:
        self.ends.setChecked(until is not None)
        shown = now + _FIRST_END if until is None else until
        self.until.setDateTime(QDateTime.fromSecsSinceEpoch(int(shown.timestamp())))

    def _list(self, overrides: Sequence[OverrideSeen]) -> None:
        held = self._current()
        self._overrides = overrides
        self.tree.blockSignals(True)
        self.tree.clear()
        above: list[QTreeWidgetItem] = []
        for index, seen in enumerate(overrides):
            cells = self._words.override(seen)
            item = QTreeWidgetItem(list(cells[: len(_COLUMNS)]))
            item.setData(0, Qt.ItemDataRole.UserRole, index)
            for column in range(len(_COLUMNS)):
                item.setToolTip(column, tip("\n".join(cells)))
            del above[seen.depth :]
            if above:
                above[-1].addChild(item)
            else:
                self.tree.addTopLevelItem(item)
            above.append(item)
            if held is not None and held.override.asset_id == seen.override.asset_id:
                self.tree.setCurrentItem(item)
        self.tree.expandAll()
        self.tree.blockSignals(False)
        has_any = bool(overrides)
        self.empty.setVisible(not has_any)
        self.tree.setVisible(has_any)
        self.remove.setVisible(has_any)
        self._tell_story()

    def _tell_story(self) -> None:
        """The chosen override in full, where the tree's columns cut it."""
        seen = self._current()
        self.story.setVisible(seen is not None)
        if seen is not None:
            _where, changes, _reaches, _until, by = self._words.override(seen)
            self.story.setText(f"{changes}\n{by}")

    def _current(self) -> OverrideSeen | None:
        item = self.tree.currentItem()
        index = None if item is None else item.data(0, Qt.ItemDataRole.UserRole)
        return self._overrides[index] if isinstance(index, int) and index < len(self._overrides) else None

    def _chosen(self, *_items: object) -> None:
        seen = self._current()
        if seen is None:
            return
        self._tell_story()
        patch = seen.override.patch
        self.asset.show_asset(seen.override.asset_id)
        for name, text in self._words.typed(patch).items():
            self.fields[name].setText(text)
        for name, choice in self.flags.items():
            value = getattr(patch, name)
            choice.setCurrentIndex(0 if value is UNSET else choice.findData(value))
        self.enabling.show_conditions(None if patch.enabled_by is UNSET else patch.enabled_by)
        self._show_end(seen.override.until, seen.override.at)

    def _laid_out(self) -> QScrollArea:
        tr, inner = self._tr, QWidget()
        column = QVBoxLayout(inner)
        column.addWidget(self.empty)
        column.addWidget(self.tree)
        column.addWidget(self.story)
        column.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignLeft)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(tr("alarm_rules.asset"), self.asset)
        for name, line in self.fields.items():
            form.addRow(tr(f"alarm_rules.field_{name}"), line)
        for name, choice in self.flags.items():
            form.addRow(tr(f"alarm_rules.field_{name}").capitalize(), choice)
        head = PlainLabel(tr("alarm_rules.enabling"))
        head.setProperty("role", "section")
        form.addRow(head)
        form.addRow(self.enabling)
        end = QHBoxLayout()
        end.addWidget(self.ends)
        end.addWidget(self.until, 1)
        form.addRow(end)
        form.addRow(tr("alarm_rules.reason"), self.reason)
        nest(column, form)
        column.addWidget(self.place, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        whole = QScrollArea()
        whole.setWidgetResizable(True)
        whole.setWidget(inner)
        return whole


def _flag(tr: Texts) -> QComboBox:
    choice = QComboBox()
    choice.addItem(tr("alarm_rules.inherited", value=""), None)
    choice.addItem(tr("alarm_rules.yes"), True)
    choice.addItem(tr("alarm_rules.no"), False)
    return choice


def _tree(tr: Texts) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderLabels([tr(f"alarm_rules.tree_{name}") for name in _COLUMNS])
    tree.setAccessibleName(tr("alarm_rules.col_overrides"))
    tree.setMinimumHeight(_TREE_HEIGHT)
    tree.setMaximumHeight(2 * _TREE_HEIGHT)
    header = tree.header()
    room_for_columns(header, dict(enumerate(_WIDTHS)))
    header.setSectionResizeMode(_COLUMNS.index("changes"), QHeaderView.ResizeMode.Stretch)
    header.setStretchLastSection(False)
    room_for_heads(header)
    return tree
