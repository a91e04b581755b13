"""A small picture of the moment under the pointer of the timeline."""

from typing import Final

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.kit.video import FootageAccessGiver, PictureSource, PictureState
from widgets.footage_timeline import Hover
from widgets.look import TIGHT, Palette

WIDTH: Final = 192
HEIGHT: Final = 108
_WORDS: Final = 20


class Thumbnail(QWidget):
    """One footage tile of key pictures only; follows the pointer, and leaves its stream when hidden for good."""

    def __init__(self, pictures: PictureSource, name: str, palette: Palette, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._tile = f"{name}.thumbnail"
        self._palette = palette
        self._camera_id: int | None = None
        self._sequence = -1
        self._image: QImage | None = None
        self._words = ""
        self._says = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def point(self, hover: Hover | None, access: FootageAccessGiver, x: int, bottom: int, words: str) -> None:
        """Show this moment above `bottom`, centred at `x` of the parent; None: the pointer has left."""
        if hover is None or not hover.is_recorded:
            self.hide()
            return
        if hover.camera_id != self._camera_id:
            self._camera_id, self._image, self._sequence, self._says = hover.camera_id, None, -1, ""
            self._pictures.open_footage(self._tile, access, WIDTH, HEIGHT, self._fares, key_pictures_only=True)
        self._pictures.seek(self._tile, hover.at_ms / 1000)
        self._words = words
        self.resize(WIDTH + 2, HEIGHT + self._line + 2)
        parent = self.parentWidget()
        room = self.width() if parent is None else parent.width()
        self.move(min(max(x - self.width() // 2, 0), max(0, room - self.width())), max(0, bottom - self.height()))
        self.show()
        self.raise_()
        self.update()

    def paint_newest(self) -> None:
        """At the panel's tick: the newest picture, if it is another."""
        if not self.isVisible() or self._camera_id is None:
            return
        picture = self._pictures.newest(self._tile)
        if picture is not None and picture.sequence != self._sequence:
            self._sequence = picture.sequence
            pixels = np.ascontiguousarray(picture.pixels)
            height, width = int(pixels.shape[0]), int(pixels.shape[1])
            self._image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()
            self.update()

    def close_stream(self) -> None:
        """No more thumbnails."""
        self.hide()
        if self._camera_id is not None:
            self._pictures.close(self._tile)
            self._camera_id = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's paint: the picture and its time."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.border_strong))
        box = QRect(1, 1, WIDTH, HEIGHT)
        painter.fillRect(box, QColor(self._palette.sunken))
        if self._image is not None:
            left = box.left() + (WIDTH - self._image.width()) // 2
            painter.drawImage(left, box.top() + (HEIGHT - self._image.height()) // 2, self._image)
        elif self._says:
            painter.setPen(QColor(self._palette.text_muted))
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(box.adjusted(TIGHT, TIGHT, -TIGHT, -TIGHT), flags, self._says)
        band = QRect(1, HEIGHT + 1, WIDTH, self._line)
        painter.fillRect(band, QColor(self._palette.surface))
        painter.setPen(QColor(self._palette.text))
        painter.drawText(band, Qt.AlignmentFlag.AlignCenter, self._words)
        painter.end()

    @property
    def _line(self) -> int:
        return max(_WORDS, self.fontMetrics().height() + TIGHT)

    def _fares(self, state: PictureState, reason: str) -> None:
        del state
        self._says = reason
        self.update()
