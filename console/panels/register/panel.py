"""The register panel: head, table, bulk editing and export. Nothing moves under the pointer."""

from functools import partial
from typing import Final

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.kit.answer import Answer
from console.kit.panel_spec import PanelState
from console.panels.register.acting import Acting
from console.panels.register.bulk import BulkEditing
from console.panels.register.columns import Columns
from console.panels.register.editing import Editing
from console.panels.register.filtering import Filtering
from console.panels.register.presenter import RegisterPresenter
from console.store.context import Context
from console.store.register_filters import RegisterView, checked
from console.store.register_listing import Listing
from console.store.register_matching import Steps
from widgets.frame_clock import Ticking
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.quiet_label import quiet_label
from widgets.register_table import RegisterTable

_STEPS_HZ: Final = 60
_STEP_S: Final = 0.006  # of 16 ms: the rest is for whoever types and scrolls
_SOON_S: Final = 0.02  # several keys within this are one question
_AT_MOST_EVERY_S: Final = 1.0  # so often the city may change the list
_LOWEST_LINES: Final = 31  # of text: in a dock that is lower a form stands alone
_ORDER_EVERY_S: Final = 5.0  # so often texts are put in order anew, where they change all the time


class RegisterPanel:
    """Everything in the register that this operator may see."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stores = stores = context.stores
        tr, palette, clock = context.texts, context.palette, context.ticker.frame_clock
        self.presenter = RegisterPresenter(
            stores.register.columns,
            stores.register.visuals,
            stores.assets,
            stores.states,
            stores.catalogue,
            tr,
            lambda: stores.link.server_now().date(),
        )
        self._widget = QWidget()
        self._widget.setObjectName("assets panel")
        self.table = RegisterTable(palette, tr)
        self.filtering = Filtering(context, self.presenter, self._widget)
        self.columns = Columns(self.presenter, self.table, self.filtering.tools["columns"], self.refresh)
        bulk = BulkEditing(context.client, stores.catalogue, self.presenter.words, tr, self.presenter.id_of_code)
        self.editing = Editing(context, bulk, self.marked_ids, self._widget)
        self.acts = Acting(context, self.presenter, self.table, self.editing.ask)
        self.notice = Notice(palette, tr, clock)
        self.undo_button = QPushButton(tr("register.edit.undo"))
        self.undo_button.setIcon(icon("mdi6.undo-variant", palette))
        self.undo_button.hide()
        self.stale_button = QPushButton(tr("register.stale"))
        self.stale_button.setIcon(icon("mdi6.refresh", palette))
        self.stale_button.hide()
        self.empty = quiet_label(is_centred=True)
        self.count = quiet_label()
        self._spare = QWidget()
        self._stepping: Ticking | None = None
        self._soon: Ticking | None = None
        self._making: frozenset[str] = frozenset()
        self._made_at: dict[str, float] = {}
        self._listed_at = -_AT_MOST_EVERY_S
        self._is_reading = False
        self._is_behind = False  # the city has changed what is listed, and it is not listed yet
        self._each_second = context.ticker.every_second(self._second_passed)
        self._lay_out()
        self._connect()
        self._catalogue_changed()
        stores.register.begin_reading()
        self._follow()
        self.filtering.load()

    @property
    def widget(self) -> QWidget:
        """Head, table and forms."""
        return self._widget

    @property
    def search(self) -> QLineEdit:
        """The words that are looked for."""
        return self.filtering.text

    @property
    def is_about_to_list(self) -> bool:
        """Whether something was asked that is not listed yet."""
        return self._soon is not None

    def focus_first(self) -> None:
        """The search field takes the keys."""
        self.search.setFocus()
        self.search.selectAll()

    def state(self) -> PanelState:
        """Filter, columns, order and groups, kept with the workspace."""
        kept: PanelState = msgspec.to_builtins(self.presenter.view)
        return kept

    def take_state(self, state: PanelState) -> None:
        """Stand as it was left."""
        try:
            view = checked(msgspec.convert(state, RegisterView))
        except (msgspec.ValidationError, ValueError, RecursionError):
            return
        self.presenter.ask(**{name: getattr(view, name) for name in view.__struct_fields__})
        self.filtering.show_view(view)
        self.columns.show()
        self.refresh()

    def close(self) -> None:
        """Hear nothing more."""
        for ticking in (self._each_second, self._stepping, self._soon):
            if ticking is not None:
                ticking.stop()
        self.notice.clear()
        self.filtering.close()
        stores = self._stores
        stores.register.outdated.disconnect(self._follow)
        stores.catalogue.changed.disconnect(self._catalogue_changed)
        stores.selection.selection_changed.disconnect(self._selection_changed)
        stores.link.liveness_changed.disconnect(self._liveness_changed)

    def current_id(self) -> int | None:
        """The asset of the current line."""
        return self.acts.current_id()

    def marked_ids(self) -> tuple[int, ...]:
        """The assets of the marked lines; a closed group means all that is in it."""
        return self.acts.marked_ids()

    def refresh(self) -> None:
        """List anew, now."""
        self._stop_soon()
        self.presenter.confine(self.filtering.only)
        self._show(self.presenter.refresh())

    def _show(self, found: Listing) -> None:
        self._is_behind = False
        self._listed_at = self._context.ticker.frame_clock.now()
        self.stale_button.hide()
        self.table.show_lines(found.lines, self.presenter.row)
        view = self.presenter.view
        self.table.heads.show_order([(key.field, key.is_descending) for key in view.sort])
        self.empty.setText(self.presenter.empty_text(waiting=self._stores.register.waiting_count))
        self._fit_room()
        self._selection_changed()
        self._dress()
        self._make_ready()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        foot.setSpacing(GAP)
        foot.addWidget(self.count, 1)
        foot.addWidget(self.stale_button)
        said = QHBoxLayout()
        said.setContentsMargins(0, 0, 0, 0)
        said.addWidget(self.notice, 1)
        said.addWidget(self.undo_button)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.filtering.widget)
        column.addWidget(self.empty, 1)
        column.addWidget(self.table, 1)
        column.addWidget(self.editing.form)
        column.addWidget(self.acts.export.form)
        column.addWidget(self._spare, 1)
        nest(column, said)
        nest(column, foot)

    def _connect(self) -> None:
        stores, filtering, table = self._stores, self.filtering, self.table
        stores.register.outdated.connect(self._follow)
        stores.catalogue.changed.connect(self._catalogue_changed)
        stores.selection.selection_changed.connect(self._selection_changed)
        stores.link.liveness_changed.connect(self._liveness_changed)
        filtering.changed.connect(self._list_soon)
        filtering.view_chosen.connect(self._view_chosen)
        filtering.told.connect(self._say)
        filtering.left.connect(table.setFocus)
        tools = filtering.tools
        tools["edit"].clicked.connect(lambda _checked=False: self.editing.ask())
        tools["show"].clicked.connect(lambda _checked=False: self.acts.show_on_map())
        tools["export"].clicked.connect(lambda _checked=False: self.acts.ask_export())
        table.current_moved.connect(self._current_moved)
        table.marked_changed.connect(self._dress)
        table.place_requested.connect(self.acts.go_to_place)
        table.group_requested.connect(self._turn_group)
        table.pointer_left.connect(self._catch_up)
        table.key_pressed.connect(self._key_pressed)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self.acts.open_menu)
        heads = table.heads
        heads.order_requested.connect(self._order_requested)
        self.editing.told.connect(self._say)
        self.acts.told.connect(self._say)
        self.acts.groups_turned.connect(self._turn_all)
        self.editing.opened_or_closed.connect(self._fit_room)
        self.editing.undo_changed.connect(lambda: self.undo_button.setVisible(self.editing.can_undo))
        self.undo_button.clicked.connect(lambda _checked=False: self.editing.undo())
        self.stale_button.clicked.connect(lambda _checked=False: self.refresh())
        for key, act in (
            (QKeySequence(QKeySequence.StandardKey.Find), self.focus_first),
            (QKeySequence("Ctrl+Z"), self.editing.undo),
            (QKeySequence("Ctrl+E"), self.acts.ask_export),
            (QKeySequence("Ctrl+C"), self.acts.copy),
            (QKeySequence("F5"), self.refresh),
        ):
            shortcut = QShortcut(key, table if act == self.acts.copy else self._widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # --- the list follows

    def _follow(self) -> None:
        """Assets wait: take them in, a slice a frame."""
        if self._stepping is None and self._stores.register.is_behind:
            self._stepping = self._context.ticker.frame_clock.subscribe(_STEPS_HZ, lambda _now: self._step())
            self._step()  # a change of a few is there at once

    def _step(self) -> None:
        register = self._stores.register
        register.step(_STEP_S)
        if register.is_behind:
            self._is_reading = True
            if self._context.ticker.frame_clock.now() - self._listed_at >= _AT_MOST_EVERY_S:
                self._changed_by_itself()
            return
        if self._stepping is not None:
            self._stepping.stop()
            self._stepping = None
        if self._is_reading:
            self._is_reading = False
            self._listed_at = -_AT_MOST_EVERY_S  # the whole list, at last
        self.presenter.warm()
        self.filtering.refresh_offer()
        self._changed_by_itself()

    def _changed_by_itself(self) -> None:
        """The city changed the list, not the operator: it waits while the pointer is over it."""
        has_lines = bool(len(self.table.lines.lines))
        if self.table.underMouse() and has_lines:
            self.table.repaint_words()
            self.stale_button.show()
        elif has_lines and self._context.ticker.frame_clock.now() - self._listed_at < _AT_MOST_EVERY_S:
            self._is_behind = True
            self.table.repaint_words()
        else:
            self.refresh()

    def _catch_up(self) -> None:
        if not self.stale_button.isHidden():
            self.refresh()

    def _list_soon(self) -> None:
        self._stop_soon()
        self._soon = self._context.ticker.frame_clock.after(_SOON_S, self._begin_listing)

    def _begin_listing(self) -> None:
        self.presenter.confine(self.filtering.only)
        self._go_on(self.presenter.steps())

    def _go_on(self, steps: Steps[Listing]) -> None:
        """One step of the listing; between two steps keys are taken and other panels paint."""
        try:
            next(steps)
        except StopIteration as end:
            self._soon = None
            self._show(end.value)
            return
        self._soon = self._context.ticker.frame_clock.after(0.0, partial(self._go_on, steps))

    def _stop_soon(self) -> None:
        if self._soon is not None:
            self._soon.stop()
            self._soon = None

    def _make_ready(self) -> None:
        """Texts are put in order aside; until then the list stands by id."""
        if self._stores.register.is_behind:
            return
        now = self._context.ticker.frame_clock.now()
        for field in self.presenter.unready():
            if field not in self._making and now - self._made_at.get(field, -_ORDER_EVERY_S) >= _ORDER_EVERY_S:
                self._making |= {field}
                self._context.tasks.start(self._made_ready(field), name=f"order by {field}")

    async def _made_ready(self, field: str) -> None:
        try:
            await self.presenter.make_ready(field)
        finally:
            self._making -= {field}
            self._made_at[field] = self._context.ticker.frame_clock.now()
        if not self._making:
            self._listed_at = -_AT_MOST_EVERY_S  # somebody waits for this order
            self._changed_by_itself()

    def _fit_room(self) -> None:
        """In a low dock a form takes the room of the list: squeezed together neither could be read."""
        is_form_open = not self.editing.form.isHidden() or not self.acts.export.form.isHidden()
        lowest = _LOWEST_LINES * self._widget.fontMetrics().height()
        is_crowded = is_form_open and self._widget.height() < lowest
        has_lines = bool(len(self.presenter.found.lines))
        self.filtering.widget.setVisible(not is_crowded)
        self.table.setVisible(has_lines and not is_crowded)
        self.empty.setVisible(not has_lines and not is_crowded)
        self._spare.setVisible(is_crowded)

    def _second_passed(self) -> None:
        if not self._widget.isVisible():
            return
        self._fit_room()
        is_due = self._is_behind or self.presenter.depends_on_states
        if is_due and not self.table.underMouse():
            self.refresh()
        else:
            self.table.repaint_words()
            self._make_ready()

    def _catalogue_changed(self) -> None:
        self.presenter.words_changed()
        self.filtering.offer()
        self.columns.show()
        self.refresh()

    def _liveness_changed(self, is_live: bool) -> None:
        if is_live:
            self.filtering.load()

    # --- columns, order, groups

    def _order_requested(self, name: str, stays: bool) -> None:
        self.presenter.order_by(name, stays=stays)
        self.refresh()

    def _turn_group(self, number: int, is_wanted: bool) -> None:
        self.presenter.turn(int(self.table.lines.lines[number]), is_open=is_wanted)
        self.refresh()

    def _turn_all(self, is_open: bool) -> None:
        self.presenter.turn_all(is_open=is_open)
        self.refresh()

    def _view_chosen(self) -> None:
        self.columns.show()
        self.refresh()

    # --- selection and acts

    def _selection_changed(self) -> None:
        asset_id = self._stores.selection.asset_id
        if asset_id != self.current_id():
            self.table.select_line(self.presenter.line_of(asset_id))

    def _current_moved(self) -> None:
        asset_id = self.current_id()
        if asset_id is not None:
            self._stores.selection.select(asset_id)

    def _key_pressed(self, letter: str) -> None:
        act = {
            "F": self.filtering.toggle_builder,
            "E": self.editing.ask,
            "M": self.acts.show_on_map,
        }.get(letter)
        if act is not None:
            act()

    def _dress(self) -> None:
        marked = self.presenter.marked_text(self.table.marked_count)
        text = self.presenter.count_text(waiting=self._stores.register.waiting_count)
        self.count.setText(f"{text} · {marked}" if marked else text)

    def _say(self, answer: Answer) -> None:
        self.notice.say(answer.text, Tone.WARNING if answer.is_warning else Tone.PLAIN)
