"""How the system does: what fills up, what lags, what runs where."""

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QTableWidgetItem, QVBoxLayout

from console.panels.administration.asking import Page
from console.panels.administration.words import GROUPS, AdministrationWords
from console.store.context import Context
from contract.administration import SystemHealth
from widgets.look import GAP
from widgets.notice import Notice
from widgets.quiet_label import quiet_label
from widgets.words_table import fill, words_table


class HealthPage(Page):
    """Asked again by itself."""

    asks_by_itself = True

    def __init__(self, context: Context, notice: Notice) -> None:
        super().__init__(context, notice)
        tr = context.texts
        self._words = AdministrationWords(tr)
        self.line = quiet_label(tr("administration.health_wait"))
        self.table = words_table(
            [tr(f"administration.column.{name}") for name in ("figure", "value", "limit", "state")],
            tr("administration.tab.health"),
            (380, 220, 140, 160),
            stretched=0,
        )
        outer = QVBoxLayout(self.widget)
        outer.setContentsMargins(GAP, GAP, GAP, GAP)
        outer.setSpacing(GAP)
        outer.addWidget(self.line)
        outer.addWidget(self.table, 1)

    def focus_first(self) -> None:
        """The figures."""
        self.table.setFocus()

    async def _ask(self) -> None:
        health = await self._context.client.system_health()
        self.line.setText(self._words.health_line(health, self._context.clock()))
        self._show(health)

    def _show(self, health: SystemHealth) -> None:
        now = self._context.clock()
        rows: list[tuple[str, ...]] = []
        states: list[str] = []
        for group in GROUPS:
            figures = [figure for figure in health.figures if figure.group == group]
            if figures:
                rows.append((self._context.texts(f"administration.group.{group}"), "", "", ""))
                states.append("group")
                rows += [self._words.figure(figure, now) for figure in figures]
                states += [figure.state for figure in figures]
        fill(self.table, rows)
        for row, state in enumerate(states):
            self._paint(row, state)

    def _paint(self, row: int, state: str) -> None:
        palette = self._context.palette
        colours = {"group": palette.text_muted, "watch": palette.p3, "bad": palette.p1}
        item: QTableWidgetItem | None = self.table.item(row, 0)
        if item is None:
            return
        font = item.font()
        font.setBold(state == "group")
        item.setFont(font)
        if state in colours:
            item.setForeground(QColor(colours[state]))
