"""Says that somebody changed meanwhile what is being typed, and asks which of the two is to be kept."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.texts import Texts
from widgets.wrapping_row import WrappingRow


class Meanwhile(QFrame):
    """Stays until one of its buttons is pressed; what was typed is not touched by it."""

    theirs_wanted = Signal()
    mine_wanted = Signal()

    def __init__(self, tr: Texts) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._tr = tr
        self.words = PlainLabel()
        self.words.setWordWrap(True)
        self.theirs = QPushButton(tr("alarm_rules.take_theirs"))
        self.mine = QPushButton(tr("alarm_rules.keep_mine"))
        self.theirs.clicked.connect(lambda _on=False: self._decided(is_mine=False))
        self.mine.clicked.connect(lambda _on=False: self._decided(is_mine=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        column.addWidget(self.words)
        buttons = WrappingRow(TIGHT)
        buttons.addWidget(self.theirs)
        buttons.addWidget(self.mine)
        nest(column, buttons)
        self.hide()

    def say(self, who: str, version: int, reason: str) -> None:
        """Somebody made this version."""
        words = self._tr("alarm_rules.meanwhile", who=who, version=version, why=reason or "–")
        self.words.setText(words)
        self.setAccessibleName(words)
        self.show()

    def _decided(self, *, is_mine: bool) -> None:
        self.hide()
        (self.mine_wanted if is_mine else self.theirs_wanted).emit()
