"""Figures beside their targets: how good each is, said by shape and word, not by colour alone."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from widgets.alarm_health.values import Figure, Verdict
from widgets.look import GAP, TIGHT, Palette, icon
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.texts import Texts

_ICON_PX: Final = 18
_CARD_WIDTH: Final = 178


_ICONS: Final = {
    Verdict.GOOD: "mdi6.check-circle-outline",
    Verdict.WATCH: "mdi6.alert-outline",
    Verdict.POOR: "mdi6.close-octagon-outline",
}


class FigureCards(QWidget):
    """As many in a row as there is room for."""

    def __init__(self, palette: Palette, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._texts = texts
        self._cards: list[QWidget] = []
        self._shown: tuple[Figure, ...] = ()
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        self._grid.setSpacing(GAP)
        self.installEventFilter(self)

    @property
    def shown(self) -> Sequence[Figure]:
        """What is shown."""
        return self._shown

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show these."""
        if tuple(figures) == self._shown:
            return
        self._shown = tuple(figures)
        for card in self._cards:
            self._grid.removeWidget(card)
            card.deleteLater()
        self._cards = [self._card(figure) for figure in figures]
        self._columns = 0
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The width decides how many stand side by side."""
        if watched is self and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        columns = max(1, (self.width() - GAP) // (_CARD_WIDTH + GAP))
        if columns == self._columns:
            return
        for column in range(max(columns, self._columns)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._columns = columns
        for place, card in enumerate(self._cards):
            self._grid.addWidget(card, place // columns, place % columns)

    def _card(self, figure: Figure) -> QWidget:
        card = QFrame(self)
        card.setObjectName("figure")
        card.setStyleSheet(
            f"QFrame#figure {{ background: {self._palette.raised}; border: 1px solid {self._palette.border};"
            " border-radius: 4px; }"
        )
        card.setToolTip(figure.hint)
        title, value, target = PlainLabel(figure.title), PlainLabel(figure.value), PlainLabel(figure.target)
        title.setProperty("role", "muted")
        title.setWordWrap(True)
        value.setProperty("role", "title")
        target.setProperty("role", "muted")
        target.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(TIGHT)
        row.addWidget(value)
        row.addStretch(1)
        spoken = ""
        if figure.verdict is not Verdict.NONE:
            mark, word = PlainLabel(), PlainLabel(self._texts(f"health.verdict.{figure.verdict.value}"))
            spoken = word.text()
            colour = self._colour(figure.verdict)
            mark.setPixmap(icon(_ICONS[figure.verdict], self._palette, colour).pixmap(QSize(_ICON_PX, _ICON_PX)))
            word.setStyleSheet(f"color: {colour}; font-weight: 600;")
            row.addWidget(mark)
            row.addWidget(word)
        card.setAccessibleName(f"{figure.title}: {figure.value}. {figure.target}. {spoken}")
        column = QVBoxLayout(card)
        column.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        column.setSpacing(2)
        column.addWidget(title)
        nest(column, row)
        column.addWidget(target)
        column.addStretch(1)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        return card

    def _colour(self, verdict: Verdict) -> str:
        return {
            Verdict.GOOD: self._palette.good,
            Verdict.WATCH: self._palette.p2,
            Verdict.POOR: self._palette.danger,
        }.get(verdict, self._palette.text)
