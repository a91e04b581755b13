"""How a page of this panel is laid out."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from widgets.look import GAP, TIGHT
from widgets.nesting import nest


def lay_out(page: QWidget, *rows: QWidget | Sequence[QWidget | None], stretched: int) -> None:
    """One below the other; None in a row takes the room that is left."""
    column = QVBoxLayout(page)
    column.setContentsMargins(GAP, GAP, GAP, GAP)
    column.setSpacing(TIGHT)
    for number, row in enumerate(rows):
        if isinstance(row, QWidget):
            column.addWidget(row, int(number == stretched))
            continue
        line = QHBoxLayout()
        line.setSpacing(TIGHT)
        for part in row:
            if part is None:
                line.addStretch(1)
            else:
                line.addWidget(part, int(isinstance(part, QLineEdit)))
        nest(column, line)
