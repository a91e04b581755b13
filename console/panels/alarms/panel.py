"""The alarm panel: the list, its filter, what to do, and the acts."""

from collections.abc import Awaitable, Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.kit.answer import Answer
from console.panels.alarms.presenter import AlarmsPresenter, Filter, Sight
from console.parts.past_moment import show_past
from console.store.context import Context
from contract.alarms import Priority
from widgets.alarm_list import AlarmList
from widgets.look import GAP, TIGHT, icon
from widgets.notice import Notice, Tone
from widgets.reason_form import ReasonForm

_SHELVE_MINUTES = (15, 60, 240, 480)


class _Field(QWidget):
    """What is docked; says when it has another size."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As Qt does, and say so."""
        super().resizeEvent(event)
        self.resized.emit()


class AlarmsPanel:
    """Alarms as they stand; never moves under the pointer."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stores = context.stores
        tr, palette, clock = context.texts, context.palette, context.ticker.frame_clock
        self._presenter = AlarmsPresenter(self._stores.alarms, self._stores.catalogue, context.client, tr)
        self._filter = Filter()
        self._shelving: int | None = None
        self.list = AlarmList(palette, tr, clock)
        self._notice = Notice(palette, tr, clock)
        self.shelve_form = ReasonForm(tr)
        self._guidance = QLabel()
        self._guidance.setWordWrap(True)
        self._guidance.setProperty("role", "muted")
        self._guidance.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        self._guidance.hide()
        self.text_filter = QLineEdit()
        self._priority = QComboBox()
        self.acknowledge_button = self._act("alarms.acknowledge", "mdi6.check", self._acknowledge_selected)
        self._place_button = self._act("alarms.place", "mdi6.map-marker-outline", self._go_to_selected)
        self.past_button = self._act("alarms.past", "mdi6.play-box-multiple-outline", self._show_past_of_selected)
        self._shelve_button = self._act("alarms.shelve", "mdi6.bell-sleep-outline", self._shelve_selected)
        self.reset_button = self._act("alarms.reset", "mdi6.restore", self._reset_selected)
        self._widget = _Field()
        self._widget.setObjectName("alarms panel")
        self._lay_out()
        self._connect()
        self._refresh()

    @property
    def widget(self) -> QWidget:
        """List, filter and acts."""
        return self._widget

    @property
    def notice_text(self) -> str:
        """What was last said here."""
        return self._notice.text

    def focus_first(self) -> None:
        """The list takes the keys."""
        self.list.focus_first()

    def close(self) -> None:
        """Hear nothing more."""
        self.list.stop()
        self._notice.clear()
        stores = self._stores
        stores.alarms.changed_since_tick.disconnect(self._refresh)
        stores.catalogue.changed.disconnect(self._refresh)
        stores.selection.selection_changed.disconnect(self._selection_changed)

    def _act(self, key: str, icon_name: str, wish: Callable[[], None]) -> QPushButton:
        button = QPushButton(self._context.texts(key))
        button.setIcon(icon(icon_name, self._context.palette))
        button.clicked.connect(lambda _checked=False: wish())
        return button

    def _lay_out(self) -> None:
        tr = self._context.texts
        sights = QHBoxLayout()
        sights.setSpacing(TIGHT)
        self._sights = QButtonGroup(self._widget)
        for number, sight in enumerate(Sight):
            button = QPushButton(tr(f"alarms.sight.{sight.value}"))
            button.setCheckable(True)
            button.setChecked(sight is self._filter.sight)
            self._sights.addButton(button, number)
            sights.addWidget(button)
        sights.addStretch(1)
        filters = QHBoxLayout()
        filters.setSpacing(TIGHT)
        self.text_filter.setPlaceholderText(tr("alarms.filter"))
        self.text_filter.setAccessibleName(tr("alarms.filter"))
        self.text_filter.setClearButtonEnabled(True)
        self._priority.addItem(tr("alarms.every_priority"), None)
        self._priority.setAccessibleName(tr("alarms.every_priority"))
        for priority in Priority:
            self._priority.addItem(f"P{int(priority)} {tr(f'priority.p{int(priority)}')}", int(priority))
        filters.addWidget(self.text_filter, 1)
        filters.addWidget(self._priority)
        acts = QHBoxLayout()
        acts.setSpacing(TIGHT)
        for button in (
            self.acknowledge_button,
            self.reset_button,
            self._place_button,
            self.past_button,
            self._shelve_button,
        ):
            acts.addWidget(button)
        acts.addStretch(1)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        for row in (sights, filters):
            row.setContentsMargins(GAP, TIGHT, GAP, 0)
            column.addLayout(row)
        column.addWidget(self.list, 1)
        column.addWidget(self._guidance)
        column.addWidget(self.shelve_form)
        column.addWidget(self._notice)
        acts.setContentsMargins(GAP, 0, GAP, GAP)
        column.addLayout(acts)

    def _connect(self) -> None:
        stores = self._stores
        stores.alarms.changed_since_tick.connect(self._refresh)
        stores.catalogue.changed.connect(self._refresh)
        stores.selection.selection_changed.connect(self._selection_changed)
        self.list.alarm_selected.connect(self._alarm_selected)
        self.list.acknowledge_requested.connect(self._acknowledge)
        self._widget.resized.connect(self._dress_acts)
        self.list.reset_requested.connect(self._reset)
        self.list.shelve_requested.connect(self._ask_shelving)
        self.list.place_requested.connect(self._go_to)
        self._sights.idToggled.connect(self._filter_changed)
        self._priority.currentIndexChanged.connect(self._filter_changed)
        self.text_filter.textChanged.connect(self._filter_changed)
        self.shelve_form.given.connect(self._shelve)
        self.shelve_form.cancelled.connect(self.list.focus_first)
        shortcut = QShortcut(QKeySequence.StandardKey.Find, self._widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.text_filter.setFocus)
        past = QShortcut(QKeySequence("V"), self.list)
        past.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        past.activated.connect(self._show_past_of_selected)

    def _filter_changed(self, *_ignored: object) -> None:
        number = self._priority.currentData()
        self._filter = Filter(
            sight=tuple(Sight)[max(self._sights.checkedId(), 0)],
            priority=Priority(number) if isinstance(number, int) else None,
            text=self.text_filter.text(),
        )
        self._refresh()

    def _refresh(self) -> None:
        now = self._context.clock()
        self.list.show_rows(self._presenter.rows(self._filter, now), self._presenter.empty_text(self._filter))
        self._dress_acts()

    def _selection_changed(self) -> None:
        selection = self._stores.selection
        alarm_id = selection.alarm_id
        if alarm_id is None and selection.asset_id is not None:
            alarms = self._stores.alarms.of_asset(selection.asset_id)
            alarm_id = alarms[0].id if alarms else None
        self.list.select(alarm_id)
        self._dress_acts()

    def _alarm_selected(self, alarm_id: int, asset_id: int) -> None:
        self._stores.selection.select(asset_id, alarm_id)
        self._dress_acts()

    def _dress_acts(self) -> None:
        row = self.list.current
        self.acknowledge_button.setEnabled(row is not None and row.wants_acknowledgement)
        can_reset = row is not None and self._presenter.can_reset(row.alarm_id)
        # What is latched and acknowledged has nothing left to acknowledge: the one act takes the other's place.
        self.reset_button.setVisible(can_reset)
        self.acknowledge_button.setVisible(not can_reset)
        self._place_button.setEnabled(row is not None)
        self.past_button.setEnabled(row is not None)
        self._shelve_button.setEnabled(row is not None and not row.is_gone)
        is_shelved = row is not None and self._presenter.is_shelved(row.alarm_id)
        shelve = self._context.texts("alarms.unshelve" if is_shelved else "alarms.shelve")
        tr = self._context.texts
        lesser = (
            (self._place_button, tr("alarms.place")),
            (self.past_button, tr("alarms.past")),
            (self._shelve_button, shelve),
        )
        self._fit_acts(lesser)
        guidance = "" if row is None else self._presenter.guidance(row.alarm_id)
        self._guidance.setText(guidance)
        self._guidance.setVisible(bool(guidance))

    def _fit_acts(self, lesser: Sequence[tuple[QPushButton, str]]) -> None:
        """Without room for them the lesser acts say their keys in a hint only, then all their words."""
        room = self._widget.width() - 2 * GAP
        shown = [one for one in (self.acknowledge_button, self.reset_button) if not one.isHidden()]
        shown += [button for button, _text in lesser]
        wordings: Sequence[Callable[[str], str]] = (str, lambda text: text.partition(" (")[0], lambda _text: "")
        for worded in wordings:
            for button, text in lesser:
                button.setText(worded(text))
                button.setToolTip("" if button.text() == text else text)
                button.setAccessibleName(text)
            if sum(one.sizeHint().width() + TIGHT for one in shown) <= room:
                return

    def _acknowledge_selected(self) -> None:
        row = self.list.current
        if row is not None:
            self._acknowledge(row.alarm_id, row.occurrence)

    def _acknowledge(self, alarm_id: int, occurrence: int) -> None:
        work = self._tell(self._presenter.acknowledge(alarm_id, occurrence))
        self._context.tasks.start(work, name=f"acknowledge {alarm_id}")

    def _reset_selected(self) -> None:
        row = self.list.current
        if row is not None:
            self._reset(row.alarm_id)

    def _reset(self, alarm_id: int) -> None:
        if self._presenter.can_reset(alarm_id):
            self._context.tasks.start(self._tell(self._presenter.reset(alarm_id)), name=f"reset {alarm_id}")
        else:
            self._notice.say(self._context.texts("alarms.nothing_to_reset"))

    def _show_past_of_selected(self) -> None:
        row = self.list.current
        alarm = None if row is None else self._stores.alarms.get(row.alarm_id)
        if alarm is not None and alarm.raised_at is not None:
            show_past(self._context, alarm.asset_id, alarm.raised_at)

    def _go_to_selected(self) -> None:
        row = self.list.current
        if row is not None:
            self._go_to(row.alarm_id, row.asset_id)

    def _go_to(self, alarm_id: int, asset_id: int) -> None:
        self._stores.selection.go_to(asset_id, alarm_id)

    def _shelve_selected(self) -> None:
        row = self.list.current
        if row is not None:
            self._ask_shelving(row.alarm_id)

    def _ask_shelving(self, alarm_id: int) -> None:
        if self._presenter.is_shelved(alarm_id):
            self._context.tasks.start(self._tell(self._presenter.unshelve(alarm_id)), name=f"unshelve {alarm_id}")
            return
        tr = self._context.texts
        row = self.list.current
        self._shelving = alarm_id
        durations = [(tr("form.for", duration=_duration(minutes)), minutes) for minutes in _SHELVE_MINUTES]
        what = "" if row is None else f"{row.what}, {row.where}"
        self.shelve_form.ask(tr("alarms.shelve_title", what=what), tr("alarms.shelve_confirm"), durations)

    def _shelve(self, reason: str, minutes: int) -> None:
        alarm_id, self._shelving = self._shelving, None
        if alarm_id is not None:
            work = self._tell(self._presenter.shelve(alarm_id, reason, minutes, self._stores.link.server_now()))
            self._context.tasks.start(work, name=f"shelve {alarm_id}")

    async def _tell(self, work: Awaitable[Answer]) -> None:
        answer = await work
        self._notice.say(answer.text, Tone.WARNING if answer.is_warning else Tone.PLAIN)


def _duration(minutes: int) -> str:
    return f"{minutes}\u202fmin" if minutes < 60 else f"{minutes // 60}\u202fh"
