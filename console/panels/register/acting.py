"""What is done with marked assets: go there, show them on the map, copy, export; and the menu that says so."""

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from console.kit.answer import Answer
from console.kit.formats import number_text
from console.panels.register.presenter import RegisterPresenter
from console.parts.export_assets import export_assets
from console.store.context import Context
from console.store.open_maps import MapPlace
from console.store.register_wishes import FilePage
from contract.asset_editing import MOST_ASSETS_AT_ONCE
from contract.exports import FIELDS, ExportFormat, ExportRequest
from widgets.register_table import RegisterTable
from widgets.register_table.table import copied

_MOST_COPIED: Final = 20_000
_FRAME_PX: Final = 500.0
_CLOSEST: Final = 0.3  # metres a pixel
_METRES_A_DEGREE: Final = 111_320.0


class Acting(QObject):
    """Acts on the marked lines; where one line at most is marked, showing and exporting mean all that is listed."""

    told = Signal(object)  # Answer
    groups_turned = Signal(bool)  # all groups are to be opened, or closed

    def __init__(
        self, context: Context, presenter: RegisterPresenter, table: RegisterTable, edit: Callable[[], None]
    ) -> None:
        super().__init__(table)
        self._context = context
        self._stores = context.stores
        self._presenter = presenter
        self._table = table
        self._edit = edit
        self.export = export_assets(context, self._export_request)

    def marked_ids(self) -> tuple[int, ...]:
        """The assets of the marked lines; a closed group means all that is in it."""
        ids: list[int] = self._presenter.ids_of(self._table.lines.lines[self._table.marked]).tolist()
        return tuple(ids)

    def current_id(self) -> int | None:
        """The asset of the current line."""
        number = self._table.current_line
        asset = None if number is None else self._presenter.asset_of(int(self._table.lines.lines[number]))
        return None if asset is None else asset.id

    def go_to_place(self) -> None:
        """The current asset on the map, with its nearest cameras."""
        asset_id = self.current_id()
        if asset_id is not None:
            self._stores.selection.go_to(asset_id)

    def show_on_map(self) -> None:
        """What is marked (or, with one line at most, all that is listed) is chosen on the map, which moves to it."""
        ids = self.marked_ids() if self._table.marked_count > 1 else tuple(self._presenter.listed_ids().tolist())
        active = self._stores.maps.active
        if not self._choose(ids):
            return
        if active is None:
            self._context.open_panel("map")
            return
        places = [(asset.lon, asset.lat) for each in ids if (asset := self._stores.assets.get(each)) is not None]
        low, high = np.min(places, axis=0), np.max(places, axis=0)
        metres = float(max((high - low) * (1.0, 1.4))) * _METRES_A_DEGREE
        middle = (low + high) / 2
        active.place_requested.emit(MapPlace(float(middle[0]), float(middle[1]), max(metres / _FRAME_PX, _CLOSEST)))

    def open_page(self, page: FilePage) -> None:
        """This page of the current asset's file; of its labels, those of all that are marked."""
        ids = self.marked_ids()
        asset_id = self.current_id() or next(iter(ids), None)
        if asset_id is None:
            self.told.emit(Answer(self._context.texts("register.edit.mark_first"), is_warning=True))
            return
        if page is FilePage.CHOSEN_LABELS and not self._choose(ids or (asset_id,)):
            return
        self._stores.selection.select(asset_id)
        self._context.open_panel("asset_file")
        self._stores.register_wishes.open_page(page)

    def take_stock(self) -> None:
        """Ask for a stock-take of the marked assets."""
        if self._choose(self.marked_ids()):
            self._context.open_panel("stock_take")
            self._stores.register_wishes.open_stock_take()

    def _choose(self, ids: tuple[int, ...]) -> bool:
        """What is marked here is chosen for map, labels and stock-takes; False, told, where that cannot be."""
        tr = self._context.texts
        if not ids:
            self.told.emit(Answer(tr("register.edit.mark_first"), is_warning=True))
        elif len(ids) > MOST_ASSETS_AT_ONCE:
            count, most = (number_text(value, tr.language) for value in (len(ids), MOST_ASSETS_AT_ONCE))
            self.told.emit(Answer(tr("register.map.too_many", count=count, most=most), is_warning=True))
        else:
            self._stores.contents.choose(ids, tr("assets.title"))
            return True
        return False

    def copy(self) -> None:
        """The marked lines, with their heads, for a spreadsheet."""
        numbers = self._table.marked[:_MOST_COPIED].tolist()
        rows = [self._table.lines.row(number).cells for number in numbers]
        heads = [column.title for column in self._table.lines.columns]
        QGuiApplication.clipboard().setText(copied([heads, *rows]))
        self.told.emit(Answer(self._context.texts("register.copied", count=len(rows))))

    def ask_export(self) -> None:
        """Ask how they are to be exported."""
        self.export.ask(len(self._export_ids()))

    def _export_ids(self) -> tuple[int, ...]:
        return self.marked_ids() if self._table.marked_count > 1 else tuple(self._presenter.listed_ids().tolist())

    def _export_request(self) -> ExportRequest:
        ids = self._export_ids()
        is_everything = len(ids) == self._presenter.found.total
        columns = tuple(name for name, _width in self._presenter.columns if name in FIELDS)
        return ExportRequest(format=ExportFormat.CSV, ids=None if is_everything else ids, columns=columns)

    def open_menu(self, at: QPoint) -> None:
        """What can be done, with its keys."""
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._table.viewport().mapToGlobal(at))

    def menu(self) -> QMenu:
        """The menu of the marked lines."""
        tr = self._context.texts
        menu = QMenu(self._table)
        entries: list[tuple[str, str, Callable[[], None]]] = [
            ("register.menu.place", "Return", self.go_to_place),
            ("register.menu.show", "M", self.show_on_map),
            ("register.menu.file", "", partial(self.open_page, FilePage.FIELDS)),
            ("register.menu.history", "", partial(self.open_page, FilePage.HISTORY)),
            ("register.menu.documents", "", partial(self.open_page, FilePage.DOCUMENTS)),
            ("register.menu.labels", "", partial(self.open_page, FilePage.CHOSEN_LABELS)),
            ("register.menu.stock_take", "", self.take_stock),
            ("register.menu.edit", "E", self._edit),
            ("register.menu.copy", "Ctrl+C", self.copy),
            ("register.menu.export", "Ctrl+E", self.ask_export),
        ]
        if self._presenter.view.group:
            entries.append(("register.menu.open_all", "", partial(self.groups_turned.emit, True)))
            entries.append(("register.menu.close_all", "", partial(self.groups_turned.emit, False)))
        for key, hint, act in entries:
            text = f"{tr(key)}\t{hint}" if hint else tr(key)
            menu.addAction(text).triggered.connect(partial(_do, act))
        return menu


def _do(act: Callable[[], None], *_checked: bool) -> None:
    act()
