"""Base maps: which are on, in which order, how strong; what is wrong with one and how to try again."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QListWidgetItem,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from console.panels.layers.named_list import NamedList
from console.store.map_look import BaseMapUse
from widgets.look import GAP, PAD, TIGHT
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label
from widgets.texts import Texts


@dataclass(frozen=True)
class GroundLine:
    """A base map as it is listed. `trouble` is empty while nothing is wrong."""

    use: BaseMapUse
    name: str
    about: str
    trouble: str = ""
    can_dim: bool = True


class BaseMapPage(QWidget):
    """The topmost base map is the first line."""

    used = Signal(object)  # BaseMapUse
    ordered = Signal(object)  # ids, the lowest first
    again_requested = Signal(str)

    def __init__(self, tr: Texts) -> None:
        super().__init__()
        self._tr = tr
        self._lines: dict[str, GroundLine] = {}
        self._is_filling = False
        self.list = NamedList(tr("layers.base_maps"))
        self.opacity = _slider(tr("layers.opacity"))
        self.dim = _slider(tr("layers.dim"))
        self.about = quiet_label()
        self.trouble = PlainLabel()
        self.trouble.setProperty("role", "warning")
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.setWordWrap(True)
        self.again = QPushButton(tr("layers.try_again"))
        self._hint = quiet_label(tr("layers.base_map_hint"))
        self._lay_out()
        self.list.itemChanged.connect(self._checked)
        self.list.space_pressed.connect(self._pressed)
        self.list.chosen.connect(self._pressed)
        self.list.moved.connect(self._moved)
        self.list.currentRowChanged.connect(self._show_current)
        self.opacity.valueChanged.connect(self._slid)
        self.dim.valueChanged.connect(self._slid)
        self.again.clicked.connect(lambda: self.again_requested.emit(self.list.current_key))

    def show_lines(self, lines: Sequence[GroundLine]) -> None:
        """The lowest comes first here and last in the list."""
        self._is_filling = True
        self._lines = {line.use.id: line for line in reversed(lines)}
        self.list.show_lines([(key, self._words(line)) for key, line in self._lines.items()])
        for key, line in self._lines.items():
            item = self.list.item_of(key)
            if item is not None:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
                item.setCheckState(Qt.CheckState.Checked if line.use.is_on else Qt.CheckState.Unchecked)
                state = self._tr("layers.check.on" if line.use.is_on else "layers.check.off")
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{self._words(line)}, {state}")
        self._is_filling = False
        self._show_current()

    def _words(self, line: GroundLine) -> str:
        return f"{line.name}  ·  {self._tr('layers.base_map_broken')}" if line.trouble else line.name

    def _show_current(self) -> None:
        line = self._lines.get(self.list.current_key)
        was_filling, self._is_filling = self._is_filling, True
        for slider in (self.opacity, self.dim):
            slider.setEnabled(line is not None)
        if line is not None:
            self.opacity.setValue(line.use.opacity_percent)
            self.dim.setValue(line.use.dim_percent)
            self.dim.setEnabled(line.can_dim)
        self.about.setText("" if line is None else line.about)
        self.about.setVisible(bool(self.about.text()))
        self.trouble.setText("" if line is None else line.trouble)
        self.trouble.setVisible(bool(self.trouble.text()))
        self.again.setVisible(bool(self.trouble.text()))
        self._is_filling = was_filling

    def _checked(self, item: QListWidgetItem) -> None:
        key = item.data(Qt.ItemDataRole.UserRole)
        line = self._lines.get(key) if isinstance(key, str) else None
        is_on = item.checkState() == Qt.CheckState.Checked
        if not self._is_filling and line is not None and is_on != line.use.is_on:
            self.used.emit(replace(line.use, is_on=is_on))

    def _pressed(self, key: str) -> None:
        line = self._lines.get(key)
        if line is not None:
            self.used.emit(replace(line.use, is_on=not line.use.is_on))

    def _slid(self) -> None:
        line = self._lines.get(self.list.current_key)
        if not self._is_filling and line is not None:
            strength = {"opacity_percent": self.opacity.value(), "dim_percent": self.dim.value()}
            self.used.emit(replace(line.use, **strength))

    def _moved(self, keys: Sequence[str]) -> None:
        self.ordered.emit(list(reversed(keys)))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(PAD, GAP, PAD, GAP)
        grid.setHorizontalSpacing(PAD)
        grid.setVerticalSpacing(TIGHT)
        for row, (key, slider) in enumerate((("layers.opacity", self.opacity), ("layers.dim", self.dim))):
            label = PlainLabel(self._tr(key))
            label.setBuddy(slider)
            grid.addWidget(label, row, 0)
            grid.addWidget(slider, row, 1)
        grid.addWidget(self.about, 2, 0, 1, 2)
        grid.addWidget(self.trouble, 3, 0, 1, 2)
        grid.addWidget(self.again, 4, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self._hint, 5, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.list, 1)
        nest(column, grid)


def _slider(name: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, 100)
    slider.setSingleStep(5)
    slider.setPageStep(20)
    slider.setAccessibleName(name)
    return slider
