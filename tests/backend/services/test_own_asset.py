"""A part of the backend enters itself in the register, and does no harm there."""

import asyncio

import pytest

from backend.services.own_asset import OwnAsset
from contract.assets import Asset
from tests.backend.services.rig import SmallCity


def _part(city: SmallCity) -> OwnAsset:
    return OwnAsset(city.register, "control_server", "SRV-01", "Serveur", why="test")


async def test_it_never_writes_over_what_an_import_under_way_brings(city: SmallCity) -> None:
    first = city.register.next_id()
    lamps = [
        Asset(id=first + n, code=f"NEW-{n}", class_="streetlight", lon=5.04, lat=47.32, commune="21231")
        for n in range(3_000)
    ]
    importing = asyncio.get_running_loop().create_task(city.register.apply(lamps, "anne", note="a file"))
    await asyncio.sleep(0)
    await _part(city).ensure()
    await importing
    assert city.register.find("streetlight", "NEW-0") is not None
    own = city.register.find("control_server", "SRV-01")
    assert own is not None
    assert own.id == first + len(lamps)


async def test_why_there_is_none_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    city = SmallCity()
    part = _part(city)
    for _ in range(3):
        await part.ensure()
    assert [record.getMessage() for record in caplog.records] == [
        "SRV-01: the register is empty: nobody is alarmed by it"
    ]
    await city.stop()
