"""Alarm types: their sheets, conditions and overrides, and what a proposed rule would have told."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.alarm_rules.panel import AlarmRulesPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="alarm_rules",
    title=Label(fr="Règles d'alarme", en="Alarm rules"),
    icon="mdi6.clipboard-text-clock-outline",
    area=Area.CENTER,
    shortcut="Ctrl+Alt+R",
    factory=AlarmRulesPanel,
    shortcuts=(
        Shortcut("Ctrl+F", "alarm_rules.key_find"),
        Shortcut("Ctrl+Return", "alarm_rules.key_save"),
        Shortcut("F5", "alarm_rules.key_refresh"),
    ),
    beside="journal",
)
