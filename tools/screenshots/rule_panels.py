"""The panel of alarm rules at work: a sheet, conditions, a trial, the history, the matrix, inhibitions."""

from typing import Final

from console.panels.alarm_rules.panel import AlarmRulesPanel
from console.shell.desk import Desk

_PAGES: Final = {"sheet": 0, "conditions": 1, "enabling": 1, "trial": 2, "history": 3}
_OUTER: Final = {"matrix": 1, "inhibitions": 2}
SHOTS: Final = tuple(f"alarm_rules-{name}" for name in (*_PAGES, *_OUTER))


def stage(desk: Desk, name: str) -> None:
    """Bring the panel where the picture is taken."""
    hosted = desk.panel("alarm_rules")
    page = name.partition("-")[2]
    if hosted is None or not isinstance(hosted.panel, AlarmRulesPanel):
        return
    panel = hosted.panel
    if page in _OUTER:
        panel.pages.setCurrentIndex(_OUTER[page])
        if page == "inhibitions":
            panel.inhibitions.table.selectRow(0)
        return
    panel.types.table.selectRow(1)
    panel.tabs.setCurrentIndex(_PAGES[page])


def stage_chosen(desk: Desk, name: str) -> None:
    """What takes the alarm type to be there."""
    hosted = desk.panel("alarm_rules")
    if hosted is None or not isinstance(hosted.panel, AlarmRulesPanel):
        return
    panel = hosted.panel
    if name.endswith(("conditions", "enabling")):
        top = panel.conditions.tree.topLevelItem(0)
        item = None if top is None else top.child(0)
        below = None if item is None else item.child(0)
        if below is not None:
            panel.conditions.tree.setCurrentItem(below)
        if name.endswith("enabling"):
            panel.conditions.widget.ensureWidgetVisible(panel.conditions.place)
    elif name.endswith("trial"):
        panel.trial.begin.click()
