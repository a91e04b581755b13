"""The picture with its masks, and the hands that draw them."""

import uuid
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from contract.masks import Mask
from widgets.look import PAD, Palette
from widgets.mask_editor.drawing import Corner, Drawing, Hit, clamped
from widgets.mask_editor.texts import MaskEditorTexts

_REACH_PX: Final = 9.0
_HANDLE_PX: Final = 4.0
_RECTANGLE_PX: Final = 6.0
_NUDGES: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class MaskEditor(QWidget):
    """Fed with a picture and masks; says when they were changed. Nothing is kept until somebody outside keeps it."""

    masks_changed = Signal()
    chosen_changed = Signal(object)  # the number of the chosen mask, or None

    def __init__(
        self,
        palette: Palette,
        texts: MaskEditorTexts,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex[:12],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._palette = palette
        self._texts = texts
        self._new_id = new_id
        self._image: QImage | None = None
        self._pixels: npt.NDArray[np.uint8] | None = None
        self._aspect = 16 / 9
        self._drawing = Drawing()
        self._chosen: int | None = None
        self._begun: list[Corner] = []  # a polygon that is not closed yet
        self._pressed: QPointF | None = None
        self._grip: Hit | None = None
        self._rectangle: tuple[Corner, Corner] | None = None
        self._pointer: Corner | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(texts.name)
        self.setAccessibleDescription(texts.keys)

    @property
    def masks(self) -> tuple[Mask, ...]:
        """As drawn."""
        return self._drawing.masks

    @property
    def chosen(self) -> int | None:
        """The mask that keys mean."""
        return self._chosen

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return self._drawing.can_undo

    def sizeHint(self) -> QSize:
        """Large enough to draw."""
        return QSize(640, 360)

    def show_picture(self, pixels: npt.NDArray[np.uint8]) -> None:
        """The camera's picture, (height, width, 4) BGRA: what is masked already comes masked."""
        self._pixels = np.ascontiguousarray(pixels)
        height, width = int(pixels.shape[0]), int(pixels.shape[1])
        self._image = QImage(self._pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
        self._aspect = width / height
        self.update()

    def show_masks(self, masks: tuple[Mask, ...]) -> None:
        """The masks in force; what was drawn and not kept is forgotten."""
        self._drawing = Drawing(masks)
        self._begun, self._rectangle, self._grip = [], None, None
        self._choose(None)
        self.update()

    def choose(self, mask: int | None) -> None:
        """The mask that keys mean."""
        self._choose(mask if mask is None or mask < len(self.masks) else None)

    def rename(self, mask: int, name: str) -> None:
        """A mask is called otherwise."""
        if self.masks[mask].name != name:
            self._drawing.rename(mask, name)
            self._tell()

    def remove_chosen(self) -> None:
        """The chosen mask goes."""
        if self._chosen is not None:
            self._drawing.remove(self._chosen)
            self._choose(None)
            self._tell()

    def undo(self) -> None:
        """Take the last change back."""
        self._drawing.undo()
        self._choose(None)
        self._tell()

    def redo(self) -> None:
        """Do again what was taken back."""
        self._drawing.redo()
        self._choose(None)
        self._tell()

    # --- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's paint."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(self._palette.sunken))
        frame = self._frame()
        if self._image is not None:
            painter.drawImage(frame, self._image)
        else:
            self._say(painter, self._texts.no_picture, frame.center().y())
        for number, mask in enumerate(self.masks):
            self._paint_mask(painter, mask, number, is_chosen=number == self._chosen)
        self._paint_begun(painter)
        if not self.masks and not self._begun and self._rectangle is None:
            self._say(painter, self._texts.empty, frame.bottom() - 24)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._palette.focus if self.hasFocus() else self._palette.border), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a corner or a mask, or begin something new."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._pressed = event.position()
        self._grip = None if self._begun else self._drawing.hit(self._share(event.position()), self._reach())
        if self._grip is not None:
            self._choose(self._grip.mask)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what was taken; on empty ground draw a rectangle."""
        now = self._share(event.position())
        before = self._pointer if self._pointer is not None else now
        self._pointer = now
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            if self._grip is None:
                self._stretch(event.position())
            elif self._grip.corner is not None:
                self._drawing.move_corner(self._grip.mask, self._grip.corner, now, is_drag=True)
                self.masks_changed.emit()
            else:
                by = (now[0] - before[0], now[1] - before[1])
                self._drawing.move_mask(self._grip.mask, by, is_drag=True)
                self.masks_changed.emit()
        self._show_cursor(now)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: a rectangle is a mask, a click on empty ground a corner of a polygon."""
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed is None:
            return
        self._pressed = None
        self._drawing.end_drag()
        if self._rectangle is not None:
            (left, top), (right, bottom) = self._rectangle
            self._rectangle = None
            self._add([(left, top), (right, top), (right, bottom), (left, bottom)])
        elif self._grip is None:
            self._begun.append(self._share(event.position()))
        self._grip = None
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Close the polygon, or put a corner on an edge."""
        if self._begun:
            self._close_polygon()
            return
        hit = self._drawing.hit(self._share(event.position()), self._reach())
        if hit is not None and hit.edge is not None:
            self._drawing.insert_corner(hit.mask, hit.edge, self._share(event.position()))
            self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything the mouse can do, but drawing free hand."""
        is_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key = Qt.Key(event.key())
        match key:
            case Qt.Key.Key_Z if is_control:
                self.undo()
            case Qt.Key.Key_Y if is_control:
                self.redo()
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if self._chosen is not None:
                self.remove_chosen()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self._begun:
                self._close_polygon()
            case Qt.Key.Key_Escape if self._begun:
                self._begun = []
                self.update()
            case Qt.Key.Key_Insert:
                self._add([(0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6)])
            case _ if key in _NUDGES and self._chosen is not None:
                self._nudge(_NUDGES[key], event.modifiers())
            case _:
                super().keyPressEvent(event)

    def focusNextPrevChild(self, next_: bool) -> bool:
        """Tab goes from mask to mask before it leaves."""
        count = len(self.masks)
        at = -1 if self._chosen is None else self._chosen
        to = at + 1 if next_ else (count if self._chosen is None else at) - 1
        if count and 0 <= to < count:
            self._choose(to)
            return True
        self._choose(None)
        return super().focusNextPrevChild(next_)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring comes."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes."""
        self.update()
        super().focusOutEvent(event)

    # --- private

    def _frame(self) -> QRectF:
        """Where the picture lies."""
        room = QRectF(self.rect()).adjusted(PAD, PAD, -PAD, -PAD)
        width = min(room.width(), room.height() * self._aspect)
        height = width / self._aspect
        return QRectF(room.center().x() - width / 2, room.center().y() - height / 2, width, height)

    def _share(self, place: QPointF) -> Corner:
        frame = self._frame()
        share = (
            (place.x() - frame.left()) / max(1.0, frame.width()),
            (place.y() - frame.top()) / max(1.0, frame.height()),
        )
        return clamped(share)

    def _place(self, corner: Corner) -> QPointF:
        frame = self._frame()
        return QPointF(frame.left() + corner[0] * frame.width(), frame.top() + corner[1] * frame.height())

    def _reach(self) -> Corner:
        frame = self._frame()
        return _REACH_PX / max(1.0, frame.width()), _REACH_PX / max(1.0, frame.height())

    def _stretch(self, place: QPointF) -> None:
        if self._begun or self._pressed is None:
            return
        if (place - self._pressed).manhattanLength() >= _RECTANGLE_PX:
            one, other = self._share(self._pressed), self._share(place)
            self._rectangle = (
                (min(one[0], other[0]), min(one[1], other[1])),
                (
                    max(one[0], other[0]),
                    max(one[1], other[1]),
                ),
            )

    def _close_polygon(self) -> None:
        # A double click leaves its place twice.
        corners = list(dict.fromkeys(self._begun))
        self._begun = []
        self._add(corners)
        self.update()

    def _add(self, corners: list[Corner]) -> None:
        name = self._texts.mask.format(number=len(self.masks) + 1)
        if self._drawing.add(corners, self._new_id(), name):
            self._choose(len(self.masks) - 1)
            self._tell()

    def _nudge(self, way: tuple[int, int], modifiers: Qt.KeyboardModifier) -> None:
        if self._chosen is None:
            return
        frame = self._frame()
        pixels = 10 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1
        by = way[0] * pixels / max(1.0, frame.width()), way[1] * pixels / max(1.0, frame.height())
        self._drawing.move_mask(self._chosen, by)
        self._tell()

    def _choose(self, mask: int | None) -> None:
        if mask != self._chosen:
            self._chosen = mask
            self.chosen_changed.emit(mask)
            if mask is not None:
                self.setAccessibleDescription(f"{self.masks[mask].name}. {self._texts.keys}")
        self.update()

    def _tell(self) -> None:
        self.masks_changed.emit()
        self.update()

    def _show_cursor(self, at: Corner) -> None:
        hit = None if self._begun else self._drawing.hit(at, self._reach())
        if hit is None:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            is_mask = hit.corner is None and hit.edge is None
            self.setCursor(Qt.CursorShape.SizeAllCursor if is_mask else Qt.CursorShape.PointingHandCursor)

    def _paint_mask(self, painter: QPainter, mask: Mask, number: int, *, is_chosen: bool) -> None:
        outline = QPolygonF([self._place(corner) for corner in mask.corners])
        colour = QColor(self._palette.focus if is_chosen else self._palette.text)
        fill = QColor(self._palette.sunken)
        fill.setAlpha(190)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(outline)
        painter.setBrush(QBrush(colour, Qt.BrushStyle.FDiagPattern))
        painter.setPen(QPen(colour, 2.5 if is_chosen else 1.5))
        painter.drawPolygon(outline)
        if is_chosen:
            painter.setBrush(colour)
            for corner in mask.corners:
                painter.drawEllipse(self._place(corner), _HANDLE_PX, _HANDLE_PX)
        words = mask.name or self._texts.mask.format(number=number + 1)
        metrics = painter.fontMetrics()
        box = QRectF(0, 0, metrics.horizontalAdvance(words) + 8, metrics.height() + 2)
        box.moveCenter(outline.boundingRect().center())
        painter.fillRect(box, QColor(self._palette.surface))
        painter.setPen(QColor(self._palette.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_begun(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._palette.focus), 2, Qt.PenStyle.DashLine))
        if self._rectangle is not None:
            painter.drawRect(QRectF(self._place(self._rectangle[0]), self._place(self._rectangle[1])))
        if self._begun:
            corners = self._begun if self._pointer is None else [*self._begun, self._pointer]
            painter.drawPolyline(QPolygonF([self._place(corner) for corner in corners]))

    def _say(self, painter: QPainter, words: str, y: float) -> None:
        wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        room = QRectF(0, 0, max(1, self.width() - 24), self.height())
        box = QRectF(painter.fontMetrics().boundingRect(room.toRect(), int(wrapped), words)).adjusted(-8, -3, 8, 3)
        box.moveCenter(QPointF(self.width() / 2, y))
        box.moveBottom(min(box.bottom(), self.height() - 4))
        painter.fillRect(box, QColor(self._palette.surface))
        painter.setPen(QColor(self._palette.text))
        painter.drawText(box, int(wrapped), words)
