"""The equipment card."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.card.panel import CardPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="card",
    title=Label(fr="Équipement", en="Equipment"),
    icon="mdi6.card-text-outline",
    area=Area.RIGHT,
    shortcut="Ctrl+3",
    factory=CardPanel,
    shortcuts=(
        Shortcut("Ctrl+Tab", "keys.card.tabs"),
        Shortcut("G", "keys.card.place"),
    ),
)
