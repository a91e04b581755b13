"""What is left out of a panel that is too low for everything, as a docked one is with large text."""

from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from widgets.look import FONT_PX
from widgets.room_for_words import text_zoom

_LINE_PX: Final = FONT_PX * 1.2


def give_way(part: QWidget, panel: QWidget, least_lines: int) -> None:
    """`part` is hidden while its panel has room for fewer lines of text than that."""
    _Low(part, panel, least_lines)


class _Low(QObject):
    def __init__(self, part: QWidget, panel: QWidget, least_lines: int) -> None:
        super().__init__(panel)
        self._part, self._panel, self._least_lines = part, panel, least_lines
        panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again when the panel is shown or has another height."""
        if watched is self._panel and event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            lines = self._panel.height() / (_LINE_PX * text_zoom(self._panel))
            self._part.setVisible(lines >= self._least_lines)
        return False
