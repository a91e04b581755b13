"""A running city: everything its plan announces answers on a real wire."""

import asyncio
import stat
from pathlib import Path

import aiohttp
import msgspec

from city.plan import City
from city.running import RunningCity
from contract.city_plan import CityPlan
from contract.devices import Connection

_TALQ_HEADERS = {"talq-api-version": "2.7.1"}
_CMS = {"clientAddress": "2f1d3a1e-0000-4000-8000-000000000001"}
_ASK_THE_TIME = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
    '<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>'
)


async def announced(running: RunningCity) -> CityPlan:
    ready = await running.start()
    return msgspec.msgpack.decode(Path(ready.plan_path).read_bytes(), type=CityPlan)


async def test_the_plan_names_every_asset_and_every_device(running: RunningCity, small_city: City) -> None:
    plan = await announced(running)
    assert plan.assets == small_city.assets
    assert len(plan.communes) == 24
    by_integration = [connection.integration for connection in plan.connections]
    assert by_integration.count("talq_lighting") == 24
    assert by_integration.count("onvif_camera") == len(small_city.streaming_cameras)
    known = {(asset.class_, asset.code) for asset in plan.assets}
    links = {connection.id for connection in plan.connections}
    for binding in plan.bindings:
        assert (binding.class_, binding.code) in known
        assert binding.connection_id in links


async def test_a_camera_that_does_not_stream_has_no_connection(running: RunningCity, small_city: City) -> None:
    plan = await announced(running)
    bound = {binding.code for binding in plan.bindings if binding.class_ == "camera"}
    assert bound == {camera.code for camera in small_city.streaming_cameras}
    assert sum(name.startswith("cam-") for name in plan.secrets) == len(bound)


async def test_only_its_owner_reads_the_plan(running: RunningCity) -> None:
    ready = await running.start()
    assert stat.S_IMODE(Path(ready.plan_path).stat().st_mode) == 0o600


async def test_each_gateway_holds_the_lamps_that_the_plan_binds_to_it(running: RunningCity) -> None:
    plan = await announced(running)
    gateways = [connection for connection in plan.connections if connection.integration == "talq_lighting"]
    async with aiohttp.ClientSession(headers=_TALQ_HEADERS) as session:

        async def count(connection: Connection) -> int:
            async with session.get(f"{connection.url}/devices/count", params=_CMS) as response:
                assert response.status == 200
                found: int = await response.json(content_type=None)
                return found

        for gateway in gateways:
            bound = sum(binding.connection_id == gateway.id for binding in plan.bindings)
            assert await count(gateway) == bound


async def test_a_bound_lamp_answers_at_its_address(running: RunningCity) -> None:
    plan = await announced(running)
    lamp = next(binding for binding in plan.bindings if binding.class_ == "streetlight")
    url = next(connection.url for connection in plan.connections if connection.id == lamp.connection_id)
    async with (
        aiohttp.ClientSession(headers=_TALQ_HEADERS) as session,
        session.get(f"{url}/devices/{lamp.address}", params=_CMS) as response,
    ):
        assert response.status == 200
        assert (await response.json(content_type=None))["name"] == lamp.code


async def test_every_streaming_camera_tells_the_time_over_onvif(running: RunningCity) -> None:
    plan = await announced(running)
    cameras = [connection for connection in plan.connections if connection.integration == "onvif_camera"]
    async with aiohttp.ClientSession() as session:
        for camera in cameras:
            async with session.post(camera.url, data=_ASK_THE_TIME) as response:
                assert response.status == 200
                assert b"UTCDateTime" in await response.read()


async def test_a_living_city_ends_when_it_is_told_to(running: RunningCity) -> None:
    await running.start()
    living = asyncio.get_running_loop().create_task(running.run())
    await asyncio.sleep(0.3)
    assert not living.done()
    living.cancel()
    await asyncio.gather(living, return_exceptions=True)
    assert living.cancelled()
