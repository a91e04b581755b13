"""One live picture at the tile's exact size, its state in words, and hands that move the camera."""

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.look import GAP, TIGHT, Palette

ASSET_MIME = "application/x-beffroi-asset"
_DEAD_ZONE_PX = 14
_CAPTION_HEIGHT = 24
_KEY_SPEED = 0.6
_MOVES = {
    Qt.Key.Key_Left: (-1.0, 0.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0, 0.0),
    Qt.Key.Key_Down: (0.0, -1.0, 0.0),
    Qt.Key.Key_Plus: (0.0, 0.0, 1.0),
    Qt.Key.Key_Minus: (0.0, 0.0, -1.0),
}


class VideoTile(QWidget):
    """Fed with pictures and words; paints only when one changed."""

    chosen = Signal()
    enlarge_requested = Signal()
    close_requested = Signal()
    asset_dropped = Signal(object)  # an asset id: a uint32, where Qt's int ends at half of it
    size_changed = Signal(int, int)
    move_requested = Signal(float, float, float)  # pan, tilt, zoom speeds from -1 to 1, while held
    stop_requested = Signal()

    def __init__(self, palette: Palette, empty_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._empty_text = empty_text
        self._image: QImage | None = None
        self._buffer: npt.NDArray[np.uint8] | None = None
        self._caption = ""
        self._state = ""
        self._is_live = False
        self._is_chosen = False
        self._is_movable = False
        self._pressed_at: QPoint | None = None
        self._vector = QPointF()
        self._held_key: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 72)
        self._name()

    @property
    def state_text(self) -> str:
        """What the tile says of its stream."""
        return self._state

    @property
    def caption(self) -> str:
        """Which camera it is."""
        return self._caption

    @property
    def has_picture(self) -> bool:
        """Whether a picture was ever shown."""
        return self._image is not None

    def show_camera(self, caption: str, *, is_movable: bool) -> None:
        """Another camera, or none: the old picture goes at once."""
        self._caption, self._is_movable = caption, is_movable
        self._image = self._buffer = None
        self._name()
        self.update()

    def show_state(self, text: str, *, is_live: bool) -> None:
        """The stream's state in words; anything but live greys the picture."""
        if (text, is_live) != (self._state, self._is_live):
            self._state, self._is_live = text, is_live
            self._name()
            self.update()

    def show_picture(self, pixels: npt.NDArray[np.uint8]) -> None:
        """A new picture, BGRA, already at the size it is shown."""
        height, width = int(pixels.shape[0]), int(pixels.shape[1])
        if self._buffer is None or self._buffer.shape != pixels.shape:
            self._buffer = np.empty((height, width, 4), np.uint8)
            self._image = QImage(self._buffer.data, width, height, width * 4, QImage.Format.Format_RGB32)
        np.copyto(self._buffer, pixels)
        self.update()

    def set_chosen(self, is_chosen: bool) -> None:
        """The tile that keys and clicks on the map mean."""
        if is_chosen != self._is_chosen:
            self._is_chosen = is_chosen
            self._name()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's paint: the picture, a line of words, the frame."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.sunken))
        if self._image is not None:
            at = QPoint((self.width() - self._image.width()) // 2, (self.height() - self._image.height()) // 2)
            painter.drawImage(at, self._image)
            if not self._is_live:
                grey = QColor(self._palette.sunken)
                grey.setAlpha(170)
                painter.fillRect(QRect(at, self._image.size()), grey)
        self._paint_words(painter)
        self._paint_handle(painter)
        colour = self._palette.focus if self.hasFocus() or self._is_chosen else self._palette.border
        painter.setPen(QPen(QColor(colour), 2 if self.hasFocus() else 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures are wanted at the new size."""
        super().resizeEvent(event)
        self.size_changed.emit(self.width(), self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the tile; held away from the middle the camera moves."""
        self.chosen.emit()
        if event.button() == Qt.MouseButton.LeftButton and self._is_movable:
            self._pressed_at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """How far the pointer was pulled is how fast the camera turns."""
        if self._pressed_at is None:
            return
        offset = event.position() - QPointF(self._pressed_at)
        if math.hypot(offset.x(), offset.y()) < _DEAD_ZONE_PX:
            self._steer(QPointF())
        else:
            self._steer(QPointF(_speed(offset.x(), self.width()), -_speed(offset.y(), self.height())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: the camera stops."""
        del event
        self._let_go()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """One large picture, or back to the grid."""
        del event
        self.enlarge_requested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A short zoom."""
        if self._is_movable and event.angleDelta().y():
            self.move_requested.emit(0.0, 0.0, math.copysign(_KEY_SPEED, event.angleDelta().y()))
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and plus/minus move while held; Delete empties the tile."""
        if event.isAutoRepeat():
            return
        key = Qt.Key(event.key())
        move = _MOVES.get(key)
        if move is not None and self._is_movable:
            self._held_key = int(key)
            self.move_requested.emit(*(axis * _KEY_SPEED for axis in move))
        elif key == Qt.Key.Key_Delete:
            self.close_requested.emit()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go: the camera stops."""
        if not event.isAutoRepeat() and event.key() == self._held_key:
            self._let_go()
        else:
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The tile with the keyboard is the chosen one."""
        super().focusInEvent(event)
        self.chosen.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A camera never goes on moving for a hand that is elsewhere."""
        super().focusOutEvent(event)
        self._let_go()
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Assets may be dropped here."""
        if event.mimeData().hasFormat(ASSET_MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """An asset was dropped; whether it is a camera is for others to say."""
        text = bytes(event.mimeData().data(ASSET_MIME).data()).decode("ascii", "replace")
        if text.isdigit() and len(text) <= 10:
            event.acceptProposedAction()
            self.asset_dropped.emit(int(text))

    def _steer(self, vector: QPointF) -> None:
        if (vector - self._vector).manhattanLength() < 0.05 and not (vector.isNull() and not self._vector.isNull()):
            return
        self._vector = vector
        if vector.isNull():
            self.stop_requested.emit()
        else:
            self.move_requested.emit(vector.x(), vector.y(), 0.0)
        self.update()

    def _let_go(self) -> None:
        was_moving = not self._vector.isNull() or self._held_key is not None
        self._pressed_at, self._vector, self._held_key = None, QPointF(), None
        if was_moving:
            self.stop_requested.emit()
            self.update()

    def _paint_words(self, painter: QPainter) -> None:
        metrics = painter.fontMetrics()
        if self._caption:
            # Below: cameras burn their own name and clock into the top of the picture.
            band = QRect(0, self.height() - _CAPTION_HEIGHT, self.width(), _CAPTION_HEIGHT)
            shade = QColor("#000000" if self._image is not None else self._palette.surface)
            shade.setAlpha(150 if self._image is not None else 255)
            painter.fillRect(band, shade)
            painter.setPen(QColor("#E8ECF0" if self._image is not None else self._palette.text))
            text = metrics.elidedText(self._caption, Qt.TextElideMode.ElideRight, self.width() - 2 * GAP)
            painter.drawText(band.adjusted(GAP, 0, -GAP, 0), Qt.AlignmentFlag.AlignVCenter, text)
        words = self._state if self._caption else self._empty_text
        if words and not (self._is_live and self._image is not None):
            box = self.rect().adjusted(GAP, TIGHT, -GAP, -_CAPTION_HEIGHT - TIGHT)
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.setPen(QColor(self._palette.text if self._caption else self._palette.text_disabled))
            painter.drawText(box, flags, words)

    def _paint_handle(self, painter: QPainter) -> None:
        if self._pressed_at is None or self._vector.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("#FFFFFF"), 2))
        reach = QPointF(self._vector.x() * self.width() / 2, -self._vector.y() * self.height() / 2)
        painter.drawLine(QPointF(self._pressed_at), QPointF(self._pressed_at) + reach)
        painter.drawEllipse(self._pressed_at, 5, 5)

    def _name(self) -> None:
        self.setAccessibleName(self._caption or self._empty_text)
        self.setAccessibleDescription(self._state)


def _speed(offset: float, extent: int) -> float:
    return max(-1.0, min(1.0, round(offset * 2 / max(extent, 1), 2)))
