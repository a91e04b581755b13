"""Room for words when text is large: heads of columns are never cut off, fields tell their hint whole."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTableView, QWidget

from widgets.look import FONT_PX
from widgets.plain_text import tip as plain_tip

_BESIDE_PX: Final = 16  # padding of a head, as the style sheet has it
_ROW_PAD_PX: Final = 8
_LEAST_STRETCHED_PX: Final = 130  # names stand in the column that takes what is left: larger text leaves them some
_FEWEST_ROWS: Final = 2
_MOST_LINES: Final = 3  # of a row that is to be in sight whole
_HIGHEST_PX: Final = 10_000  # a list that may not be higher than this was given its height
_GIVEN: Final = "room for rows"
_MOMENTS: Final = frozenset({QEvent.Type.Show, QEvent.Type.FontChange, QEvent.Type.Resize})


def text_zoom(widget: QWidget) -> float:
    """How much larger than usual the text of a widget is; 1.0 at the least."""
    widget.ensurePolished()
    return max(widget.font().pixelSize() / FONT_PX, 1.0)


def room_for_columns(head: QHeaderView, widths: Mapping[int, int]) -> None:
    """Columns are so wide at 100 % text, and wider with larger text; what somebody drew wider since stays."""
    _ColumnRoom(head, widths)


def room_for_heads(head: QHeaderView) -> None:
    """Columns of `head` are at least as wide as their head; what then has no room is scrolled to."""
    _HeadRoom(head)


def widest_at(widget: QWidget, width: int) -> None:
    """It is no wider than that at 100 % text, and wider with larger text."""
    _Widest(widget, width)


def room_for_rows(table: QTableView, lines: int = 1) -> None:
    """Rows of so many lines are as high as large text needs."""
    rows = table.verticalHeader()
    table.ensurePolished()
    rows.setDefaultSectionSize(
        max(rows.defaultSectionSize(), lines * QFontMetrics(table.font()).height() + _ROW_PAD_PX)
    )


def room_for_lists(page: QWidget) -> None:
    """Beside large text a list of a page keeps a few rows; at usual size, or where it was given a height, as it was."""
    is_large = text_zoom(page) > 1.0
    if not is_large and not page.property(_GIVEN):
        return
    page.setProperty(_GIVEN, is_large)
    for view in page.findChildren(QAbstractItemView):
        before = view.property(_GIVEN) or 0
        is_ours = view.minimumHeight() == before and view.maximumHeight() > _HIGHEST_PX
        wanted = _height_of_rows(view) if is_large else 0
        if wanted != before and is_ours and not isinstance(view, QHeaderView) and view.window() is page.window():
            view.setProperty(_GIVEN, wanted)
            view.setMinimumHeight(wanted)


def _height_of_rows(view: QAbstractItemView) -> int:
    line = QFontMetrics(view.font()).height()
    row = min(max(view.sizeHintForRow(0), line + _ROW_PAD_PX), _MOST_LINES * line + _ROW_PAD_PX)
    heads = view.horizontalHeader() if isinstance(view, QTableView) else None
    head = 0 if heads is None or heads.isHidden() else heads.sizeHint().height()
    return head + _FEWEST_ROWS * row


def hint_in_full(field: QLineEdit, hint: str) -> None:
    """What to write here: in the field as far as there is room, and whole in the tip."""
    field.setPlaceholderText(hint)
    field.setToolTip(plain_tip(hint))
    field.setAccessibleName(hint)


class _ColumnRoom(QObject):
    def __init__(self, head: QHeaderView, widths: Mapping[int, int]) -> None:
        super().__init__(head)
        self._head, self._widths, self._zoom = head, dict(widths), 0.0
        head.installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again when the head is shown or has another font."""
        if watched is self._head and event.type() in {QEvent.Type.Show, QEvent.Type.FontChange}:
            self._fit()
        return False

    def _fit(self) -> None:
        zoom = text_zoom(self._head)
        if zoom != self._zoom:
            self._zoom = zoom
            for section, width in self._widths.items():
                if section < self._head.count():
                    self._head.resizeSection(section, round(width * zoom))


class _Widest(QObject):
    def __init__(self, widget: QWidget, width: int) -> None:
        super().__init__(widget)
        self._width = width
        widget.installEventFilter(self)
        widget.setMaximumWidth(width)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again when it has another font."""
        if event.type() in {QEvent.Type.Show, QEvent.Type.FontChange} and isinstance(watched, QWidget):
            watched.setMaximumWidth(round(self._width * text_zoom(watched)))
        return False


class _HeadRoom(QObject):
    def __init__(self, head: QHeaderView) -> None:
        super().__init__(head)
        self._head = head
        self._stretched: set[int] | None = None
        head.installEventFilter(self)
        head.sectionCountChanged.connect(self._count_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again when the head is shown, has another font or another width."""
        if watched is self._head and event.type() in _MOMENTS:
            self._widen()
        return False

    def _count_changed(self, _old: int, _new: int) -> None:
        self._widen()

    def _widen(self) -> None:
        head, model = self._head, self._head.model()
        metrics, count, zoom = QFontMetrics(head.font()), head.count(), text_zoom(head)
        if self._stretched is None and count:
            stretch = QHeaderView.ResizeMode.Stretch
            self._stretched = {each for each in range(count) if head.sectionResizeMode(each) is stretch}
        for section in range(count):
            text = model.headerData(section, Qt.Orientation.Horizontal)
            wanted = metrics.horizontalAdvance(text) + _BESIDE_PX if isinstance(text, str) and text else 0
            if section in (self._stretched or ()):
                self._give(section, wanted if zoom == 1.0 else max(wanted, round(_LEAST_STRETCHED_PX * zoom)))
            elif not head.isSectionHidden(section) and head.sectionSize(section) < wanted:
                head.resizeSection(section, wanted)

    def _give(self, section: int, wanted: int) -> None:
        """A stretched column takes what is left, or what its head needs."""
        head = self._head
        others = sum(head.sectionSize(each) for each in range(head.count()) if each != section)
        has_room = head.width() - others >= wanted
        modes = QHeaderView.ResizeMode
        mode = modes.Stretch if has_room else modes.Interactive
        if head.sectionResizeMode(section) is not mode:
            head.setSectionResizeMode(section, mode)
        if not has_room and head.sectionSize(section) != wanted:
            head.resizeSection(section, wanted)
