"""The layout editor over the wall: what it asks is done to the wall and can be undone."""

from PySide6.QtCore import QEvent, QObject

from console.panels.cameras.desk import WallDesk
from widgets.notice import Tone
from widgets.wall_grid import LayoutEditor
from widgets.wall_layout.cells import Cell
from widgets.wall_layout.editing import Edited


class LayoutEditing(QObject):
    """Opened and closed by one key."""

    def __init__(self, desk: WallDesk) -> None:
        super().__init__()
        self._desk = desk
        self.editor: LayoutEditor | None = None

    def toggle(self) -> None:
        """Open the editor, or be done."""
        if self.editor is None:
            self._open()
        else:
            self._close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The editor covers the wall, whatever its size."""
        if self.editor is not None and event.type() == QEvent.Type.Resize:
            self.editor.setGeometry(self._desk.stage.grid.rect())
        return super().eventFilter(watched, event)

    def _open(self) -> None:
        desk = self._desk
        desk.touring.stop()
        if desk.wall.spotlight is not None:
            desk.wall.enlarge(desk.wall.spotlight)
            desk.arrange()
        grid = desk.stage.grid
        self.editor = editor = LayoutEditor(desk.context.palette, desk.context.texts("wall.editor"), grid)
        editor.chosen = desk.wall.chosen
        editor.show_cells(grid.cells)
        editor.edited.connect(self._edited)
        editor.reshaped.connect(self._reshaped)
        editor.undo_requested.connect(self._undo)
        editor.refused.connect(self._refused)
        editor.done.connect(self._close)
        grid.installEventFilter(self)
        editor.setGeometry(grid.rect())
        editor.show()
        editor.raise_()
        editor.setFocus()

    def _close(self) -> None:
        editor, self.editor = self.editor, None
        if editor is not None:
            self._desk.stage.grid.removeEventFilter(self)
            self._desk.wall.choose(editor.chosen)
            editor.hide()
            editor.deleteLater()
            self._desk.arrange()
            self._desk.stage.widget_of(self._desk.wall.chosen).setFocus()

    def _edited(self, edited: Edited) -> None:
        self._desk.wall.edit(edited)
        self._show()

    def _reshaped(self, cells: tuple[Cell, ...], is_first: bool) -> None:
        self._desk.wall.reshape(cells, is_first=is_first)
        self._show()

    def _undo(self) -> None:
        self._desk.wall.undo()
        self._show()

    def _refused(self) -> None:
        self._desk.say(self._desk.context.texts("wall.cannot_edit"), Tone.PLAIN)

    def _show(self) -> None:
        self._desk.arrange()
        if self.editor is not None:
            self.editor.show_cells(self._desk.stage.grid.cells)
            self.editor.raise_()
