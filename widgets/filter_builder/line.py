"""One comparison of a filter, by hand."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from widgets.filter_values import CHOICE, NO_VALUE, TWO_VALUES, FilterField, FilterLine
from widgets.look import TIGHT, Palette, icon
from widgets.plain_text import tip
from widgets.texts import Texts

_WIDEST_FIELD = 210
_NAMED_CHOICES = 3  # more are counted


class _Ticks(QMenu):
    """Stays open while values are ticked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt's release."""
        action = self.actionAt(event.position().toPoint())
        if self.rect().contains(event.position().toPoint()) and action.isCheckable():
            action.toggle()
            event.accept()
            return
        super().mouseReleaseEvent(event)


class ChoiceButton(QPushButton):
    """Several of a list of values, ticked in a menu."""

    changed = Signal()

    def __init__(self, tr: Texts) -> None:
        super().__init__()
        self._tr = tr
        self._values: tuple[str, ...] = ()
        self._is_single = False
        self._texts: dict[str, str] = {}
        self.setMinimumWidth(150)
        self.clicked.connect(lambda _checked=False: self._open())

    @property
    def values(self) -> tuple[str, ...]:
        """What is ticked."""
        return self._values

    def offer(self, options: Mapping[str, str], *, is_single: bool = False) -> None:
        """Words by value. `is_single`: ticking one takes the tick from the others."""
        self._texts, self._is_single = dict(options), is_single
        self._dress()

    def choose(self, values: tuple[str, ...]) -> None:
        """Tick these, without saying so."""
        self._values = values
        self._dress()

    def menu_of_values(self) -> QMenu:
        """The values, to be ticked."""
        menu = QMenu(self) if self._is_single else _Ticks(self)
        for value in (*self._texts, *(value for value in self._values if value not in self._texts)):
            action = QAction(self._texts.get(value, value).replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(value in self._values)
            action.toggled.connect(partial(self._tick, value))
            menu.addAction(action)
        return menu

    def _open(self) -> None:
        menu = self.menu_of_values()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _tick(self, value: str, is_on: bool) -> None:
        rest = () if self._is_single else tuple(each for each in self._values if each != value)
        self._values = (*rest, value) if is_on else rest
        self._dress()
        self.changed.emit()

    def _dress(self) -> None:
        names = [self._texts.get(value, value) for value in self._values]
        text = ", ".join(names[:_NAMED_CHOICES]) or self._tr("filter.choose")
        if len(names) > _NAMED_CHOICES:
            text = self._tr("filter.and_more", names=text, count=len(names) - _NAMED_CHOICES)
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(text)
        self.setToolTip(tip("\n".join(names)))


class LineEditor(QWidget):
    """Field, comparison, value, and away with it."""

    changed = Signal()
    removed = Signal()

    def __init__(self, palette: Palette, tr: Texts, fields: Mapping[str, FilterField]) -> None:
        super().__init__()
        self._tr = tr
        self._fields = fields
        self._is_dressing = False
        self.field, self.operator = QComboBox(), QComboBox()
        self.field.setAccessibleName(tr("filter.field"))
        self.field.setMaximumWidth(_WIDEST_FIELD)
        self.operator.setAccessibleName(tr("filter.operator"))
        self.first, self.second = QLineEdit(), QLineEdit()
        self.first.setAccessibleName(tr("filter.value"))
        self.second.setAccessibleName(tr("filter.second_value"))
        self.choice = ChoiceButton(tr)
        self.remove = QToolButton()
        self.remove.setIcon(icon("mdi6.close", palette))
        self.remove.setToolTip(tr("filter.remove"))
        self.remove.setAccessibleName(tr("filter.remove"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        for widget in (self.field, self.operator):
            row.addWidget(widget)
        for editor in (self.first, self.second, self.choice):
            row.addWidget(editor, 1)
        row.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignVCenter)  # unaligned, it would bound the row's height
        for name, known in fields.items():
            self.field.addItem(known.title, name)
        self.field.currentIndexChanged.connect(self._field_changed)
        self.operator.currentIndexChanged.connect(self._operator_changed)
        self.first.textChanged.connect(self._tell)
        self.second.textChanged.connect(self._tell)
        self.choice.changed.connect(self._tell)
        self.remove.clicked.connect(lambda _checked=False: self.removed.emit())
        self._field_changed()

    @property
    def line(self) -> FilterLine:
        """What it says now."""
        operator = str(self.operator.currentData() or "")
        field = str(self.field.currentData() or "")
        if operator in NO_VALUE:
            return FilterLine(field, operator)
        if self._kind() == CHOICE:
            return FilterLine(field, operator, self.choice.values)
        boxes = (self.first, self.second) if operator in TWO_VALUES else (self.first,)
        return FilterLine(field, operator, tuple(box.text() for box in boxes))

    def show_line(self, line: FilterLine) -> None:
        """Say this, without telling."""
        self._is_dressing = True
        if self.field.findData(line.field) < 0:
            self.field.addItem(line.field, line.field)
        self.field.setCurrentIndex(self.field.findData(line.field))
        self._field_changed()
        self.operator.setCurrentIndex(max(self.operator.findData(line.operator), 0))
        self._operator_changed()
        self.choice.choose(line.values if self._kind() == CHOICE else ())
        for place, box in enumerate((self.first, self.second)):
            box.setText(line.values[place] if self._kind() != CHOICE and place < len(line.values) else "")
        self._is_dressing = False

    def _kind(self) -> str:
        field = self._fields.get(str(self.field.currentData() or ""))
        return "" if field is None else field.kind

    def _field_changed(self, *_ignored: object) -> None:
        field = self._fields.get(str(self.field.currentData() or ""))
        before = self.operator.currentData()
        was_dressing, self._is_dressing = self._is_dressing, True
        self.operator.clear()
        for name, words in field.operators if field is not None else ():
            self.operator.addItem(words, name)
        self.operator.setCurrentIndex(max(self.operator.findData(before), 0))
        if field is not None:
            self.choice.offer({value: words for words, value in field.options}, is_single=field.is_single)
            self.first.setPlaceholderText(field.hint)
            self.second.setPlaceholderText(field.hint)
        if not was_dressing:
            self.choice.choose(())
            self.first.clear()
            self.second.clear()
        self._is_dressing = was_dressing
        self._operator_changed()

    def _operator_changed(self, *_ignored: object) -> None:
        operator = str(self.operator.currentData() or "")
        wants = operator not in NO_VALUE
        is_choice = self._kind() == CHOICE
        self.choice.setVisible(wants and is_choice)
        self.first.setVisible(wants and not is_choice)
        self.second.setVisible(operator in TWO_VALUES and not is_choice)
        self._tell()

    def _tell(self, *_ignored: object) -> None:
        if not self._is_dressing:
            self.changed.emit()
