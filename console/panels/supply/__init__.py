"""The supply tree: what feeds what, seen, mended, taken from files, learned from failures."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.supply.panel import SupplyPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="supply",
    title=Label(fr="Alimentation et réseau", en="Supply and network"),
    icon="mdi6.file-tree-outline",
    area=Area.RIGHT,
    shortcut="Ctrl+Shift+7",
    factory=SupplyPanel,
    shortcuts=(
        Shortcut("Ctrl+F", "keys.supply.search"),
        Shortcut("F2", "keys.supply.choose"),
        Shortcut("Return", "keys.supply.place"),
        Shortcut("Ctrl+Z", "keys.supply.undo"),
        Shortcut("F5", "keys.supply.refresh"),
    ),
)
