"""Car parks as a table: how full each is, as figures and as a bar; rows stay where they are."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from widgets.asset_rows import AssetRows, AssetRowTable
from widgets.look import Palette
from widgets.model_index import Index
from widgets.parking_lines import ParkLine
from widgets.plain_text import tip
from widgets.room_for_words import room_for_columns, room_for_heads, text_zoom
from widgets.texts import Texts

COLUMNS: Final = ("name", "commune", "bar", "free", "taken", "unknown", "over", "rule")
_WIDTHS: Final = {"commune": 96, "bar": 96, "free": 76, "taken": 80, "unknown": 84, "over": 88, "rule": 128}
_GIVE_WAY: Final = ("commune", "rule", "bar", "over")
_NAME_WIDTH: Final = 150
_RIGHT: Final = frozenset({"free", "taken", "unknown", "over"})
_BAR: Final = COLUMNS.index("bar")
_BAR_HEIGHT: Final = 10


class ParkLines(AssetRows[ParkLine]):
    """What is listed."""

    def __init__(self, palette: Palette, texts: Texts) -> None:
        super().__init__([texts(f"parking.column.{name}") for name in COLUMNS])
        self._muted = QColor(palette.text_muted)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words; grey where nothing is measured."""
        line, column = self._lines[index.row()], COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole if column != "bar":
                return getattr(line, column)
            case Qt.ItemDataRole.ToolTipRole:
                return tip(line.tooltip)
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return line.tooltip
            case Qt.ItemDataRole.ForegroundRole if not line.is_known:
                return self._muted
            case Qt.ItemDataRole.TextAlignmentRole if column in _RIGHT:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case _:
                return None


class ParkTable(AssetRowTable[ParkLine]):
    """How full each is stands beside it as a bar."""

    def __init__(self, palette: Palette, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(ParkLines(palette, texts), texts("parking.car_parks"), parent)
        self.setItemDelegateForColumn(_BAR, _Bar(palette, self))
        header = self.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(56)
        self._give_room(self.width())
        room_for_columns(header, {COLUMNS.index(name): width for name, width in _WIDTHS.items()})
        room_for_heads(header)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, what matters least gives way to the names."""
        self._give_room(event.size().width())
        super().resizeEvent(event)

    def _give_room(self, width: int) -> None:
        width = round(width / text_zoom(self))
        taken = _NAME_WIDTH + sum(_WIDTHS.values())
        for name in _GIVE_WAY:
            self.setColumnHidden(COLUMNS.index(name), taken > width)
            taken -= _WIDTHS[name] if taken > width else 0


class _Bar(QStyledItemDelegate):
    """Taken is filled, unknown is hatched, free is the empty rest."""

    def __init__(self, palette: Palette, table: ParkTable) -> None:
        super().__init__(table)
        self._palette = palette
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Qt's paint."""
        super().paint(painter, option, index)
        line = self._table.lines[index.row()]
        rect = option.rect.adjusted(6, (option.rect.height() - _BAR_HEIGHT) // 2, -6, 0)  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        box = QRectF(rect.x(), rect.y(), rect.width(), _BAR_HEIGHT)
        painter.fillRect(box, QColor(self._palette.sunken))
        if line.is_known:
            taken = QRectF(box.x(), box.y(), box.width() * line.taken_share, box.height())
            painter.fillRect(taken, QColor(self._palette.text_muted))
        unknown = QRectF(
            box.right() - box.width() * line.unknown_share, box.y(), box.width() * line.unknown_share, box.height()
        )
        painter.fillRect(unknown, QBrush(QColor(self._palette.text_disabled), Qt.BrushStyle.BDiagPattern))
        painter.setPen(QColor(self._palette.border_strong))
        painter.drawRect(box)
        painter.restore()
