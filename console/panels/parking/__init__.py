"""Car parks: how full, who stays too long, the rule of each; sensors that nobody has bound."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.parking.panel import ParkingPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="parking",
    title=Label(fr="Stationnement", en="Parking"),
    icon="mdi6.parking",
    area=Area.RIGHT,
    shortcut="Ctrl+Alt+P",
    factory=ParkingPanel,
    shortcuts=(
        Shortcut("Ctrl+F", "keys.parking.search"),
        Shortcut("Return", "keys.parking.go"),
        Shortcut("F5", "keys.parking.refresh"),
    ),
)
