"""The vehicles: what each does, who is nearest, where one was."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.fleet.panel import FleetPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="fleet",
    title=Label(fr="Véhicules", en="Vehicles"),
    icon="mdi6.truck-outline",
    area=Area.RIGHT,
    shortcut="Ctrl+Alt+V",
    factory=FleetPanel,
    shortcuts=(
        Shortcut("Ctrl+F", "keys.fleet.search"),
        Shortcut("F", "keys.fleet.follow"),
        Shortcut("N", "keys.fleet.nearest"),
        Shortcut("Return", "keys.fleet.place"),
        Shortcut("F5", "keys.fleet.refresh"),
    ),
)
