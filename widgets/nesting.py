"""Layouts within layouts."""

from typing import Final

from PySide6.QtWidgets import QBoxLayout, QFormLayout, QGridLayout, QLayout
from shiboken6 import invalidate

from widgets.layout_contents import layouts_in

_OF_QT: Final = (QBoxLayout, QGridLayout, QFormLayout)


def nest(outer: QBoxLayout | QGridLayout, inner: QLayout, place: int | tuple[int, int] = 0) -> None:
    """`outer.addLayout(inner, ...)`. `place`: a stretch in a column or row; row and column in a grid.

    PySide itself makes wrappers of the items of a layout that was filled before, and keeps them for as long as `outer`
    is known, longer than the items live: see `layout_contents`. They are forgotten here.
    """
    match outer, place:
        case QGridLayout(), (row, column):
            outer.addLayout(inner, row, column)
        case QBoxLayout(), int(stretch):
            outer.addLayout(inner, stretch)
        case _:
            raise TypeError(f"{place} is no place in a {type(outer).__name__}")
    _forget_items(inner)


def _forget_items(layout: QLayout) -> None:
    for index in range(layout.count() if isinstance(layout, _OF_QT) else 0):  # a layout of ours holds its items itself
        item = layout.itemAt(index)
        if item is not None and not isinstance(item, QLayout):
            invalidate(item)
    for within in layouts_in(layout):
        _forget_items(within)
