"""The repaint floor: the least that a map may do is one opaque picture and one transparent one."""

from __future__ import annotations

import msgspec
import numpy as np
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from bench.city_map import hand
from bench.city_map.child import serve
from bench.city_map.frames import Loop, take

WIDTH, HEIGHT = 1920, 1080
_MARGIN = 600


class Floor(QWidget):
    """A cached base picture and a cached picture of the assets, moved."""

    def __init__(self) -> None:
        super().__init__()
        size = (WIDTH + 2 * _MARGIN, HEIGHT + 2 * _MARGIN)
        self._ground = QImage(*size, QImage.Format.Format_RGB32)
        self._ground.fill(0xFF20262D)
        self._assets = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        self._assets.fill(0)
        painter = QPainter(self._assets)
        for x, y in np.random.default_rng(1).integers(0, size, (34_000, 2)).tolist():
            painter.fillRect(x, y, 3, 3, 0xFFE0D0A0)
        painter.end()
        self._off = hand.circle(0)
        self.painted = 0

    def show_step(self, number: int) -> None:
        self._off = hand.circle(number)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        at = (round(self._off.x()) - _MARGIN, round(self._off.y()) - _MARGIN)
        painter.drawImage(*at, self._ground)
        painter.drawImage(*at, self._assets)
        painter.end()
        self.painted += 1


def main() -> None:
    """Pan when told to."""
    application = QApplication([])
    floor = Floor()
    floor.setGeometry(0, 0, WIDTH, HEIGHT)
    floor.show()
    Loop().run_until(lambda: floor.painted > 0)

    def pan(frames: int) -> object:
        floor.raise_()
        Loop().run_for(0.1)
        return msgspec.to_builtins(take(frames, floor.show_step, lambda: floor.painted))

    serve({"pan": pan})
    floor.close()
    application.quit()


if __name__ == "__main__":
    main()
