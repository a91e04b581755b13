"""The panel of imports and exports, step by step."""

from pathlib import Path
from typing import Final

from console.panels.imports.panel import ImportsPanel
from console.shell.desk import Desk
from tools.screenshots.sample_client import SampleClient

_STEPS: Final = ("reading", "columns", "preview", "wrong")
SHOTS: Final = (*(f"imports-{name}" for name in _STEPS), "imports-export")
SIZE: Final = (760, 860)
_WRONG_ROWS: Final = 7


def stage(desk: Desk, name: str, client: SampleClient) -> None:
    """Have a file looked at, or the export asked for."""
    hosted = desk.panel("imports")
    if hosted is None or not isinstance(hosted.panel, ImportsPanel):
        return
    panel, page = hosted.panel, name.partition("-")[2]
    if page == "export":
        panel.tabs.setCurrentIndex(1)
        panel.export.begin.click()
        return
    client.wrong_rows = _WRONG_ROWS if page == "wrong" else 0
    panel.look_at(Path("releve_luminaires_2024.csv"))


def stage_chosen(desk: Desk, name: str) -> None:
    """Bring the step where the picture is taken."""
    hosted = desk.panel("imports")
    if hosted is not None and isinstance(hosted.panel, ImportsPanel) and name != "imports-export":
        hosted.panel.steps.setCurrentIndex(min(_STEPS.index(name.partition("-")[2]), 2))
