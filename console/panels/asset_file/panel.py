"""An asset's file: fields, history, documents; create, move on the map, retire, undo."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QToolButton, QVBoxLayout, QWidget

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.panels.asset_file.documents_page import DocumentsPage
from console.panels.asset_file.form_page import FormPage
from console.panels.asset_file.history_page import HistoryPage
from console.panels.asset_file.labels_page import LabelsPage
from console.panels.asset_file.presenter import AssetFilePresenter
from console.parts.asking_page import AskingPage
from console.store.context import Context
from console.store.register_wishes import FilePage
from contract.assets import Asset, AssetStatus
from widgets.look import GAP, PAD, TIGHT, icon
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label
from widgets.reason_form import ReasonForm

_FIELDS, _HISTORY, _DOCUMENTS, _LABELS = range(4)
_PAGES = {
    FilePage.FIELDS: _FIELDS,
    FilePage.HISTORY: _HISTORY,
    FilePage.DOCUMENTS: _DOCUMENTS,
    FilePage.CHOSEN_LABELS: _LABELS,
}


class AssetFilePanel(QObject):
    """Follows the selection, unless something stands in the form that is not kept yet."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        stores, tr = context.stores, context.texts
        self._placing = stores.placing
        self._asset: Asset | None = None
        self._moving: Asset | None = None  # whose place is being pointed at
        self._is_placing_form = False
        self.presenter = AssetFilePresenter(stores.assets, stores.catalogue, context.client, tr)
        self.notice = Notice(context.palette, tr, context.ticker.frame_clock)
        self.form = FormPage(context, self.presenter)
        self.history = HistoryPage(context, self.presenter)
        self.documents = DocumentsPage(context, self.presenter)
        self.labels = LabelsPage(context, self.presenter)
        self.reason = ReasonForm(tr)
        self._title = PlainLabel()
        self._title.setProperty("role", "heading")
        self._title.setWordWrap(True)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._subtitle = quiet_label()
        self._empty = quiet_label(tr("asset_file.empty"), is_centred=True)
        self.new_button = self._tool("new", "mdi6.plus-circle-outline", self.begin_new)
        self.move_button = self._tool("move", "mdi6.cursor-move", self.move)
        self.retire_button = self._tool("retire", "mdi6.archive-arrow-down-outline", self.retire)
        self.undo_button = self._tool("undo_last", "mdi6.undo", self.undo_last)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self._widget = QWidget()
        self._widget.setObjectName("asset file panel")
        self._lay_out()
        self._connect()
        self._selection_changed()
        self._wished()
        self._page_wished()

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    def focus_first(self) -> None:
        """The form takes the keys, or the button that makes a new asset."""
        if self._asset is None and not self.form.is_new:
            self.new_button.setFocus()
        else:
            self.form.form.focus_first()

    def close(self) -> None:
        """Hear nothing more; what was asked of the map is given up."""
        self.notice.clear()
        self.labels.close()
        stores = self._context.stores
        stores.selection.selection_changed.disconnect(self._selection_changed)
        stores.assets.changed_since_tick.disconnect(self._assets_changed)
        self._placing.answered.disconnect(self._placed)
        self._placing.given_up.disconnect(self._not_placed)
        self._placing.wished.disconnect(self._wished)
        stores.register_wishes.page_wished.disconnect(self._page_wished)
        if self._moving is not None or self._is_placing_form:
            self._placing.give_up()

    def begin_new(self, lon: float | None = None, lat: float | None = None) -> None:
        """A new asset, of the class of the selected one."""
        class_ = "" if self._asset is None else self._asset.class_
        self.form.begin_new(lon, lat, class_)
        self._show_new()

    def move(self) -> None:
        """The next click on the map is the asset's new place; Escape leaves it where it is."""
        asset = self._asset
        if asset is None or asset.line is not None:
            return
        self._moving = None
        self._ask_map((asset.lon, asset.lat))
        self._moving = asset
        self._say(self._context.texts("asset_file.moving", code=asset.code))

    def retire(self) -> None:
        """Ask why, then retire it; or take it back into service."""
        asset, tr = self._asset, self._context.texts
        if asset is not None:
            key = "retire" if asset.status is not AssetStatus.RETIRED else "return"
            self.reason.ask(tr(f"asset_file.{key}_title", code=asset.code), tr(f"asset_file.{key}"))

    def undo_last(self) -> None:
        """The last change that one made oneself, of whichever asset."""

        async def undo() -> None:
            tr = self._context.texts
            try:
                edit = await self.presenter.last_own(self._context.stores.link.user)
                if edit is None:
                    self._say(tr("asset_file.nothing_to_undo"))
                    return
                await self.presenter.undo([edit.id])
            except RequestFailed as error:
                self._say(failure_text(error, tr), is_warning=True)
                return
            self._say(tr("asset_file.undone_one", what=self.presenter.edit_text(edit)))
            self._reload()

        self._context.tasks.start(undo(), name="undo the last change")

    def _page_wished(self) -> None:
        page = self._context.stores.register_wishes.take_page()
        if page is None or self.form.is_new:
            return
        self.tabs.setCurrentIndex(_PAGES[page])
        if page is FilePage.CHOSEN_LABELS:
            self.labels.choose_all()

    def _selection_changed(self) -> None:
        asset = self._newest(self._context.stores.selection.asset_id)
        is_other = (None if asset is None else asset.id) != (None if self._asset is None else self._asset.id)
        if is_other and self.form.is_dirty:
            self._say(self._context.texts("asset_file.unsaved"), is_warning=True)
            return
        if is_other:
            self.reason.hide()
        self._show(asset)

    def _assets_changed(self) -> None:
        """The asset may be another by now; what hands have written stays until they keep or discard it."""
        selected = self._context.stores.selection.asset_id
        asset = self._newest(selected if self._asset is None else self._asset.id)
        if self.form.is_new or asset == self._asset:
            return
        if self.form.is_dirty:
            self._asset = asset
            self._dress()
            self._say(self._context.texts("asset_file.changed_meanwhile"), is_warning=True)
        else:
            self._show(asset)

    def _newest(self, asset_id: int | None) -> Asset | None:
        """As the stream told it, or as the backend answered where the stream is behind."""
        told, answered = self.presenter.asset(asset_id), self.form.asset
        if told is None or answered is None or answered.id != told.id:
            return told
        return max(told, answered, key=lambda asset: asset.version)

    def _show(self, asset: Asset | None) -> None:
        self._asset = asset
        self._empty.setVisible(asset is None)
        self.tabs.setVisible(asset is not None)
        for page in (_HISTORY, _DOCUMENTS, _LABELS):
            self.tabs.setTabVisible(page, True)
        self.form.show_asset(asset)
        self.history.show_asset(asset)
        self.documents.show_asset(asset)
        self.labels.show_asset(asset)
        self._dress()
        self._load()

    def _show_new(self) -> None:
        self._empty.hide()
        self.tabs.show()
        self.tabs.setCurrentIndex(_FIELDS)
        for page in (_HISTORY, _DOCUMENTS, _LABELS):
            self.tabs.setTabVisible(page, False)
        self._title.setText(self._context.texts("asset_file.new"))
        self._subtitle.setText(self._context.texts("asset_file.new_hint"))
        for button in (self.move_button, self.retire_button):
            button.setEnabled(False)

    def _dress(self) -> None:
        asset, tr = self._asset, self._context.texts
        self._title.setText("" if asset is None else self.presenter.title(asset))
        self._subtitle.setText("" if asset is None else self.presenter.subtitle(asset))
        self.move_button.setEnabled(asset is not None and asset.line is None)
        self.retire_button.setEnabled(asset is not None)
        is_retired = asset is not None and asset.status is AssetStatus.RETIRED
        key = "asset_file.return" if is_retired else "asset_file.retire"
        name = "mdi6.archive-arrow-up-outline" if is_retired else "mdi6.archive-arrow-down-outline"
        self.retire_button.setIcon(icon(name, self._context.palette))
        self.retire_button.setText(tr(key))
        self.retire_button.setToolTip(tr(key))
        self.retire_button.setAccessibleName(tr(key))

    def _reload(self) -> None:
        """The stream brings the asset as it is now; its history is asked for."""
        self._assets_changed()
        self._load()

    def _load(self, *_index: int) -> None:
        if self.tabs.currentIndex() == _HISTORY:
            self.history.load()
        elif self.tabs.currentIndex() == _DOCUMENTS:
            self.documents.load()

    def _created(self, asset_id: int) -> None:
        self._asset = None
        self._context.stores.selection.select(asset_id)
        self._selection_changed()

    def _form_changed(self) -> None:
        self._selection_changed()
        self._load()

    def _status_reason(self, reason: str, _minutes: int) -> None:
        asset = self._asset
        if asset is None:
            return
        is_retired = asset.status is AssetStatus.RETIRED
        status = AssetStatus.IN_SERVICE if is_retired else AssetStatus.RETIRED
        key = "asset_file.returned" if is_retired else "asset_file.retired"

        async def change() -> None:
            done = await self.presenter.set_status(asset, status, reason)
            self._say(self._context.texts(key, code=done.code))

        self.form.ask(change, "status of an asset")

    # --- places on the map

    def _wished(self) -> None:
        wish = self._placing.take_wish()
        if wish is None:
            return
        if wish.asset_id is None:
            self.begin_new(wish.lon, wish.lat)
        elif self._asset is not None and self._asset.id == wish.asset_id:
            self.move()

    def _point_form(self, origin: tuple[float, float] | None) -> None:
        self._is_placing_form = False
        self._ask_map(origin)
        self._is_placing_form = True

    def _ask_map(self, origin: tuple[float, float] | None) -> None:
        if self._context.stores.maps.active is None:
            self._context.open_panel("map")
        self._placing.ask(origin)

    def _placed(self, lon: float, lat: float) -> None:
        asset, self._moving = self._moving, None
        if self._is_placing_form:
            self._is_placing_form = False
            self.form.take_place(lon, lat)
            self.notice.clear()
        elif asset is not None:

            async def move() -> None:
                done = await self.presenter.move(asset, lon, lat)
                self._say(self._context.texts("asset_file.moved", code=done.code))

            self.form.ask(move, "move an asset")

    def _not_placed(self) -> None:
        if self._moving is not None:
            self._say(self._context.texts("asset_file.not_moved", code=self._moving.code))
        self._moving = None
        self._is_placing_form = False

    # --- joining

    def _connect(self) -> None:
        stores = self._context.stores
        stores.selection.selection_changed.connect(self._selection_changed)
        stores.assets.changed_since_tick.connect(self._assets_changed)
        self._placing.answered.connect(self._placed)
        self._placing.given_up.connect(self._not_placed)
        self._placing.wished.connect(self._wished)
        stores.register_wishes.page_wished.connect(self._page_wished)
        pages: tuple[AskingPage[AssetFilePresenter], ...] = (self.form, self.history, self.documents, self.labels)
        for page in pages:
            page.said.connect(self._say)
        self.form.changed.connect(self._form_changed)
        self.form.created.connect(self._created)
        self.form.place_requested.connect(self._point_form)
        self.history.changed.connect(self._reload)
        self.reason.given.connect(self._status_reason)
        self.tabs.currentChanged.connect(self._load)
        for key, act in (
            (QKeySequence("Ctrl+Return"), self.form.save),
            (QKeySequence(QKeySequence.StandardKey.Undo), self.undo_last),
            (QKeySequence(QKeySequence.StandardKey.New), self.begin_new),
            (QKeySequence("Ctrl+M"), self.move),
        ):
            shortcut = QShortcut(key, self._widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _lay_out(self) -> None:
        tr = self._context.texts
        self.tabs.addTab(self.form.widget, tr("asset_file.tab.fields"))
        self.tabs.addTab(self.history.widget, tr("asset_file.tab.history"))
        self.tabs.addTab(self.documents.widget, tr("asset_file.tab.documents"))
        self.tabs.addTab(self.labels.widget, tr("asset_file.tab.labels"))
        words = QVBoxLayout()
        words.setSpacing(TIGHT)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        head = QHBoxLayout()
        head.setContentsMargins(PAD, GAP, GAP, GAP)
        head.setSpacing(TIGHT)
        nest(head, words, 1)
        for button in (self.new_button, self.move_button, self.retire_button, self.undo_button):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        nest(column, head)
        column.addWidget(self.reason)
        column.addWidget(self._empty, 1)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.notice)

    def _tool(self, key: str, icon_name: str, act: Callable[[], None]) -> QToolButton:
        words = self._context.texts(f"asset_file.{key}")
        made = QToolButton()
        made.setIcon(icon(icon_name, self._context.palette))
        made.setToolTip(words)
        made.setAccessibleName(words)
        made.clicked.connect(lambda _checked=False: act())
        return made

    def _say(self, words: str, is_warning: bool = False) -> None:
        self.notice.say(words, Tone.WARNING if is_warning else Tone.PLAIN)
