"""The logbook."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.logbook.panel import LogbookPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="logbook",
    title=Label(fr="Main courante", en="Logbook"),
    icon="mdi6.notebook-edit-outline",
    area=Area.BOTTOM,
    shortcut="Ctrl+Alt+N",
    factory=LogbookPanel,
    shortcuts=(
        Shortcut("Ctrl+Return", "keys.logbook.write"),
        Shortcut("Ctrl+N", "keys.logbook.new"),
        Shortcut("Ctrl+F", "keys.logbook.find"),
        Shortcut("F5", "keys.logbook.refresh"),
        Shortcut("Return", "keys.assets.place"),
    ),
    beside="journal",
)
