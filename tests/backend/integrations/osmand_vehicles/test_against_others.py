"""Against what others wrote: a sender of OsmAnd reports, curl, Mosquitto, and requests that others recorded."""

import asyncio
import json
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import pytest

from backend.devkit.clock import SystemClock
from backend.devkit.free_port import free_port
from backend.integrations.osmand_vehicles.protocol import Report, parse_json, parse_owntracks, parse_query
from contract.devices import LinkState
from tests.backend.integrations.osmand_vehicles.rig import ListeningFleet, token
from tests.eventually import eventually

pytestmark = pytest.mark.proof

ROOT = Path(__file__).resolve().parents[4]
SENDER = ROOT / "build" / "mesh2traccar" / "bin" / "mesh2traccar"
RETRY = {"retry_first_s": "0.1", "retry_longest_s": "0.2"}
MESSAGE = '{"_type":"location","acc":15,"alt":440,"batt":46,"lat":%s,"lon":%s,"t":"u","tid":"e1","tst":%d,"vel":30}'


def here(lat: float, lon: float) -> str:
    return MESSAGE % (lat, lon, int(SystemClock().now().timestamp()))


@pytest.fixture(autouse=True)
async def no_name_is_looked_up_any_more() -> AsyncIterator[None]:
    yield
    await asyncio.get_running_loop().shutdown_default_executor()


@asynccontextmanager
async def running(*command: str, cwd: Path | None = None) -> AsyncGenerator[asyncio.subprocess.Process]:
    """A program of others, ended at the end."""
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, cwd=cwd, stdout=quiet, stderr=quiet)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def test_a_bridge_of_others_reports_as_osmand_does(tmp_path: Path) -> None:
    """mesh2traccar 0.1.2: positions of a radio mesh, through Mosquitto, told to us by its own HTTP requests."""
    assert SENDER.exists(), "mesh2traccar is missing: make peers"
    assert shutil.which("mosquitto"), "mosquitto is missing: make peers"
    broker_port = free_port()
    (tmp_path / "mosquitto.conf").write_text(f"listener {broker_port} 127.0.0.1\nallow_anonymous true\nuser root\n")
    url = f"http://127.0.0.1:{free_port()}"
    name = "!7c5a12fe"
    (tmp_path / "mesh2traccar.conf").write_text(
        f"[mqtt]\nbroker = 127.0.0.1\nport = {broker_port}\ntopic_sub = msh/EU/json/+\n"
        f"[traccar]\nurl = {url}\napi_key = {token(name)}\n"
    )
    now = int(SystemClock().now().timestamp())
    position = {"latitude_i": 473216000, "longitude_i": 50415000, "altitude": 245, "time": now}
    said = json.dumps({"type": "position", "from": 0x7C5A12FE, "payload": position})
    async with (
        running("mosquitto", "-c", str(tmp_path / "mosquitto.conf")),
        ListeningFleet(url, devices=(name,)) as fleet,
        running(str(SENDER), cwd=tmp_path),
    ):

        async def is_told() -> bool:
            try:
                async with aiomqtt.Client("127.0.0.1", broker_port) as mesh:
                    await mesh.publish("msh/EU/json/node", said, qos=1)
            except aiomqtt.MqttError:
                return False
            await asyncio.sleep(0.2)
            return fleet.sink.value(1, "lon") is not None

        await eventually(is_told, "its request came")
        assert (fleet.sink.value(1, "lon"), fleet.sink.value(1, "lat")) == (5.0415, 47.3216)
        reading = fleet.sink.last(1, "lon")
        assert reading is not None
        assert reading.device_time is not None
        assert int(reading.device_time.timestamp()) == now
        assert fleet.sink.state is LinkState.UP


async def test_mosquitto_with_its_own_client_and_a_rule_for_each_user(tmp_path: Path) -> None:
    """Broker, client and access rules by the Eclipse project: a phone may write its own topic only."""
    for program in ("mosquitto", "mosquitto_passwd"):
        assert shutil.which(program), f"{program} is missing: apt install mosquitto"
    port = free_port()
    passwords = tmp_path / "passwords"
    passwords.touch()
    for user in ("beffroi", "VEH-1"):
        await _run("mosquitto_passwd", "-b", str(passwords), user, "canary-81")
    rules = tmp_path / "rules"
    rules.write_text("user beffroi\ntopic read owntracks/#\ntopic write beffroi/#\n\npattern write owntracks/%u/#\n")
    settings = tmp_path / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\npassword_file {passwords}\nacl_file {rules}\nuser root\n")
    wanted = {**RETRY, "owntracks_device": "any", "broker_secret": "broker"}
    async with (
        running("mosquitto", "-c", str(settings)) as broker,
        ListeningFleet(f"mqtt://127.0.0.1:{port}", wanted) as fleet,
    ):
        await eventually(lambda: fleet.sink.state is LinkState.UP)
        async with aiomqtt.Client("127.0.0.1", port, username="VEH-1", password="canary-81") as phone:
            await phone.publish("owntracks/123456/phone", here(47.1, 5.1), qos=1)
            await phone.publish("owntracks/VEH-1/phone", here(47.33, 5.05), qos=1)
        await eventually(lambda: fleet.sink.value(1, "lon") == 5.05)
        assert fleet.sink.value(2, "lon") is None, "Mosquitto did not let it write another's topic"
        broker.terminate()
        await eventually(lambda: fleet.sink.state is LinkState.DOWN)


async def _run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0


def recorded(shared_data: Path) -> list[dict[str, str]]:
    """Requests of real apps as Traccar's and OwnTracks' own tests and pages print them."""
    file = shared_data / "protocols" / "vehicle_requests" / "requests.json"
    if not file.is_file():
        pytest.skip(f"no recorded requests at {file}")
    found: list[dict[str, str]] = json.loads(file.read_text())
    return found


def test_requests_that_others_recorded_are_read_as_they_were_meant(shared_data: Path) -> None:
    """Each entry: kind (query, json, owntracks), text, and what Traccar reads of it: device, lat, lon."""
    for request in recorded(shared_data):
        if request["kind"] == "owntracks":
            fix = parse_owntracks(request["text"].encode())
        else:
            text = request["text"]
            report: Report = parse_query(text) if request["kind"] == "query" else parse_json(text.encode())
            assert report.device == request["device"]
            (fix,) = report.fixes
        assert fix is not None
        if request["lat"]:
            assert (fix.lat, fix.lon) == (float(request["lat"]), float(request["lon"])), request["text"]
            assert fix.at is not None or "timestamp" not in request["text"]
