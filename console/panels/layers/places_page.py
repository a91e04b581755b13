"""Named places: go there, keep one more, rename, order, delete and take back."""

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.panels.layers.name_field import NameField
from console.panels.layers.named_list import NamedList
from console.panels.layers.undo_line import UndoLine
from console.store.bookmarks import Bookmark
from console.store.map_shelf import MapShelf
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.quiet_label import quiet_label
from widgets.texts import Texts

_DIGITS = 9


class PlacesPage(QWidget):
    """Shows the shelf's bookmarks; the active map is asked to go there."""

    go_requested = Signal(object)  # Bookmark
    keep_requested = Signal()

    def __init__(self, shelf: MapShelf, tr: Texts) -> None:
        super().__init__()
        self._shelf = shelf
        self._tr = tr
        self.list = NamedList(tr("layers.places"))
        self.keep = QPushButton(tr("layers.keep_place"))
        self.go = QPushButton(tr("layers.go"))
        self.rename = QPushButton(tr("layers.rename"))
        self.delete = QPushButton(tr("layers.delete"))
        self.name = NameField()
        self.undo = UndoLine(tr("layers.undo"))
        self._empty = quiet_label(tr("layers.no_places"), is_centred=True)
        self._lay_out()
        self.list.chosen.connect(self._go)
        self.list.rename_requested.connect(self._rename)
        self.list.delete_requested.connect(self._delete)
        self.list.moved.connect(self._order)
        self.keep.clicked.connect(self.keep_requested)
        self.go.clicked.connect(lambda: self._go(self.list.current_key))
        self.rename.clicked.connect(lambda: self._rename(self.list.current_key))
        self.delete.clicked.connect(lambda: self._delete(self.list.current_key))
        self.show_places()

    def show_places(self) -> None:
        """As the shelf has them."""
        bookmarks = self._shelf.bookmarks
        lines = [
            (item.id, f"{number}   {item.name}" if number <= _DIGITS else f"     {item.name}")
            for number, item in enumerate(bookmarks, start=1)
        ]
        self.list.show_lines(lines)
        self.list.setVisible(bool(bookmarks))
        self._empty.setVisible(not bookmarks)
        for button in (self.go, self.rename, self.delete):
            button.setEnabled(bool(bookmarks))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(GAP, GAP, GAP, GAP)
        row.setSpacing(TIGHT)
        row.addWidget(self.keep)
        row.addStretch(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(GAP, GAP, GAP, GAP)
        foot.setSpacing(TIGHT)
        for button in (self.go, self.rename, self.delete):
            foot.addWidget(button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        nest(column, row)
        column.addWidget(self.name)
        column.addWidget(self._empty, 1)
        column.addWidget(self.list, 1)
        column.addWidget(self.undo)
        nest(column, foot)

    def _find(self, key: str) -> Bookmark | None:
        return next((item for item in self._shelf.bookmarks if item.id == key), None)

    def _go(self, key: str) -> None:
        bookmark = self._find(key)
        if bookmark is not None:
            self.go_requested.emit(bookmark)

    def _rename(self, key: str) -> None:
        bookmark = self._find(key)
        if bookmark is not None:
            self.name.ask(self._tr("layers.new_name"), bookmark.name, lambda name: self._named(key, name), self.list)

    def _named(self, key: str, name: str) -> None:
        self._shelf.set_bookmarks(
            [msgspec.structs.replace(item, name=name) if item.id == key else item for item in self._shelf.bookmarks]
        )

    def _delete(self, key: str) -> None:
        before, bookmark = tuple(self._shelf.bookmarks), self._find(key)
        if bookmark is not None:
            at = before.index(bookmark)
            self._shelf.set_bookmarks([item for item in before if item.id != key])
            self.undo.offer(self._tr("layers.deleted", name=bookmark.name), lambda: self._restore(at, bookmark))

    def _restore(self, at: int, bookmark: Bookmark) -> None:
        now = list(self._shelf.bookmarks)
        now.insert(at, bookmark)
        self._shelf.set_bookmarks(now)

    def _order(self, keys: list[str]) -> None:
        by_key = {item.id: item for item in self._shelf.bookmarks}
        self._shelf.set_bookmarks([by_key[key] for key in keys if key in by_key])
