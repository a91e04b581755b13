"""The words over a picture, laid out once and painted as small images until one of them changes."""

from typing import Final, NamedTuple

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter

from widgets.look import GAP, TIGHT, Palette, icon, load_palette
from widgets.priority_mark import paint_priority
from widgets.tile_words import TileWords

FRAME_PX: Final = 3
_ON_PICTURE: Final = "#E8ECF0"
_SHADE_ALPHA: Final = 165
_DARK_ALPHA: Final = 205  # behind words that must be read at once


class Said(NamedTuple):
    """Everything that decides how the words look."""

    size: QSize
    ratio: float
    caption: str
    state: str
    words: TileWords
    zoom: str
    has_picture: bool
    is_calm: bool  # live: the state's words stay away

    @property
    def inset(self) -> int:
        """Room for the frame of an alarm, or of the past."""
        return FRAME_PX if self.words.past or self.words.alarm is not None else 0


class Overlay:
    """`images` answers what to paint and where."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette
        self._bright = load_palette("dark")  # over a picture the field is dark in every theme

    def images(self, said: Said, font: QFont) -> list[tuple[QPoint, QImage]]:
        """The words as images in their places."""
        metrics = QFontMetrics(font)
        height = metrics.height() + 2 * TIGHT
        found: list[tuple[QPoint, QImage]] = []
        bottom = said.size.height() - said.inset
        if said.caption or said.zoom:
            found.append((QPoint(0, bottom - height), self._band(said, font, height)))
            bottom -= height
        if said.words.said:
            found.append((QPoint(0, bottom - height), self._line(said, font, height, said.words.said)))
            bottom -= height
        top = said.inset
        past_ink = (self._bright if said.has_picture else self._palette).replay
        for text, ink in ((said.words.past, past_ink), (said.words.head, "")):
            if text:
                found.append((QPoint(0, top), self._line(said, font, height, text, ink)))
                top += height
        if said.words.alarm is not None:
            found.append((QPoint(0, top), self._alarm(said, font, height)))
            top += height
        middle = "" if said.is_calm else said.state
        if middle and bottom - top > metrics.height():
            found.append(self._middle(said, font, middle, QRect(0, top, said.size.width(), bottom - top)))
        return found

    def _band(self, said: Said, font: QFont, height: int) -> QImage:
        """Below: cameras burn their own name and clock into the top of the picture."""
        image, painter, metrics = self._begin(said, font, height)
        ink = self._ink(said)
        over = self._bright if said.has_picture else self._palette
        self._shade(painter, said, height)
        left, right = GAP + said.inset, said.size.width() - GAP - said.inset
        for mark in reversed(said.words.marks):
            side = metrics.height()
            colour = over.p2 if mark.is_warning else over.text_muted  # what is as it should be stays in the background
            right -= side
            if right < said.size.width() // 3:
                break
            icon(mark.icon, self._palette, colour).paint(painter, QRect(right, TIGHT, side, side))
            right -= TIGHT
        painter.setPen(QColor(ink))
        if said.zoom:
            wide = metrics.horizontalAdvance(said.zoom)
            right -= wide
            painter.drawText(QRect(right, 0, wide + 2, height), Qt.AlignmentFlag.AlignVCenter, said.zoom)
            right -= GAP
        text = metrics.elidedText(said.caption, Qt.TextElideMode.ElideRight, max(0, right - left))
        painter.drawText(QRect(left, 0, right, height), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
        return image

    def _line(self, said: Said, font: QFont, height: int, text: str, ink: str = "") -> QImage:
        """One line of words; in a colour of its own where they are not to be passed over."""
        strong = QFont(font)
        strong.setBold(bool(ink))
        image, painter, metrics = self._begin(said, strong, height)
        self._shade(painter, said, height, alpha=_DARK_ALPHA if ink else _SHADE_ALPHA)
        painter.setPen(QColor(ink or self._ink(said)))
        left = GAP + said.inset
        fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, said.size.width() - 2 * left))
        painter.drawText(QRect(left, 0, said.size.width(), height), Qt.AlignmentFlag.AlignVCenter, fitting)
        painter.end()
        return image

    def _alarm(self, said: Said, font: QFont, height: int) -> QImage:
        image, painter, metrics = self._begin(said, font, height)
        alarm = said.words.alarm
        if alarm is not None:
            shade = QColor("#000000")
            shade.setAlpha(_DARK_ALPHA)
            painter.fillRect(QRect(0, 0, said.size.width(), height), shade)
            left = TIGHT + said.inset
            box = QRectF(left, 2, height - 4, height - 4)
            paint_priority(painter, box, alarm.priority, self._bright, is_filled=alarm.wants_acknowledgement)
            left += height + TIGHT
            room = max(0, said.size.width() - left - GAP)
            painter.setPen(QColor("#FFFFFF"))
            painter.setFont(font)
            fitting = metrics.elidedText(alarm.text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(left, 0, room, height), Qt.AlignmentFlag.AlignVCenter, fitting)
        painter.end()
        return image

    def _middle(self, said: Said, font: QFont, text: str, room: QRect) -> tuple[QPoint, QImage]:
        """What is the matter, in the middle and wrapped; on a dark field where a picture lies below."""
        metrics = QFontMetrics(font)
        flags = int(Qt.AlignmentFlag.AlignHCenter) | int(Qt.TextFlag.TextWordWrap)  # too long: the first lines are read
        inner = room.adjusted(GAP, 0, -GAP, 0)
        wanted = metrics.boundingRect(QRect(0, 0, max(10, inner.width() - 2 * GAP), 10_000), flags, text)
        width = min(inner.width(), wanted.width() + 2 * GAP)
        height = min(inner.height(), wanted.height() + 2 * TIGHT)
        image, painter, _metrics = self._begin(said, font, height, width)
        if said.has_picture:
            shade = QColor("#000000")
            shade.setAlpha(190)
            painter.fillRect(QRect(0, 0, width, height), shade)
        ink = _ON_PICTURE if said.has_picture else (self._palette.text if said.caption else self._palette.text_muted)
        painter.setPen(QColor(ink))
        top = min(TIGHT, max(0, (height - wanted.height()) // 2))
        painter.drawText(QRect(GAP, top, width - 2 * GAP, height - top), flags, text)
        painter.end()
        left = room.x() + (room.width() - width) // 2
        return QPoint(left, room.y() + (room.height() - height) // 2), image

    def _ink(self, said: Said) -> str:
        return _ON_PICTURE if said.has_picture else self._palette.text

    def _shade(self, painter: QPainter, said: Said, height: int, *, alpha: int = _SHADE_ALPHA) -> None:
        shade = QColor("#000000" if said.has_picture else self._palette.surface)
        shade.setAlpha(alpha if said.has_picture else 255)
        painter.fillRect(QRect(0, 0, said.size.width(), height), shade)

    def _begin(self, said: Said, font: QFont, height: int, width: int = 0) -> tuple[QImage, QPainter, QFontMetrics]:
        wide = width or said.size.width()
        image = QImage(
            max(1, round(wide * said.ratio)),
            max(1, round(height * said.ratio)),
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        image.setDevicePixelRatio(said.ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setFont(font)
        return image, painter, QFontMetrics(font)
