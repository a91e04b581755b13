"""What waits for a second person."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.approvals.panel import ApprovalsPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="approvals",
    title=Label(fr="Approbations", en="Approvals"),
    icon="mdi6.account-multiple-check-outline",
    area=Area.RIGHT,
    shortcut="Ctrl+0",
    factory=ApprovalsPanel,
    shortcuts=(Shortcut("F5", "keys.journal.refresh"),),
)
