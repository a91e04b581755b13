"""How high something must be so that nothing in it is squeezed, where it has this width."""

from PySide6.QtWidgets import QBoxLayout, QLayout, QLayoutItem, QWidget, QWidgetItem

from widgets.layout_contents import layouts_in, widgets_in

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
    around, given, least = layout.minimumSize().height(), list[int](), list[int]()
    held = [(QWidgetItem(each), each.layout()) for each in widgets_in(layout)]
    for item, within in (*held, *((each, each) for each in layouts_in(layout))):
        if item.isEmpty():
            continue
        around -= item.minimumSize().height()  # what is left of it: edges, spacing, spacers
        least.append(_of_item(item, within, inner))
        given.append(max(item.heightForWidth(inner) if item.hasHeightForWidth() else 0, least[-1]))
    # Qt takes what wrapped words would like for what they need, and has the highest give way first.
    level = max(least, default=0) + 1
    return around + sum(min(each, level) for each in given)


def _of_item(item: QLayoutItem, within: QLayout | None, width: int) -> int:
    fixed = item.minimumSize().height()
    if not item.hasHeightForWidth():
        return fixed
    return item.minimumHeightForWidth(width) if within is None else max(least_height_of_all(within, width), fixed)
