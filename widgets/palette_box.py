"""One field from which everything is found: the answers stand under it, by group. It covers panels, never a bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from widgets.look import FAR, GAP, PAD, TIGHT, Palette, icon
from widgets.palette_lines import DETAIL, HEADING, SHORTCUT, PaletteLines
from widgets.plain_text import PlainLabel
from widgets.room_for_words import text_zoom
from widgets.texts import Texts

_WIDTH: Final = 760
_HIGHEST: Final = 620
_KEY: Final = int(Qt.ItemDataRole.UserRole)
_LONGEST: Final = 200
_HELD_CTRL: Final = Qt.KeyboardModifier.ControlModifier


@dataclass(frozen=True)
class PaletteLine:
    """One line; `group` is the heading it stands under, `shortcut` as the keyboard has it printed."""

    key: str
    label: str
    detail: str
    group: str
    icon: str
    shortcut: str = ""


class PaletteBox(QFrame):
    """Up and Down walk over the lines, Tab over the groups, Enter takes, Escape closes; nothing else is needed."""

    asked = Signal(str)
    """What stands in the field now."""
    taken = Signal(str, bool)
    """The key of a line; whether Ctrl was held."""
    closed = Signal()

    def __init__(self, palette: Palette, texts: Texts, over: QWidget, below: QWidget) -> None:
        """Lies over `over`, under the lower edge of `below`."""
        super().__init__(over)
        self._palette = palette
        self._over = over
        self._below = below
        self._is_closing = False
        self._was_walked = False
        self._lines = PaletteLines(palette)  # Qt keeps no reference to it
        self.setObjectName("palette")
        self.setAccessibleName(texts("palette.title"))
        self.field = QLineEdit()
        self.field.setMaxLength(_LONGEST)
        self.field.setPlaceholderText(texts("palette.field"))
        self.field.setAccessibleName(texts("palette.field"))
        self.field.addAction(icon("mdi6.magnify", palette), QLineEdit.ActionPosition.LeadingPosition)
        self.list = QListWidget()
        self.list.setAccessibleName(texts("palette.answers"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(self._lines)
        self.words = PlainLabel()
        self.words.setWordWrap(True)
        self.words.setProperty("role", "muted")
        self.keys = PlainLabel(texts("palette.keys"))
        self.keys.setWordWrap(True)
        self.keys.setProperty("role", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, GAP)
        column.setSpacing(GAP)
        for part, stretch in ((self.field, 0), (self.list, 1), (self.words, 0), (self.keys, 0)):
            column.addWidget(part, stretch)
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._clicked)
        over.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """What was typed."""
        return self.field.text().strip()

    @property
    def current_key(self) -> str:
        """The line that Enter takes."""
        return _key_of(self.list.currentItem())

    @property
    def lines(self) -> Sequence[tuple[str, str]]:
        """Key and label of every line, as they stand."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return [(_key_of(item), item.text()) for item in items if _key_of(item)]

    def open(self) -> None:
        """Show the field, ready to type."""
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_box(self) -> None:
        """Close; the keyboard goes where `closed` sends it."""
        if not self._is_closing:
            self._is_closing = True
            self._over.removeEventFilter(self)
            self.hide()
            self.closed.emit()

    def show_lines(self, lines: Sequence[PaletteLine], words: str) -> None:
        """Show these; the chosen line stays chosen where somebody walked to it and it is still there."""
        chosen = self.current_key if self._was_walked else ""
        self.list.clear()
        group = ""
        for line in lines:
            if line.group != group:
                group = line.group
                heading = QListWidgetItem(group)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                heading.setData(HEADING, True)
                self.list.addItem(heading)
            item = QListWidgetItem(icon(line.icon, self._palette, self._palette.text_muted), line.label)
            item.setData(_KEY, line.key)
            item.setData(DETAIL, line.detail)
            item.setData(SHORTCUT, line.shortcut)
            spoken = (line.label, line.detail, line.shortcut)
            item.setData(int(Qt.ItemDataRole.AccessibleTextRole), ", ".join(part for part in spoken if part))
            self.list.addItem(item)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.list.setVisible(bool(lines))
        rows = [row for row in range(self.list.count()) if _key_of(self.list.item(row)) == chosen and chosen]
        self._was_walked = bool(rows)
        self.list.setCurrentRow(rows[0] if rows else -1)
        if not rows:
            self._step(1)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the field walk through the list; the box follows the window's size; it closes with the keyboard."""
        if watched is self._over and event.type() is QEvent.Type.Resize:
            self._place()
        elif watched is self.field and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._key(event)
        elif watched is self.field and isinstance(event, QFocusEvent) and _leaves(event) and not self.isHidden():
            self.close_box()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Down:
                self._walk(1)
            case Qt.Key.Key_Up:
                self._walk(-1)
            case Qt.Key.Key_PageDown | Qt.Key.Key_Tab:
                self._walk_group(1)
            case Qt.Key.Key_PageUp | Qt.Key.Key_Backtab:
                self._walk_group(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                item = self.list.currentItem()
                if _key_of(item):
                    self._take(item, is_other=bool(event.modifiers() & _HELD_CTRL))
            case Qt.Key.Key_Escape:
                self.close_box()
            case _:
                return False
        return True

    def _typed(self, text: str) -> None:
        self.asked.emit(text.strip())

    def _clicked(self, item: QListWidgetItem) -> None:
        self._take(item, is_other=False)

    def _take(self, item: QListWidgetItem, *, is_other: bool) -> None:
        key = _key_of(item)
        if key:
            self.close_box()
            self.taken.emit(key, is_other)

    def _walk(self, step: int) -> None:
        self._was_walked = True
        self._step(step)

    def _step(self, step: int) -> None:
        row = self.list.currentRow() + step
        while 0 <= row < self.list.count():
            if _key_of(self.list.item(row)):
                self.list.setCurrentRow(row)
                if row == 1:
                    self.list.scrollToTop()  # with its heading
                return
            row += step

    def _walk_group(self, step: int) -> None:
        """To the first line of the next group, or of the one before."""
        firsts = [row + 1 for row in range(self.list.count() - 1) if not _key_of(self.list.item(row))]
        row = self.list.currentRow()
        wanted = [first for first in firsts if (first > row if step > 0 else first < row)]
        if wanted:
            self._was_walked = True
            self.list.setCurrentRow(wanted[0] if step > 0 else wanted[-1])

    def _place(self) -> None:
        top = self._below.geometry().bottom() + 1 + GAP
        zoom = text_zoom(self)
        width = min(round(_WIDTH * zoom), max(self._over.width() - 2 * FAR, 200))
        rows = sum(self.list.sizeHintForRow(row) for row in range(self.list.count())) + 2 * TIGHT
        others = [part for part in (self.field, self.words, self.keys) if not part.isHidden()]
        inner = width - 2 * PAD
        heights = [
            part.heightForWidth(inner) if part.hasHeightForWidth() else part.sizeHint().height() for part in others
        ]
        wanted = sum(heights) + GAP * len(others) + PAD + GAP + (rows if self.list.count() else 0)
        height = max(
            min(wanted, round(_HIGHEST * zoom), self._over.height() - top - FAR),
            self.field.sizeHint().height() + 2 * PAD,
        )
        self.setGeometry((self._over.width() - width) // 2, top, width, height)


def _leaves(event: QFocusEvent) -> bool:
    """A menu of the field itself only borrows the keyboard."""
    return event.lostFocus() and event.reason() is not Qt.FocusReason.PopupFocusReason


def _key_of(item: QListWidgetItem | None) -> str:
    key: object = item.data(_KEY) if item is not None else None
    return key if isinstance(key, str) else ""
