"""Plates under icons when near: the text of a sign as it stands there, bays of a car park, plan and crew."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from widgets.city_map.details import AssetDetail, Bays, JunctionMode, JunctionState, SignText, VehicleDetail
from widgets.city_map.frame import Frame
from widgets.city_map.overlay.occupancy import Occupancy
from widgets.city_map.overlay.part import blit, shortened
from widgets.city_map.overlay.sprites import ICON_PX, Sprites, draw_digits, hatch, painter_on
from widgets.city_map.scene.scene import Scene

PLATES_MPP: Final = 1.3
_PLATES_AT_MOST: Final = 160
_LINES_AT_MOST: Final = 5
_LETTERS_AT_MOST: Final = 24
_SIGN_FIELD: Final = "#0A0A08"
_SIGN_AMBER: Final = "#F0B54A"
"""As the lamps of the sign itself, a shade paler than an alarm."""


class DetailPlates:
    """An OverlayPart. `reserve` finds their places before names take theirs."""

    def __init__(self, scene: Scene, sprites: Sprites, room: Occupancy) -> None:
        self._scene = scene
        self._sprites = sprites
        self._room = room
        self._placed: list[tuple[QPixmap, float, float]] = []

    def reserve(self, frame: Frame) -> None:
        """Take room under the icons, the most important first."""
        self._placed.clear()
        view, details = frame.view, self._scene.meaning.details
        if not details or view.metres_per_pixel > PLATES_MPP * self._sprites.zoom:
            return
        rows = self._scene.icon_rows(view)[::-1]
        known = [row for row in rows.tolist() if int(self._scene.store.ids[row]) in details][:_PLATES_AT_MOST]
        for row in known:
            plate = self._plate_of(details[int(self._scene.store.ids[row])])
            if plate is None:
                continue
            px, py = view.to_pixel(*self._scene.place_of(row))
            width, height = plate.width() / self._sprites.ratio, plate.height() / self._sprites.ratio
            middle = py + (ICON_PX / 2 + 3) * self._sprites.zoom + height / 2
            if self._room.take(px, middle, width, height):
                self._placed.append((plate, px, middle))

    def paint(self, painter: QPainter, _frame: Frame) -> None:
        for plate, px, py in self._placed:
            blit(painter, plate, px, py)

    def _plate_of(self, detail: AssetDetail) -> QPixmap | None:
        match detail:
            case SignText(lines):
                shown = tuple(shortened(line.rstrip(), _LETTERS_AT_MOST) for line in lines[:_LINES_AT_MOST])
                return self._sprites.keep(("sign", shown), lambda: self._draw_sign(shown)) if any(shown) else None
            case Bays():
                return self._sprites.keep(("bays", detail), lambda: self._draw_bays(detail))
            case JunctionState(JunctionMode.RUNNING, plan) if plan:
                words = shortened(plan, 8)
                return self._sprites.keep(("plan", words), lambda: self._draw_words(words))
            case VehicleDetail(status) if status:
                words = shortened(status, 16)
                return self._sprites.keep(("crew", words), lambda: self._draw_words(words))
            case _:
                return None

    def _draw_sign(self, lines: tuple[str, ...]) -> QPixmap:
        font = self._sprites.font(11, bold=True)
        font.setFamilies(["DejaVu Sans Mono", "Liberation Mono", "Consolas", "monospace"])
        font.setStyleHint(QFont.StyleHint.Monospace)
        metrics, zoom = QFontMetricsF(font), self._sprites.zoom
        step = metrics.height()
        width = max(metrics.horizontalAdvance(line) for line in lines) + 12 * zoom
        pixmap, painter, area = self._board(width, step * len(lines) + 7 * zoom, QColor(_SIGN_FIELD))
        for at, line in enumerate(lines):
            box = QRectF(area.left(), area.top() + 2 * zoom + at * step, area.width(), step)
            draw_digits(painter, box, font, line, QColor(_SIGN_AMBER))
        painter.end()
        return pixmap

    def _draw_bays(self, bays: Bays) -> QPixmap:
        """Free of total and a bar of what is taken; hatched where nobody knows."""
        theme, zoom, font = self._sprites.theme, self._sprites.zoom, self._sprites.font(11, bold=True)
        free = "?" if bays.free is None else str(bays.free)
        total = "?" if bays.total is None else str(bays.total)
        text = f"{free} / {total}"
        width = max(QFontMetricsF(font).horizontalAdvance(text) + 14 * zoom, 46 * zoom)
        high = QFontMetricsF(font).height()
        pixmap, painter, area = self._board(width, high + 11 * zoom, QColor(theme.card_field))
        words = QRectF(area.left(), area.top() + zoom, area.width(), high)
        draw_digits(painter, words, font, text, QColor(theme.card_text))
        bar = QRectF(area.left() + 5 * zoom, area.top() + high + 2 * zoom, area.width() - 10 * zoom, 5 * zoom)
        frame = QPainterPath()
        frame.addRect(bar)
        if bays.free is None or not bays.total:
            hatch(painter, frame, QColor(theme.unknown), 3.5 * zoom)
        else:
            taken = min(max(1 - bays.free / bays.total, 0.0), 1.0)
            painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * taken, bar.height()), QColor(theme.normal))
        painter.strokePath(frame, QPen(QColor(theme.normal), 1))
        painter.end()
        return pixmap

    def _draw_words(self, text: str) -> QPixmap:
        theme, font = self._sprites.theme, self._sprites.font(10)
        metrics = QFontMetricsF(font)
        size = metrics.horizontalAdvance(text) + 10 * self._sprites.zoom, metrics.height() + 2 * self._sprites.zoom
        pixmap, painter, area = self._board(*size, QColor(theme.card_field))
        draw_digits(painter, area, font, text, QColor(theme.card_text))
        painter.end()
        return pixmap

    def _board(self, width: float, height: float, field: QColor) -> tuple[QPixmap, QPainter, QRectF]:
        pixmap = self._sprites.canvas(width + 2, height + 2)
        painter = painter_on(pixmap)
        area = QRectF(1, 1, width, height)
        board = QPainterPath()
        board.addRoundedRect(area, 3 * self._sprites.zoom, 3 * self._sprites.zoom)
        painter.fillPath(board, field)
        painter.strokePath(board, QPen(QColor(self._sprites.theme.card_line), 1))
        return pixmap, painter, area
