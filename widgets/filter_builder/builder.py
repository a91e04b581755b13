"""The whole filter: a block of lines, and blocks within it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from widgets.filter_builder.line import LineEditor
from widgets.filter_values import FilterBlock, FilterField, FilterLine
from widgets.look import GAP, TIGHT, Palette, icon
from widgets.nesting import nest
from widgets.quiet_label import quiet_label
from widgets.texts import Texts

DEEPEST: Final = 3
_MOST_LINES: Final = 15  # of text: higher, it scrolls
Fields = Mapping[str, FilterField]


class BlockEditor(QFrame):
    """All or any of these."""

    changed = Signal()
    removed = Signal()

    def __init__(self, palette: Palette, tr: Texts, fields: Callable[[], Fields], depth: int) -> None:
        super().__init__()
        self._palette, self._tr, self._fields, self._depth = palette, tr, fields, depth
        self._editors: list[LineEditor | BlockEditor] = []
        self._is_dressing = False
        self.match = QComboBox()
        self.match.setAccessibleName(tr("filter.match"))
        self.match.addItem(tr("filter.all"), False)
        self.match.addItem(tr("filter.any"), True)
        self.match.currentIndexChanged.connect(self._tell)
        self.add_line = self._button("filter.add_line", "mdi6.plus")
        self.add_block = self._button("filter.add_block", "mdi6.plus-box-multiple-outline")
        self.add_block.setVisible(depth < DEEPEST)
        head = QHBoxLayout()
        head.setSpacing(TIGHT)
        for widget in (self.match, self.add_line, self.add_block):
            head.addWidget(widget)
        head.addStretch(1)
        if depth > 1:
            away = QToolButton()
            away.setIcon(icon("mdi6.close", palette))
            away.setToolTip(tr("filter.remove_block"))
            away.setAccessibleName(tr("filter.remove_block"))
            away.clicked.connect(lambda _checked=False: self.removed.emit())
            head.addWidget(away, 0, Qt.AlignmentFlag.AlignVCenter)  # unaligned, it would bound the row's height
        column = QVBoxLayout(self)
        column.setContentsMargins(0 if depth == 1 else 2 * GAP, 0, 0, 0)
        column.setSpacing(TIGHT)
        nest(column, head)
        self._column = QVBoxLayout()
        self._column.setSpacing(TIGHT)
        nest(column, self._column)
        self.add_line.clicked.connect(lambda _checked=False: self.begin_line())
        self.add_block.clicked.connect(lambda _checked=False: self._begin_block())

    @property
    def block(self) -> FilterBlock:
        """What it says now."""
        items = tuple(each.line if isinstance(each, LineEditor) else each.block for each in self._editors)
        return FilterBlock(self.match.currentData() is True, items)

    @property
    def editors(self) -> "Sequence[LineEditor | BlockEditor]":
        """Lines and blocks as they stand."""
        return tuple(self._editors)

    def show_block(self, block: FilterBlock) -> None:
        """Say this, without telling."""
        self._is_dressing = True
        for editor in tuple(self._editors):
            self._drop(editor)
        self.match.setCurrentIndex(int(block.is_any))
        for item in block.items:
            if isinstance(item, FilterLine):
                self._add_line().show_line(item)
            else:
                self._add_block().show_block(item)
        self._is_dressing = False

    def settle(self) -> None:
        """Reckon at once how high it stands: Qt would do so only later, from the outside in."""
        for editor in self._editors:
            if isinstance(editor, BlockEditor):
                editor.settle()
            else:
                _settle(editor)
        _settle(self)

    def begin_line(self) -> None:
        """One more comparison, where the keyboard goes on."""
        editor = self._add_line()
        editor.field.setFocus()
        self._tell()

    def _begin_block(self) -> None:
        self._add_block().begin_line()

    def _button(self, key: str, sign: str) -> QPushButton:
        button = QPushButton(self._tr(key))
        button.setIcon(icon(sign, self._palette))
        return button

    def _add_line(self) -> LineEditor:
        editor = LineEditor(self._palette, self._tr, self._fields())
        self._take(editor)
        return editor

    def _add_block(self) -> "BlockEditor":
        editor = BlockEditor(self._palette, self._tr, self._fields, self._depth + 1)
        self._take(editor)
        return editor

    def _take(self, editor: "LineEditor | BlockEditor") -> None:
        editor.changed.connect(self._tell)
        editor.removed.connect(lambda: self._remove(editor))
        self._editors.append(editor)
        self._column.addWidget(editor)
        editor.show()  # at once: how high the filter stands is asked before Qt would

    def _remove(self, editor: "LineEditor | BlockEditor") -> None:
        self._drop(editor)
        self.add_line.setFocus()
        self._tell()

    def _drop(self, editor: "LineEditor | BlockEditor") -> None:
        self._editors.remove(editor)
        self._column.removeWidget(editor)
        editor.hide()
        editor.deleteLater()

    def _tell(self, *_ignored: object) -> None:
        if not self._is_dressing:
            self.changed.emit()


class FilterBuilder(QFrame):
    """Says `changed(FilterBlock)` at each change; Escape leaves it."""

    changed = Signal(object)
    left = Signal()

    def __init__(self, palette: Palette, tr: Texts) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._fields: dict[str, FilterField] = {}
        self.root = BlockEditor(palette, tr, lambda: self._fields, 1)
        self.trouble: QLabel = quiet_label()
        self.trouble.hide()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        inside = QFrame()
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.root)
        inner.addStretch(1)
        scroll.setWidget(inside)
        self._scroll = scroll
        self._inside = inside
        inside.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        column.setSpacing(TIGHT)
        column.addWidget(scroll)
        column.addWidget(self.trouble)
        self.root.changed.connect(self._tell)
        self._fit()
        self.hide()

    @property
    def block(self) -> FilterBlock:
        """What it says now."""
        return self.root.block

    def offer(self, fields: Sequence[FilterField]) -> None:
        """What can be compared; lines that stand keep what they say."""
        self._fields = {field.name: field for field in fields}
        self.show_block(self.block)

    def show_block(self, block: FilterBlock) -> None:
        """Say this, without telling."""
        self.root.show_block(block)
        self._fit()

    def say_trouble(self, text: str) -> None:
        """What is wrong with a value; empty: nothing is."""
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))

    def focus_first(self) -> None:
        """The keyboard goes to the first line; one is begun where there is none."""
        if not self.root.editors:
            self.root.begin_line()
        first = self.root.editors[0]
        if isinstance(first, LineEditor):
            first.field.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow, it needs a bar to move along."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lines came, went or have larger text: the filter stands as high as they need."""
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Only what is shown knows how large its text is."""
        super().showEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back to the list."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _tell(self) -> None:
        self._fit()
        self.changed.emit(self.block)

    def _fit(self) -> None:
        self.root.settle()
        _settle(self._inside)
        hint = self._inside.sizeHint()
        wanted = hint.height() + TIGHT
        self._inside.setMinimumHeight(hint.height())  # lines are never squeezed: they scroll
        if hint.width() > self._scroll.viewport().width():
            wanted += self._scroll.horizontalScrollBar().sizeHint().height()
        self._scroll.setFixedHeight(min(wanted, _MOST_LINES * self.fontMetrics().height()))


def _settle(widget: QWidget) -> None:
    layout = widget.layout()
    if layout is not None:
        layout.invalidate()
        layout.activate()
