"""The alarm list, live and past, and the acts on it."""

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
        Shortcut("S", "keys.alarms.shelve"),
        Shortcut("O", "keys.alarms.out_of_service"),
        Shortcut("R", "keys.alarms.reset"),
        Shortcut("U", "keys.alarms.unacknowledge"),
        Shortcut("C", "keys.alarms.comment"),
        Shortcut("T", "keys.alarms.take_over"),
        Shortcut("G", "keys.alarms.assign"),
        Shortcut("Ctrl+Z", "keys.alarms.undo"),
        Shortcut("Ctrl+A", "keys.alarms.all"),
        Shortcut("Return", "keys.alarms.place"),
        Shortcut("V", "keys.alarms.past"),
        Shortcut("Right / Left", "keys.alarms.open"),
        Shortcut("D", "keys.alarms.details"),
        Shortcut("M", "keys.alarms.flood"),
        Shortcut("F", "keys.alarms.filters"),
        Shortcut("Ctrl+F", "keys.alarms.filter"),
        Shortcut("Ctrl+E", "keys.alarms.export"),
    ),
)
