"""A camera that lies in its answers: the adapter hears device errors, never anything else, and never hangs."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from backend.devkit.clock import SystemClock
from backend.devkit.errors import DeviceError, LinkDown, LinkRefused, ProtocolError
from backend.integrations.onvif_camera import replies
from backend.integrations.onvif_camera.device import OnvifDevice
from backend.integrations.onvif_camera.protocol import DEVICE, EVENTS, MEDIA, PTZ, Vector
from backend.integrations.onvif_camera.soap import Soap
from backend.integrations.onvif_camera.transport import CameraTransport, Credentials, NoAnswer
from contract.devices import LinkState
from tests.backend.integrations.onvif_camera.conftest import Ears, Street
from tests.backend.integrations.onvif_camera.test_protocol import NOW

SECRET = Credentials("operator", "canary-1166-rude")


class Liar:
    """An HTTP server that answers whatever it is told to."""

    def __init__(self) -> None:
        self.answer = b""
        self.status = 200
        self.headers: dict[str, str] = {}
        self.asked = 0
        self.url = ""

    async def speak(self, request: web.Request) -> web.Response:
        await request.read()
        self.asked += 1
        return web.Response(
            status=self.status, body=self.answer, content_type="application/soap+xml", headers=self.headers
        )


@pytest.fixture
async def liar() -> AsyncIterator[Liar]:
    made = Liar()
    application = web.Application()
    application.add_routes([web.route("*", "/{tail:.*}", made.speak)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/onvif/device_service"
    yield made
    await runner.cleanup()
    await asyncio.get_running_loop().shutdown_default_executor()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def told_about(liar: Liar, http: aiohttp.ClientSession) -> OnvifDevice:
    transport = CameraTransport(http, liar.url, SECRET, timeout_s=2.0)
    device = OnvifDevice(await Soap.load(), transport, liar.url, SECRET, SystemClock())
    liar.answer = replies.services([(name, liar.url) for name in (DEVICE, MEDIA, PTZ, EVENTS)])
    await device.find_services()
    return device


def questions(device: OnvifDevice) -> list[tuple[bytes, Callable[[], Awaitable[object]]]]:
    profile = replies.StreamProfile(name="main", width=1280, height=720, frames_per_second=15, kilobits_per_second=2000)
    return [
        (replies.system_date_and_time(NOW), device.measure_clock),
        (replies.device_information("a", "b", "c", "d", "e"), device.identity),
        (replies.profiles([profile], has_ptz=True), device.profiles),
        (replies.media_uri("GetStreamUri", "rtsp://127.0.0.1/a"), lambda: device.stream_uri("main")),
        (replies.presets([("1", "Gare", Vector(0, 0, 0))]), lambda: device.presets("main")),
        (replies.ptz_status(Vector(0, 0, 0), is_moving=False, now=NOW), lambda: device.position("main")),
        (replies.acknowledged("tptz", "ContinuousMove"), lambda: device.move("main", Vector(0, 0, 0), 1)),
        (replies.pull_point("http://127.0.0.1/pull/1", NOW, NOW), lambda: device.subscribe(60)),
    ]


async def test_damaged_answers_are_device_errors(liar: Liar, http: aiohttp.ClientSession) -> None:
    device = await told_about(liar, http)
    chance = random.Random(20260504)
    for reply, ask in questions(device):
        liar.answer = reply
        await ask()
        for _ in range(60):
            damaged = bytearray(reply)
            for _ in range(chance.randrange(1, 6)):
                place = chance.randrange(400, len(damaged) - 45)
                if chance.random() < 0.6:
                    damaged[place] = chance.choice(b"09azAZ<>/&\"'=: ")
                else:
                    del damaged[place : place + chance.randrange(1, 40)]
            liar.answer = bytes(damaged)
            with contextlib.suppress(DeviceError):
                await ask()


async def test_answers_to_another_question_are_not_believed(liar: Liar, http: aiohttp.ClientSession) -> None:
    device = await told_about(liar, http)
    liar.answer = replies.device_information("a", "b", "c", "d", "e")
    for ask in (device.profiles, device.measure_clock, lambda: device.subscribe(60), lambda: device.stream_uri("x")):
        with pytest.raises(DeviceError):
            await ask()


async def test_a_flood_of_an_answer_is_cut_off(liar: Liar, http: aiohttp.ClientSession) -> None:
    device = await told_about(liar, http)
    liar.answer = b"<a>" + b"x" * (6 * 2**20) + b"</a>"
    with pytest.raises(ProtocolError, match="larger"):
        await device.identity()
    liar.answer = b"<a>" * 100_000
    began = time.process_time()
    with pytest.raises(ProtocolError, match="nested"):
        await device.identity()
    assert time.process_time() - began < 1.0


async def test_a_camera_cannot_send_us_elsewhere(liar: Liar, http: aiohttp.ClientSession) -> None:
    device = await told_about(liar, http)
    liar.answer = replies.media_uri("GetStreamUri", "rtsp://metadata.example:554/latest?x=1")
    assert await device.stream_uri("main") == "rtsp://127.0.0.1:554/latest?x=1"
    for address in ("file:///etc/passwd", "gopher://127.0.0.1/", "", "http://127.0.0.1/", "rtsp://[::1"):
        liar.answer = replies.media_uri("GetStreamUri", address)
        with pytest.raises(ProtocolError):
            await device.stream_uri("main")
    liar.status, liar.headers = 302, {"Location": "http://127.0.0.1:1/stolen"}
    asked = liar.asked
    with pytest.raises(DeviceError):
        await device.identity()
    assert liar.asked == asked + 1


@pytest.mark.parametrize(("status", "error"), [(401, LinkRefused), (403, LinkRefused), (500, LinkDown)])
async def test_http_errors_have_words(
    liar: Liar, http: aiohttp.ClientSession, status: int, error: type[DeviceError]
) -> None:
    device = await told_about(liar, http)
    liar.status, liar.answer = status, replies.fault("Sender", "NotAuthorized", "no") if status < 500 else b""
    with pytest.raises(error):
        await device.identity()


async def test_nobody_there_is_not_the_same_as_no_answer(http: aiohttp.ClientSession, liar: Liar) -> None:
    device = await told_about(liar, http)
    gone = CameraTransport(http, "http://127.0.0.1:1/", SECRET)
    with pytest.raises(LinkDown) as refused:
        await gone.get_picture("http://127.0.0.1:1/a.jpg")
    assert not isinstance(refused.value, NoAnswer)
    assert SECRET.password not in repr(gone) + repr(SECRET) + repr(device)
    await asyncio.get_running_loop().shutdown_default_executor()


async def test_a_lying_event_is_marked_failed(street: Street, ears: Ears) -> None:
    camera = street.camera()
    own_answer = camera.answer

    async def answer(message: bytes, base_url: str, point: str = "") -> tuple[int, bytes]:
        status, reply = await own_answer(message, base_url, point)
        return status, reply.replace(b'Name="IsTamper" Value="false"', b'Name="IsTamper" Value="NaN"')

    camera.answer = answer  # type: ignore[method-assign] # a foreign voice in a simulated camera
    await street.attach(ears)
    await ears.until(lambda: ears.value("tamper") is None)
    failed = [reading for reading in ears.readings if reading.point == "tamper"]
    assert failed[-1].quality.name == "FAILED"
    assert ears.link is LinkState.UP
