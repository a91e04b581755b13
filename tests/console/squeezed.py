"""Finds what has no room: widgets of one layout that cover each other, what is cut off and cannot be scrolled to."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractScrollArea, QLayout, QStackedLayout, QWidget

from widgets.layout_contents import layouts_in, widgets_in
from widgets.scroll_frame import ScrollFrame

_SLACK_PX = 2  # what rounding takes


def squeezed_in(root: QWidget) -> list[str]:
    """Who covers whom, and who stands outside of what he is in."""
    found: list[str] = []
    for widget in [root, *root.findChildren(QWidget)]:
        layout = widget.layout()
        if widget.isVisible() and layout is not None and not isinstance(layout, QStackedLayout):
            shown = list(_shown(layout))
            found += list(_covering(shown))
            found += [f"{_name(each)} is cut in {_name(widget)}" for each in shown if _is_cut(each, widget)]
    return found


def _shown(layout: QLayout) -> Iterator[QWidget]:
    """The widgets of a layout and of those within it."""
    yield from (each for each in widgets_in(layout) if each.isVisible() and not each.size().isEmpty())
    for within in layouts_in(layout):
        if not isinstance(within, QStackedLayout):
            yield from _shown(within)


def _covering(shown: list[QWidget]) -> Iterator[str]:
    for number, one in enumerate(shown):
        for other in shown[number + 1 :]:
            common = one.geometry().intersected(other.geometry())
            if common.width() > _SLACK_PX and common.height() > _SLACK_PX:
                yield f"{_name(one)} covers {_name(other)} by {common.width()}x{common.height()}"


def _is_cut(widget: QWidget, within: QWidget) -> bool:
    """Part of it is beyond what can be scrolled to: the whole page of a frame that scrolls can."""
    room = within.rect()
    outer = within.parentWidget()
    while outer is not None and not _scrolls(outer) and not within.isWindow():
        room = room.intersected(QRect(within.mapFrom(outer, QPoint()), outer.size()))
        outer = outer.parentWidget()
    box = widget.geometry().intersected(QRect(widget.pos(), widget.geometry().size()))
    return not room.adjusted(-_SLACK_PX, -_SLACK_PX, _SLACK_PX, _SLACK_PX).contains(box)


def _scrolls(widget: QWidget) -> bool:
    above = widget.parentWidget()
    return isinstance(widget, ScrollFrame) or (isinstance(above, QAbstractScrollArea) and above.viewport() is widget)


def _name(widget: QWidget) -> str:
    said = widget.accessibleName() or widget.property("text") or widget.objectName()
    return f"{type(widget).__name__} {said!r} {widget.geometry().getRect()}"
