"""The frame of a tile that holds something else than a picture: caption, choice, drops, menu."""

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QObject, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPalette,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from widgets.look import GAP, TIGHT, Palette, icon
from widgets.mime import ASSET_MIME, LONGEST, PLACE_MIME, TILE_MIME, asset_of
from widgets.nesting import nest
from widgets.plain_text import PlainLabel

_CARRY_PX = 12


class FaceFrame(QFrame):
    """Behaves on the wall as a VideoTile does."""

    chosen = Signal()
    enlarge_requested = Signal()
    close_requested = Signal()
    asset_dropped = Signal(object)
    place_dropped = Signal(object)
    tile_dropped = Signal(str)
    menu_requested = Signal(QPoint)

    def __init__(self, palette: Palette, content: QWidget, title: str, icon_name: str) -> None:
        super().__init__()
        self._palette = palette
        self.content = content
        self.carried = ""
        self._pressed: QPoint | None = None
        self.setObjectName("wall_face")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setAutoFillBackground(True)
        self.setAccessibleName(title)
        self._mark = PlainLabel()
        self._mark.setPixmap(icon(icon_name, palette, palette.text_muted).pixmap(16, 16))
        self._title = PlainLabel(title)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setProperty("role", "muted")
        head = QHBoxLayout()
        head.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        head.setSpacing(TIGHT)
        head.addWidget(self._mark)
        head.addWidget(self._title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(0)
        column.addWidget(content, 1)
        nest(column, head)
        content.installEventFilter(self)
        self._dress(is_chosen=False)

    def rename(self, title: str) -> None:
        """Another caption."""
        self._title.setText(title)
        self.setAccessibleName(title)

    def set_chosen(self, is_chosen: bool) -> None:
        """The tile that keys mean."""
        self._dress(is_chosen=is_chosen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whoever works in the content has chosen this tile."""
        if event.type() in {QEvent.Type.MouseButtonPress, QEvent.Type.FocusIn}:
            self.chosen.emit()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        self.setFocus()
        self.chosen.emit()
        self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry it elsewhere."""
        if self._pressed is None or not self.carried:
            return
        if (event.position().toPoint() - self._pressed).manhattanLength() > _CARRY_PX:
            self._pressed = None
            mime = QMimeData()
            mime.setData(TILE_MIME, QByteArray(self.carried.encode()))
            drag = QDrag(self)
            drag.setMimeData(mime)
            drag.exec(Qt.DropAction.MoveAction)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Alone, or back to the layout."""
        del event
        self.enlarge_requested.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Everything that can be done with this tile."""
        self.chosen.emit()
        self.menu_requested.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete empties the tile; Return goes into it."""
        if event.key() == Qt.Key.Key_Delete:
            self.close_requested.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.content.setFocus()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The tile with the keyboard is the chosen one."""
        super().focusInEvent(event)
        self.chosen.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Assets and other tiles may be dropped here."""
        if any(event.mimeData().hasFormat(kind) for kind in (ASSET_MIME, TILE_MIME, PLACE_MIME)):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Something was dropped; what it is is for others to say."""
        mime = event.mimeData()
        if mime.hasFormat(TILE_MIME):
            carried = bytes(mime.data(TILE_MIME).data()).decode("ascii", "replace")
            if carried != self.carried and len(carried) <= LONGEST:
                event.acceptProposedAction()
                self.tile_dropped.emit(carried)
            return
        for kind, told in ((PLACE_MIME, self.place_dropped), (ASSET_MIME, self.asset_dropped)):
            asset_id = asset_of(bytes(mime.data(kind).data()))
            if asset_id is not None:
                event.acceptProposedAction()
                told.emit(asset_id)
                return

    def _dress(self, *, is_chosen: bool) -> None:
        colour = self._palette.focus if is_chosen else self._palette.border
        self.setStyleSheet(f"#wall_face {{ background: {self._palette.surface}; border: 1px solid {colour}; }}")
        self.setBackgroundRole(QPalette.ColorRole.Window)
