"""A page in a frame that scrolls it: large text in a low panel is scrolled to, never squeezed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget


def scrolled(page: QWidget) -> QScrollArea:
    """The page with room for all of it; one that scrolls by itself stays as it is."""
    if isinstance(page, QScrollArea):
        return page
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
