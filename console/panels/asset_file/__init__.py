"""An asset's file: its fields, its history, its documents; created, moved, retired by hand."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.asset_file.panel import AssetFilePanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="asset_file",
    title=Label(fr="Dossier", en="Asset file"),
    icon="mdi6.file-document-edit-outline",
    area=Area.RIGHT,
    shortcut="Ctrl+Alt+E",
    factory=AssetFilePanel,
    shortcuts=(
        Shortcut("Ctrl+Return", "keys.asset_file.save"),
        Shortcut("Ctrl+Z", "keys.asset_file.undo"),
        Shortcut("Ctrl+N", "keys.asset_file.new"),
        Shortcut("Ctrl+M", "keys.asset_file.move"),
    ),
    beside="card",
)
