"""The alarm list."""

from console.kit.panel_spec import Area, Shortcut
from console.panels.alarms.panel import AlarmsPanel
from console.store.context import Spec
from contract.assets import Label

SPEC = Spec(
    id="alarms",
    title=Label(fr="Alarmes", en="Alarms"),
    icon="mdi6.bell-outline",
    area=Area.LEFT,
    shortcut="Ctrl+2",
    factory=AlarmsPanel,
    stays_in_sight=True,
    shortcuts=(
        Shortcut("A", "keys.alarms.acknowledge"),
        Shortcut("R", "keys.alarms.reset"),
        Shortcut("Return", "keys.alarms.place"),
        Shortcut("V", "keys.alarms.past"),
        Shortcut("S", "keys.alarms.shelve"),
        Shortcut("Ctrl+F", "keys.alarms.filter"),
    ),
)
