"""A camera's masks, recording and own words; and bringing cameras in."""

from console.kit.panel_spec import Area
from console.panels.camera_admin.panel import CameraAdminPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="camera_admin",
    title=Label(fr="Réglage des caméras", en="Camera settings"),
    icon="mdi6.cog-outline",
    area=Area.RIGHT,
    shortcut="Ctrl+Shift+5",
    factory=CameraAdminPanel,
)
