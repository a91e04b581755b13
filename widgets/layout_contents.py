"""What a layout holds, asked without its items.

`QLayout.itemAt` leaves an object behind that Qt does not tell when it deletes the item. What is made at the same place
in memory later takes the process down as it ends (PySide6 6.11: docs/decisions/0042), so nothing here asks for items.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


def widgets_in(layout: QLayout) -> Sequence[QWidget]:
    """Its own widgets in their order, without those of layouts within it."""
    parent = layout.parentWidget()
    if parent is None:
        return ()
    near = parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return sorted((each for each in near if layout.indexOf(each) >= 0), key=layout.indexOf)


def layouts_in(layout: QLayout) -> Sequence[QLayout]:
    """The layouts within it."""
    return [each for each in layout.children() if isinstance(each, QLayout)]
