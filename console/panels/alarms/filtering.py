"""The head of the alarm panel: which alarms are wanted, by tab, word, form, name and period."""

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.kit.answer import Answer
from console.panels.alarms.act_words import TOOLS, ActWords
from console.panels.alarms.filter_shelf import AGES_MINUTES, FilterShelf, filter_text
from console.panels.alarms.presenter import AlarmsPresenter
from console.parts.alarm_lines import duration_text, service_text
from console.store.alarm_filters import AlarmFilter, Assigned, Sight
from console.store.context import Context
from console.store.wording import class_text
from contract.alarms import ShownState
from widgets.alarm_filter_form import AlarmFilterForm
from widgets.alarm_filter_values import FilterChoice
from widgets.look import GAP, TIGHT, icon
from widgets.name_form import NameForm, Question
from widgets.nesting import nest
from widgets.quiet_label import quiet_label
from widgets.room_for_words import hint_in_full
from widgets.wrapping_row import WrappingRow

_OFFERED_STATES = tuple(state for state in ShownState if state is not ShownState.A_NORM)


class Filtering(QObject):
    """Says `changed` when another list is wanted; `told` when there is something to say."""

    changed = Signal()
    told = Signal(object)  # Answer
    left = Signal()  # the keyboard goes back to the list

    def __init__(self, context: Context, presenter: AlarmsPresenter, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._presenter = presenter
        tr = context.texts
        self._shelf = FilterShelf(context.client, tr, lambda: context.stores.link.user)
        self.widget = QWidget()
        self.text = QLineEdit()
        hint_in_full(self.text, tr("alarms.filter"))
        self.text.setClearButtonEnabled(True)
        self.open_button = QPushButton(tr("alarms.filters.open"))
        self.open_button.setIcon(icon("mdi6.filter-outline", context.palette))
        self.open_button.setCheckable(True)
        self.form = AlarmFilterForm(context.palette, tr)
        self.name_form = NameForm(tr)
        self.summary: QLabel = quiet_label()
        self.summary.hide()
        self._lay_out()
        self._connect(parent)
        self.offer()

    @property
    def sight(self) -> Sight:
        """Which alarms are meant."""
        return tuple(Sight)[max(self._sights.checkedId(), 0)]

    @property
    def wanted(self) -> AlarmFilter:
        """The filter as it stands."""
        return self._presenter.wish.filter

    def load(self) -> None:
        """Ask for the filters that are kept."""
        self._context.tasks.start(self._loaded(), name="alarm filters")

    def forget(self) -> None:
        """The names are another person's."""
        self._shelf.kept = ()
        self._show_names("")

    def offer(self) -> None:
        """What may be chosen: the classes, communes and services this console knows."""
        tr, catalogue = self._context.texts, self._context.stores.catalogue
        classes = [(class_text(catalogue, code, tr), code) for code in catalogue.classes]
        services = {item.service for item in catalogue.classes.values() if item.service}
        self.form.offer("state", [(tr(f"alarms.state.{each.name.lower()}"), each.value) for each in _OFFERED_STATES])
        self.form.offer("class", sorted(classes))
        self.form.offer("commune", sorted((item.name, item.code) for item in catalogue.communes.values()))
        self.form.offer("service", sorted((service_text(code, tr), code) for code in services))
        mine_or_nobodys = [each for each in Assigned if each is not Assigned.ANYBODY]
        self.form.offer(
            "assigned", [(tr(f"alarms.filters.held_by.{each.value}"), each.value) for each in mine_or_nobodys]
        )
        ages = [(tr("alarms.filters.older_than", duration=duration_text(each)), str(each)) for each in AGES_MINUTES]
        self.form.offer("older", ages)

    def choose_period(self, since: dt.datetime | None, until: dt.datetime | None) -> None:
        """Only what came in a period; None: at every time."""
        self._ask(msgspec.structs.replace(self.wanted, since=since, until=until))

    def choose_sight(self, sight: Sight) -> None:
        """As if its tab were pressed."""
        self._sights.button(tuple(Sight).index(sight)).setChecked(True)

    def choose(self, wanted: AlarmFilter) -> None:
        """Show a filter and list what it asks for."""
        self.text.blockSignals(True)
        self.text.setText(wanted.text)
        self.text.blockSignals(False)
        self.form.show_choice(_choice(wanted))
        self._ask(wanted)

    def show_counts(self, shown: int, total: int) -> None:
        """A filter that leaves something out is said: nobody takes a short list for a calm city."""
        wanted, tr = self.wanted, self._context.texts
        words = filter_text(wanted, self._context.stores.catalogue, tr)
        self.summary.setText(tr("alarms.filters.told", shown=shown, total=total, filter=words) if words else "")
        self.summary.setVisible(bool(words))

    def words(self) -> str:
        """The filter in a few words, empty when it asks nothing."""
        return filter_text(self.wanted, self._context.stores.catalogue, self._context.texts)

    def toggle_form(self) -> None:
        """Open the form, or close it."""
        self.open_button.setChecked(not self.open_button.isChecked())

    def _lay_out(self) -> None:
        tr = self._context.texts
        sights = WrappingRow(TIGHT)
        self._sights = QButtonGroup(self.widget)
        for number, sight in enumerate(Sight):
            button = QPushButton(tr(f"alarms.sight.{sight.value}"))
            button.setCheckable(True)
            button.setChecked(sight is Sight.STANDING)
            self._sights.addButton(button, number)
            sights.addWidget(button)
        self.tools = {tool.name: self._tool(tool) for tool in TOOLS}
        for tool in self.tools.values():
            sights.addWidget(tool)
        row = QHBoxLayout()
        row.setSpacing(TIGHT)
        row.addWidget(self.text, 1)
        row.addWidget(self.open_button)
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        sights.setContentsMargins(GAP, TIGHT, GAP, 0)
        row.setContentsMargins(GAP, 0, GAP, 0)
        self.summary.setContentsMargins(GAP, 0, GAP, 0)
        nest(column, sights)
        nest(column, row)
        column.addWidget(self.form)
        column.addWidget(self.name_form)
        column.addWidget(self.summary)

    def _tool(self, words: ActWords) -> QPushButton:
        """A sign; its hint says all."""
        tr = self._context.texts
        button = QPushButton()
        button.setIcon(icon(words.icon, self._context.palette))
        button.setToolTip(f"{tr(words.text)}\n{tr(words.hint)}")
        button.setAccessibleName(tr(words.text))
        return button

    def _connect(self, parent: QWidget) -> None:
        self._sights.idToggled.connect(self._sight_changed)
        self.text.textChanged.connect(self._text_changed)
        self.open_button.toggled.connect(self._form_toggled)
        form = self.form
        form.changed.connect(self._choice_changed)
        form.named_chosen.connect(self._named_chosen)
        form.keep_requested.connect(self._ask_name)
        form.forget_requested.connect(self._forget)
        form.cleared.connect(lambda: self.choose(AlarmFilter()))
        form.left.connect(self._leave_form)
        self.name_form.given.connect(self._keep)
        for key, act in ((QKeySequence(QKeySequence.StandardKey.Find), self.text.setFocus),):
            _shortcut(parent, key, act)

    def _sight_changed(self, _number: int, is_on: bool) -> None:
        if is_on:
            self._presenter.ask(sight=self.sight)
            self.changed.emit()

    def _text_changed(self, text: str) -> None:
        self._ask(msgspec.structs.replace(self.wanted, text=text))

    def _choice_changed(self, choice: FilterChoice) -> None:
        self._ask(_filter(choice, self.wanted))

    def _ask(self, wanted: AlarmFilter) -> None:
        self._presenter.ask(wanted=wanted)
        self.changed.emit()

    def _form_toggled(self, is_open: bool) -> None:
        self.form.setVisible(is_open)
        if is_open:
            next(iter(self.form.priorities.values())).setFocus()
        else:
            self.left.emit()

    def _leave_form(self) -> None:
        self.open_button.setChecked(False)

    def _ask_name(self) -> None:
        tr = self._context.texts
        words = self.words() or tr("alarms.filters.clear")
        title = tr("alarms.filters.keep_title", filter=words)
        number = self.form.named.currentIndex() - 1
        name = self._shelf.kept[number].name if 0 <= number < len(self._shelf.kept) else ""
        self.name_form.ask(Question(title, tr("alarms.filters.keep_name"), name=name, can_share=True))

    def _keep(self, name: str, is_shared: bool, _text: str) -> None:
        work = self._shelf.keep(name, self.wanted, is_shared=is_shared)
        self._context.tasks.start(self._tell(work, name), name="keep alarm filter")

    def _forget(self, number: int) -> None:
        name = self._shelf.kept[number].name
        self._context.tasks.start(self._tell(self._shelf.forget(name), ""), name="forget alarm filter")

    def _named_chosen(self, number: int) -> None:
        self.choose(self._shelf.kept[number].value)

    async def _loaded(self) -> None:
        answer = await self._shelf.load()
        self._show_names("")
        if answer is not None:
            self.told.emit(answer)

    async def _tell(self, work: Awaitable[Answer], chosen: str) -> None:
        answer = await work
        self._show_names(chosen)
        self.told.emit(answer)

    def _show_names(self, chosen: str) -> None:
        self.form.show_names(self._shelf.names, chosen)


def _shortcut(parent: QWidget, key: QKeySequence, act: Callable[[], None]) -> None:
    shortcut = QShortcut(key, parent)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(act)


def _choice(wanted: AlarmFilter) -> FilterChoice:
    fields = {
        "state": _only(wanted.states),
        "class": _only(wanted.classes),
        "commune": _only(wanted.communes),
        "service": _only(wanted.services),
        "assigned": "" if wanted.assigned is Assigned.ANYBODY else wanted.assigned.value,
        "older": str(wanted.older_than_minutes) if wanted.older_than_minutes else "",
    }
    return FilterChoice(wanted.priorities, fields, wanted.is_chattering)


def _only(values: Sequence[str]) -> str:
    return values[0] if values else ""


def _filter(choice: FilterChoice, before: AlarmFilter) -> AlarmFilter:
    fields = choice.fields or {}

    def one(name: str) -> tuple[str, ...]:
        return (fields[name],) if fields.get(name) else ()

    return msgspec.structs.replace(
        before,
        priorities=choice.priorities,
        states=tuple(ShownState(value) for value in one("state")),
        classes=one("class"),
        communes=one("commune"),
        services=one("service"),
        assigned=Assigned(fields["assigned"]) if fields.get("assigned") else Assigned.ANYBODY,
        older_than_minutes=int(fields["older"]) if fields.get("older") else 0,
        is_chattering=choice.is_chattering,
    )
