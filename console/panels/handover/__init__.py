"""The handover of a shift."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.handover.panel import HandoverPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="handover",
    title=Label(fr="Relève", en="Handover"),
    icon="mdi6.account-switch-outline",
    area=Area.LEFT,
    shortcut="Ctrl+Shift+H",
    factory=HandoverPanel,
    shortcuts=(Shortcut("F5", "keys.journal.refresh"), Shortcut("Ctrl+P", "keys.handover.print")),
    beside="journal",
)
