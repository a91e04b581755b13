"""Evidence packages."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.evidence.panel import EvidencePanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="evidence",
    title=Label(fr="Preuves", en="Evidence"),
    icon="mdi6.briefcase-check-outline",
    area=Area.RIGHT,
    shortcut="Ctrl+Shift+9",
    factory=EvidencePanel,
    shortcuts=(Shortcut("F5", "keys.journal.refresh"),),
)
