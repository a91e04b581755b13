"""The window of workspaces, and the strip by which a kiosk is left, on sample workspaces."""

from PySide6.QtWidgets import QWidget

from console.kit.translations import Translations
from console.shell.default_workspaces import DEFAULTS
from console.shell.kiosk import DoorStrip
from console.shell.workspace_hours import FromThen, Habits
from console.shell.workspace_shelf import Entry, Whose
from console.shell.workspace_window import WorkspaceWindow

SHOTS = ("workspaces-window", "kiosk-door")
_ENTRIES = (
    Entry(key="Poste", layout=DEFAULTS["operator-3-screens"], whose=Whose.GOLDEN, owner="operator"),
    Entry(
        key="Nuit",
        layout=DEFAULTS["operator"],
        whose=Whose.GOLDEN,
        owner="operator",
        from_minute=22 * 60,
        to_minute=6 * 60,
    ),
    Entry(key="Marché de Noël", layout=DEFAULTS["operator-3-screens"], whose=Whose.OWN, is_shared=True),
    Entry(key="Mon poste", layout=DEFAULTS["operator"], whose=Whose.OWN),
    Entry(key="Neige (m.lambert)", layout=DEFAULTS["supervisor"], whose=Whose.SHARED, owner="m.lambert"),
    *(Entry(key=name, layout=layout, whose=Whose.DELIVERED) for name, layout in DEFAULTS.items()),
)
_HABITS = Habits(start="Mon poste", plan=(FromThen(6 * 60, "Mon poste"), FromThen(18 * 60, "Marché de Noël")))


def window(name: str, texts: Translations) -> QWidget:
    """One of the shots, not yet shown."""
    if name == "kiosk-door":
        strip = DoorStrip(texts)
        strip.resize(1280, 48)
        return strip
    shown = WorkspaceWindow(texts)
    shown.show_entries(_ENTRIES, "Mon poste", _HABITS, ("liaison", "observer", "operator", "supervisor"))
    return shown
