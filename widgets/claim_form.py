"""Say what a property should be: value, reason, until when."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from contract.assets import PointSpec
from contract.points import PointKind, Value
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.texts import Texts


class ClaimForm(QWidget):
    """`claim_requested(value, reason, minutes)`; minutes 0: until released. Says nothing without a reason."""

    claim_requested = Signal(object, str, int)

    def __init__(self, texts: Texts, durations: Sequence[tuple[str, int]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._kind = PointKind.NUMBER
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.number = QSpinBox()
        self.choice = QComboBox()
        self.choice.addItem(texts("value.yes"), True)
        self.choice.addItem(texts("value.no"), False)
        self.text = QLineEdit()
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(texts("form.reason"))
        self.duration = QComboBox()
        for words, minutes in durations:
            self.duration.addItem(words, minutes)
        self.place = QPushButton(texts("claims.place"))
        self._values = QStackedWidget()
        self._lay_out()
        self.slider.valueChanged.connect(self.number.setValue)
        self.number.valueChanged.connect(self.slider.setValue)
        self.reason.textChanged.connect(self._dress)
        self.reason.returnPressed.connect(self._give)
        self.place.clicked.connect(self._give)
        self._dress()

    def show_property(self, spec: PointSpec, value: Value) -> None:
        """Offer the control that fits the property, standing at its present value."""
        self._kind = spec.kind
        label = self._texts.label(spec.label)
        low = round(spec.minimum) if spec.minimum is not None else 0
        high = round(spec.maximum) if spec.maximum is not None else 100
        self.slider.setRange(low, high)
        self.slider.setPageStep(max(1, (high - low) // 10))
        self.number.setRange(low, high)
        self.number.setSuffix(f"\u202f{spec.unit}" if spec.unit else "")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            self.number.setValue(round(value))
        for widget in (self.slider, self.number, self.choice, self.text):
            widget.setAccessibleName(label)
        self._values.setCurrentIndex({PointKind.NUMBER: 0, PointKind.BOOLEAN: 1, PointKind.TEXT: 2}[spec.kind])

    def set_busy(self, is_busy: bool) -> None:
        """While a request is under way it cannot be sent twice."""
        self.place.setText(self._texts("claims.placing" if is_busy else "claims.place"))
        self.place.setEnabled(not is_busy and bool(self.reason.text().strip()))

    def clear_reason(self) -> None:
        """The next claim needs its own reason."""
        self.reason.clear()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self.number)
        level = QWidget()
        level.setLayout(row)
        for widget in (level, self.choice, self.text):
            self._values.addWidget(widget)
        self._values.setMaximumHeight(40)
        form = QFormLayout()
        form.setSpacing(GAP)
        form.addRow(self._texts("claims.value"), self._values)
        form.addRow(self._texts("claims.reason"), self.reason)
        form.addRow(self._texts("claims.until"), self.duration)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, TIGHT, 0, 0)
        column.setSpacing(GAP)
        nest(column, form)
        column.addWidget(self.place)

    def _dress(self) -> None:
        has_reason = bool(self.reason.text().strip())
        self.place.setEnabled(has_reason)
        self.place.setToolTip("" if has_reason else self._texts("claims.needs_reason"))

    def _give(self) -> None:
        reason = self.reason.text().strip()
        minutes = self.duration.currentData()
        if reason and self.place.isEnabled():
            self.claim_requested.emit(self._value(), reason, minutes if isinstance(minutes, int) else 0)

    def _value(self) -> Value:
        if self._kind is PointKind.NUMBER:
            return self.number.value()
        if self._kind is PointKind.BOOLEAN:
            return bool(self.choice.currentData())
        return self.text.text()
