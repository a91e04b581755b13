"""Evidence: what is asked for, how far it is, and the package to hand over."""

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.kit.errors import RequestFailed, RequestRefused
from console.kit.failures import failure_text
from console.kit.panel_spec import PanelState
from console.panels.evidence.form import EvidenceForm
from console.panels.evidence.presenter import UNDER_WAY, EvidencePresenter, PackageLine
from console.store.context import Context
from console.store.wishes import Extraction
from contract.evidence import EvidencePackage
from widgets.frame_clock import Ticking
from widgets.giving_way import give_way
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.plain_text import PlainLabel, tip
from widgets.room_for_words import room_for_columns, room_for_heads, room_for_rows
from widgets.wrapping_row import WrappingRow

_ID_ROLE: Final = int(Qt.ItemDataRole.UserRole)
_COLUMNS: Final = ("asked", "what", "requisition", "state")
_FORBIDDEN: Final = 403
_LINES_FOR_FINGERPRINT: Final = 30
_SOON_S: Final = 1
_NOW_AND_THEN_S: Final = 15


class EvidencePanel(QObject):
    """Refreshed each second while something is under way, else now and then."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        tr = context.texts
        self._presenter = EvidencePresenter(context.stores.assets, context.client, tr)
        self._packages: dict[str, EvidencePackage] = {}
        self._cameras: tuple[int, ...] = ()
        self._is_asking = False
        self._seconds = 0
        self._sure_of = ""  # the package whose destruction was asked for once
        self.notice = Notice(context.palette, tr, context.ticker.frame_clock)
        self.form = EvidenceForm(tr)
        self.table = QTableWidget(0, len(_COLUMNS))
        self.details = PlainLabel()
        self.progress = QProgressBar()
        self.fingerprint = PlainLabel()
        self._empty = PlainLabel(tr("evidence.empty"))
        self._widget = QWidget()
        self._widget.setObjectName("evidence panel")
        self.fetch = self._button("mdi6.download", "evidence.fetch", self._fetch)
        self.stop = self._button("mdi6.pause", "evidence.stop", lambda: self._act(self._presenter.stop))
        self.go_on = self._button("mdi6.play", "evidence.go_on", lambda: self._act(self._presenter.go_on))
        self.destroy = self._button("mdi6.delete-outline", "evidence.destroy", self._destroy)
        self._lay_out()
        self.form.given.connect(self._order)
        self.table.itemSelectionChanged.connect(self._dress)
        context.stores.moments.extraction_wished.connect(self._wished)
        self._ticking: Ticking = context.ticker.every_second(self._second)
        refresh = QShortcut(QKeySequence("F5"), self._widget)
        refresh.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        refresh.activated.connect(self.refresh)
        self.refresh()
        context.tasks.start(self._learn_fingerprint(), name="evidence key")
        wish = context.stores.moments.take_extraction()
        if wish is not None:
            self._wished(wish)

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    @property
    def packages(self) -> Sequence[EvidencePackage]:
        """As last told, newest first."""
        return tuple(self._packages.values())

    @property
    def empty_text(self) -> str:
        """What stands where there are no packages."""
        return self._empty.text()

    def focus_first(self) -> None:
        """The form, or the list."""
        (self.form.requisition if self.form.isVisible() else self.table).setFocus()

    def close(self) -> None:
        """Hear nothing more."""
        self._ticking.stop()
        self.notice.clear()
        self._context.stores.moments.extraction_wished.disconnect(self._wished)

    def state(self) -> PanelState:
        """Nothing is kept."""
        return {}

    def take_state(self, state: PanelState) -> None:
        """Nothing was kept."""
        del state

    def refresh(self) -> None:
        """Ask for the list anew."""
        if not self._is_asking:
            self._seconds = 0
            self._is_asking = self._context.tasks.start(self._ask(), name="evidence") is not None

    # --- asking

    async def _ask(self) -> None:
        try:
            packages = await self._presenter.packages()
        except RequestFailed as error:
            if isinstance(error, RequestRefused) and error.status == _FORBIDDEN:
                self._empty.setText(self._context.texts("evidence.forbidden"))
                self._show(())
                return
            self._say(failure_text(error, self._context.texts), Tone.WARNING)
            return
        finally:
            self._is_asking = False
        self._show(packages)

    async def _learn_fingerprint(self) -> None:
        try:
            words = await self._presenter.fingerprint()
        except RequestFailed:
            return  # who may not see packages need not know their key
        self.fingerprint.setText(self._context.texts("evidence.fingerprint", fingerprint=words))

    def _order(self, since: object, until: object, requisition: str, reason: str, incident: str) -> None:
        cameras = self._cameras
        if not isinstance(since, dt.datetime) or not isinstance(until, dt.datetime):
            return

        async def order() -> None:
            await self._presenter.order(cameras, since, until, requisition, reason, incident)
            self.form.forget()
            self._say(self._context.texts("evidence.ordered"), Tone.PLAIN)

        self._start(order())

    def _fetch(self) -> None:
        package = self._chosen()
        if package is None:
            return
        name = self._context.stores.occasion.file_name(self._presenter.file_name(package), self._context.texts)
        path, _kind = QFileDialog.getSaveFileName(
            self._widget, self._context.texts("evidence.fetch"), name, "ZIP (*.zip)"
        )
        if path:
            self.fetch_into(package, Path(path))

    def fetch_into(self, package: EvidencePackage, target: Path) -> None:
        """Into a file, with progress."""

        async def fetch() -> None:
            try:
                await self._presenter.fetch(package, target, self._fetched)
            except OSError as error:
                words = self._context.texts("footage.not_written", path=str(target), reason=error.strerror or "")
                self._say(words, Tone.WARNING)
                return
            finally:
                self.progress.hide()
            self._say(self._context.texts("evidence.fetched", path=str(target)), Tone.PLAIN)

        self._start(fetch())

    def _fetched(self, done: int, total: int) -> None:
        self.progress.show()
        self.progress.setRange(0, 100)
        self.progress.setValue(round(100 * done / max(1, total)))

    def _destroy(self) -> None:
        package = self._chosen()
        if package is None:
            return
        if self._sure_of != package.id:
            # Not undoable: asked once, with its consequence in words.
            self._sure_of = package.id
            self._say(self._context.texts("evidence.destroy_sure"), Tone.WARNING)
            return
        self._sure_of = ""
        self.notice.clear()
        self._act(self._presenter.destroy)

    def _act(self, request: Callable[[str], Awaitable[None]]) -> None:
        package = self._chosen()
        if package is not None:
            self._start(request(package.id))

    def _start(self, work: Awaitable[None]) -> None:
        async def do() -> None:
            try:
                await work
            except RequestFailed as error:
                self._say(failure_text(error, self._context.texts), Tone.WARNING)
            self.refresh()

        self._context.tasks.start(do(), name="evidence act")

    def _second(self) -> None:
        self._seconds += 1
        is_busy = any(one.state in UNDER_WAY for one in self._packages.values())
        if self._widget.isVisible() and self._seconds >= (_SOON_S if is_busy else _NOW_AND_THEN_S):
            self.refresh()

    def _wished(self, wish: object) -> None:
        if isinstance(wish, Extraction):
            self._context.stores.moments.take_extraction()
            self._cameras = wish.camera_ids
            self.form.ask(self._presenter.camera_names(wish.camera_ids), wish.since, wish.until)

    # --- showing

    def _show(self, packages: Sequence[EvidencePackage]) -> None:
        chosen = self._chosen()
        now = self._context.clock()
        self._packages = {one.id: one for one in packages}
        lines = [self._presenter.line(one, now) for one in packages]
        self._empty.setVisible(not lines)
        self.table.setVisible(bool(lines))
        self.table.blockSignals(True)
        self.table.setRowCount(len(lines))
        for row, line in enumerate(lines):
            for column, words in enumerate((line.asked, line.what, line.requisition, line.state)):
                item = QTableWidgetItem(words)
                item.setToolTip(tip(words))
                item.setData(_ID_ROLE, line.id)
                self.table.setItem(row, column, item)
            if chosen is not None and line.id == chosen.id:
                self.table.setCurrentCell(row, 0)
        if chosen is None and lines:
            self.table.setCurrentCell(0, 0)
        self.table.blockSignals(False)
        self._dress()

    def _chosen(self) -> EvidencePackage | None:
        item = self.table.item(self.table.currentRow(), 0)
        return None if item is None else self._packages.get(str(item.data(_ID_ROLE)))

    def _dress(self) -> None:
        package = self._chosen()
        line: PackageLine | None = None if package is None else self._presenter.line(package, self._context.clock())
        self.details.setText("" if line is None else line.details)
        self.details.setVisible(line is not None)
        self.fetch.setEnabled(line is not None and line.may_fetch)
        self.stop.setEnabled(line is not None and line.may_stop)
        self.go_on.setEnabled(line is not None and line.may_go_on)
        self.destroy.setEnabled(line is not None)
        if line is not None and line.share is not None:
            self._fetched(round(line.share * 1000), 1000)
        else:
            self.progress.hide()

    def _say(self, words: str, tone: Tone = Tone.PLAIN) -> None:
        self.notice.say(words, tone)

    def _button(self, name: str, key: str, wish: Callable[[], None]) -> QPushButton:
        button = QPushButton(self._context.texts(key))
        button.setIcon(icon(name, self._context.palette))
        button.clicked.connect(lambda _checked=False: wish())
        return button

    def _lay_out(self) -> None:
        tr = self._context.texts
        self.table.setHorizontalHeaderLabels([tr(f"evidence.column.{name}") for name in _COLUMNS])
        self.table.setAccessibleName(tr("evidence.title"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        room_for_columns(header, {0: 84, 2: 130, 3: 160})
        room_for_heads(header)
        room_for_rows(self.table)
        for label in (self._empty, self.details, self.fingerprint):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        give_way(self.fingerprint, self._widget, _LINES_FOR_FINGERPRINT)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("role", "muted")
        self.fingerprint.setProperty("role", "muted")
        selectable = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        self.details.setTextInteractionFlags(selectable)
        self.fingerprint.setTextInteractionFlags(selectable)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.hide()
        self._show(())
        row = WrappingRow(TIGHT)
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        for button in (self.fetch, self.stop, self.go_on, self.destroy):
            row.addWidget(button)
        words = QVBoxLayout()
        words.setContentsMargins(GAP, TIGHT, GAP, GAP)
        words.addWidget(self.details)
        words.addWidget(self.fingerprint)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.form)
        column.addWidget(self._empty, 1)
        column.addWidget(self.table, 1)
        column.addWidget(self.progress)
        nest(column, row)
        nest(column, words)
