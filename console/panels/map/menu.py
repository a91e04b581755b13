"""What can be done at a place of the map."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from console.store.context import Context


def open_menu(context: Context, parent: QWidget, asset_id: int, lon: float, lat: float, at: QPoint) -> None:
    """Show the menu of a place; `asset_id` is 0 on bare ground."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    tr, selection = context.texts, context.stores.selection
    look = QAction(tr("map.look_here"), menu)
    look.triggered.connect(lambda: selection.look_at(lon, lat))
    menu.addAction(look)
    if asset_id:
        card = QAction(tr("map.open_card"), menu)
        card.triggered.connect(lambda: _open_card(context, asset_id))
        menu.addAction(card)
    menu.popup(at)


def _open_card(context: Context, asset_id: int) -> None:
    context.stores.selection.select(asset_id)
    context.open_panel("card")
