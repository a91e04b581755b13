"""Which alarms are wanted: priorities, state, equipment, commune, service, who takes care, age; and filters by name."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QPushButton, QSizePolicy, QWidget

from contract.alarms import Priority
from widgets.alarm_filter_values import FIELDS, FilterChoice, KeptName
from widgets.look import GAP, TIGHT, Palette, icon
from widgets.room_for_words import widest_at
from widgets.texts import Texts
from widgets.wrapping_row import WrappingRow

_WIDEST_CHOICE: Final = 190


class AlarmFilterForm(QFrame):
    """Says `changed` at each choice, and what is to be done with filters by name."""

    changed = Signal(object)  # FilterChoice
    named_chosen = Signal(int)  # which of the names
    keep_requested = Signal()
    forget_requested = Signal(int)
    cleared = Signal()
    left = Signal()

    def __init__(self, palette: Palette, tr: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._is_dressing = False
        self._names: Sequence[KeptName] = ()
        row = WrappingRow(TIGHT, self)
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        self.named = QComboBox()
        self.named.setAccessibleName(tr("alarms.filters.named"))
        widest_at(self.named, _WIDEST_CHOICE + 40)
        row.addWidget(self.named)
        self.priorities: dict[Priority, QPushButton] = {}
        for priority in Priority:
            button = QPushButton(f"P{int(priority)}")
            button.setCheckable(True)
            button.setToolTip(tr(f"priority.p{int(priority)}"))
            button.setAccessibleName(f"P{int(priority)} {tr(f'priority.p{int(priority)}')}")
            button.toggled.connect(self._tell)
            self.priorities[priority] = button
            row.addWidget(button)
        self.fields: dict[str, QComboBox] = {}
        for name in FIELDS:
            box = QComboBox()
            widest_at(box, _WIDEST_CHOICE)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setAccessibleName(tr(f"alarms.filters.{name}"))
            box.setToolTip(tr(f"alarms.filters.{name}"))
            box.addItem(tr(f"alarms.filters.every_{name}"), "")
            box.currentIndexChanged.connect(self._tell)
            self.fields[name] = box
            row.addWidget(box)
        self.chattering = QCheckBox(tr("alarms.filters.chattering"))
        self.chattering.toggled.connect(self._tell)
        row.addWidget(self.chattering)
        self.clear_button = QPushButton(tr("alarms.filters.clear"))
        self.keep_button = QPushButton(tr("alarms.filters.keep"))
        self.forget_button = QPushButton(tr("alarms.filters.forget"))
        signs = ("mdi6.filter-off-outline", "mdi6.content-save-outline", "mdi6.delete-outline")
        buttons = (self.clear_button, self.keep_button, self.forget_button)
        for button, sign in zip(buttons, signs, strict=True):
            button.setIcon(icon(sign, palette))
            row.addWidget(button)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.named.activated.connect(self._name_chosen)
        self.named.currentIndexChanged.connect(self._dress_names)
        self.clear_button.clicked.connect(lambda _checked=False: self.cleared.emit())
        self.keep_button.clicked.connect(lambda _checked=False: self.keep_requested.emit())
        self.forget_button.clicked.connect(lambda _checked=False: self.forget_requested.emit(self._name_number()))
        self.show_names(())
        self.hide()

    @property
    def choice(self) -> FilterChoice:
        """What is chosen now."""
        fields = {
            name: value for name, box in self.fields.items() if isinstance(value := box.currentData(), str) and value
        }
        chosen = tuple(priority for priority, button in self.priorities.items() if button.isChecked())
        return FilterChoice(chosen, fields, self.chattering.isChecked())

    def offer(self, field: str, options: Sequence[tuple[str, str]]) -> None:
        """What may be chosen in a field: words, value. What is chosen stays, where it is still there."""
        box = self.fields[field]
        now = [(box.itemText(number), box.itemData(number)) for number in range(1, box.count())]
        if now == list(options):
            return
        self._is_dressing = True
        before = box.currentData()
        while box.count() > 1:
            box.removeItem(1)
        for text, value in options:
            box.addItem(text, value)
        box.setCurrentIndex(max(box.findData(before), 0))
        self._is_dressing = False

    def show_choice(self, choice: FilterChoice) -> None:
        """Show what is chosen, without saying so."""
        self._is_dressing = True
        for priority, button in self.priorities.items():
            button.setChecked(priority in choice.priorities)
        for name, box in self.fields.items():
            value = (choice.fields or {}).get(name, "")
            if value and box.findData(value) < 0:
                box.addItem(value, value)
            box.setCurrentIndex(max(box.findData(value), 0))
        self.chattering.setChecked(choice.is_chattering)
        self._is_dressing = False

    def show_names(self, names: Sequence[KeptName], chosen: str = "") -> None:
        """The filters that are kept: one's own, then the team's."""
        self._names = names
        self.named.clear()
        self.named.addItem(self._tr("alarms.filters.named" if names else "alarms.filters.none_kept"))
        for each in names:
            self.named.addItem(each.text)
        place = next((number for number, each in enumerate(names, start=1) if each.name == chosen), 0)
        self.named.setCurrentIndex(place)
        self.named.setEnabled(bool(names))
        self._dress_names()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back to the list."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _name_number(self) -> int:
        return self.named.currentIndex() - 1

    def _name_chosen(self, place: int) -> None:
        if place > 0:
            self.named_chosen.emit(place - 1)

    def _dress_names(self, _place: int = 0) -> None:
        number = self._name_number()
        self.forget_button.setEnabled(0 <= number < len(self._names) and self._names[number].is_mine)

    def _tell(self, *_ignored: object) -> None:
        if not self._is_dressing:
            self.changed.emit(self.choice)
