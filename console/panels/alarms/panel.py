"""The alarm panel: the list, its filters, what to do, and the acts. Nothing moves under the pointer."""

from collections.abc import Callable, Set
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.kit.answer import Answer
from console.kit.panel_spec import PanelState
from console.panels.alarms import kept_state
from console.panels.alarms.act_words import BY_KEY, conflict_text
from console.panels.alarms.acting import Acting
from console.panels.alarms.choosing import Choosing
from console.panels.alarms.detailing import Detailing
from console.panels.alarms.exporting import Exporting, Table, listed_table
from console.panels.alarms.filtering import Filtering
from console.panels.alarms.flood_line import FloodLine
from console.panels.alarms.history_view import HistoryView
from console.panels.alarms.presenter import AlarmsPresenter
from console.panels.alarms.timeline import EVERY_S, Timeline
from console.store.alarm_filters import Order
from console.store.context import Context
from contract.alarm_work import AlarmAct, AlarmConflict
from widgets.alarm_list import AlarmList
from widgets.frame_clock import Ticking
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.reason_form import ReasonForm

_TICKS_HZ: Final = 10
_WORDS_EVERY_S: Final = 20  # ages grow, a filter by age lets more through


class AlarmsPanel:
    """Alarms as they stand, as they came, and what is done about them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stores = stores = context.stores
        tr, palette, clock = context.texts, context.palette, context.ticker.frame_clock
        self._presenter = AlarmsPresenter(
            stores.alarms, stores.assets, stores.catalogue, tr, lambda: self._stores.link.user
        )
        self._seconds = 0
        self._widget = QWidget()
        self._widget.setObjectName("alarms panel")
        self.list = AlarmList(palette, tr, clock)
        self.filtering = Filtering(context, self._presenter, self._widget)
        self.timeline = Timeline(context, self._presenter)
        self.acting = Acting(context, self._presenter, lambda: self.list.picked, self.list.focus_first, self._widget)
        self.details = Detailing(context, self._presenter)
        self.history = HistoryView(context, self._presenter)
        self.exporting = Exporting(context, self._table, self.filtering.words, self._widget)
        self._notice = Notice(palette, tr, clock)
        self.undo_button = QPushButton(tr("alarms.undo"))
        self.undo_button.setIcon(icon("mdi6.undo-variant", palette))
        self.undo_button.hide()
        self.flood_line = FloodLine(stores.flood, tr, self._widget)
        self.choosing = Choosing(context, self.filtering, self.list, self.history, self.details, self._dress_acts)
        self._lay_out()
        self._connect()
        self._connect_acts()
        self._ticks: Ticking = clock.subscribe(_TICKS_HZ, lambda _now: self._tick())
        self._second: Ticking = context.ticker.every_second(self._second_passed)
        self._sight_changed()
        self.filtering.load()
        self.timeline.load()

    @property
    def widget(self) -> QWidget:
        """List, filter and acts."""
        return self._widget

    @property
    def notice_text(self) -> str:
        """What was last said here."""
        return self._notice.text

    @property
    def text_filter(self) -> QLineEdit:
        """The words that are looked for."""
        return self.filtering.text

    @property
    def acknowledge_button(self) -> QPushButton:
        """The first of the acts."""
        return self.acting.button("acknowledge")

    @property
    def reset_button(self) -> QPushButton:
        """Stands in its place where only a reset is left to do."""
        return self.acting.button("reset")

    @property
    def past_button(self) -> QPushButton:
        """The moment of the alarm on the cameras."""
        return self.acting.button("past")

    @property
    def shelve_form(self) -> ReasonForm:
        """Where a reason is asked."""
        return self.acting.form

    def focus_first(self) -> None:
        """The list takes the keys."""
        (self.history if self.choosing.is_past else self.list).focus_first()

    def state(self) -> PanelState:
        """Columns, filter and order, kept with the workspace of its operator."""
        wish = self._presenter.wish
        look = kept_state.PanelLook(self.list.heads.chosen, wish.filter, wish.order, self.details.is_open)
        return kept_state.write(look)

    def take_state(self, state: PanelState) -> None:
        """Stand as it was left."""
        look = kept_state.read(state)
        self.list.heads.choose(look.columns)
        self._presenter.ask(order=look.order)
        self.filtering.choose(look.filter)
        self.details.open(is_wanted=look.has_details)

    def close(self) -> None:
        """Hear nothing more."""
        self._ticks.stop()
        self._second.stop()
        self.list.stop()
        self._notice.clear()
        self.choosing.close()
        stores = self._stores
        stores.alarms.ids_changed.disconnect(self._alarms_changed)
        stores.alarms.changed_since_tick.disconnect(self._refresh)
        stores.catalogue.changed.disconnect(self._catalogue_changed)
        stores.alarm_conflicts.told.disconnect(self._conflict_told)
        stores.flood.changed_since_tick.disconnect(self._flood_changed)
        stores.link.liveness_changed.disconnect(self._liveness_changed)

    def forget_person(self) -> None:
        """Notes, history, kept filters and undo are another one's; the list goes on."""
        for part in (self.details, self.history, self.acting, self.filtering):
            part.forget()
        self._notice.clear()

    def meet_person(self) -> None:
        """Ask for what this one may know."""
        self._liveness_changed(True)
        self._sight_changed()

    def refresh(self) -> None:
        """The list as it should stand now."""
        self._refresh()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, GAP, 0)
        foot.addWidget(self._notice, 1)
        foot.addWidget(self.undo_button)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.filtering.widget)
        column.addWidget(self.timeline.strip)
        column.addWidget(self.flood_line.button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.timeline.stand_in(self._widget)
        for shown in (self.list, self.history):
            column.addWidget(shown, 1)
        for below in (self.details.widget, self.acting.widget, self.exporting.widget):
            column.addWidget(below)
        nest(column, foot)
        column.addWidget(self.acting.bar)

    def _connect(self) -> None:
        stores = self._stores
        stores.alarms.ids_changed.connect(self._alarms_changed)
        stores.alarms.changed_since_tick.connect(self._refresh)
        stores.catalogue.changed.connect(self._catalogue_changed)
        stores.alarm_conflicts.told.connect(self._conflict_told)
        stores.flood.changed_since_tick.connect(self._flood_changed)
        stores.link.liveness_changed.connect(self._liveness_changed)
        self.filtering.changed.connect(self._sight_changed)
        self.filtering.told.connect(self._say)
        self.filtering.left.connect(self.focus_first)
        self.timeline.strip.period_chosen.connect(self.filtering.choose_period)
        self.flood_line.turned.connect(self._rearrange)
        self.acting.told.connect(self._say)
        self.acting.undo_changed.connect(self._dress_undo)
        self.acting.done.connect(self._act_done)
        self.acting.bar.asked.connect(self._act_asked)
        self.undo_button.clicked.connect(lambda _checked=False: self.acting.undo_last())
        self.filtering.tools["columns"].clicked.connect(lambda _checked=False: self._choose_columns())
        self.filtering.tools["export"].clicked.connect(lambda _checked=False: self.exporting.ask())
        self.history.told.connect(self._say)
        self.exporting.told.connect(self._say)
        self._notice.closed.connect(self.undo_button.hide)

    def _connect_acts(self) -> None:
        alarms = self.list
        alarms.picked_changed.connect(self._dress_acts)
        alarms.acknowledge_requested.connect(partial(self._act_on, "acknowledge"))
        alarms.reset_requested.connect(partial(self._act_on, "reset"))
        alarms.shelve_requested.connect(partial(self._act_on, "shelve"))
        alarms.act_requested.connect(self._act_by_key)
        alarms.open_requested.connect(self._open)
        alarms.all_requested.connect(self._ask_all)
        alarms.heads.order_requested.connect(self._order_requested)
        keys: tuple[tuple[str, QWidget, Callable[[], None]], ...] = (
            ("V", alarms, self.choosing.show_past),
            ("V", self.history, self.choosing.show_past),
            ("F", alarms, self.filtering.toggle_form),
            ("F", self.history, self.filtering.toggle_form),
            ("M", alarms, self.flood_line.turn),
            ("Ctrl+Z", self._widget, self.acting.undo_last),
            ("Ctrl+E", self._widget, self.exporting.ask),
        )
        for key, widget, act in keys:
            shortcut = QShortcut(QKeySequence(key), widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _act_on(self, name: str, *_shown: object) -> None:
        """A key of the list: the act is for what is marked there."""
        self.acting.act(name)

    def _act_by_key(self, key: str) -> None:
        self._act_asked(BY_KEY.get(key, ""))

    def _act_asked(self, name: str) -> None:
        match name:
            case "":
                return
            case "place":
                self.choosing.go_to_place()
            case "past":
                self.choosing.show_past()
            case "details":
                self.details.open(is_wanted=not self.details.is_open)
            case "silence":
                self._stores.sounds.silence_requested.emit()
            case _:
                self.acting.act(name)

    def _alarms_changed(self, alarm_ids: Set[int]) -> None:
        self._presenter.take(alarm_ids)

    def _catalogue_changed(self) -> None:
        self.filtering.offer()
        self._presenter.refill()
        self._refresh()

    def _tick(self) -> None:
        if self._presenter.has_more:
            self._refresh()
        else:
            self._presenter.warm()

    def _second_passed(self) -> None:
        self._seconds += 1
        if self._seconds % EVERY_S == 0 and self._widget.isVisible():
            self.timeline.load()
        if self._seconds % _WORDS_EVERY_S == 0 and self._widget.isVisible():
            self.list.model.words_changed()
            self._refresh()

    def _sight_changed(self) -> None:
        is_past = self.choosing.is_past
        self.history.setVisible(is_past)
        self.list.setVisible(not is_past)
        if is_past:
            self.history.ask(self._presenter.wish.filter)
        self._refresh()

    def _refresh(self) -> None:
        self._presenter.ask(is_flood=self.flood_line.holds_back)
        shown = self._presenter.step(self._stores.link.server_now())
        found = shown.listing
        line, empty = self._presenter.line, self._presenter.empty_text(sum(found.held_back))
        self.list.show_ids(found.ids, found.depths, line, shown.changed, empty)
        if not self.list.is_frozen:
            self._presenter.settled()
        self.filtering.show_counts(found.passing_count, found.sight_count)
        self.flood_line.show_held_back(found.held_back)
        self.timeline.show()
        self._dress_acts()

    def _liveness_changed(self, is_live: bool) -> None:
        if is_live:
            self.filtering.load()
            self.timeline.load()
            self.details.reload()

    def _dress_acts(self) -> None:
        is_past = self.choosing.is_past
        row = None if is_past else self.list.current
        self.acting.dress(row, 0 if is_past else self.list.marked_count)
        if is_past:
            for name in ("place", "past"):
                self.acting.bar.dress(name, is_enabled=self.history.current is not None)
        else:
            self.details.show(None if row is None or row.is_group else row.alarm_id)

    def _dress_undo(self) -> None:
        self.undo_button.setVisible(self.acting.undo is not None)

    def _act_done(self) -> None:
        self.details.reload()

    def _open(self, card: int, is_wanted: bool) -> None:
        self._presenter.open(card, is_wanted=is_wanted)
        self._rearrange()
        if is_wanted and card > 0:
            self._context.tasks.start(self.details.first_out(card, self._refresh), name=f"members of {card}")

    def _order_requested(self, column: str) -> None:
        order = self._presenter.wish.order
        turned = Order.OLDEST if order is Order.NEWEST else Order.NEWEST
        self._presenter.ask(order=Order.URGENCY if column == "mark" else turned)
        self._rearrange()
        order = self._presenter.wish.order
        if order is not Order.URGENCY:
            self._notice.say(self._context.texts(f"alarms.order.told.{order.value}"))

    def _ask_all(self) -> None:
        """Everything that is listed, never more: it takes a filter, its count, and a yes."""
        words = self.filtering.words()
        if not words:
            self._say(Answer(self._context.texts("alarms.bulk.filter_first"), is_warning=True))
            return
        self.acting.ask_many(AlarmAct.ACKNOWLEDGE, self._presenter.listed_alarms(self.list.model.ids), whole_list=words)

    def _choose_columns(self) -> None:
        button = self.filtering.tools["columns"]
        menu = self.list.heads.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _table(self) -> Table:
        """What is listed now."""
        if self.choosing.is_past:
            return self.history.as_table()
        return listed_table(self._presenter, self.list.model.ids, self.list.heads.chosen, self._context.texts)

    def _rearrange(self) -> None:
        """Another list was asked for by hand: it takes its place even under the pointer."""
        self._refresh()
        self.list.settle()

    def _flood_changed(self) -> None:
        self.flood_line.flood_changed()
        self._refresh()

    def _conflict_told(self, conflict: AlarmConflict) -> None:
        self._notice.say(conflict_text(conflict, self._stores.catalogue, self._context.texts), Tone.WARNING)

    def _say(self, answer: Answer) -> None:
        self._notice.say(answer.text, Tone.WARNING if answer.is_warning else Tone.PLAIN)
