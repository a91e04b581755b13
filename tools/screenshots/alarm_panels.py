"""The alarm panel in the midst of its work: a flood with a card open, a preview of many, history, filters."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from console.panels.alarms.panel import AlarmsPanel
from console.shell.desk import Desk
from console.store.alarm_filters import AlarmFilter, Sight
from console.store.stores import Stores
from contract.alarms import Alarm, Annunciation, Priority, ShownState
from contract.assets import Asset
from contract.stream import AlarmsBody, Changes, Topic, TopicKind
from tools.screenshots import sample_city
from tools.screenshots.sample_client import SampleClient

SHOTS: Final = ("alarms-flood", "alarms-strays", "alarms-many", "alarms-history", "alarms-filters")
_FIRST_CARD, _FIRST_LAMP, _FIRST_STRAY, _FIRST_LONE = 100, 1000, 3000, 5000
_BEHIND: Final = 40


def stage(desk: Desk, name: str, client: SampleClient, stores: Stores) -> None:
    """Bring the panel where the picture is taken."""
    hosted = desk.panel("alarms")
    if hosted is None or not isinstance(hosted.panel, AlarmsPanel):
        return
    panel = hosted.panel
    if name in {"alarms-flood", "alarms-strays"}:
        _tell(_flood(client), client, stores)
        if name == "alarms-strays":
            panel.flood_line.turn()
        alarm_id = _FIRST_CARD if name == "alarms-flood" else next(each for each in panel.list.model.ids if each < 0)
        panel.list.select(alarm_id)
        panel.list.table.open_pressed.emit(True)
    elif name == "alarms-many":
        panel.list.table.selectAll()
        panel.acting.act("acknowledge")
    elif name == "alarms-history":
        panel.filtering.choose_sight(Sight.HISTORY)
    else:
        panel.filtering.toggle_form()
        panel.filtering.choose(AlarmFilter(priorities=(Priority.P3, Priority.P4), classes=("streetlight",)))


def _tell(alarms: Sequence[Alarm], client: SampleClient, stores: Stores) -> None:
    client.alarms_by_id.update({alarm.id: alarm for alarm in alarms})
    topic = Topic(TopicKind.ALARMS, "21231", "all")
    stores.message(Changes(topic, 2, AlarmsBody(tuple(alarms)), 0))
    stores.flush()


def _flood(client: SampleClient) -> Sequence[Alarm]:
    """Six dark cabinets with their lamps, a group of strays, a few lamps of their own."""
    cabinets = [asset for asset in client.assets.values() if asset.code.startswith("ARM-")][:6]
    lamps = [asset for asset in client.assets.values() if asset.class_ == "streetlight"]
    cards = [
        _alarm(_FIRST_CARD + number, cabinet, "supplyLoss", Priority.P2, 90 + 6 * number, behind=_BEHIND)
        for number, cabinet in enumerate(cabinets)
    ]
    behind = [
        _alarm(_FIRST_LAMP + number, lamp, "lampFailure", Priority.P4, 60 + number, card=_FIRST_CARD + number % 6)
        for number, lamp in enumerate(lamps[: 6 * _BEHIND])
    ]
    strays = [
        _alarm(_FIRST_STRAY + number, lamp, "lampFailure", Priority.P4, 120 + number, group="lampFailure")
        for number, lamp in enumerate(lamps[300:345])
    ]
    lone = [
        _alarm(_FIRST_LONE + number, lamp, "lampFailure", Priority.P3, 180 + 60 * number)
        for number, lamp in enumerate(lamps[400:410])
    ]
    return [*cards, *behind, *strays, *lone]


def _alarm(
    number: int,
    asset: Asset,
    kind: str,
    priority: Priority,
    seconds: int,
    *,
    behind: int = 0,
    card: int | None = None,
    group: str = "",
) -> Alarm:
    return Alarm(
        id=number,
        asset_id=asset.id,
        kind=kind,
        priority=priority,
        shown=ShownState.B_UNACK if card is None else ShownState.F_DSUPR,
        annunciation=Annunciation.UNACK,
        is_active=True,
        is_suppressed=card is not None,
        suppressed_by="" if card is None else "supply",
        occurrence=1,
        raised_at=sample_city.NOW - dt.timedelta(seconds=seconds),
        changed_at=sample_city.NOW,
        commune=asset.commune,
        class_=asset.class_,
        asset_code=asset.code,
        asset_name=asset.name,
        folded_count=behind,
        folded_into=card,
        stray_group=group,
    )
