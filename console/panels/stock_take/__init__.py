"""Stock-takes: what stands on the ground, found or not."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.stock_take.panel import StockTakePanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="stock_take",
    title=Label(fr="Inventaires", en="Stock-takes"),
    icon="mdi6.clipboard-check-outline",
    area=Area.BOTTOM,
    shortcut="Ctrl+Alt+I",
    factory=StockTakePanel,
    shortcuts=(
        Shortcut("Enter", "keys.stock_take.scan"),
        Shortcut("Alt+F", "keys.stock_take.found"),
        Shortcut("Alt+N", "keys.stock_take.not_found"),
        Shortcut("Alt+U", "keys.stock_take.unknown"),
    ),
    beside="assets",
)
