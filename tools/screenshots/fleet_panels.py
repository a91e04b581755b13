"""The fleet panel with vehicles of the sample city: all of them, the nearest, a way on the map."""

from typing import Final

from console.panels.fleet.bar import NEAR, SELECTION
from console.panels.fleet.panel import FleetPanel
from console.shell.desk import Desk
from console.store.stores import Stores
from contract.assets import Asset, AssetClass, Label
from tools.screenshots import sample_joining
from tools.screenshots.sample_client import SampleClient

SHOTS: Final = ("fleet-all", "fleet-nearest")
_KINDS: Final = (
    ("Balayeuse", "Propreté"), ("Benne à ordures", "Collecte"), ("Fourgon voirie", "Voirie"),
    ("Véhicule de police municipale", "Police municipale"), ("Camion nacelle", "Éclairage public"),
)  # fmt: skip
_FIRST: Final = 7_000_000


def vehicles() -> tuple[Asset, ...]:
    """Twenty-two of five trades."""
    made: list[Asset] = []
    for number in range(1, 23):
        kind, unit = _KINDS[number % len(_KINDS)]
        made.append(
            Asset(
                id=_FIRST + number,
                code=f"VEH-{number:03d}",
                class_="vehicle",
                lon=5.0415 + (number * 7 % 13 - 6) / 900,
                lat=47.3220 + (number * 5 % 11 - 5) / 1_100,
                name=f"{kind} {number}",
                number=number,
                commune="21231",
                service="fleet",
                version=1,
                extra={"unit": unit, "crew": f"Équipe {1 + number % 9:02d}"},
            )
        )
    return tuple(made)


def join(client: SampleClient, stores: Stores) -> None:
    """The sample city gets a fleet."""
    label = Label(fr="Véhicule municipal", en="Municipal vehicle")
    class_ = AssetClass(code="vehicle", label=label, icon="mdi6.truck", service="fleet", is_mobile=True)
    sample_joining.join(client, stores, class_, vehicles())


def stage(desk: Desk, name: str, client: SampleClient, stores: Stores) -> None:
    """Bring the panel where the picture is taken."""
    join(client, stores)
    hosted = desk.panel("fleet")
    if hosted is None or not isinstance(hosted.panel, FleetPanel):
        return
    panel = hosted.panel
    panel.refresh()
    if name == "fleet-nearest":
        cabinet = next(asset for asset in client.assets.values() if asset.code == "ARM-003")
        stores.selection.select(cabinet.id)
        panel.bar.near.setCurrentIndex(NEAR.index(SELECTION))
    else:
        stores.selection.select(_FIRST + 4)
