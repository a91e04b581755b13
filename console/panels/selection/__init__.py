"""The table twin of the map, and what was chosen on it."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.selection.panel import SelectionPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="selection",
    title=Label(fr="Vue et sélection", en="View and selection"),
    icon="mdi6.select-group",
    area=Area.LEFT,
    shortcut="Ctrl+8",
    factory=SelectionPanel,
    shortcuts=(
        Shortcut("Return", "keys.assets.place"),
        Shortcut("Delete", "keys.selection.forget"),
    ),
)
