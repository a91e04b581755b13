"""Rules in order, the rule under the cursor in words, times to respond, the last resort."""

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from console.panels.on_call.page import EditedPage, edited_table, say_bad_row
from console.panels.on_call.people_rows import BadRow
from console.panels.on_call.rule_rows import RuleRows
from console.parts.page_asking import Asking
from console.store.context import Context
from contract.alarm_routing import Contacts, RoutingPlan
from widgets.edit_table import Column, EditTable
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.quiet_label import quiet_label, section_label

_WIDE = {"name": 4, "steps": 9, "services": 3, "hours": 3, "classes": 2, "communes": 3, "priority": 2, "end": 2}
_NAMES = ("name", "services", "classes", "communes", "priority", "hours", "steps", "end", "active")


class RulesPage(EditedPage):
    """Read by managers; kept for who configures the city."""

    def __init__(self, context: Context, asking: Asking) -> None:
        super().__init__(context, asking, "routing rules")
        tr = context.texts
        self._plan, self._book = RoutingPlan(), Contacts()
        yes_no = (tr("on_call.yes"), tr("on_call.no"))
        choices = {"priority": ("P1", "P2", "P3", "P4"), "end": yes_no, "active": yes_no}
        self.rules = EditTable(
            [
                Column(
                    tr(f"on_call.column.{name}"), tr(f"on_call.hint.{name}"), choices.get(name, ()), _WIDE.get(name, 1)
                )
                for name in _NAMES
            ],
            tr("on_call.table.rules"),
        )
        self.rules.edited.connect(self._edited)
        self.rules.itemSelectionChanged.connect(self._tell)
        self.words = quiet_label()
        self.last_resort = QLineEdit()
        self.last_resort.setPlaceholderText(tr("on_call.hint.last"))
        self.call_back = QLineEdit()
        self.respond = [QLineEdit() for _ in range(4)]
        for field in (self.last_resort, self.call_back, *self.respond):
            field.textEdited.connect(self._edited)
        self._lay_out()
        self._dress()

    def save(self) -> None:
        """The whole plan."""
        if not self.is_edited:
            return
        plan = self._read()
        if plan is not None:
            self._asking.start(self._save(plan), "save routing rules")

    def focus_first(self) -> None:
        """The rules."""
        self.rules.setFocus()

    def _read(self) -> RoutingPlan | None:
        rows = RuleRows(self._context.texts, self._book)
        try:
            return rows.read(
                self._plan,
                self.rules.rows(),
                self.last_resort.text(),
                [field.text() for field in self.respond],
                self.call_back.text(),
            )
        except BadRow as error:
            say_bad_row(self._context.texts, self._asking, error, self.rules if error.table == "rules" else None)
            return None

    async def _ask(self) -> None:
        client = self._context.client
        book, plan = await client.routing_people(), await client.routing_plan()
        if not self.is_edited:
            self._book = book
            self._show(plan)

    async def _save(self, plan: RoutingPlan) -> None:
        kept = await self._context.client.save_routing_plan(plan)
        self.is_edited = False
        self._show(kept)
        self._asking.say(self._context.texts("on_call.saved"))

    def _show(self, plan: RoutingPlan) -> None:
        self._plan = plan
        rows = RuleRows(self._context.texts, self._book)
        self.rules.show_rows(rows.rules(plan))
        self.last_resort.setText(rows.targets_text(plan.last_resort))
        self.call_back.setText(plan.call_back)
        for field, text in zip(self.respond, rows.respond_texts(plan), strict=True):
            field.setText(text)
        if plan.rules:
            self.rules.setCurrentCell(0, 0)
        self._dress()
        self._tell()

    def _tell(self) -> None:
        row = self.rules.currentRow()
        if 0 <= row < len(self._plan.rules) and not self.is_edited:
            words = RuleRows(self._context.texts, self._book)
            self.words.setText(words.in_words(self._plan.rules[row], self._plan))
        elif not self._plan.rules and not self.is_edited:
            self.words.setText(self._context.texts("on_call.no_rules"))
        else:
            self.words.setText("")

    def _lay_out(self) -> None:
        tr = self._context.texts
        times = QHBoxLayout()
        for number, field in enumerate(self.respond, 1):
            field.setMaximumWidth(90)
            field.setAccessibleName(f"{tr('on_call.respond')} P{number}")
            times.addWidget(section_label(f"P{number}"))
            times.addWidget(field)
        times.addStretch(1)
        form = QFormLayout()
        form.setSpacing(TIGHT)
        form.addRow(tr("on_call.respond_times"), times)
        form.addRow(tr("on_call.last_resort"), self.last_resort)
        form.addRow(tr("on_call.call_back"), self.call_back)
        outer = QVBoxLayout(self._widget)
        outer.setContentsMargins(GAP, GAP, GAP, GAP)
        outer.setSpacing(GAP)
        blank = ("", "", "", "", "P2", "", "", tr("on_call.yes"), tr("on_call.yes"))
        nest(outer, edited_table(self._context, tr("on_call.table.rules"), self.rules, blank), 1)
        outer.addWidget(self.words)
        nest(outer, form)
        nest(outer, self._foot())
