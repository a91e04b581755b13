"""Files in and out: a file looked at, corrected, previewed and taken; assets exported."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.imports.panel import ImportsPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="imports",
    title=Label(fr="Import et export", en="Import and export"),
    icon="mdi6.swap-vertical",
    area=Area.RIGHT,
    shortcut="Ctrl+Alt+X",
    factory=ImportsPanel,
    shortcuts=(
        Shortcut("Ctrl+O", "keys.imports.choose"),
        Shortcut("Ctrl+Return", "keys.imports.take"),
    ),
)
