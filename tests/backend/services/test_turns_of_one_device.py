"""What one device says at once is taken at once, however much waits."""

from collections.abc import Sequence

import pytest

from contract.assets import Asset
from contract.devices import Binding, Connection
from contract.points import Reading
from tests.backend.services.rig import LAMP_MANIFEST, SmallCity


async def test_a_vehicle_is_never_between_its_old_latitude_and_its_new_longitude(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet = range(1000, 1100)
    vehicles = [Asset(id=n, code=f"V-{n}", class_="vehicle", lon=5, lat=47, commune="21231") for n in fleet]
    await city.register.apply(vehicles, "system", note="a fleet")
    bindings = {"fleet": [Binding(asset_id=n, address=str(n)) for n in fleet]}
    connection = Connection(id="fleet", integration="scripted", url="test:")
    city.devices.take({"scripted": LAMP_MANIFEST}, [connection], bindings)
    sink = city.intake.sink("fleet")
    seen: set[tuple[float, float]] = set()
    told = city.feed.assets_moved

    def look(asset_ids: Sequence[int]) -> None:
        told(asset_ids)
        seen.update((place.lon, place.lat) for n in fleet if (place := city.live.places.of(n)) is not None)

    monkeypatch.setattr(city.feed, "assets_moved", look)
    for step in (1.0, 2.0):
        readings = [Reading(n, point, step) for n in fleet for point in ("speed_kmh", "lon", "lat")]
        sink.report(readings[3:])  # more than a turn, and the turn would end between a longitude and its latitude
        await city.intake.take_all()
    assert seen == {(1.0, 1.0), (2.0, 2.0)}
