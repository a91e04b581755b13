"""The door for phones, over real sockets, spoken to by curl and by raw bytes."""

import asyncio
import shutil
from collections.abc import AsyncIterator

import pytest

from backend.devkit.adapter import DeviceCommand
from backend.devkit.errors import CommandRefused, LinkDown
from backend.devkit.free_port import free_port
from contract.devices import LinkState
from tests.backend.integrations.osmand_vehicles.rig import ListeningFleet, token
from tests.eventually import eventually


@pytest.fixture
async def fleet() -> AsyncIterator[ListeningFleet]:
    async with ListeningFleet(f"http://127.0.0.1:{free_port()}") as fleet:
        await eventually(lambda: fleet.sink.states)
        yield fleet


async def curl(fleet: ListeningFleet, path: str, *arguments: str) -> int:
    """The status that curl got."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed")
    process = await asyncio.create_subprocess_exec(
        program, "-s", "-o", "/dev/null", "-w", "%{http_code}", "--retry", "3", "--retry-connrefused", "--retry-delay",
        "1", "-m", "10", *arguments, f"{fleet.url}{path}", stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    return int(out)


async def test_a_get_as_osmand_sends_it_moves_the_vehicle(fleet: ListeningFleet) -> None:
    mine = f"/{token('VEH-1')}?id=VEH-1&lat=47.3216&lon=5.0415&timestamp=1&hdop=3.0&altitude=245.0&speed=7.5"
    assert await curl(fleet, mine) == 200
    assert (fleet.sink.value(1, "lon"), fleet.sink.value(1, "lat")) == (5.0415, 47.3216)
    assert fleet.sink.state is LinkState.UP


async def test_the_token_may_be_shown_in_every_way_an_app_can(fleet: ListeningFleet) -> None:
    mine = token("VEH-1")
    place = "id=VEH-1&lat=47.32&lon=5.04"
    assert await curl(fleet, f"/?{place}&token={mine}", "-X", "POST") == 200
    assert await curl(fleet, "/", "-d", f"{place}&token={mine}") == 200
    assert await curl(fleet, f"/?{place}", "-u", f"crew:{mine}") == 200
    assert await curl(fleet, f"/?{place}", "-H", f"Authorization: Bearer {mine}") == 200
    assert await curl(fleet, f"/?{place}") == 403
    assert await curl(fleet, "/?id=VEH-99&lat=1&lon=1", "-u", f"crew:{mine}") == 403, "the same answer as a wrong token"
    assert fleet.refused == [("fleet", "127.0.0.1")] * 2, "counted for the page of health"


async def test_what_makes_no_sense_is_refused_and_the_door_stays_open(fleet: ListeningFleet) -> None:
    mine = token("VEH-1")
    json = ("-H", "Content-Type: application/json", "-d")
    assert await curl(fleet, f"/{mine}", *json, '{"location":7,"device_id":"VEH-1"}') == 400
    assert await curl(fleet, f"/{mine}", *json, '{"location":{"coords":{}},"device_id":"VEH-1"}') == 200
    assert await curl(fleet, f"/{mine}", "-X", "DELETE") == 405
    assert await curl(fleet, "/no/such/path") == 404
    assert await curl(fleet, f"/{mine}?id=VEH-1&x={'y' * 8300}") in {400, 414}
    assert await curl(fleet, f"/{mine}?id=VEH-1&lat=47.3&lon=5.0") == 200


async def test_a_body_of_four_gigabytes_is_refused_by_its_length(fleet: ListeningFleet) -> None:
    await eventually(lambda: curl(fleet, f"/{token('VEH-1')}?id=VEH-1"))
    port = int(fleet.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 4294967296\r\n\r\n{")
    assert (await reader.readline()).startswith(b"HTTP/1.1 400")
    writer.close()
    await writer.wait_closed()


async def test_silence_of_the_whole_fleet_is_an_outage_and_one_voice_ends_it() -> None:
    async with ListeningFleet(f"http://127.0.0.1:{free_port()}", {"silence_s": "0.4"}) as fleet:
        with pytest.raises(LinkDown):
            await fleet.adapter.read_back([1])
        hello = f"/{token('VEH-1')}?id=VEH-1"
        assert await curl(fleet, hello) == 200
        await eventually(lambda: fleet.sink.state is LinkState.UP)
        await eventually(lambda: fleet.sink.state is LinkState.DOWN)
        assert "no vehicle of this fleet has reported" in fleet.sink.states[-1][1]
        assert await curl(fleet, hello) == 200
        await eventually(lambda: fleet.sink.state is LinkState.UP)
        with pytest.raises(CommandRefused):
            await fleet.adapter.execute(DeviceCommand(id="c", asset_ids=(1,), action="stop"))


async def test_two_fleets_at_one_door_say_so() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    async with ListeningFleet(url) as first:
        await eventually(lambda: curl(first, f"/{token('VEH-1')}?id=VEH-1"))
        async with ListeningFleet(url) as second:
            await eventually(lambda: second.sink.state is LinkState.REFUSED)
            assert "nothing can listen at 127.0.0.1" in second.sink.states[-1][1]


@pytest.mark.parametrize(
    ("url", "settings", "words"),
    [
        ("http://0.0.0.0:5055", {}, "over https only"),
        ("https://127.0.0.1:5055", {}, "certificate"),
        ("https://127.0.0.1:5055", {"certificate": "/no/such/file"}, "certificate or key cannot be read"),
        ("ftp://127.0.0.1", {}, "no address"),
        ("http://127.0.0.1:5055", {"speed_unit": "furlongs"}, "speed_unit"),
        ("http://127.0.0.1:5055", {"rate_per_s": "0"}, "rate_per_s"),
        ("http://127.0.0.1:5055", {"area": "x"}, "area"),
    ],
)
async def test_what_can_never_work_is_refused_in_words(url: str, settings: dict[str, str], words: str) -> None:
    async with ListeningFleet(url, settings) as fleet:
        await eventually(lambda: fleet.sink.state is LinkState.REFUSED)
        assert words in fleet.sink.states[-1][1]
        with pytest.raises(CommandRefused):
            await fleet.adapter.execute(DeviceCommand(id="c", asset_ids=(1,), action="stop"))
        with pytest.raises(LinkDown):
            await fleet.adapter.read_back([1])


async def test_a_fleet_without_a_secret_says_so() -> None:
    async with ListeningFleet("http://127.0.0.1:5055", secret="short") as fleet:
        await eventually(lambda: fleet.sink.state is LinkState.REFUSED)
        assert "needs a secret of 16 characters" in fleet.sink.states[-1][1]
