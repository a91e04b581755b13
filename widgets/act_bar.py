"""A bar of acts: each a button with its words, its key and its right; narrow, the lesser ones show their sign only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from widgets.look import GAP, TIGHT, Palette, icon
from widgets.plain_text import tip
from widgets.wrapping_row import WrappingRow

_MOST_ROWS: Final = 2


@dataclass(frozen=True)
class Act:
    """One act. `hint` says what it does and which right it takes; `rank`: 0 keeps its words longest."""

    name: str
    icon: str
    text: str
    hint: str = ""
    rank: int = 2


class ActBar(QWidget):
    """Says `asked(name)`; what makes no sense now is switched off, what cannot be meant is hidden."""

    asked = Signal(str)

    def __init__(self, palette: Palette, acts: Sequence[Act], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._acts = {act.name: act for act in acts}
        self._texts = {act.name: act.text for act in acts}
        self._buttons: dict[str, QPushButton] = {}
        self._row = WrappingRow(TIGHT, self)
        self._row.setContentsMargins(GAP, 0, GAP, GAP)
        self._step = -1
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for act in acts:
            button = QPushButton(act.text)
            button.setIcon(icon(act.icon, palette))
            button.clicked.connect(lambda _checked=False, name=act.name: self.asked.emit(name))
            self._buttons[act.name] = button
            self._row.addWidget(button)
        self._fit()

    def button(self, name: str) -> QPushButton:
        """The button of an act."""
        return self._buttons[name]

    def dress(self, name: str, *, is_enabled: bool, is_shown: bool = True, text: str | None = None) -> None:
        """What it is called now, and whether it makes sense."""
        button = self._buttons[name]
        button.setEnabled(is_enabled)
        if button.isHidden() is is_shown:
            button.setVisible(is_shown)
        if text is not None:
            self._texts[name] = text

    def fit(self) -> None:
        """After dressing: as many words as there is room for."""
        self._step = -1
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, or less."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Words with keys; words; the lesser ones as signs whose hint says all; at last signs for all but the first."""
        for step in range(4):
            self._word(step)
            if self._row.rows_in(max(self.width(), 1)) <= (1 if step == 0 else _MOST_ROWS):
                break
        self._row.invalidate()
        self.updateGeometry()

    def _word(self, step: int) -> None:
        for name, button in self._buttons.items():
            text, act = self._texts[name], self._acts[name]
            words = text if step == 0 else text.partition(" (")[0]
            shown = words if step < 2 or act.rank <= 3 - step else ""
            if button.text() != shown:
                button.setText(shown)
            hint = "\n".join(part for part in (text if shown != text else "", act.hint) if part)
            button.setToolTip(tip(hint))
            button.setAccessibleName(text)
            button.setAccessibleDescription(act.hint)
