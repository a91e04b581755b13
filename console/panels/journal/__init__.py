"""The journal."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.journal.panel import JournalPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="journal",
    title=Label(fr="Journal", en="Journal"),
    icon="mdi6.book-open-outline",
    area=Area.BOTTOM,
    shortcut="Ctrl+6",
    factory=JournalPanel,
    shortcuts=(
        Shortcut("F5", "keys.journal.refresh"),
        Shortcut("V", "keys.alarms.past"),
        Shortcut("Return", "keys.assets.place"),
    ),
)
