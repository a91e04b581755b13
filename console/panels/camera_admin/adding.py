"""Bringing cameras in: from a CSV file, or found on the network; each one tried, then added."""

import asyncio
import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.kit.said_by_devices import told_text
from console.panels.camera_admin.page import Asking
from console.store.context import Context
from contract.assets import Asset
from contract.onboarding import FoundCamera, Onboarding
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.plain_text import tip
from widgets.quiet_label import quiet_label
from widgets.room_for_words import room_for_columns, room_for_heads, room_for_rows
from widgets.wrapping_row import WrappingRow

_COLUMNS: Final = ("row", "code", "name", "state", "model", "picture", "detail")
_LOOK_EVERY_S: Final = 0.5
_LARGEST_FILE: Final = 4 * 1024 * 1024
_TRYING: Final = "trying"
_NARROW: Final = 640


class AddingPage(QObject):
    """The table shows each camera as it is tried; nothing is added before it is accepted."""

    def __init__(self, context: Context, asking: Asking, look_every_s: float = _LOOK_EVERY_S) -> None:
        super().__init__()
        self._context = context
        self._asking = asking
        self._look_every_s = look_every_s
        tr = context.texts
        self.list: Onboarding | None = None
        self._found: Sequence[FoundCamera] = ()
        self._widget = QWidget()
        self.table = QTableWidget(0, len(_COLUMNS))
        self.progress = QProgressBar()
        self.progress.hide()
        self.words = quiet_label(tr("adding.empty"))
        self.file = self._button("mdi6.file-delimited-outline", "adding.file")
        self.search = self._button("mdi6.radar", "adding.search")
        self.template = self._button("mdi6.file-edit-outline", "adding.template")
        self.cancel = self._button("mdi6.close", "adding.cancel")
        self.accept = self._button("mdi6.check-all", "adding.accept")
        self.includes_failed = QCheckBox(tr("adding.includes_failed"))
        self.template.clicked.connect(lambda _checked=False: self._choose_template())
        self.file.clicked.connect(lambda _checked=False: self._choose_file())
        self.search.clicked.connect(lambda _checked=False: asking.start(self._search(), "search cameras"))
        self.cancel.clicked.connect(lambda _checked=False: asking.start(self._cancel(), "cancel cameras"))
        self.accept.clicked.connect(lambda _checked=False: asking.start(self._accept(), "add cameras"))
        self._lay_out()
        self._dress()

    @property
    def widget(self) -> QWidget:
        """The page."""
        return self._widget

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Narrow, model and picture give their room to what went wrong."""
        if watched is self.table and event.type() == QEvent.Type.Resize:
            for name in ("model", "picture"):
                self.table.setColumnHidden(_COLUMNS.index(name), self.table.width() < _NARROW)
        return super().eventFilter(watched, event)

    def show_camera(self, camera: Asset | None) -> None:
        """The list is of cameras that are not there yet."""
        del camera

    def close(self) -> None:
        """What is tried goes on in the backend, and is forgotten after an hour."""

    def read_file(self, path: Path) -> None:
        """Try the cameras of a file."""
        self._asking.start(self._try_file(path), "try cameras")

    def _choose_file(self) -> None:
        tr = self._context.texts
        path, _kind = QFileDialog.getOpenFileName(self._widget, tr("adding.file"), "", "CSV (*.csv *.txt)")
        if path:
            self.read_file(Path(path))

    async def _try_file(self, path: Path) -> None:
        tr = self._context.texts
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            self._asking.say(tr("adding.unreadable", path=str(path), reason=error.strerror or ""), is_warning=True)
            return
        if len(content) > _LARGEST_FILE:
            self._asking.say(tr("adding.too_large"), is_warning=True)
            return
        self._show(await self._context.client.try_camera_file(content))
        await self._follow()

    async def _follow(self) -> None:
        while self.list is not None and self.list.state == _TRYING:
            await asyncio.sleep(self._look_every_s)
            self._show(await self._context.client.onboarding(self.list.id))

    async def _search(self) -> None:
        tr = self._context.texts
        self.words.setText(tr("adding.searching"))
        found = (await self._context.client.discover_cameras()).items
        self._found = new = [one for one in found if not one.is_known]
        self._dress()
        self.words.setText(tr("adding.found", count=len(found), new=len(new)) + "\n" + "\n".join(
            f"{one.name or one.hardware or '-'} · {one.url}" for one in new
        ))  # fmt: skip

    def _choose_template(self) -> None:
        tr = self._context.texts
        path, _kind = QFileDialog.getSaveFileName(self._widget, tr("adding.template"), "cameras.csv", "CSV (*.csv)")
        if path:
            self.write_template(Path(path))

    def write_template(self, path: Path) -> None:
        """A file of the cameras that were found: what only a person knows is left to fill in."""
        self._asking.start(self._write_template(path), "camera template")

    async def _write_template(self, path: Path) -> None:
        tr = self._context.texts
        try:
            await asyncio.to_thread(path.write_text, template_of(self._found), "utf-8-sig")
        except OSError as error:
            words = tr("footage.not_written", path=str(path), reason=error.strerror or "")
            self._asking.say(words, is_warning=True)
            return
        self._asking.say(tr("adding.template_written", path=str(path)))

    async def _cancel(self) -> None:
        if self.list is not None:
            self._show(await self._context.client.cancel_onboarding(self.list.id))

    async def _accept(self) -> None:
        if self.list is not None:
            includes_failed = self.includes_failed.isChecked()
            self._show(await self._context.client.accept_onboarding(self.list.id, includes_failed=includes_failed))
            added = sum(row.state == "added" for row in self.list.rows)
            self._asking.say(self._context.texts("adding.added", count=added))

    def _show(self, told: Onboarding) -> None:
        tr = self._context.texts
        self.list = told
        self.table.setRowCount(len(told.rows))
        for number, row in enumerate(told.rows):
            words = (
                str(row.row),
                row.code,
                row.name,
                tr(f"adding.state.{row.state}"),
                row.model,
                row.picture,
                told_text(row.detail, tr),
            )
            for column, text in enumerate(words):
                item = self.table.item(number, column)
                if item is None:
                    self.table.setItem(number, column, item := QTableWidgetItem())
                item.setText(text)
                item.setToolTip(tip(text))
        good = sum(row.state in {"ok", "added"} for row in told.rows)
        bad = sum(row.state in {"failed", "refused"} for row in told.rows)
        tried = tr("adding.tried", done=told.done, total=told.total, good=good, bad=bad)
        self.words.setText(f"{tried} {told_text(told.detail, tr)}")
        self.progress.setRange(0, max(1, told.total))
        self.progress.setValue(told.done)
        self._dress()

    def _dress(self) -> None:
        state = "" if self.list is None else self.list.state
        self.progress.setVisible(state == _TRYING)
        self.cancel.setEnabled(state == _TRYING)
        self.accept.setEnabled(state in {"tried", "cancelled"})
        self.includes_failed.setEnabled(state in {"tried", "cancelled"})
        self.file.setEnabled(state != _TRYING)
        self.table.setVisible(self.list is not None)
        self.template.setVisible(bool(self._found))

    def _button(self, name: str, key: str) -> QPushButton:
        button = QPushButton(self._context.texts(key))
        button.setIcon(icon(name, self._context.palette))
        return button

    def _lay_out(self) -> None:
        tr = self._context.texts
        self.table.setHorizontalHeaderLabels([tr(f"adding.column.{name}") for name in _COLUMNS])
        self.table.installEventFilter(self)
        self.table.setAccessibleName(tr("camera_admin.tab.adding"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(len(_COLUMNS) - 1, QHeaderView.ResizeMode.Stretch)
        room_for_columns(header, dict(enumerate((46, 64, 90, 64, 84, 76))))
        room_for_heads(header)
        room_for_rows(self.table)
        self.progress.setFixedHeight(6)
        self.progress.setTextVisible(False)
        first, last = QHBoxLayout(), WrappingRow(TIGHT)
        first.addWidget(self.file)
        first.addWidget(self.search)
        first.addStretch(1)
        last.addWidget(self.cancel)
        last.add_gap()
        last.addWidget(self.includes_failed)
        last.addWidget(self.accept)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TIGHT)
        nest(column, first)
        column.addWidget(self.words)
        column.addWidget(self.template, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.progress)
        column.addWidget(self.table, 1)
        nest(column, last)
        column.addStretch(0)


def template_of(found: Sequence[FoundCamera]) -> str:
    """CSV as the desk reads it: address and name filled in, the rest empty. Names are hearsay: none is a formula."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";")
    writer.writerow(("code", "name", "number", "lon", "lat", "url", "user", "password"))
    for one in found:
        name = (one.name or one.hardware).lstrip("=+-@\t\r ")
        writer.writerow(("", name, "", "", "", one.url.lstrip("=+-@\t\r "), "", ""))
    return written.getvalue()
