"""The camera wall."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.cameras.panel import CamerasPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="cameras",
    title=Label(fr="Caméras", en="Cameras"),
    icon="mdi6.cctv",
    area=Area.BOTTOM,
    shortcut="Ctrl+4",
    factory=CamerasPanel,
    shortcuts=(
        Shortcut("0-9, Return", "keys.cameras.number"),
        Shortcut("← ↑ → ↓ + -", "keys.cameras.move"),
        Shortcut("Space", "keys.cameras.enlarge"),
        Shortcut("Delete", "keys.cameras.empty"),
        Shortcut("Alt+1 … Alt+4", "keys.cameras.grid"),
    ),
)
