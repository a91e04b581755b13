"""The list of assets."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.assets.panel import AssetsPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="assets",
    title=Label(fr="Équipements", en="Assets"),
    icon="mdi6.format-list-bulleted",
    area=Area.LEFT,
    shortcut="Ctrl+5",
    factory=AssetsPanel,
    shortcuts=(
        Shortcut("Ctrl+F", "keys.assets.search"),
        Shortcut("Return", "keys.assets.place"),
    ),
)
