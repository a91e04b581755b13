"""Enabling conditions of an alarm: each a point, of which asset, and what it must say."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.panels.alarm_rules.enabling import EnablingPoint, enabling_points, read_condition, whens_of
from console.panels.alarm_rules.presenter import RuleWords
from contract.alarm_rules import MOST_ENABLING
from contract.assets import AlarmWhen, EnablingCondition, EnablingOf
from widgets.look import TIGHT
from widgets.texts import Texts


@dataclass(eq=False)
class _Line:
    widget: QWidget
    of: QComboBox
    point: QComboBox
    when: QComboBox
    limit: QLineEdit


class EnablingForm(QWidget):
    """Unticked, the conditions are inherited; ticked and empty, there are none."""

    changed = Signal()

    def __init__(self, tr: Texts, words: RuleWords) -> None:
        super().__init__()
        self._tr = tr
        self._words = words
        self._class = ""
        self._lines: list[_Line] = []
        self.own = QCheckBox(tr("alarm_rules.enabling_own"))
        self.own.toggled.connect(lambda _on=False: self._dress())
        self.add = QPushButton(tr("alarm_rules.enabling_add"))
        self.add.clicked.connect(lambda _on=False: self._add_line(None))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(TIGHT)
        self._column.addWidget(self.own)
        self._column.addWidget(self.add)
        self._dress()

    @property
    def lines(self) -> int:
        """How many conditions stand in it."""
        return len(self._lines)

    def show_class(self, class_: str) -> None:
        """Of which class the alarm is: its points come first."""
        self._class = class_

    def show_conditions(self, conditions: Sequence[EnablingCondition] | None) -> None:
        """Fill it; None: inherited."""
        while self._lines:
            self._remove(self._lines[-1])
        self.own.setChecked(conditions is not None)
        for condition in conditions or ():
            self._add_line(condition)
        self._dress()

    def conditions(self) -> tuple[EnablingCondition, ...] | None:
        """What stands in it; None: inherited. Raises BadField."""
        if not self.own.isChecked():
            return None
        return tuple(
            read_condition(
                EnablingOf(line.of.currentData()),
                str(line.point.currentData() or ""),
                AlarmWhen(line.when.currentData()),
                line.limit.text(),
                self._tr,
            )
            for line in self._lines
        )

    def _add_line(self, condition: EnablingCondition | None) -> None:
        if len(self._lines) >= MOST_ENABLING:
            return
        line = _Line(QWidget(), QComboBox(), QComboBox(), QComboBox(), QLineEdit())
        row = QHBoxLayout(line.widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        for of in EnablingOf:
            line.of.addItem(self._tr(f"alarm_rules.of_{of.value}"), of.value)
        remove = QPushButton("✕")
        remove.setAccessibleName(self._tr("alarm_rules.enabling_remove"))
        remove.setToolTip(self._tr("alarm_rules.enabling_remove"))
        for widget, name in ((line.of, "of"), (line.point, "point"), (line.when, "when"), (line.limit, "value")):
            widget.setAccessibleName(self._tr(f"alarm_rules.enabling_{name}"))
            row.addWidget(widget, 1 if widget is line.point else 0)
        line.point.setMinimumContentsLength(8)
        line.point.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        line.limit.setFixedWidth(64)
        line.limit.setPlaceholderText(self._tr("alarm_rules.enabling_value"))
        row.addWidget(remove)
        remove.clicked.connect(lambda _on=False: self._take_away(line))
        line.of.currentIndexChanged.connect(lambda _index=0: self._offer_points(line))
        line.point.currentIndexChanged.connect(lambda _index=0: self._offer_whens(line))
        line.when.currentIndexChanged.connect(lambda _index=0: _show_limit(line))
        self._lines.append(line)
        self._column.insertWidget(self._column.count() - 1, line.widget)
        if condition is not None:
            line.of.setCurrentIndex(max(0, line.of.findData(condition.of.value)))
        self._offer_points(line)
        if condition is not None:
            line.point.setCurrentIndex(line.point.findData(condition.point))
            line.when.setCurrentIndex(max(0, line.when.findData(condition.when.value)))
            line.limit.setText("" if condition.limit is None else f"{condition.limit:g}")
        self._dress()
        self.changed.emit()

    def _offer_points(self, line: _Line) -> None:
        held = line.point.currentData()
        line.point.blockSignals(True)
        line.point.clear()
        for point in self._points(line):
            line.point.addItem(point.words, point.name)
        line.point.setCurrentIndex(max(0, line.point.findData(held)))
        line.point.blockSignals(False)
        self._offer_whens(line)

    def _offer_whens(self, line: _Line) -> None:
        found = next((one for one in self._points(line) if one.name == line.point.currentData()), None)
        held = line.when.currentData()
        line.when.clear()
        for when in whens_of(found):
            line.when.addItem(self._tr(f"alarm_rules.when_{when.value}"), when.value)
        line.when.setCurrentIndex(max(0, line.when.findData(held)))
        _show_limit(line)

    def _points(self, line: _Line) -> Sequence[EnablingPoint]:
        return enabling_points(self._words.catalogue, EnablingOf(line.of.currentData()), self._class, self._tr)

    def _take_away(self, line: _Line) -> None:
        self._remove(line)
        self._dress()
        self.changed.emit()

    def _remove(self, line: _Line) -> None:
        self._lines.remove(line)
        self._column.removeWidget(line.widget)
        line.widget.hide()
        line.widget.deleteLater()

    def _dress(self) -> None:
        is_own = self.own.isChecked()
        for line in self._lines:
            line.widget.setVisible(is_own)
        self.add.setVisible(is_own)
        self.add.setEnabled(len(self._lines) < MOST_ENABLING)
        self.changed.emit()


def _show_limit(line: _Line) -> None:
    line.limit.setVisible(line.when.currentData() in {AlarmWhen.ABOVE.value, AlarmWhen.BELOW.value})
