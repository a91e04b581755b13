"""Finds words that have no room: labels, buttons, fields, tabs and heads that show less than they say."""

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFontMetrics, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QRadioButton,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QTableView,
    QTreeView,
    QWidget,
)

_ROWS_LOOKED_AT = 12
_SLACK_PX = 2  # what rounding and side bearings of a font take


def clipped_in(root: QWidget) -> list[str]:
    """What is cut off, as `kind: words (has < wants)`; what tells its whole words in a tip is left out."""
    found: list[str] = []
    for widget in [root, *root.findChildren(QWidget)]:
        if (widget.isVisible() and not widget.visibleRegion().isEmpty()) or isinstance(widget, QTabBar):
            found += [f"{type(widget).__name__}: {words}" for words in _clipped(widget)]
    return found


def _clipped(widget: QWidget) -> Iterator[str]:
    match widget:
        case QLabel():
            yield from _label(widget)
        case QAbstractButton():
            yield from _button(widget)
        case QComboBox():
            yield from _choice(widget)
        case QLineEdit():
            yield from _field(widget)
        case QTabBar():
            yield from _tabs(widget)
        case QHeaderView():
            yield from _heads(widget)
        case QAbstractItemView():
            yield from _rows(widget)
        case QGroupBox():
            yield from _short(widget, widget.title(), widget.width() - 8)
        case _:
            return


def _label(label: QLabel) -> Iterator[str]:
    text = label.text()
    if not text or not label.pixmap().isNull():
        return
    room = label.contentsRect()
    if label.wordWrap():
        wanted = label.heightForWidth(label.width())
        if wanted > label.height() + _SLACK_PX:
            yield f"{text!r} ({label.height()} < {wanted} high)"
        return
    if "</" in text and label.textFormat() is not Qt.TextFormat.PlainText:
        document = QTextDocument()
        document.setDefaultFont(label.font())
        document.setHtml(text)
        text = document.toPlainText()
    if not label.toolTip():
        yield from _short(label, text, room.width() - 2 * label.margin())
    lines = text.count("\n") + 1
    wanted = QFontMetrics(label.font()).height() * lines
    if wanted > room.height() + _SLACK_PX:
        yield f"{text!r} ({room.height()} < {wanted} high)"


def _button(button: QAbstractButton) -> Iterator[str]:
    text = button.text()
    if not text or _is_icon_only(button):
        return
    wanted = button.sizeHint()
    if isinstance(button, QCheckBox | QRadioButton):
        wanted = button.minimumSizeHint()
    if wanted.width() > button.width() + _SLACK_PX and not button.toolTip():
        yield f"{text!r} ({button.width()} < {wanted.width()} wide)"
    height = QFontMetrics(button.font()).height()
    if height > button.height() + _SLACK_PX:
        yield f"{text!r} ({button.height()} < {height} high)"


def _is_icon_only(button: QAbstractButton) -> bool:
    style = getattr(button, "toolButtonStyle", None)
    return style is not None and style() is Qt.ToolButtonStyle.ToolButtonIconOnly and not button.icon().isNull()


def _choice(choice: QComboBox) -> Iterator[str]:
    if choice.isEditable() or choice.toolTip():
        return
    option = QStyleOptionComboBox()
    choice.initStyleOption(option)
    place = QStyle.SubControl.SC_ComboBoxEditField
    room = choice.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, place, choice)
    icon = 0 if choice.itemIcon(choice.currentIndex()).isNull() else choice.iconSize().width() + 4
    yield from _short(choice, choice.currentText(), room.width() - icon)


def _field(field: QLineEdit) -> Iterator[str]:
    words = field.placeholderText() if not field.text() else ""
    marks = sum(1 for action in field.actions() if not action.icon().isNull() and action.isVisible())
    if words and not field.toolTip():
        margins = field.textMargins()
        yield from _short(field, words, field.contentsRect().width() - margins.left() - margins.right() - 20 * marks)


def _tabs(bar: QTabBar) -> Iterator[str]:
    if not bar.isVisible():
        return
    for index in range(bar.count()):
        wanted = QFontMetrics(bar.font()).horizontalAdvance(bar.tabText(index).replace("&", ""))
        if bar.isTabVisible(index) and wanted > bar.tabRect(index).width() and not bar.tabToolTip(index):
            yield f"{bar.tabText(index)!r} ({bar.tabRect(index).width()} < {wanted} wide)"


def _heads(head: QHeaderView) -> Iterator[str]:
    model = head.model()
    if head.orientation() is not Qt.Orientation.Horizontal:
        return
    for section in range(head.count()):
        text = model.headerData(section, Qt.Orientation.Horizontal)
        tip = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        if isinstance(text, str) and text and not tip and not head.isSectionHidden(section):
            wanted = QFontMetrics(head.font()).horizontalAdvance(text)
            if wanted > head.sectionSize(section) + _SLACK_PX:
                yield f"{text!r} ({head.sectionSize(section)} < {wanted} wide)"
    if QFontMetrics(head.font()).height() > head.height() + _SLACK_PX:
        yield f"the heads ({head.height()} < {QFontMetrics(head.font()).height()} high)"


def _rows(view: QAbstractItemView) -> Iterator[str]:
    """The first rows in sight: each as high as all its lines, whoever paints them."""
    model, high = view.model(), QFontMetrics(view.font()).height()
    columns = model.columnCount(QModelIndex()) if isinstance(view, QTableView | QTreeView) else 1
    column = next((each for each in range(columns) if not _is_hidden(view, each)), 0)
    for row in range(min(model.rowCount(), _ROWS_LOOKED_AT)):
        place = view.visualRect(model.index(row, column)).height()
        texts = [model.index(row, each).data() for each in range(columns) if not _is_hidden(view, each)]
        lines = max((text.count("\n") + 1 for text in texts if isinstance(text, str) and text), default=1)
        if 0 < place < lines * high:
            yield f"row {row} ({place} < {lines * high} high)"


def _is_hidden(view: QAbstractItemView, column: int) -> bool:
    return isinstance(view, QTableView | QTreeView) and view.isColumnHidden(column)


def _short(widget: QWidget, text: str, room: int) -> Iterator[str]:
    metrics = QFontMetrics(widget.font())
    wanted = max((metrics.horizontalAdvance(line) for line in text.replace("&", "").splitlines()), default=0)
    if wanted > room + _SLACK_PX and not isinstance(widget, QAbstractScrollArea):
        yield f"{text!r} ({room} < {wanted} wide)"
