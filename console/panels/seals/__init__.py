"""Sealed extractions: recordings kept beyond their time, with a reason and an end."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.seals.panel import SealsPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="seals",
    title=Label(fr="Scellés", en="Seals"),
    icon="mdi6.lock-outline",
    area=Area.RIGHT,
    shortcut="Ctrl+Shift+0",
    factory=SealsPanel,
    shortcuts=(Shortcut("F5", "keys.journal.refresh"),),
)
