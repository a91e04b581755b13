"""The rule of a car park: how long, with which tolerance, at which hours, on which days."""

from PySide6.QtCore import Qt, QTime, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QSpinBox, QTimeEdit, QWidget

from contract.parking import EVERY_DAY, MOST_MINUTES, StayRule
from widgets.look import GAP, TIGHT, Palette, icon
from widgets.plain_text import PlainLabel
from widgets.texts import Texts
from widgets.wrapping_row import WrappingRow

_WHOLE_DAY = 1440


class RuleForm(QWidget):
    """Shows the rule that holds; what was changed is sent when somebody says so."""

    rule_requested = Signal(object)  # StayRule, or None: as long as one likes

    def __init__(self, tr: Texts, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._shown: tuple[StayRule | None, bool] | None = None
        self.limited = QCheckBox(tr("parking.limited_to"))
        self.most = QSpinBox()
        self.most.setRange(1, MOST_MINUTES)
        self.most.setValue(120)
        self.most.setSuffix(" min")
        self.most.setAccessibleName(tr("parking.limited_to"))
        self.tolerance = QSpinBox()
        self.tolerance.setRange(0, _WHOLE_DAY)
        self.tolerance.setSuffix(" min")
        self.tolerance.setAccessibleName(tr("parking.tolerance"))
        self.begins, self.ends = QTimeEdit(), QTimeEdit()
        for field, key in ((self.begins, "parking.from"), (self.ends, "parking.to")):
            field.setDisplayFormat("HH:mm")
            field.setAccessibleName(tr(key))
        self.days = [QCheckBox(tr(f"parking.day.{day}")) for day in EVERY_DAY]
        self.apply = QPushButton(tr("parking.apply_rule"))
        self.apply.setIcon(icon("mdi6.check", palette))
        self.apply.clicked.connect(lambda _checked=False: self.rule_requested.emit(self.rule))
        self.limited.toggled.connect(lambda _on=False: self._dress())
        row = WrappingRow(TIGHT, self)
        for parts in (
            (self.limited, self.most),
            (PlainLabel(tr("parking.tolerance")), self.tolerance),
            (PlainLabel(tr("parking.from")), self.begins, PlainLabel(tr("parking.to")), self.ends),
            *((day,) for day in self.days),
            (self.apply,),
        ):
            row.addWidget(_together(parts))
        self.show_rule(None, may_change=False)

    @property
    def rule(self) -> StayRule | None:
        """As the form stands; midnight at the end is the end of the day."""
        if not self.limited.isChecked():
            return None
        ends = _minute(self.ends.time())
        return StayRule(
            most_minutes=self.most.value(),
            tolerance_minutes=self.tolerance.value(),
            from_minute=_minute(self.begins.time()),
            to_minute=ends or _WHOLE_DAY,
            days=tuple(day for day in EVERY_DAY if self.days[day].isChecked()),
        )

    def show_rule(self, rule: StayRule | None, *, may_change: bool) -> None:
        """The rule that holds. The same again leaves what somebody is typing."""
        if self._shown == (rule, may_change):
            return
        self._shown = (rule, may_change)
        self.limited.setChecked(rule is not None)
        known = rule or StayRule(most_minutes=120)
        self.most.setValue(known.most_minutes)
        self.tolerance.setValue(known.tolerance_minutes)
        self.begins.setTime(_time(known.from_minute))
        self.ends.setTime(_time(known.to_minute))
        for day in EVERY_DAY:
            self.days[day].setChecked(day in known.days)
        self.setEnabled(may_change)
        self.setToolTip("" if may_change else self._tr("parking.rule_forbidden"))
        self._dress()

    def forget(self) -> None:
        """Another car park: whatever stands here is of the one before."""
        self._shown = None

    def _dress(self) -> None:
        for field in (self.most, self.tolerance, self.begins, self.ends, *self.days):
            field.setEnabled(self.limited.isChecked())


def _together(parts: tuple[QWidget, ...]) -> QWidget:
    """These stay side by side when the row wraps."""
    group = QWidget()
    line = QHBoxLayout(group)
    line.setContentsMargins(0, 0, GAP, 0)
    line.setSpacing(TIGHT)
    for part in parts:
        line.addWidget(part, alignment=Qt.AlignmentFlag.AlignVCenter)
    return group


def _minute(time: QTime) -> int:
    return time.hour() * 60 + time.minute()


def _time(minute: int) -> QTime:
    return QTime((minute // 60) % 24, minute % 60)
