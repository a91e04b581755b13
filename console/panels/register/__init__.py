"""The register as a daily instrument: every asset, filtered, ordered, grouped, changed and exported."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.register.panel import RegisterPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="assets",  # workspaces are kept with this name
    title=Label(fr="Équipements", en="Assets"),
    icon="mdi6.format-list-bulleted",
    area=Area.LEFT,
    shortcut="Ctrl+5",
    factory=RegisterPanel,
    shortcuts=(
        Shortcut("Ctrl+F", "keys.assets.search"),
        Shortcut("F", "keys.assets.filter"),
        Shortcut("Return", "keys.assets.place"),
        Shortcut("M", "keys.assets.show"),
        Shortcut("E", "keys.assets.edit"),
        Shortcut("Ctrl+Z", "keys.assets.undo"),
        Shortcut("Right / Left", "keys.assets.open"),
        Shortcut("Ctrl+A", "keys.assets.all"),
        Shortcut("Ctrl+C", "keys.assets.copy"),
        Shortcut("Ctrl+E", "keys.assets.export"),
        Shortcut("F5", "keys.assets.refresh"),
    ),
)
