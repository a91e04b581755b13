"""Everything that can be done with one tile, in a menu that shows the keys."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from console.panels.cameras.keys import KEYS, Act
from console.store.wall.contents import AlarmsTile, CameraTile, MapTile, NoteTile, TileContent
from widgets.texts import Texts


@dataclass(frozen=True)
class TileOffer:
    """What one tile can do now."""

    content: TileContent | None
    is_past: bool = False
    is_zoomed: bool = False
    can_undo: bool = False
    is_alone: bool = False
    has_alarm: bool = False
    is_heard: bool = False


@dataclass(frozen=True)
class TileWishes:
    """Who does it."""

    act: Callable[[Act], None]
    place: Callable[[TileContent | None], None]
    fill_head: Callable[[QMenu], None] | None  # None: there is no head
    whole: Callable[[], None]
    show_place: Callable[[], None]


def tile_menu(parent: QWidget, tr: Texts, offer: TileOffer, wishes: TileWishes) -> QMenu:
    """The menu of a tile; deleted when it closes."""
    menu = QMenu(parent)

    def act(which: Act, text_key: str = "") -> None:
        words = tr(text_key or f"keys.cameras.{which.value}")
        menu.addAction(f"{words}\t{KEYS[which]}", partial(wishes.act, which))

    if isinstance(offer.content, CameraTile):
        act(Act.ENLARGE, "wall.menu.shrink" if offer.is_alone else "")
        act(Act.LIVE if offer.is_past else Act.REPLAY)
        if offer.is_past:
            act(Act.PLAYBACK, "wall.menu.playback_here")
        else:
            act(Act.PLAYBACK, "wall.menu.playback_alarm" if offer.has_alarm else "wall.menu.playback_ago")
        act(Act.SNAPSHOT)
        if not offer.is_past:
            act(Act.LISTEN, "wall.menu.mute" if offer.is_heard else "")
        if offer.is_zoomed:
            menu.addAction(f"{tr('wall.menu.whole')}\tHome", wishes.whole)
        menu.addAction(tr("wall.menu.place"), wishes.show_place)
        if wishes.fill_head is not None:
            wishes.fill_head(menu.addMenu(tr("wall.menu.head")))
        menu.addSeparator()
    holds = menu.addMenu(tr("wall.menu.holds"))
    for content, key in ((MapTile(), "map"), (AlarmsTile(), "alarms"), (NoteTile(), "note")):
        holds.addAction(tr(f"wall.face.{key}"), partial(wishes.place, content))
    if offer.content is not None:
        menu.addAction(f"{tr('keys.cameras.empty')}\t{tr('wall.menu.delete_key')}", partial(wishes.place, None))
    undo = menu.addAction(f"{tr('keys.cameras.undo')}\t{KEYS[Act.UNDO]}", partial(wishes.act, Act.UNDO))
    undo.setEnabled(offer.can_undo)
    menu.addSeparator()
    act(Act.EDIT_LAYOUT)
    act(Act.FULL_SCREEN)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
