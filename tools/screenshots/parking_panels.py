"""The parking panel with car parks of the sample city: one measured, its bays and its rule; unknown sensors."""

import datetime as dt
from typing import Final

from console.panels.parking.panel import ParkingPanel
from console.shell.desk import Desk
from console.store.stores import Stores
from contract.assets import Asset, AssetClass, Label
from contract.parking import StayRule
from tools.screenshots import sample_joining
from tools.screenshots.sample_client import SampleClient

SHOTS: Final = ("parking", "parking-strangers")
_FIRST: Final = 7_100_000
_NAMES: Final = ("Darcy", "Dauphine", "Grangier", "Monge", "Sainte-Anne", "Tivoli", "Trémouille")
_RULE: Final = StayRule(
    most_minutes=240, tolerance_minutes=10, from_minute=540, to_minute=1140, days=(0, 1, 2, 3, 4, 5)
)


def join(client: SampleClient, stores: Stores) -> None:
    """The sample city gets car parks."""
    parks = tuple(
        Asset(
            id=_FIRST + number,
            code=f"PARK-{number:02d}",
            class_="car_park",
            lon=5.036 + 0.002 * number,
            lat=47.323,
            name=f"Parking {name}",
            commune="21231",
            service="parking",
        )
        for number, name in enumerate(_NAMES, start=1)
    )
    client.bays_in_parks = {_FIRST + 1: 48, _FIRST + 3: 36}
    client.rules = {_FIRST + 1: _RULE}
    label = Label(fr="Parc de stationnement", en="Car park")
    class_ = AssetClass(code="car_park", label=label, icon="mdi6.parking", service="parking")
    sample_joining.join(client, stores, class_, parks)


def stage(desk: Desk, name: str, client: SampleClient, stores: Stores) -> None:
    """Bring the panel where the picture is taken."""
    join(client, stores)
    hosted = desk.panel("parking")
    if hosted is None or not isinstance(hosted.panel, ParkingPanel):
        return
    panel = hosted.panel
    if name == "parking-strangers":
        panel.tabs.setCurrentIndex(1)
        return
    stores.selection.select(_FIRST + 1)
    now = client.now
    times = [(now - dt.timedelta(minutes=10 * step)).timestamp() for step in range(144, -1, -1)]
    panel.trend.show_course("", times, [24 + 20 * ((step % 97) / 97 - 0.5) for step in range(145)])
    panel.refresh()
