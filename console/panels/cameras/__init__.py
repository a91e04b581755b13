"""The camera wall."""

from console.kit.panel_spec import Area
from console.panels.cameras.keys import SHORTCUTS
from console.panels.cameras.panel import CamerasPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="cameras",
    title=Label(fr="Caméras", en="Cameras"),
    icon="mdi6.cctv",
    area=Area.BOTTOM,
    shortcut="Ctrl+4",
    another_shortcut="Ctrl+Shift+4",
    factory=CamerasPanel,
    shortcuts=SHORTCUTS,
)
