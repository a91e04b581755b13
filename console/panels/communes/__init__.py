"""Communes: their dates, what they merged into."""

from console.kit.panel_spec import Area
from console.panels.communes.panel import CommunesPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="communes",
    title=Label(fr="Communes", en="Communes"),
    icon="mdi6.home-city-outline",
    area=Area.RIGHT,
    shortcut="Ctrl+Alt+M",
    factory=CommunesPanel,
    beside="asset_file",
)
