"""The live map of the city."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.map.panel import TITLE, MapPanel
from console.store.context import Spec

SPEC = Spec(
    id="map",
    title=TITLE,
    icon="mdi6.map-outline",
    area=Area.CENTER,
    shortcut="Ctrl+1",
    another_shortcut="Ctrl+Shift+1",
    factory=MapPanel,
    shortcuts=(
        Shortcut("/", "keys.map.find"),
        Shortcut("N", "keys.map.next_alarm"),
        Shortcut("+ / -", "keys.map.zoom"),
        Shortcut("Home", "keys.map.all"),
        Shortcut("Z", "keys.map.selection"),
        Shortcut("Tab", "keys.map.walk"),
        Shortcut("Menu", "keys.map.menu"),
        Shortcut("L", "keys.map.legend"),
        Shortcut("C", "keys.map.look"),
        Shortcut("Shift+C", "keys.map.turn_cameras"),
        Shortcut("F", "keys.map.follow"),
        Shortcut("Return", "keys.map.activate"),
        Shortcut("R / O / D", "keys.map.choose"),
        Shortcut("M / Shift+M", "keys.map.measure"),
        Shortcut("F7", "keys.map.replay"),
        Shortcut("Ctrl+D", "keys.map.bookmark"),
        Shortcut("1 … 9", "keys.map.go_to_bookmark"),
    ),
)
