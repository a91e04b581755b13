"""A number typed at the wall: which camera, and into which tile."""

from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from console.panels.cameras.desk import WallDesk
from console.panels.cameras.presenter import read_number
from widgets.notice import Tone

_SIGNS: Final = "0123456789."


class Dialling:
    """`put` shows a camera in a tile, `focus` gives a tile the keys."""

    def __init__(
        self, desk: WallDesk, number: QLineEdit, put: Callable[[int, int], None], focus: Callable[[int], None]
    ) -> None:
        self._desk = desk
        self._number = number
        self._put = put
        self._focus = focus
        number.returnPressed.connect(self._given)

    def begins(self, event: QKeyEvent) -> bool:
        """Whether this key, pressed on a tile, begins a number: it is typed on in the bar."""
        if not event.text() or event.text() not in _SIGNS:
            return False
        self._number.setFocus()
        self._number.setText(event.text())
        return True

    def _given(self) -> None:
        text = self._number.text().strip()
        self._number.clear()
        tr, desk = self._desk.context.texts, self._desk
        wanted = read_number(text)
        camera = None if wanted is None or wanted.number is None else desk.presenter.camera_of_number(wanted.number)
        tile = desk.wall.chosen if wanted is None or wanted.tile is None else wanted.tile - 1
        size = desk.sight().layout.size
        if wanted is None or (camera is None and wanted.number is not None):
            desk.say(tr("video.no_such_number", number=text), Tone.WARNING)
            return
        if not 0 <= tile < size:
            desk.say(tr("wall.no_such_tile", number=tile + 1, count=size), Tone.WARNING)
            return
        if camera is not None:
            self._put(tile, camera.id)
        self._focus(tile)
