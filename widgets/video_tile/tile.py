"""One picture at the tile's exact size, its state in words, and hands that move the camera."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
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

from widgets.look import TIGHT, Palette, load_palette
from widgets.mime import ASSET_MIME, LONGEST, PLACE_MIME, TILE_MIME, asset_of
from widgets.tile_words import TileWords
from widgets.video_tile.drawn_pictures import DrawnPictures
from widgets.video_tile.hands import TileHands
from widgets.video_tile.overlay import FRAME_PX, Overlay, Said
from widgets.zoom_box import WHOLE, ZoomBox

_NOTHING = TileWords()


class VideoTile(QWidget):
    """Fed with pictures and words; paints only when one changed."""

    chosen = Signal()
    enlarge_requested = Signal()
    close_requested = Signal()
    asset_dropped = Signal(object)  # an asset id: a uint32, where Qt's int ends at half of it
    place_dropped = Signal(object)  # the id of an asset: show what cameras see there
    tile_dropped = Signal(str)  # what `carried` said of the tile that was dropped here
    size_changed = Signal(int, int)
    move_requested = Signal(float, float, float)  # pan, tilt, zoom speeds from -1 to 1, while held
    stop_requested = Signal()
    zoom_changed = Signal(object)  # ZoomBox
    menu_requested = Signal(QPoint)  # on the screen

    def __init__(self, palette: Palette, empty_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._empty_text = empty_text
        self._image: QImage | None = None
        self._pictures = DrawnPictures()
        self._picture = QRect()  # where the picture stands in the tile
        self._caption = ""
        self._state = ""
        self._words = _NOTHING
        self._is_live = False
        self._is_chosen = False
        self._laid: list[tuple[QPoint, QImage]] | None = None  # the words as images; None: to be laid out anew
        self._frame: list[tuple[QPen, QRect]] = []
        self._bright = load_palette("dark")  # over a picture the field is dark in every theme
        self._overlay = Overlay(palette)
        self._hands = TileHands(self, self._picture_rect, self._caption_rect)
        self.carried = ""  # what a drag of this tile tells the one it is dropped on; empty: it is not carried
        self.carried_asset: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(48, 36)
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
    def words(self) -> TileWords:
        """What else it says."""
        return self._words

    @property
    def has_picture(self) -> bool:
        """Whether a picture was ever shown."""
        return self._image is not None

    @property
    def is_live(self) -> bool:
        """Whether what it shows is now."""
        return self._is_live and not self._words.past

    @property
    def is_steering(self) -> bool:
        """Whether a hand moves the camera."""
        return self._hands.is_steering

    @property
    def zoom(self) -> ZoomBox:
        """Which part of the picture is shown."""
        return self._hands.zoom

    def show_camera(self, caption: str, *, is_movable: bool) -> None:
        """Another camera, or none: the old picture goes at once, and so does its zoom."""
        self._caption = caption
        self._hands.let_go()
        self._hands.is_movable = is_movable
        self._hands.zoom = WHOLE
        self._image = None
        self._pictures.forget()
        self._place_picture()
        self._name()
        self.update()

    def rename(self, caption: str, *, is_movable: bool) -> None:
        """The same camera: what is known of it changed, its picture stays."""
        if (caption, is_movable) != (self._caption, self._hands.is_movable):
            self._caption, self._hands.is_movable = caption, is_movable
            self._name()
            self.update()

    def show_state(self, text: str, *, is_live: bool) -> None:
        """The stream's state in words; anything but live greys the picture."""
        if (text, is_live) != (self._state, self._is_live):
            self._state, self._is_live = text, is_live
            self._name()
            self.update()

    def show_words(self, words: TileWords) -> None:
        """Marks, alarm, who holds it, whether it is the past."""
        if words != self._words:
            self._words = words
            self._name()
            self.update()

    def show_picture(self, pixels: npt.NDArray[np.uint8]) -> None:
        """A new picture, BGRA, already at the size it is shown; painted from its own memory with this tick."""
        before, self._image = self._image, self._pictures.image_of(pixels)
        if before is None or before.size() != self._image.size():
            self._laid = None
            self._place_picture()
            self.update()
        else:
            self.update(self._picture)

    def show_part(self, box: ZoomBox) -> None:
        """Another part of the picture is wanted."""
        if box != self._hands.zoom and self._caption:
            self._hands.zoom = box
            self._laid = None
            self.update()
            self.zoom_changed.emit(box)

    def set_chosen(self, is_chosen: bool) -> None:
        """The tile that keys and clicks on the map mean."""
        if is_chosen != self._is_chosen:
            self._is_chosen = is_chosen
            self._name()
            self.update()

    def steer(self, pan: float, tilt: float, zoom: float) -> None:
        """A hand moves the camera."""
        self.move_requested.emit(pan, tilt, zoom)

    def stop(self) -> None:
        """The hand let go."""
        self.stop_requested.emit()

    def carry(self) -> None:
        """A hand takes the tile elsewhere; ends when it is dropped."""
        if not self.carried:
            return
        mime = QMimeData()
        mime.setData(TILE_MIME, QByteArray(self.carried.encode()))
        if self.carried_asset is not None:
            mime.setData(ASSET_MIME, QByteArray(str(self.carried_asset).encode("ascii")))
        drag = QDrag(self)
        drag.setMimeData(mime)
        if self._image is not None:
            drag.setPixmap(self.grab().scaledToWidth(160, Qt.TransformationMode.SmoothTransformation))
        drag.exec(Qt.DropAction.MoveAction | Qt.DropAction.CopyAction)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's paint: the picture, the words, the frame. Whatever is not the picture was laid out before."""
        painter = QPainter(self)
        if self._image is None or not self._picture.contains(event.rect()):
            painter.fillRect(event.rect(), QColor(self._palette.sunken))
        if self._image is not None:
            painter.drawImage(self._picture.topLeft(), self._image)
            if not self._is_live:
                grey = QColor(self._palette.sunken)
                grey.setAlpha(170)
                painter.fillRect(self._picture, grey)
        if self._laid is None:
            self._laid = self._overlay.images(self._said(), self.font())
            self._frame = self._framing()
        for at, image in self._laid:
            painter.drawImage(at, image)
        if not self._hands.zoom.is_whole:
            self._paint_zoom(painter)
        if self._hands.pressed_at is not None:
            self._paint_handle(painter)
        for pen, rect in self._frame:
            painter.setPen(pen)
            painter.drawRect(rect)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures are wanted at the new size."""
        super().resizeEvent(event)
        self._laid = None
        self._place_picture()
        self.size_changed.emit(self.width(), self.height())

    def changeEvent(self, event: QEvent) -> None:
        """Another font, another style: the words are laid out anew."""
        super().changeEvent(event)
        self._laid = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the tile; held away from the middle the camera moves."""
        self.chosen.emit()
        self._hands.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Steer, move in the picture, or carry the tile."""
        self._hands.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: the camera stops."""
        del event
        self._hands.let_go()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """One large picture, or back to the grid."""
        del event
        self.enlarge_requested.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Everything that can be done with this tile."""
        self.chosen.emit()
        self.menu_requested.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The lens, or with Ctrl the picture."""
        if self._hands.wheel(event):
            event.accept()
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What hands mean; Delete empties the tile."""
        if self._hands.key(event):
            return
        if event.key() == Qt.Key.Key_Delete and not event.isAutoRepeat():
            self.close_requested.emit()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go: the camera stops."""
        if not self._hands.key_released(event):
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The tile with the keyboard is the chosen one."""
        super().focusInEvent(event)
        self._laid = None
        self.chosen.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A camera never goes on moving for a hand that is elsewhere."""
        super().focusOutEvent(event)
        self._laid = None
        self._hands.let_go()
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Assets and other tiles may be dropped here."""
        if any(event.mimeData().hasFormat(kind) for kind in (ASSET_MIME, TILE_MIME, PLACE_MIME)):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Something was dropped; what it is is for others to say."""
        mime = event.mimeData()
        if mime.hasFormat(TILE_MIME):
            carried = bytes(mime.data(TILE_MIME).data()).decode("ascii", "replace")
            if carried != self.carried and len(carried) <= LONGEST:
                event.acceptProposedAction()
                self.tile_dropped.emit(carried)
            return
        for kind, told in ((PLACE_MIME, self.place_dropped), (ASSET_MIME, self.asset_dropped)):
            asset_id = asset_of(bytes(mime.data(kind).data()))
            if asset_id is not None:
                event.acceptProposedAction()
                told.emit(asset_id)
                return

    def _said(self) -> Said:
        is_calm = self._is_live and self._image is not None
        zoom = "" if self.zoom.is_whole else f"×{self.zoom.factor:.1f}"
        state = self._state if self._caption else self._empty_text
        ratio = self.devicePixelRatioF()
        return Said(self.size(), ratio, self._caption, state, self._words, zoom, self._image is not None, is_calm)

    def _picture_rect(self) -> QRect:
        return self._picture

    def _place_picture(self) -> None:
        size = self.size() if self._image is None else self._image.size()
        left, top = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
        self._picture = QRect(QPoint(left, top), size)

    def _caption_rect(self) -> QRect:
        height = self.fontMetrics().height() + 2 * TIGHT
        return QRect(0, self.height() - height, self.width(), height)

    def _framing(self) -> list[tuple[QPen, QRect]]:
        """The past or an alarm, then whether it is chosen; a plain picture has none, its neighbours are apart."""
        found: list[tuple[QPen, QRect]] = []
        over = self._bright if self._image is not None else self._palette
        colour = ""
        if self._words.past:
            colour = over.replay
        elif self._words.alarm is not None:
            colour = over.of_priority(self._words.alarm.priority)
        if colour:
            found.append((QPen(QColor(colour), FRAME_PX), self.rect().adjusted(1, 1, -2, -2)))
        inset = FRAME_PX + 1 if colour else 0  # the colour of an alarm, or of the past, stays outside
        if self.hasFocus() or self._is_chosen:
            pen = QPen(QColor(over.focus), 2 if self.hasFocus() else 1)
            found.append((pen, self.rect().adjusted(inset, inset, -inset - 1, -inset - 1)))
            if not self.hasFocus():
                found.append((pen, self.rect().adjusted(inset + 1, inset + 1, -inset - 2, -inset - 2)))
        elif not colour and self._image is None:
            found.append((QPen(QColor(over.border), 1), self.rect().adjusted(0, 0, -1, -1)))
        return found

    def _paint_zoom(self, painter: QPainter) -> None:
        """Where in the whole picture one looks."""
        side = max(24.0, min(72.0, self.width() / 6))
        high = side * 9 / 16
        frame = QRectF(self.width() - side - TIGHT, self._caption_rect().top() - high - TIGHT, side, high)
        painter.setPen(QPen(QColor("#FFFFFF"), 1))
        painter.drawRect(frame)
        seen = QRectF(
            frame.x() + self.zoom.x * side, frame.y() + self.zoom.y * high, self.zoom.side * side, self.zoom.side * high
        )
        painter.fillRect(seen, QColor(255, 255, 255, 150))

    def _paint_handle(self, painter: QPainter) -> None:
        hands = self._hands
        if hands.pressed_at is None or hands.vector.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("#FFFFFF"), 2))
        reach = QPointF(hands.vector.x() * self.width() / 2, -hands.vector.y() * self.height() / 2)
        painter.drawLine(QPointF(hands.pressed_at), QPointF(hands.pressed_at) + reach)
        painter.drawEllipse(hands.pressed_at, 5, 5)

    def _name(self) -> None:
        self._laid = None
        self.setAccessibleName(self._caption or self._empty_text)
        self.setAccessibleDescription(", ".join(part for part in (self._state, self._words.spoken) if part))
