"""How high something must be so that nothing in it is squeezed, where it has this width."""

from PySide6.QtWidgets import QBoxLayout, QLayout, QLayoutItem, QWidget

_UPRIGHT = frozenset({QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.BottomToTop})


def least_height(widget: QWidget, width: int) -> int:
    """Of a widget with all that is shown in it."""
    least = widget.minimumSizeHint().expandedTo(widget.minimumSize()).height()
    layout = widget.layout()
    if layout is not None:
        return max(least_height_of_all(layout, width), least)
    return max(widget.heightForWidth(width), least) if widget.hasHeightForWidth() else least


def least_height_of_all(layout: QLayout, width: int) -> int:
    """Of what a layout holds, whatever least height its widget was given."""
    if not layout.hasHeightForWidth():
        return layout.totalMinimumSize().height()
    if not isinstance(layout, QBoxLayout) or layout.direction() not in _UPRIGHT:
        return max(layout.minimumHeightForWidth(width), layout.minimumSize().height())
    edges = layout.contentsMargins()
    inner = width - edges.left() - edges.right()
    fixed, given, least = edges.top() + edges.bottom(), list[int](), list[int]()
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if item is None or item.isEmpty():
            spacer = None if item is None else item.spacerItem()
            fixed += 0 if spacer is None else spacer.minimumSize().height()
            continue
        least.append(_of_item(item, inner))
        given.append(max(item.heightForWidth(inner) if item.hasHeightForWidth() else 0, least[-1]))
    # Qt takes what wrapped words would like for what they need, and has the highest give way first.
    level = max(least, default=0) + 1
    return fixed + sum(min(each, level) for each in given) + max(layout.spacing(), 0) * max(len(given) - 1, 0)


def _of_item(item: QLayoutItem, width: int) -> int:
    widget, layout = item.widget(), item.layout()
    fixed = item.minimumSize().height()
    if not item.hasHeightForWidth():
        return fixed
    within = layout if widget is None else widget.layout()
    return item.minimumHeightForWidth(width) if within is None else max(least_height_of_all(within, width), fixed)
