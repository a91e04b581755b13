"""The logbook panel: notes newest first, found by words, of the selected asset or of all; one writes below."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.logbook_ports import NoteFilter
from console.panels.logbook.presenter import PERIODS, Attachment, LogbookPresenter, NoteLine, since
from console.panels.logbook.writing import WritingForm
from console.store.context import Context
from contract.asset_documents import PictureSize
from contract.logbook import MOST_PICTURE_BYTES, MOST_PICTURES, LogbookNote, NotePicture
from widgets.frame_clock import Ticking
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label
from widgets.room_for_words import hint_in_full
from widgets.wrapping_row import WrappingRow

_LINE_ROLE: Final = int(Qt.ItemDataRole.UserRole)
_NOW_AND_THEN_S: Final = 15
_PICTURE_HEIGHT: Final = 150
_FIND_WIDTH: Final = 260
_ENDINGS: Final = (".jpg", ".jpeg", ".png", ".webp")


class LogbookPanel:
    """Refreshed when asked, when the link is back, and now and then while nobody reads further down."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stores = context.stores
        tr = context.texts
        self._presenter = LogbookPresenter(self._stores.assets, context.client, tr)
        self._next: str | None = None
        self._asked = 0
        self._seconds = 0
        self.notice = Notice(context.palette, tr, context.ticker.frame_clock)
        self.find = QLineEdit()
        self.period = QComboBox()
        self.only_selected = QCheckBox(tr("logbook.only_selected"))
        self.only_mine = QCheckBox(tr("logbook.only_mine"))
        self.with_pictures = QCheckBox(tr("logbook.with_pictures"))
        self.list = QListWidget()
        self.more = QPushButton(tr("logbook.more"))
        self.empty = quiet_label(is_centred=True)
        self.picture_row = QWidget()
        self._pictures = QHBoxLayout(self.picture_row)
        self.form = WritingForm(context.palette, tr)
        self._widget = QWidget()
        self._widget.setObjectName("logbook panel")
        self._lay_out()
        self._connect()
        self._now_and_then: Ticking = context.ticker.every_second(self._second_passed)
        self._selection_changed()
        self.refresh()

    @property
    def widget(self) -> QWidget:
        """The logbook."""
        return self._widget

    def focus_first(self) -> None:
        """One opens it to write."""
        self.form.text.setFocus()

    def close(self) -> None:
        """Hear nothing more."""
        self.notice.clear()
        self._now_and_then.stop()
        self._stores.selection.selection_changed.disconnect(self._selection_changed)
        self._stores.link.liveness_changed.disconnect(self._liveness_changed)

    def forget_person(self) -> None:
        """Nothing of another one's notes; the note that was begun stays."""
        self._asked += 1  # what is on its way is not shown
        self._next = None
        self.list.clear()
        self._chosen()
        self.more.hide()
        self.notice.clear()

    def meet_person(self) -> None:
        """The notes of who writes from now on."""
        self._selection_changed()
        self.refresh()

    def refresh(self) -> None:
        """Ask for the newest page."""
        self._ask(None)

    @property
    def shown(self) -> Sequence[NoteLine]:
        """The notes that are listed."""
        return [self._line(row) for row in range(self.list.count())]

    def add_files(self, paths: Sequence[Path]) -> None:
        """Photos of this machine for the note that is being written."""
        self._context.tasks.start(self._read(paths), name="photos of a note")

    def _lay_out(self) -> None:
        tr = self._context.texts
        hint_in_full(self.find, tr("logbook.find"))
        self.find.setClearButtonEnabled(True)
        self.find.setMinimumWidth(_FIND_WIDTH * 3 // 4)
        self.find.setMaximumWidth(_FIND_WIDTH)
        self.find.addAction(icon("mdi6.magnify", self._context.palette), QLineEdit.ActionPosition.LeadingPosition)
        self.period.setAccessibleName(tr("logbook.period"))
        for hours in PERIODS:
            self.period.addItem(tr(f"logbook.hours_{hours}"), hours)
        row = WrappingRow(GAP)
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        for widget in (self.find, self.period, self.only_selected, self.only_mine, self.with_pictures):
            row.addWidget(widget)
        self.list.setAccessibleName(tr("logbook.title"))
        self.list.setWordWrap(True)
        self.list.setAlternatingRowColors(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._pictures.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        self._pictures.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.picture_row.hide()
        self.more.hide()
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        nest(column, row)
        column.addWidget(self.notice)
        column.addWidget(self.empty, 1)
        column.addWidget(self.list, 1)
        column.addWidget(self.more)
        column.addWidget(self.picture_row)
        column.addWidget(self.form)

    def _connect(self) -> None:
        self._stores.selection.selection_changed.connect(self._selection_changed)
        self._stores.link.liveness_changed.connect(self._liveness_changed)
        self.find.returnPressed.connect(self.refresh)
        self.find.textChanged.connect(self._words_changed)
        self.period.activated.connect(self.refresh)
        for box in (self.only_selected, self.only_mine, self.with_pictures):
            box.toggled.connect(self.refresh)
        self.more.clicked.connect(lambda _checked=False: self._ask(self._next))
        self.list.currentItemChanged.connect(self._chosen)
        self.list.itemActivated.connect(self._go_to)
        self.form.written.connect(self._write)
        self.form.files_given.connect(self.add_files)
        for key, act in (
            ("F5", self.refresh),
            ("Ctrl+N", self.form.text.setFocus),
            ("Ctrl+F", self.find.setFocus),
        ):
            shortcut = QShortcut(QKeySequence(key), self._widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _words_changed(self, words: str) -> None:
        if not words:
            self.refresh()

    def _ask(self, cursor: str | None) -> None:
        self._seconds = 0
        self._asked += 1
        self._context.tasks.start(self._fetch(cursor, self._asked), name="logbook")

    async def _fetch(self, cursor: str | None, number: int) -> None:
        now = self._context.clock()
        wanted = NoteFilter(
            words=self.find.text().strip(),
            author=self._stores.link.user if self.only_mine.isChecked() else "",
            asset_id=self._stores.selection.asset_id if self.only_selected.isChecked() else None,
            with_pictures=self.with_pictures.isChecked(),
            since=since(int(self.period.currentData() or 0), now),
        )
        try:
            lines, following = await self._presenter.page(wanted, now, cursor)
        except RequestFailed as error:
            if number == self._asked:
                self.notice.say(failure_text(error, self._context.texts), Tone.WARNING)
            return
        if number == self._asked:  # else something else was asked for meanwhile
            self._next = following
            self._show(lines, wanted, is_continued=cursor is not None)

    def _show(self, lines: Sequence[NoteLine], wanted: NoteFilter, *, is_continued: bool) -> None:
        chosen = self._current()
        self.list.blockSignals(True)
        if not is_continued:
            self.list.clear()
        for line in lines:
            item = QListWidgetItem(f"{line.head}\n{line.text}")
            item.setData(_LINE_ROLE, line)
            self.list.addItem(item)
            if chosen is not None and line.note.seq == chosen.note.seq:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        if chosen is not None and self._current() is None:
            self._chosen()
        is_empty = self.list.count() == 0
        self.empty.setText(self._context.texts("logbook.empty" if wanted == NoteFilter() else "logbook.none_found"))
        self.empty.setVisible(is_empty)
        self.list.setVisible(not is_empty)
        self.more.setVisible(self._next is not None)

    def _write(self) -> None:
        self.form.set_busy(True)
        if self._context.tasks.start(self._written(), name="write a note") is None:
            self.form.set_busy(False)

    async def _written(self) -> None:
        try:
            await self._presenter.write(self.form.draft)
        except RequestFailed as error:
            self.notice.say(failure_text(error, self._context.texts), Tone.WARNING)
        else:
            self.notice.clear()
            self.form.clear()
            self.refresh()
        finally:
            self.form.set_busy(False)
            self.form.text.setFocus()

    async def _read(self, paths: Sequence[Path]) -> None:
        tr, photos = self._context.texts, list[Attachment]()
        try:
            for path in paths[: MOST_PICTURES - len(self.form.attached)]:
                content = await asyncio.to_thread(_read, path)
                if content is None:
                    self.notice.say(tr("logbook.not_a_photo", name=path.name), Tone.WARNING)
                else:
                    photos.append(Attachment(path.name, content))
        except OSError as error:
            self.notice.say(tr("logbook.unreadable", reason=error.strerror or ""), Tone.WARNING)
        if len(self.form.attached) + len(paths) > MOST_PICTURES:
            self.notice.say(tr("logbook.too_many", count=MOST_PICTURES), Tone.WARNING)
        self.form.add(photos)

    def _chosen(self, *_items: object) -> None:
        for number in reversed(range(self._pictures.count())):
            item = self._pictures.takeAt(number)
            if item is not None and (widget := item.widget()) is not None:
                widget.deleteLater()
        line = self._current()
        note = None if line is None else line.note
        self.picture_row.setVisible(note is not None and bool(note.pictures))
        if note is None:
            return
        if note.asset_id is not None and not self.only_selected.isChecked():
            self._stores.selection.select(note.asset_id, note.alarm_id)
        for picture in note.pictures:
            frame = PlainLabel(self._context.texts("logbook.picture_coming"))
            frame.setAccessibleName(picture.name)
            frame.setToolTip(picture.name)
            frame.setFixedHeight(_PICTURE_HEIGHT)
            self._pictures.addWidget(frame)
            self._context.tasks.start(self._dress(frame, note, picture), name="picture of a note")

    async def _dress(self, frame: QLabel, note: LogbookNote, picture: NotePicture) -> None:
        try:
            content = await self._context.client.note_picture(note.seq, picture.id, PictureSize.PREVIEW)
        except RequestFailed as error:
            self.notice.say(failure_text(error, self._context.texts), Tone.WARNING)
            return
        image, line = QPixmap(), self._current()
        if line is not None and line.note.seq == note.seq and image.loadFromData(content):
            room = QSize(_PICTURE_HEIGHT * 2, _PICTURE_HEIGHT)
            frame.setPixmap(
                image.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            )

    def _go_to(self, item: QListWidgetItem) -> None:
        line: object = item.data(_LINE_ROLE)
        if isinstance(line, NoteLine) and line.note.asset_id is not None:
            self._stores.selection.go_to(line.note.asset_id, line.note.alarm_id)

    def _current(self) -> NoteLine | None:
        line: object = self.list.currentIndex().data(_LINE_ROLE)
        return line if isinstance(line, NoteLine) else None

    def _line(self, row: int) -> NoteLine:
        line: object = self.list.item(row).data(_LINE_ROLE)
        assert isinstance(line, NoteLine)  # noqa: S101  # nothing else is put there
        return line

    def _selection_changed(self) -> None:
        selection = self._stores.selection
        words = self._presenter.about(selection.asset_id, selection.alarm_id)
        self.form.show_about(words, selection.asset_id, selection.alarm_id)
        if self.only_selected.isChecked():
            self.refresh()

    def _liveness_changed(self, is_live: bool) -> None:
        if is_live:
            self.refresh()

    def _second_passed(self) -> None:
        self._seconds += 1
        is_read = self.list.verticalScrollBar().value() > 0 or not self._widget.isVisible()
        if self._seconds >= _NOW_AND_THEN_S and not is_read and self._stores.link.is_live:
            self.refresh()


def _read(path: Path) -> bytes | None:
    """A photo's content; None where it is too large, or no photo by its name."""
    if not path.name.casefold().endswith(_ENDINGS) or path.stat().st_size > MOST_PICTURE_BYTES:
        return None
    return path.read_bytes()
