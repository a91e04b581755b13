"""The live map of the city."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.map.panel import MapPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="map",
    title=Label(fr="Carte", en="Map"),
    icon="mdi6.map-outline",
    area=Area.CENTER,
    shortcut="Ctrl+1",
    another_shortcut="Ctrl+Shift+1",
    factory=MapPanel,
    shortcuts=(
        Shortcut("N", "keys.map.next_alarm"),
        Shortcut("+ / -", "keys.map.zoom"),
        Shortcut("Home", "keys.map.all"),
        Shortcut("L", "keys.map.legend"),
        Shortcut("C", "keys.map.look"),
        Shortcut("Return", "keys.map.activate"),
    ),
)
