"""What maps show."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.layers.panel import LayersPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="layers",
    title=Label(fr="Couches", en="Layers"),
    icon="mdi6.layers-outline",
    area=Area.RIGHT,
    shortcut="Ctrl+7",
    factory=LayersPanel,
    shortcuts=(
        Shortcut("Space", "keys.layers.toggle"),
        Shortcut("Ctrl+PgDown", "keys.layers.page"),
        Shortcut("Ctrl+Up / Ctrl+Down", "keys.layers.order"),
        Shortcut("F2", "keys.layers.rename"),
        Shortcut("Delete", "keys.layers.delete"),
    ),
)
