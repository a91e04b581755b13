"""The keys of the wall: one table for what they do and for what F1 tells."""

import enum
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from console.kit.panel_spec import Shortcut


class Act(enum.StrEnum):
    """What can be done with the chosen tile, or the wall."""

    ENLARGE = "enlarge"
    FULL_SCREEN = "full_screen"
    BACK = "back"
    UNDO = "undo"
    CHOOSE_LEFT = "choose_left"
    CHOOSE_RIGHT = "choose_right"
    CHOOSE_UP = "choose_up"
    CHOOSE_DOWN = "choose_down"
    SWAP_LEFT = "swap_left"
    SWAP_RIGHT = "swap_right"
    SWAP_UP = "swap_up"
    SWAP_DOWN = "swap_down"
    SNAPSHOT = "snapshot"
    REPLAY = "replay"
    LIVE = "live"
    LISTEN = "listen"
    PLAYBACK = "playback"
    PRESETS = "presets"
    HEAD_TAKE = "head_take"
    HEAD_RELEASE = "head_release"
    TOUR_PAUSE = "tour_pause"
    TOUR_NEXT = "tour_next"
    TOUR_PREVIOUS = "tour_previous"
    ALARMS = "alarms"
    EDIT_LAYOUT = "edit_layout"
    PURPOSE = "purpose"


KEYS: Final[Mapping[Act, str]] = {
    Act.ENLARGE: "F",
    Act.FULL_SCREEN: "Shift+F11",
    Act.BACK: "Esc",
    Act.UNDO: "Ctrl+Z",
    Act.CHOOSE_LEFT: "Ctrl+Left",
    Act.CHOOSE_RIGHT: "Ctrl+Right",
    Act.CHOOSE_UP: "Ctrl+Up",
    Act.CHOOSE_DOWN: "Ctrl+Down",
    Act.SWAP_LEFT: "Ctrl+Shift+Left",
    Act.SWAP_RIGHT: "Ctrl+Shift+Right",
    Act.SWAP_UP: "Ctrl+Shift+Up",
    Act.SWAP_DOWN: "Ctrl+Shift+Down",
    Act.SNAPSHOT: "S",
    Act.REPLAY: "R",
    Act.LIVE: "L",
    Act.LISTEN: "Ctrl+M",
    Act.PLAYBACK: "V",
    Act.PRESETS: "P",
    Act.HEAD_TAKE: "K",
    Act.HEAD_RELEASE: "Shift+K",
    Act.TOUR_PAUSE: "T",
    Act.TOUR_NEXT: "N",
    Act.TOUR_PREVIOUS: "B",
    Act.ALARMS: "A",
    Act.EDIT_LAYOUT: "E",
    Act.PURPOSE: "W",
}
DIRECTIONS: Final[Mapping[Act, tuple[int, int]]] = {
    Act.CHOOSE_LEFT: (-1, 0),
    Act.CHOOSE_RIGHT: (1, 0),
    Act.CHOOSE_UP: (0, -1),
    Act.CHOOSE_DOWN: (0, 1),
    Act.SWAP_LEFT: (-1, 0),
    Act.SWAP_RIGHT: (1, 0),
    Act.SWAP_UP: (0, -1),
    Act.SWAP_DOWN: (0, 1),
}
SWAPS: Final = frozenset({Act.SWAP_LEFT, Act.SWAP_RIGHT, Act.SWAP_UP, Act.SWAP_DOWN})
_TOLD_ONCE: Final = frozenset(DIRECTIONS)

SHORTCUTS: Final = (
    Shortcut("0-9, ., Return", "keys.cameras.number"),
    Shortcut("← ↑ → ↓ + -", "keys.cameras.move"),
    Shortcut("PgUp / PgDn / Home", "keys.cameras.zoom"),
    Shortcut("Shift+← ↑ → ↓", "keys.cameras.pan"),
    Shortcut("Ctrl+← ↑ → ↓", "keys.cameras.choose"),
    Shortcut("Ctrl+Shift+← ↑ → ↓", "keys.cameras.swap"),
    Shortcut("Space", "keys.cameras.enlarge"),
    Shortcut("Delete", "keys.cameras.empty"),
    Shortcut("Alt+1 … Alt+9", "keys.cameras.grid"),
    Shortcut("Menu", "keys.cameras.menu"),
    *(Shortcut(key, f"keys.cameras.{act.value}") for act, key in KEYS.items() if act not in _TOLD_ONCE),
)


def act_of(event: QKeyEvent) -> Act | None:
    """What a key pressed on a tile means."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    pressed = QKeySequence(event.key() | held.value).toString(QKeySequence.SequenceFormat.PortableText)
    if pressed == "Space":
        return Act.ENLARGE
    return _BY_KEY.get(pressed)


_BY_KEY: Final = {key: act for act, key in KEYS.items()}
