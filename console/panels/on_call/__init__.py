"""Who is on call, who is told of alarms that nobody acknowledges, and by which channels."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.on_call.panel import OnCallPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="on_call",
    title=Label(fr="Astreinte", en="On call"),
    icon="mdi6.phone-alert",
    area=Area.CENTER,
    shortcut="Ctrl+Alt+O",
    factory=OnCallPanel,
    shortcuts=(
        Shortcut("F5", "on_call.key.refresh"),
        Shortcut("Ctrl+Return", "on_call.key.save"),
        Shortcut("Ins", "on_call.key.add"),
        Shortcut("Ctrl+Del", "on_call.key.remove"),
        Shortcut("Alt+Up", "on_call.key.move"),
        Shortcut("Ctrl+PgDown", "on_call.key.page"),
    ),
    beside="journal",
)
