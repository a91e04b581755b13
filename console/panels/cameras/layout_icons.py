"""A layout as a small drawing, for menus and buttons."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from widgets.look import Palette
from widgets.wall_layout.layout import Layout, arranged

_WIDTH, _HEIGHT = 32, 18


def layout_icon(layout: Layout, palette: Palette, ratio: float = 2.0) -> QIcon:
    """Its cells as they stand on a wide screen."""
    image = QPixmap(round(_WIDTH * ratio), round(_HEIGHT * ratio))
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setPen(QPen(QColor(palette.text), 1))
    painter.setBrush(QColor(palette.selected))
    for cell in arranged(layout, 16 / 9):
        box = QRectF(
            cell.x * (_WIDTH - 1) + 0.5,
            cell.y * (_HEIGHT - 1) + 0.5,
            cell.width * (_WIDTH - 1),
            cell.height * (_HEIGHT - 1),
        )
        painter.drawRect(box)
    painter.end()
    return QIcon(image)
