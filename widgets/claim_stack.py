"""Why is it in this state? The stack of claims, winner first: what, who, why, until when."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from widgets.card_lines import ClaimLine, StackWords
from widgets.look import GAP, PAD, TIGHT, Palette
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.texts import Texts


class ClaimStack(QWidget):
    """Fed with lines; says which claim shall be released."""

    release_requested = Signal(str)

    def __init__(self, palette: Palette, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._texts = texts
        self._lines: tuple[ClaimLine, ...] = ()
        self._buttons: dict[str, QPushButton] = {}
        self._summary = PlainLabel()
        self._summary.setWordWrap(True)
        self._verdict = PlainLabel()
        self._verdict.setWordWrap(True)
        self._empty = PlainLabel(texts("claims.none"))
        self._empty.setProperty("role", "muted")
        self._empty.setWordWrap(True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(TIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self._summary)
        column.addWidget(self._verdict)
        column.addWidget(self._empty)
        nest(column, self._rows)

    @property
    def lines(self) -> Sequence[ClaimLine]:
        """What is shown."""
        return self._lines

    @property
    def verdict_text(self) -> str:
        """Whether the device obeys, in words."""
        return self._verdict.text()

    def release_button(self, claim_id: str) -> QPushButton | None:
        """The button that releases a claim, where it can be."""
        return self._buttons.get(claim_id)

    def show_stack(self, lines: Sequence[ClaimLine], words: StackWords) -> None:
        """Show a property's claims and what became of them."""
        self._summary.setText(self._texts("claims.summary", wanted=words.wanted, reported=words.reported))
        verdict = " ".join(part for part in (words.verdict, words.note) if part)
        self._verdict.setText(verdict)
        self._verdict.setVisible(bool(verdict))
        self._verdict.setProperty("role", "warning" if words.is_obeyed is False else "muted")
        self._verdict.style().unpolish(self._verdict)
        self._verdict.style().polish(self._verdict)
        self._empty.setVisible(not lines)
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        self._buttons = {}
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for line in lines:
            self._rows.addWidget(self._row(line))

    def _row(self, line: ClaimLine) -> QWidget:
        frame = QFrame()
        frame.setProperty("role", "winner" if line.is_winner else "claim")
        grid = QGridLayout(frame)
        grid.setContentsMargins(PAD, GAP, GAP, GAP)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(2)
        value = PlainLabel(line.value)
        value.setProperty("role", "heading" if line.is_winner else "plain")
        state = self._texts("claims.applies" if line.is_winner else "claims.waits")
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(value)
        who = PlainLabel(f"{line.rank} · {line.owner}")
        head.addWidget(who)
        head.addStretch(1)
        if line.can_release:
            button = QPushButton(self._texts("claims.release"))
            button.setAccessibleName(self._texts("claims.release_name", value=line.value, owner=line.owner))
            button.clicked.connect(lambda _checked=False: self.release_requested.emit(line.claim_id))
            self._buttons[line.claim_id] = button
            head.addWidget(button)
        nest(grid, head, (0, 0))
        reason = PlainLabel(line.reason)
        reason.setWordWrap(True)
        grid.addWidget(reason, 1, 0)
        until = PlainLabel(f"{state} · {line.until}")
        until.setProperty("role", "muted")
        until.setWordWrap(True)
        grid.addWidget(until, 2, 0)
        frame.setAccessibleName(f"{line.value}, {line.rank}, {line.owner}, {line.reason}, {state}, {line.until}")
        return frame
