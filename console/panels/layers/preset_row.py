"""Presets: one action for a whole look; one's own are kept, renamed, deleted and brought back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from console.panels.layers.name_field import NameField
from console.panels.layers.presenter import LayersPresenter, PresetLine
from console.panels.layers.undo_line import UndoLine
from console.store.bookmarks import NamedLook
from console.store.map_look import MapLook
from console.store.map_shelf import MapShelf
from widgets.look import TIGHT, Palette, icon
from widgets.nesting import nest
from widgets.texts import Texts


class PresetRow(QWidget):
    """Says which preset is wanted; shows which one the look is."""

    preset_chosen = Signal(object)  # PresetLine

    def __init__(self, shelf: MapShelf, presenter: LayersPresenter, palette: Palette, tr: Texts) -> None:
        super().__init__()
        self._shelf = shelf
        self._presenter = presenter
        self._tr = tr
        self._look = MapLook()
        self._lines: list[PresetLine] = []
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("layers.presets"))
        self.choice.setToolTip(tr("layers.presets"))
        self.more = QToolButton()
        self.more.setIcon(icon("mdi6.dots-vertical", palette))
        self.more.setToolTip(tr("layers.preset_menu"))
        self.more.setAccessibleName(tr("layers.preset_menu"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.more)
        self.keep = menu.addAction(tr("layers.preset_keep"))
        self.rename = menu.addAction(tr("layers.preset_rename"))
        self.delete = menu.addAction(tr("layers.preset_delete"))
        self.more.setMenu(menu)
        self.name = NameField()
        self.undo = UndoLine(tr("layers.undo"))
        self.choice.activated.connect(self._choose)
        self.keep.triggered.connect(lambda _checked=False: self._ask_keep())
        self.rename.triggered.connect(lambda _checked=False: self._ask_rename())
        self.delete.triggered.connect(lambda _checked=False: self._delete())
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        row.addWidget(self.choice, 1)
        row.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        nest(column, row)
        column.addWidget(self.name)
        column.addWidget(self.undo)

    def show_look(self, look: MapLook) -> None:
        """Which preset this is."""
        self._look = look
        lines = list(self._presenter.presets(self._shelf.looks))
        at = self._presenter.current(look, lines)
        if lines != self._lines or not self.choice.count():
            self._lines = lines
            self.choice.clear()
            self.choice.addItem(self._tr("layers.by_hand"))
            self.choice.addItems([line.name for line in lines])
            own = next((number for number, line in enumerate(lines) if line.own is not None), None)
            if own is not None:
                self.choice.insertSeparator(own + 1)
        self.choice.setCurrentIndex(self._index_of(at))
        is_own = at >= 0 and lines[at].own is not None
        self.rename.setEnabled(is_own)
        self.delete.setEnabled(is_own)

    def _index_of(self, line: int) -> int:
        if line < 0:
            return 0
        has_separator = self._lines[line].own is not None
        return line + 1 + int(has_separator)

    def _line_of(self, index: int) -> PresetLine | None:
        found = [line for number, line in enumerate(self._lines) if self._index_of(number) == index]
        return found[0] if found else None

    def _choose(self, index: int) -> None:
        line = self._line_of(index)
        if line is None:
            self.show_look(self._look)
        else:
            self.preset_chosen.emit(line)

    def _own(self) -> NamedLook | None:
        line = self._line_of(self.choice.currentIndex())
        return None if line is None else line.own

    def _ask_keep(self) -> None:
        own = self._own()
        self.name.ask(self._tr("layers.preset_name"), "" if own is None else own.name, self.keep_as, self.choice)

    def keep_as(self, name: str) -> None:
        """Keep the look under a name; the same name again replaces it."""
        looks = list(self._shelf.looks)
        new = NamedLook(name, self._look)
        at = next((number for number, item in enumerate(looks) if item.name == name), None)
        if at is None:
            self._shelf.set_looks([*looks, new])
        else:
            before = looks[at]
            looks[at] = new
            self._shelf.set_looks(looks)
            self.undo.offer(self._tr("layers.replaced", name=name), lambda: self._put(at, before, replaces=True))

    def _ask_rename(self) -> None:
        own = self._own()
        if own is not None:
            self.name.ask(self._tr("layers.new_name"), own.name, lambda name: self._rename(own.name, name), self.choice)

    def _rename(self, former: str, name: str) -> None:
        if name != former and all(item.name != name for item in self._shelf.looks):
            looks = [NamedLook(name, item.look) if item.name == former else item for item in self._shelf.looks]
            self._shelf.set_looks(looks)

    def _delete(self) -> None:
        own = self._own()
        if own is not None:
            at = list(self._shelf.looks).index(own)
            self._shelf.set_looks([item for item in self._shelf.looks if item.name != own.name])
            self.undo.offer(self._tr("layers.deleted", name=own.name), lambda: self._put(at, own, replaces=False))

    def _put(self, at: int, own: NamedLook, *, replaces: bool) -> None:
        looks = [item for item in self._shelf.looks if replaces or item.name != own.name]
        if replaces and at < len(looks):
            looks[at] = own
        else:
            looks.insert(at, own)
        self._shelf.set_looks(looks)
