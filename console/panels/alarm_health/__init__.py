"""Alarm health: figures beside their targets, bad actors, and the monthly report."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.alarm_health.panel import AlarmHealthPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="alarm_health",
    title=Label(fr="Santé des alarmes", en="Alarm health"),
    icon="mdi6.heart-pulse",
    area=Area.LEFT,
    shortcut="Ctrl+Shift+8",
    factory=AlarmHealthPanel,
    shortcuts=(Shortcut("F5", "keys.journal.refresh"), Shortcut("Ctrl+P", "keys.health.print")),
    beside="journal",
)
