"""A field to find something, and what was found as a list over the widget beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from widgets.frame_clock import FrameClock, Ticking
from widgets.look import GAP, TIGHT, Palette, icon
from widgets.plain_text import PlainLabel
from widgets.texts import Texts

_PAUSE_S: Final = 0.2
_WIDTH: Final = 420
_HIGHEST: Final = 520
_BESIDE_WORDS: Final = 56
"""Pixels that the magnifier and the margins of the field take."""
_KEY: Final = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True)
class Found:
    """One thing that was found; `group` is the heading it stands under, `icon` a name of the icon set."""

    key: str
    label: str
    detail: str
    group: str
    icon: str


class FindBox(QLineEdit):
    """Up and Down walk through what was found, Enter takes it, Escape closes the list and then empties the field."""

    asked = Signal(str)
    """The words stood still for a moment; empty: nothing is looked for any more."""
    pointed_at = Signal(str)
    """The key of what the list stands on."""
    taken = Signal(str)

    def __init__(self, palette: Palette, texts: Texts, clock: FrameClock, over: QWidget) -> None:
        super().__init__()
        self._palette = palette
        self._texts = texts
        self._clock = clock
        self._pause: Ticking | None = None
        self._over = over
        self._is_shown_for = ""
        self.setClearButtonEnabled(True)
        self.setPlaceholderText(texts("find.field"))
        self.setToolTip(texts("find.field"))
        self.setAccessibleName(texts("find.field"))
        self.addAction(icon("mdi6.magnify", palette), QLineEdit.ActionPosition.LeadingPosition)
        self.results = QFrame(over)
        self.results.setObjectName("found")
        self.list = QListWidget()
        self.list.setAccessibleName(texts("find.results"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.words = PlainLabel()
        self.words.setWordWrap(True)
        self.words.setProperty("role", "muted")
        column = QVBoxLayout(self.results)
        column.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        column.setSpacing(TIGHT)
        column.addWidget(self.list, 1)
        column.addWidget(self.words)
        self.results.hide()
        over.installEventFilter(self)
        self.textEdited.connect(self._typed)
        self.textChanged.connect(self._cleared)
        self.list.currentItemChanged.connect(self._point)
        self.list.itemClicked.connect(self._take_item)

    @property
    def is_open(self) -> bool:
        """Whether the list is shown."""
        return not self.results.isHidden()

    def show_found(self, text: str, found: Sequence[Found], words: str = "") -> None:
        """Show what was found for these words; an answer to other words than those in the field is dropped."""
        if text != self.text().strip():
            return
        self._is_shown_for = text
        self.list.blockSignals(True)
        self.list.clear()
        group = ""
        for one in found:
            if one.group != group:
                group = one.group
                self._add_heading(group)
            item = QListWidgetItem(icon(one.icon, self._palette), "\n".join(filter(None, (one.label, one.detail))))
            item.setData(_KEY, one.key)
            item.setToolTip("")
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.list.setVisible(bool(found))
        self._open()
        self._step(1)

    def close_list(self) -> None:
        """Close the list; the words stay."""
        self.results.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Down if self.is_open:
                self._step(1)
            case Qt.Key.Key_Up if self.is_open:
                self._step(-1)
            case Qt.Key.Key_Down if self.list.count():
                self._open()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._enter()
            case Qt.Key.Key_Escape if self.is_open:
                self.close_list()
            case Qt.Key.Key_Escape if self.text():
                self.clear()
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow field says less, rather than half of it."""
        super().resizeEvent(event)
        room = self.width() - _BESIDE_WORDS
        offers = (self._texts("find.field"), self._texts("find.short"), "")
        self.setPlaceholderText(
            next((words for words in offers if self.fontMetrics().horizontalAdvance(words) <= room), "")
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The list keeps its place when what lies under it is resized."""
        if watched is self._over and event.type() is QEvent.Type.Resize and self.is_open:
            self._place()
        return False

    def rest(self) -> None:
        """Ask nothing more."""
        if self._pause is not None:
            self._pause.stop()

    def _add_heading(self, text: str) -> None:
        heading = QListWidgetItem(text)
        heading.setFlags(Qt.ItemFlag.NoItemFlags)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        self.list.addItem(heading)

    def _typed(self) -> None:
        self.rest()
        self._pause = self._clock.after(_PAUSE_S, self._ask)

    def _cleared(self, text: str) -> None:
        if not text.strip():
            self.rest()
            self.list.clear()
            self.close_list()
            self.asked.emit("")

    def _ask(self) -> None:
        if self.text().strip():
            self.asked.emit(self.text().strip())

    def _enter(self) -> None:
        item = self.list.currentItem()
        if self.is_open and self.list.currentRow() >= 0 and self._is_shown_for == self.text().strip():
            self._take_item(item)
        else:
            self.rest()
            self._ask()

    def _take_item(self, item: QListWidgetItem) -> None:
        key: object = item.data(_KEY)
        if isinstance(key, str):
            self.close_list()
            self.taken.emit(key)

    def _point(self, item: QListWidgetItem | None) -> None:
        key: object = item.data(_KEY) if item is not None else None
        if isinstance(key, str):
            self.pointed_at.emit(key)

    def _step(self, step: int) -> None:
        row = self.list.currentRow() + step
        while 0 <= row < self.list.count():
            if isinstance(self.list.item(row).data(_KEY), str):
                self.list.setCurrentRow(row)
                return
            row += step

    def _open(self) -> None:
        self._place()
        self.results.show()
        self.results.raise_()

    def _place(self) -> None:
        corner = self._over.mapFromGlobal(self.mapToGlobal(QPoint(0, self.height() + 2)))
        width = min(max(self.width(), _WIDTH), max(self._over.width() - 2 * GAP, 120))
        left = min(max(corner.x(), GAP), max(self._over.width() - width - GAP, 0))
        top = min(max(corner.y(), GAP), self._over.height())
        rows = sum(self.list.sizeHintForRow(row) for row in range(self.list.count())) if self.list.count() else 0
        wanted = (
            rows + self.words.heightForWidth(width - 2 * GAP) + 6 * TIGHT if not self.words.isHidden() else rows + 28
        )
        self.results.setGeometry(left, top, width, max(min(wanted, self._over.height() - top - GAP, 520), 40))
