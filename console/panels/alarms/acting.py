"""The acts of the alarm panel: five different ones and their company, on one alarm or on many, each with its key."""

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from console.kit.answer import Answer
from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.panels.alarms.act_words import (
    ACTS,
    RANKS,
    act_named,
    bulk_question,
    people_words,
    shelve_durations,
)
from console.panels.alarms.acts import AlarmActs, Done, Undo
from console.panels.alarms.bulk import BulkActs, BulkTold, Plan, plan, still_so
from console.panels.alarms.presenter import AlarmsPresenter
from console.store.alarm_order import wants_acknowledgement
from console.store.context import Context
from contract.alarm_work import AlarmAct
from contract.alarms import Alarm, ShownState
from widgets.act_bar import Act, ActBar
from widgets.alarm_rows import AlarmRow
from widgets.bulk_preview import BulkPreview
from widgets.bulk_values import BulkAnswer
from widgets.reason_form import ReasonForm

SHELVE_MINUTES: Final = (15, 60, 240, 480)


class Acting(QObject):
    """Asks beside the list, never over it; says `told` what became of an act."""

    told = Signal(object)  # Answer
    undo_changed = Signal()
    done = Signal()  # an act was answered

    def __init__(
        self,
        context: Context,
        presenter: AlarmsPresenter,
        picked: Callable[[], Sequence[AlarmRow]],
        focus_list: Callable[[], None],
        parent: QWidget,
    ) -> None:
        """`picked`: the marked lines."""
        super().__init__(parent)
        self._context = context
        self._stores = context.stores
        self._presenter = presenter
        self._picked = picked
        self._focus_list = focus_list
        tr = context.texts
        catalogue = self._stores.catalogue
        self._acts = AlarmActs(self._stores.alarms, catalogue, context.client, tr)
        self._bulk = BulkActs(context.client, tr, self._what_of)
        self._plan: Plan | None = None
        self._asked_for: tuple[str, int] | None = None
        self.undo: Undo | None = None
        words = [Act(a.name, a.icon, tr(a.text), tr(a.hint), rank=RANKS.get(a.name, 2)) for a in ACTS]
        self.bar = ActBar(context.palette, words)
        self.form = ReasonForm(tr)
        self.preview = BulkPreview(tr)
        self.widget = QWidget()
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.form)
        column.addWidget(self.preview)
        self.form.given.connect(self._reason_given)
        self.form.cancelled.connect(self._focus_list)
        self.preview.confirmed.connect(self._confirmed)
        self.preview.cancelled.connect(self._cancelled)

    def button(self, name: str) -> QPushButton:
        """The button of an act."""
        return self.bar.button(name)

    def dress(self, row: AlarmRow | None, marked_count: int = 0) -> None:
        """Which acts make sense for the chosen line, or for the marked ones, and what they are called now."""
        many = marked_count > 1 or (row is not None and row.is_group)
        alarm = None if row is None or row.is_gone or many else self._presenter.alarm(row.alarm_id)
        tr, bar = self._context.texts, self.bar
        can_reset = alarm is not None and alarm.shown is ShownState.LTCH_A
        # What is latched and acknowledged has nothing left to acknowledge: the one act takes the other's place.
        can_acknowledge = many or (alarm is not None and wants_acknowledgement(alarm))
        bar.dress("acknowledge", is_enabled=can_acknowledge, is_shown=not can_reset)
        bar.dress("reset", is_enabled=can_reset, is_shown=can_reset)
        is_shelved = alarm is not None and alarm.is_shelved
        is_out = alarm is not None and alarm.is_out_of_service
        bar.dress(
            "shelve",
            is_enabled=many or alarm is not None,
            text=tr("alarms.unshelve" if is_shelved else "alarms.shelve"),
        )
        text = tr("alarms.act.return_to_service" if is_out else "alarms.act.out_of_service")
        bar.dress("out_of_service", is_enabled=many or alarm is not None, text=text)
        bar.dress("suppressed", is_enabled=alarm is not None and alarm.is_suppressed)
        for name in ("comment", "take_over", "assign"):
            bar.dress(name, is_enabled=many or alarm is not None)
        for name in ("place", "past"):
            bar.dress(name, is_enabled=alarm is not None)
        can_take_back = alarm is not None and alarm.shown in {ShownState.C_ACKED, ShownState.LTCH_A}
        bar.dress("unacknowledge", is_enabled=can_take_back, is_shown=can_take_back)
        bar.fit()
        self._refresh_preview()

    def act(self, name: str) -> None:
        """An act was asked for, by button or key, on what is marked."""
        rows = self._picked()
        if not rows:
            return
        alarms = self._alarms_of(rows)
        if name == "assign" and alarms:
            self._context.tasks.start(self._ask_whom(alarms), name="who may take care")
            return
        if len(rows) > 1 or rows[0].is_group:
            self.ask_many(act_named(name, alarms), alarms)
            return
        if not alarms:
            return
        alarm = alarms[0]
        match name:
            case "acknowledge":
                self._start(self._acts.acknowledge(alarm.id, rows[0].occurrence), f"acknowledge {alarm.id}")
            case "reset":
                self._reset(alarm)
            case "unacknowledge":
                self._start(self._acts.unacknowledge(alarm.id), f"unacknowledge {alarm.id}")
            case "shelve" if alarm.is_shelved:
                self._start(self._acts.unshelve(alarm.id), f"unshelve {alarm.id}")
            case "out_of_service" if alarm.is_out_of_service:
                self._start(self._acts.return_to_service(alarm.id), f"return {alarm.id}")
            case "take_over" if alarm.assigned_to and alarm.assigned_to == self._stores.link.user:
                self._start(self._acts.assign(alarm.id, ""), f"give back {alarm.id}")
            case "take_over":
                self._start(self._acts.take_over(alarm.id), f"take over {alarm.id}")
            case "suppressed":
                self.told.emit(Answer(self._presenter.guidance(alarm.id)))
            case _:
                self._ask_reason(name, alarm.id, f"{rows[0].what}, {rows[0].where}")

    def ask_many(
        self,
        act: AlarmAct,
        alarms: Sequence[Alarm],
        *,
        whole_list: str = "",
        people: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Show exactly which alarms would be meant; nothing is done before it is confirmed."""
        wanted = plan(act, alarms, is_everything_listed=bool(whole_list))
        tr = self._context.texts
        if not wanted.picks:
            self.told.emit(Answer(tr("alarms.bulk.nothing"), is_warning=True))
            return
        self.form.hide()
        self._plan = wanted
        durations = shelve_durations(SHELVE_MINUTES, 0, tr)
        words = tr("alarms.bulk.whole_list", count=len(wanted.picks), filter=whole_list) if whole_list else ""
        self.preview.ask(bulk_question(act, durations, words, tr, people))
        self._refresh_preview()

    async def _ask_whom(self, alarms: Sequence[Alarm]) -> None:
        tr = self._context.texts
        try:
            people = (await self._context.client.alarm_assignees(alarms[0].id)).items
        except RequestFailed as error:
            self.told.emit(Answer(failure_text(error, tr), is_warning=True))
            return
        self.ask_many(AlarmAct.ASSIGN, alarms, people=people_words(people, tr))

    def forget(self) -> None:
        """Another person acts from now on: he undoes nothing of another one's."""
        self.undo = None
        self.undo_changed.emit()

    def undo_last(self) -> None:
        """Take the last act back, on exactly those alarms."""
        undo, self.undo = self.undo, None
        self.undo_changed.emit()
        if undo is not None:
            self._context.tasks.start(self._undone(undo), name=f"undo by {undo.act.value}")

    def refresh(self) -> None:
        """Alarms have changed: what was shown and is so no longer is left out."""
        self._refresh_preview()

    def _alarms_of(self, rows: Sequence[AlarmRow]) -> Sequence[Alarm]:
        found: dict[int, Alarm] = {}
        for row in rows:
            ids = self._presenter.strays(row.alarm_id) if row.is_group else (row.alarm_id,)
            for alarm_id in ids:
                alarm = self._presenter.alarm(alarm_id)
                if alarm is not None:
                    found[alarm_id] = alarm
        return list(found.values())

    def _what_of(self, alarm_id: int) -> str:
        row = self._presenter.line(alarm_id, 0)
        return f"#{alarm_id}" if row is None else f"P{int(row.priority)}  {row.what}, {row.where}"

    def _reset(self, alarm: Alarm) -> None:
        if alarm.shown is ShownState.LTCH_A:
            self._start(self._acts.reset(alarm.id), f"reset {alarm.id}")
        else:
            self.told.emit(Answer(self._context.texts("alarms.nothing_to_reset")))

    def _ask_reason(self, name: str, alarm_id: int, what: str) -> None:
        tr = self._context.texts
        self.preview.hide()
        self._plan = None
        self._asked_for = (name, alarm_id)
        if name == "shelve":
            alarm = self._presenter.alarm(alarm_id)
            durations = shelve_durations(SHELVE_MINUTES, 0 if alarm is None else alarm.shelving_proposed_min, tr)
            self.form.ask(tr("alarms.shelve_title", what=what), tr("alarms.shelve_confirm"), durations)
        elif name == "out_of_service":
            self.form.ask(tr("alarms.out_title", what=what), tr("alarms.out_confirm"))
        elif name == "comment":
            self.form.ask(
                tr("alarms.comment_title", what=what),
                tr("alarms.comment_confirm"),
                words_name=tr("alarms.comment_words"),
            )

    def _reason_given(self, reason: str, minutes: int) -> None:
        asked, self._asked_for = self._asked_for, None
        if asked is None:
            return
        name, alarm_id = asked
        if name == "shelve":
            until = self._until(abs(minutes))
            work = self._acts.shelve(alarm_id, reason, until, is_one_shot=minutes < 0)
        elif name == "out_of_service":
            work = self._acts.take_out_of_service(alarm_id, reason)
        else:
            work = self._acts.comment(alarm_id, reason)
        self._focus_list()
        self._start(work, f"{name} {alarm_id}")

    def _refresh_preview(self) -> None:
        wanted, tr = self._plan, self._context.texts
        if wanted is None or not self.preview.is_asking:
            return
        same, changed = still_so(wanted, self._stores.alarms)
        parts = [
            tr("alarms.bulk.changed", count=len(changed)) if changed else "",
            tr("alarms.bulk.senseless", count=wanted.senseless_count) if wanted.senseless_count else "",
        ]
        act = wanted.act.value
        these = tr("alarms.bulk.this") if len(same) == 1 else tr("alarms.bulk.these", count=len(same))
        self.preview.show_lines(
            tr(f"alarms.bulk.title.{act}", these=these),
            tr(f"alarms.bulk.confirm.{act}", count=len(same)),
            len(same),
            lambda number: self._what_of(same[number].id),
            " ".join(part for part in parts if part),
        )

    def _confirmed(self, answer: BulkAnswer) -> None:
        wanted, self._plan = self._plan, None
        if wanted is not None:
            self._context.tasks.start(self._done_many(wanted, answer), name=f"{wanted.act.value} many")

    def _cancelled(self) -> None:
        self._plan = None
        self._focus_list()

    async def _done_many(self, wanted: Plan, answer: BulkAnswer) -> None:
        same, changed = still_so(wanted, self._stores.alarms)
        told = await self._bulk.do(
            wanted.act,
            same,
            reason=answer.reason,
            until=self._until(abs(answer.minutes)) if answer.minutes else None,
            is_one_shot=answer.minutes < 0,
            user=answer.user,
            progress=self.preview.show_progress,
        )
        del changed
        self._tell_many(told)

    async def _undone(self, undo: Undo) -> None:
        self._tell_many(await self._bulk.undo(undo))

    def _tell_many(self, told: BulkTold) -> None:
        if told.refused:
            self.preview.show()
        self.preview.show_outcome(told.done.answer.text, told.refused)
        self._tell(told.done)

    def _start(self, work: Awaitable[Done], name: str) -> None:
        self._context.tasks.start(self._await(work), name=name)

    async def _await(self, work: Awaitable[Done]) -> None:
        self._tell(await work)

    def _tell(self, done: Done) -> None:
        if done.undo is not None or not done.answer.is_warning:  # a refused act leaves what was done before undoable
            self.undo = done.undo
        self.undo_changed.emit()
        self.told.emit(done.answer)
        self.done.emit()

    def _until(self, minutes: int) -> dt.datetime:
        return self._stores.link.server_now() + dt.timedelta(minutes=minutes)
