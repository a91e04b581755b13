"""How a line of the palette is drawn: icon, label, detail beside it, its key at the right."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from widgets.look import GAP, PAD, TIGHT, Palette
from widgets.model_index import Index

LABEL: Final = int(Qt.ItemDataRole.DisplayRole)
DETAIL: Final = int(Qt.ItemDataRole.UserRole) + 1
SHORTCUT: Final = int(Qt.ItemDataRole.UserRole) + 2
HEADING: Final = int(Qt.ItemDataRole.UserRole) + 3
_ICON: Final = 18
_LEAST_DETAIL: Final = 60
"""Pixels under which a detail says nothing any more."""
_ALIGNED: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_ELIDED: Final = Qt.TextElideMode.ElideRight


class PaletteLines(QStyledItemDelegate):
    """Words that do not fit end in dots; the key is always whole."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._palette = palette

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A heading has air above it."""
        height = option.fontMetrics.height()
        return QSize(0, height + (2 * GAP if index.data(HEADING) else 2 * GAP - TIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One line, or the heading of its group."""
        painter.save()
        area = option.rect.adjusted(PAD, 0, -PAD, 0)
        if index.data(HEADING):
            self._heading(painter, option, area.adjusted(0, GAP, 0, 0), str(index.data(LABEL)))
        else:
            self._line(painter, option, area, index)
        painter.restore()

    def _heading(self, painter: QPainter, option: QStyleOptionViewItem, area: QRect, text: str) -> None:
        font = QFont(option.font)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(self._palette.text_muted))
        painter.drawText(area, _ALIGNED, text)

    def _line(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        area: QRect,
        index: Index,
    ) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(self._palette.selected))
            painter.fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())), QColor(self._palette.focus))
        metrics = option.fontMetrics
        side = max(_ICON, metrics.height())
        mark: object = index.data(int(Qt.ItemDataRole.DecorationRole))
        if isinstance(mark, QIcon):
            mark.paint(painter, QRect(area.left(), area.center().y() - side // 2, side, side))
        area.adjust(side + GAP, 0, 0, 0)
        key = str(index.data(SHORTCUT) or "")
        if key:
            width = metrics.horizontalAdvance(key) + 2 * GAP
            self._key(painter, QRect(area.right() - width, area.top(), width, area.height()), key)
            area.adjust(0, 0, -width - GAP, 0)
        label, detail = str(index.data(LABEL)), str(index.data(DETAIL) or "")
        painter.setPen(QColor(self._palette.text))
        wanted = min(metrics.horizontalAdvance(label), area.width())
        painter.drawText(area, _ALIGNED, metrics.elidedText(label, _ELIDED, area.width()))
        rest = area.adjusted(wanted + PAD, 0, 0, 0)
        if detail and rest.width() >= _LEAST_DETAIL:
            painter.setPen(QColor(self._palette.text_muted))
            painter.drawText(rest, _ALIGNED, metrics.elidedText(detail, _ELIDED, rest.width()))

    def _key(self, painter: QPainter, area: QRect, key: str) -> None:
        frame = area.adjusted(0, TIGHT + 1, 0, -TIGHT - 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._palette.border_strong))
        painter.setBrush(QColor(self._palette.surface))
        painter.drawRoundedRect(frame, 3, 3)
        painter.setPen(QColor(self._palette.text_muted))
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, key)
