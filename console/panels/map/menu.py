"""The menu of a place on the map."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from console.panels.map.place_acts import PlaceActs
from widgets.texts import Texts


def place_menu(acts: PlaceActs, tr: Texts, parent: QWidget, asset_id: int, lon: float, lat: float) -> QMenu:
    """What can be done at a place, to be popped up; `asset_id` is 0 on bare ground."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction(f"{tr('map.look_here')}\tC", lambda: acts.show_cameras(lon, lat))
    menu.addAction(f"{tr('map.turn_cameras')}\t{tr('key.shift')}+C", lambda: acts.turn_cameras(lon, lat))
    menu.addAction(tr("map.past_here"), lambda: acts.show_past(lon, lat))
    nearest = menu.addMenu(tr("map.nearest"))
    for code, label in acts.nearest_classes():
        nearest.addAction(label.replace("&", "&&"), partial(acts.show_nearest, code, lon, lat))
    nearest.addSeparator()
    nearest.addAction(tr("map.forget_nearest"), acts.forget_nearest)
    menu.addAction(tr("map.copy_place"), lambda: acts.copy_place(lon, lat))
    menu.addSeparator()
    menu.addAction(tr("map.new_asset"), lambda: acts.create_here(lon, lat))
    if asset_id:
        menu.addAction(tr("map.move_asset"), lambda: acts.move(asset_id))
        if acts.can_follow(asset_id):
            menu.addAction(f"{tr('map.follow')}\tF", lambda: acts.follow(asset_id))
        menu.addAction(tr("map.open_card"), lambda: acts.open_card(asset_id))
    return menu
