"""Playback of recordings."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.footage.panel import FootagePanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="footage",
    title=Label(fr="Relecture", en="Playback"),
    icon="mdi6.play-box-multiple-outline",
    area=Area.BOTTOM,
    shortcut="Ctrl+9",
    factory=FootagePanel,
    beside="cameras",
    shortcuts=(
        Shortcut("Space", "keys.footage.play"),
        Shortcut("← →", "keys.footage.second"),
        Shortcut("Shift+← →", "keys.footage.ten"),
        Shortcut(", .", "keys.footage.picture"),
        Shortcut("Ctrl+← →", "keys.footage.mark"),
        Shortcut("J L", "keys.footage.speed"),
        Shortcut("I O", "keys.footage.period"),
        Shortcut("↑ ↓", "keys.footage.camera"),
        Shortcut("0-9, Return", "keys.footage.number"),
    ),
)
