"""Against Eclipse Mosquitto: in, out, away and back with nothing lost, refused, over TLS."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.devkit.adapter import IntegrationContext
from backend.devkit.clock import SystemClock
from backend.devkit.tasks import Tasks
from backend.integrations.chirpstack_mqtt.adapter import create
from backend.integrations.chirpstack_mqtt.simulator.events import SimulatedSensor
from backend.integrations.chirpstack_mqtt.simulator.frames import BOSCH_PROFILE, bay_frame
from backend.integrations.chirpstack_mqtt.simulator.network_server import SimulatedChirpStack
from contract.devices import Binding, Connection, LinkState
from tests.backend.integrations.chirpstack_mqtt.mosquitto import PASSWORD, USER, Mosquitto
from tests.certificates import own_certificate
from tests.conformance.recording_sink import RecordingSink
from tests.eventually import eventually

pytestmark = pytest.mark.proof

BAY = "70b3d57ed0000001"


class Site:
    """Mosquitto, a network server behind it, and our adapter."""

    def __init__(self, broker: Mosquitto) -> None:
        clock = SystemClock()
        self.broker = broker
        self.sink = RecordingSink()
        self.network = SimulatedChirpStack(
            clock, [SimulatedSensor(BAY, "Place 12", BOSCH_PROFILE)], user=USER, password=PASSWORD
        )
        self.network.port = broker.port
        self.tasks = Tasks("site")
        self._clock = clock

    def join(self, *, scheme: str = "mqtt", secret: str = f"{USER}:{PASSWORD}", **settings: str) -> None:
        context = IntegrationContext(clock=self._clock, settings={}, read_secret={"lora": secret}.__getitem__)
        connection = Connection(
            id="LoRa",
            integration="chirpstack_mqtt",
            url=f"{scheme}://127.0.0.1:{self.broker.port}",
            settings={"poll_s": "0.5", **settings},
            secret_name="lora",
        )
        adapter = create(context).adapter(connection, [Binding(asset_id=1, address=BAY)], self.sink)
        self.tasks.start(adapter.run(), name="adapter")

    async def up(self) -> None:
        await eventually(lambda: self.sink.state is LinkState.UP, "it is up", 10)

    async def bay_is(self, *, is_occupied: bool) -> None:
        await eventually(lambda: self.sink.value(1, "occupied") is is_occupied, f"the bay is {is_occupied}")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(Mosquitto(tmp_path))
    await site.broker.start()
    try:
        yield site
    finally:
        await site.tasks.close()
        await site.broker.stop()
        await asyncio.get_running_loop().shutdown_default_executor()


async def test_a_bay_is_seen_through_mosquitto(site: Site) -> None:
    site.tasks.start(site.network.run(), name="network")
    site.join()
    await site.up()
    site.network.speaks(BAY, 1, bay_frame(is_occupied=True))
    await site.bay_is(is_occupied=True)


async def test_a_restart_of_the_broker_loses_nothing(site: Site) -> None:
    site.tasks.start(site.network.run(), name="network")
    site.join()
    await site.up()
    site.network.speaks(BAY, 1, bay_frame(is_occupied=True))
    await site.bay_is(is_occupied=True)
    await site.broker.stop()
    await eventually(lambda: site.sink.state is LinkState.DOWN)
    site.network.speaks(BAY, 1, bay_frame(is_occupied=False))
    before = len(site.sink.readings)
    await site.broker.start()
    await site.up()
    # The broker kept our session: what the bay last said is told again, then what it said meanwhile.
    await site.bay_is(is_occupied=False)
    assert site.sink.readings[before].value is True


async def test_a_wrong_password_is_refused_in_words(site: Site) -> None:
    site.join(secret=f"{USER}:wrong")
    await eventually(lambda: site.sink.state is LinkState.REFUSED)
    assert "password" in site.sink.states[-1][1] or "not allowed" in site.sink.states[-1][1]


async def test_over_tls_and_only_with_the_certificate_we_know(tmp_path: Path) -> None:
    certificate, key = own_certificate(tmp_path)
    site = Site(Mosquitto(tmp_path, certificate, key))
    await site.broker.start()
    try:
        site.join(scheme="mqtts", ca_file=str(certificate))
        await site.up()
        doubter = Site(site.broker)
        doubter.join(scheme="mqtts", client_id="another")
        await eventually(lambda: doubter.sink.state is LinkState.REFUSED)
        assert "certificate" in doubter.sink.states[-1][1]
        await doubter.tasks.close()
    finally:
        await site.tasks.close()
        await site.broker.stop()
        await asyncio.get_running_loop().shutdown_default_executor()
