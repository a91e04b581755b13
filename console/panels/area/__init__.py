"""The alarms by commune or by kind of equipment, for a screen that is read across the room."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.area.panel import AreaPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="area",
    title=Label(fr="Alarmes par secteur", en="Alarms by area"),
    icon="mdi6.view-grid-outline",
    area=Area.CENTER,
    shortcut="Ctrl+Shift+2",
    factory=AreaPanel,
    shortcuts=(
        Shortcut("Enter", "keys.area.go"),
        Shortcut("G", "keys.area.group"),
    ),
)
