"""The chosen alarm in detail: always its guidance; when asked, who takes care of it, notes and history."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.formats import day_and_time
from console.panels.alarms.history import AlarmHistory, HistoryLine
from console.panels.alarms.presenter import AlarmsPresenter
from console.panels.alarms.sheet_words import sheet_text
from console.store.context import Context
from contract.alarm_work import AlarmComment
from contract.alarms import Alarm
from widgets.look import GAP, TIGHT
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label
from widgets.texts import pair

_LINES: Final = 9
_NO_SUCH_TYPE: Final = 404


class Detailing:
    """Fed with the chosen alarm; asks for notes and history only while it is open."""

    def __init__(self, context: Context, presenter: AlarmsPresenter) -> None:
        self._context = context
        self._presenter = presenter
        tr = context.texts
        self._history = AlarmHistory(context.client, context.stores.catalogue, tr)
        self._alarm_id: int | None = None
        self._story: tuple[object, ...] = ()  # when one of these is other, there is more to tell
        self.is_open = False
        self.widget = QWidget()
        self.guidance = quiet_label()
        self.facts = quiet_label()
        self.sheet, self.comments, self.history = _plain(), _plain(), _plain()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.facts)
        self._sheet_head = PlainLabel(tr("alarms.details.sheet"))
        self._sheet_head.setProperty("role", "section")
        column.addWidget(self._sheet_head)
        column.addWidget(self.sheet)
        self._show_sheet("")
        for key, label in (("alarms.details.comments", self.comments), ("alarms.details.history", self.history)):
            head = PlainLabel(tr(key))
            head.setProperty("role", "section")
            column.addWidget(head)
            column.addWidget(label)
        column.addStretch(1)
        self._more = QScrollArea()
        self._more.setFrameShape(QFrame.Shape.NoFrame)
        self._more.setWidgetResizable(True)
        self._more.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._more.setWidget(inside)
        self._more.setAccessibleName(tr("alarms.act.details"))
        self._more.hide()
        outer = QVBoxLayout(self.widget)
        outer.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        outer.setSpacing(TIGHT)
        outer.addWidget(self.guidance)
        outer.addWidget(self._more)
        self.widget.hide()

    def open(self, *, is_wanted: bool) -> None:
        """Show all that is known of the chosen alarm, or the guidance only."""
        self.is_open = is_wanted
        self._more.setFixedHeight(_LINES * self.widget.fontMetrics().height())
        self._more.setVisible(is_wanted)
        self._dress()
        self.reload()

    def show(self, alarm_id: int | None) -> None:
        """Another alarm was chosen, or this one is other."""
        is_other = alarm_id != self._alarm_id
        self._alarm_id = alarm_id
        alarm = self._presenter.alarm(alarm_id)
        before, self._story = self._story, () if alarm is None else (alarm.occurrence, alarm.shown, alarm.comment_count)
        self._dress()
        if is_other:
            self.comments.clear()
            self.history.clear()
            self._show_sheet("")
        if is_other or self._story != before:
            self.reload()

    def forget(self) -> None:
        """Nothing that was asked for stays in sight; what is on its way is not shown."""
        self._alarm_id = None
        self.comments.clear()
        self.history.clear()
        self._show_sheet("")
        self._dress()

    def reload(self) -> None:
        """Ask for notes and history anew."""
        if self.is_open and self._alarm_id is not None:
            self._context.tasks.start(self._load(self._alarm_id), name=f"details of {self._alarm_id}")
            self._context.tasks.start(self._load_sheet(self._alarm_id), name=f"sheet of {self._alarm_id}")

    async def first_out(self, card: int, then: Callable[[], None]) -> None:
        """Which alarms behind a card were first out."""
        try:
            page = await self._context.client.alarm_members(card)
        except RequestFailed:
            return  # the members stand by the time they were raised
        self._presenter.rank(page)
        then()

    def _dress(self) -> None:
        alarm = self._presenter.alarm(self._alarm_id)
        guidance = "" if alarm is None else self._presenter.guidance(alarm.id)
        self.guidance.setText(guidance)
        self.guidance.setVisible(bool(guidance))
        facts = "" if alarm is None else self._facts(alarm)
        self.facts.setText(facts)
        self.facts.setVisible(bool(facts))
        self.widget.setVisible(bool(guidance) or (self.is_open and self._alarm_id is not None))

    def _facts(self, alarm: Alarm) -> str:
        tr, now = self._context.texts, self._context.stores.link.server_now()
        who = alarm.assigned_to or tr("alarms.nobody")
        parts = [
            tr("alarms.details.priority", number=int(alarm.priority), word=tr(f"priority.p{int(alarm.priority)}")),
            tr("alarms.details.assigned", who=who),
        ]
        if alarm.occurrence:  # what was explained from the beginning was never announced
            parts.insert(1, tr("alarms.details.occurrence", count=alarm.occurrence))
        if alarm.acknowledged_by:
            at = day_and_time(alarm.acknowledged_at, now)
            parts.append(tr("alarms.details.acknowledged", who=alarm.acknowledged_by, time=at))
        if alarm.set_aside_by or alarm.set_aside_reason:
            parts.append(tr("alarms.details.set_aside", who=alarm.set_aside_by, why=alarm.set_aside_reason))
        if alarm.escalation_level:
            told = ", ".join(alarm.escalated_to)
            parts.append(tr("alarms.details.escalated", level=alarm.escalation_level, who=told or tr("alarms.nobody")))
        return " · ".join(parts)

    async def _load(self, alarm_id: int) -> None:
        client, now = self._context.client, self._context.stores.link.server_now()
        try:
            comments = (await client.alarm_comments(alarm_id)).items
            lines = await self._history.of_alarm(alarm_id, now)
        except RequestFailed as error:
            if alarm_id == self._alarm_id:
                self.comments.setText(failure_text(error, self._context.texts))
            return
        if alarm_id == self._alarm_id:
            self._show_found(comments, lines)

    async def _load_sheet(self, alarm_id: int) -> None:
        """What was agreed on its kind; an alarm that no class knows has no sheet."""
        alarm, tr = self._presenter.alarm(alarm_id), self._context.texts
        if alarm is None:
            return
        try:
            words = sheet_text((await self._context.client.alarm_type(alarm.class_, alarm.kind)).sheet, tr)
        except RequestRefused as error:
            words = "" if error.status == _NO_SUCH_TYPE else failure_text(error, tr)
        except RequestFailed as error:
            words = failure_text(error, tr)
        if alarm_id == self._alarm_id:
            self._show_sheet(words)

    def _show_sheet(self, words: str) -> None:
        self.sheet.setText(words)
        self.sheet.setVisible(bool(words))
        self._sheet_head.setVisible(bool(words))

    def _show_found(self, comments: Sequence[AlarmComment], lines: Sequence[HistoryLine]) -> None:
        tr, now = self._context.texts, self._context.stores.link.server_now()
        written = [pair(f"{day_and_time(each.at, now)}  {each.author}", each.text, tr) for each in comments]
        self.comments.setText("\n".join(written) or tr("alarms.details.no_comments"))
        happened = ["  ".join(part for part in (line.time, line.event, line.who, line.note) if part) for line in lines]
        self.history.setText("\n".join(happened) or tr("alarms.details.no_history"))


def _plain() -> QLabel:
    label = PlainLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
