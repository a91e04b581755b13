"""An alarm panel on the sample city, and alarms to fill it."""

import datetime as dt
from typing import Any

from pytestqt.qtbot import QtBot

from console.panels.alarms.panel import AlarmsPanel
from contract.alarms import Alarm, Annunciation, Priority, ShownState
from contract.stream import AlarmsBody, Changes, Topic, TopicKind
from tests.console.conftest import Bench
from tools.screenshots import sample_city


def opened(bench: Bench, qtbot: QtBot, width: int = 900, height: int = 700) -> AlarmsPanel:
    """A panel as it stands in a dock."""
    panel = AlarmsPanel(bench.context)
    qtbot.addWidget(panel.widget)
    panel.widget.resize(width, height)
    panel.widget.show()
    return panel


def come(bench: Bench, *alarms: Alarm) -> None:
    """The backend tells of these."""
    bench.client.alarms_by_id.update({alarm.id: alarm for alarm in alarms})
    bench.stores.message(Changes(Topic(TopicKind.ALARMS, "21231", "all"), 2, AlarmsBody(alarms), 0))
    bench.stores.flush()


def lamp(number: int, priority: int = 4, minutes: float = 5, **more: Any) -> Alarm:
    """A lamp in alarm."""
    fields: dict[str, Any] = {
        "shown": ShownState.B_UNACK,
        "annunciation": Annunciation.UNACK,
        "occurrence": 1,
        "commune": "21231",
        "class_": "streetlight",
        "asset_code": f"PL-{number}",
        "asset_name": f"Lampe {number}",
        "kind": "lampFailure",
        "asset_id": 500_000 + number,
        **more,
    }
    at = sample_city.NOW - dt.timedelta(minutes=minutes)
    return Alarm(id=number, priority=Priority(priority), is_active=True, raised_at=at, **fields)
