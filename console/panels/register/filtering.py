"""The head of the register panel: words, filter, views by name, groups, and what a map confines the list to."""

from collections.abc import Awaitable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console.kit.answer import Answer
from console.panels.register.presenter import RegisterPresenter, block_of, filter_of
from console.panels.register.view_shelf import ViewShelf
from console.store.context import Context
from console.store.register_filters import Group, RegisterView, count_conditions
from widgets.filter_builder import FilterBuilder
from widgets.filter_values import FilterBlock, FilterField
from widgets.look import GAP, TIGHT, icon
from widgets.name_form import NameForm, Question
from widgets.nesting import nest
from widgets.quiet_label import quiet_label
from widgets.room_for_words import hint_in_full
from widgets.wrapping_row import WrappingRow

_WIDEST: Final = 220
_TOOLS: Final = (
    ("edit", "mdi6.pencil-outline"),
    ("show", "mdi6.map-marker-multiple-outline"),
    ("columns", "mdi6.view-column-outline"),
    ("export", "mdi6.export-variant"),
)


class Filtering(QObject):
    """Says `changed` when another list is wanted, `view_chosen` when its columns are others too."""

    changed = Signal()
    view_chosen = Signal()
    told = Signal(object)  # Answer
    left = Signal()  # the keyboard goes back to the list

    def __init__(self, context: Context, presenter: RegisterPresenter, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._presenter = presenter
        self._stores = context.stores
        tr = context.texts
        self._shelf = ViewShelf(context.client, tr, lambda: context.stores.link.user)
        self._chosen_name = ""
        self._reads_map = False
        self._offered: Sequence[FilterField] = ()
        self.widget = QWidget()
        self.text = QLineEdit()
        hint_in_full(self.text, tr("assets.search"))
        self.text.setClearButtonEnabled(True)
        self.open_button = QPushButton(tr("register.filter.open"))
        self.open_button.setIcon(icon("mdi6.filter-outline", context.palette))
        self.open_button.setCheckable(True)
        self.open_button.setToolTip(tr("register.filter.open_hint"))
        self.views = QToolButton()
        self.views.setText(tr("register.views.title"))
        self.views.setIcon(icon("mdi6.bookmark-outline", context.palette))
        self.views.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.views.setAccessibleName(tr("register.views.title"))
        self.group = QComboBox()
        self.group.setAccessibleName(tr("register.group.by"))
        self.group.setToolTip(tr("register.group.by"))
        self.group.setMaximumWidth(_WIDEST)
        self.in_view = self._toggle("register.map.in_view", "mdi6.map-outline")
        self.on_map = self._toggle("register.map.chosen", "mdi6.select")
        self.tools = {name: self._tool(name, sign) for name, sign in _TOOLS}
        self.builder = FilterBuilder(context.palette, tr)
        self.name_form = NameForm(tr)
        self.summary: QLabel = quiet_label()
        self.clear = QPushButton(tr("register.filter.clear"))
        self._lay_out()
        self._connect()
        self._chosen_on_map()
        self._dress()

    @property
    def only(self) -> NDArray[np.uint32] | None:
        """What a map confines the list to; None: nothing does."""
        contents = self._stores.contents
        if self.on_map.isChecked():
            return np.array(contents.chosen.asset_ids, np.uint32)
        if not self.in_view.isChecked():
            return None
        bounds = contents.in_view.bounds
        if bounds is None:
            return np.array(contents.in_view.asset_ids, np.uint32)
        return self._presenter.within(*bounds)

    def load(self) -> None:
        """Ask for the views that are kept."""
        self._context.tasks.start(self._loaded(), name="register views")

    def offer(self) -> None:
        """What may be compared and grouped by, as the register stands."""
        self._offered = self._presenter.filter_fields()
        self.builder.offer(self._offered)
        held = self._presenter.view.group
        self.group.blockSignals(True)
        self.group.clear()
        self.group.addItem(self._context.texts("register.group.none"), "")
        for name, title in self._presenter.groupings():
            self.group.addItem(self._context.texts("register.group.one", field=title), name)
        self.group.setCurrentIndex(max(self.group.findData(held), 0))
        self.group.blockSignals(False)

    def refresh_offer(self) -> None:
        """Offer anew where the register has other words by now; a menu or a value under somebody's hands stays."""
        fields = self._presenter.filter_fields()
        if fields != self._offered:
            self.offer()

    def show_view(self, view: RegisterView) -> None:
        """Show what is asked, without asking."""
        self.text.blockSignals(True)
        self.text.setText(view.text)
        self.text.blockSignals(False)
        self.builder.show_block(block_of(view.filter))
        self.group.blockSignals(True)
        self.group.setCurrentIndex(max(self.group.findData(view.group), 0))
        self.group.blockSignals(False)
        self._dress()

    def toggle_builder(self) -> None:
        """Open the filter, or close it."""
        self.open_button.setChecked(not self.open_button.isChecked())

    def close(self) -> None:
        """Hear nothing more."""
        contents = self._stores.contents
        if self._reads_map:
            contents.end_reading()
        contents.view_changed.disconnect(self._map_moved)
        contents.chosen_changed.disconnect(self._chosen_on_map)

    def menu_of_views(self) -> QMenu:
        """The views by name; to keep, to forget, to begin anew."""
        tr = self._context.texts
        menu = QMenu(self.views)
        names = self._shelf.names
        for number, each in enumerate(names):
            action = QAction(each.text.replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(each.name == self._chosen_name)
            action.triggered.connect(lambda _checked=False, number=number: self._named_chosen(number))
            menu.addAction(action)
        if not names:
            menu.addAction(tr("register.views.none")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(tr("register.views.keep")).triggered.connect(lambda _checked=False: self._ask_name())
        mine = [each.name for each in names if each.is_mine and each.name == self._chosen_name]
        forget = menu.addAction(tr("register.views.forget", name=self._chosen_name or "…"))
        forget.setEnabled(bool(mine))
        forget.triggered.connect(lambda _checked=False: self._forget(self._chosen_name))
        menu.addAction(tr("register.views.all")).triggered.connect(
            lambda _checked=False: self._take(RegisterView(), "")
        )
        return menu

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(TIGHT)
        first.setContentsMargins(GAP, TIGHT, GAP, 0)
        first.addWidget(self.text, 1)
        first.addWidget(self.open_button)
        second = WrappingRow(TIGHT)
        second.setContentsMargins(GAP, 0, GAP, 0)
        for widget in (self.views, self.group, self.in_view, self.on_map, *self.tools.values()):
            second.addWidget(widget)
        told = QHBoxLayout()
        told.setContentsMargins(GAP, 0, GAP, 0)
        told.addWidget(self.summary, 1)
        told.addWidget(self.clear)
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        nest(column, first)
        nest(column, second)
        column.addWidget(self.builder)
        column.addWidget(self.name_form)
        nest(column, told)

    def _connect(self) -> None:
        contents = self._stores.contents
        self.text.textChanged.connect(self._text_changed)
        self.text.returnPressed.connect(self.left.emit)
        self.open_button.toggled.connect(self._builder_toggled)
        self.builder.changed.connect(self._block_changed)
        self.builder.left.connect(lambda: self.open_button.setChecked(False))
        self.clear.clicked.connect(lambda _checked=False: self._ask(filter=Group()))
        self.group.currentIndexChanged.connect(self._group_changed)
        self.views.clicked.connect(lambda _checked=False: self._open_views())
        self.name_form.given.connect(self._keep)
        self.in_view.toggled.connect(self._in_view_toggled)
        self.on_map.toggled.connect(self._on_map_toggled)
        contents.view_changed.connect(self._map_moved)
        contents.chosen_changed.connect(self._chosen_on_map)

    def _toggle(self, key: str, sign: str) -> QToolButton:
        tr = self._context.texts
        button = QToolButton()
        button.setIcon(icon(sign, self._context.palette))
        button.setCheckable(True)
        button.setToolTip(tr(f"{key}_hint"))
        button.setText(tr(key))
        button.setAccessibleName(tr(key))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _tool(self, name: str, sign: str) -> QToolButton:
        tr = self._context.texts
        button = QToolButton()
        button.setIcon(icon(sign, self._context.palette))
        button.setToolTip(tr(f"register.tool.{name}"))
        button.setAccessibleName(tr(f"register.tool.{name}"))
        return button

    def _text_changed(self, text: str) -> None:
        self._presenter.ask(text=text)
        self.changed.emit()

    def _block_changed(self, block: FilterBlock) -> None:
        self._presenter.ask(filter=filter_of(block))
        self._dress()
        self.changed.emit()

    def _group_changed(self, _number: int) -> None:
        self._presenter.ask(group=str(self.group.currentData() or ""))
        self.changed.emit()

    def _ask(self, **changes: object) -> None:
        self._presenter.ask(**changes)
        self.show_view(self._presenter.view)
        self.changed.emit()

    def _dress(self) -> None:
        group = self._presenter.view.filter
        words = self._presenter.summary()
        self.summary.setText(words)
        self.summary.setVisible(bool(words))
        self.clear.setVisible(bool(words))
        self.builder.say_trouble(self._presenter.words.trouble(group))
        count = count_conditions(group)
        tr = self._context.texts
        self.open_button.setText(tr("register.filter.open_count", count=count) if count else tr("register.filter.open"))

    def _builder_toggled(self, is_open: bool) -> None:
        self.builder.setVisible(is_open)
        if is_open:
            self.builder.focus_first()
        else:
            self.left.emit()

    def _in_view_toggled(self, is_on: bool) -> None:
        if is_on:
            self.on_map.setChecked(False)
        contents = self._stores.contents
        if is_on and not self._reads_map:
            contents.begin_reading()
        elif not is_on and self._reads_map:
            contents.end_reading()
        self._reads_map = is_on
        self.changed.emit()

    def _on_map_toggled(self, is_on: bool) -> None:
        if is_on:
            self.in_view.setChecked(False)
        self.changed.emit()

    def _map_moved(self) -> None:
        if self.in_view.isChecked():
            self.changed.emit()

    def _chosen_on_map(self) -> None:
        has_any = bool(self._stores.contents.chosen.total)
        self.on_map.setEnabled(has_any)
        if self.on_map.isChecked():
            if has_any:
                self.changed.emit()
            else:
                self.on_map.setChecked(False)

    def _open_views(self) -> None:
        menu = self.menu_of_views()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.views.mapToGlobal(self.views.rect().bottomLeft()))

    def _named_chosen(self, number: int) -> None:
        named = self._shelf.kept[number]
        self._take(named.value, named.name)

    def _take(self, view: RegisterView, name: str) -> None:
        self._chosen_name = name
        columns = view.columns or (() if not name else self._presenter.view.columns)
        self._presenter.ask(text=view.text, filter=view.filter, sort=view.sort, group=view.group, columns=columns)
        self.show_view(self._presenter.view)
        self.view_chosen.emit()

    def _ask_name(self) -> None:
        tr = self._context.texts
        title = tr("register.views.keep_title")
        self.name_form.ask(Question(title, tr("register.views.name"), name=self._chosen_name, can_share=True))

    def _keep(self, name: str, is_shared: bool, _text: str) -> None:
        self._chosen_name = name
        work = self._shelf.keep(name, self._presenter.view, is_shared=is_shared)
        self._context.tasks.start(self._tell(work), name="keep a register view")

    def _forget(self, name: str) -> None:
        self._chosen_name = ""
        self._context.tasks.start(self._tell(self._shelf.forget(name)), name="forget a register view")

    async def _tell(self, work: Awaitable[Answer]) -> None:
        self.told.emit(await work)

    async def _loaded(self) -> None:
        answer = await self._shelf.load()
        if answer is not None:
            self.told.emit(answer)
