"""Widgets side by side, in as many rows as their room asks for: none is ever cut off, fields fill their row."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QSpacerItem, QWidget


class WrappingRow(QLayout):
    """A layout that goes on in the next row where one is full."""

    def __init__(self, spacing: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.held: list[QLayoutItem] = []  # what it holds, in order
        self.setSpacing(spacing)

    def add_gap(self) -> None:
        """What comes next stands at the right of its row."""
        self.addItem(QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum))

    def addItem(self, item: QLayoutItem) -> None:
        """Qt's add."""
        self.held.append(item)

    def count(self) -> int:
        """Qt's count."""
        return len(self.held)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Qt's access."""
        return self.held[index] if 0 <= index < len(self.held) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Qt's removal."""
        return self.held.pop(index) if 0 <= index < len(self.held) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It wants no more than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Narrow, it is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """How high its rows are."""
        return self._place(QRect(0, 0, width, 0), is_trial=True)

    def setGeometry(self, rect: QRect) -> None:
        """Qt's placing."""
        super().setGeometry(rect)
        self._place(rect, is_trial=False)

    def sizeHint(self) -> QSize:
        """All in one row."""
        shown = [item.sizeHint() for item in self.held if not item.isEmpty()]
        margins = self.contentsMargins()
        width = sum(size.width() for size in shown) + self.spacing() * max(len(shown) - 1, 0)
        height = max((size.height() for size in shown), default=0)
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())

    def minimumSize(self) -> QSize:
        """As wide as the widest of them."""
        shown = [item.minimumSize() for item in self.held if not item.isEmpty()]
        margins = self.contentsMargins()
        width = max((size.width() for size in shown), default=0) + margins.left() + margins.right()
        return QSize(width, max((size.height() for size in shown), default=0) + margins.top() + margins.bottom())

    def rows_in(self, width: int) -> int:
        """How many rows there are in this width."""
        margins = self.contentsMargins()
        room, rows, x = width - margins.left() - margins.right(), 0, 0
        for item in self.held:
            if item.isEmpty():
                continue
            wide = item.sizeHint().width()
            if rows == 0 or x + wide > room:
                rows, x = rows + 1, 0
            x += wide + self.spacing()
        return rows

    def _place(self, rect: QRect, *, is_trial: bool) -> int:
        margins = self.contentsMargins()
        left, right = rect.x() + margins.left(), rect.right() - margins.right()
        x, y, height = left, rect.y() + margins.top(), 0
        in_row: list[tuple[QLayoutItem, QRect]] = []
        for item in self.held:
            if item.isEmpty() and item.spacerItem() is None:
                continue
            size = item.sizeHint()
            if height and x + size.width() - 1 > right:
                _settle([] if is_trial else in_row, height, right)
                in_row = []
                x, y, height = left, y + height + self.spacing(), 0
            in_row.append((item, QRect(QPoint(x, y), size)))
            x += size.width() + self.spacing() if size.width() else 0
            height = max(height, size.height())
        _settle([] if is_trial else in_row, height, right)
        return y + height + margins.bottom() - rect.y()


def _settle(row: list[tuple[QLayoutItem, QRect]], height: int, right: int) -> None:
    """Each in the middle of its row; what can grow, a search above all, takes the room that is left."""
    growing = sum(1 for item, _ in row if item.expandingDirections() & Qt.Orientation.Horizontal)
    left_over = max(0, right - row[-1][1].right()) if row else 0
    shift = 0
    for item, box in row:
        grown = 0
        if item.expandingDirections() & Qt.Orientation.Horizontal:
            grown = max(0, min(left_over // growing, item.maximumSize().width() - box.width()))
            growing, left_over = growing - 1, left_over - grown
        item.setGeometry(box.adjusted(shift, 0, shift + grown, 0).translated(0, (height - box.height()) // 2))
        shift += grown
