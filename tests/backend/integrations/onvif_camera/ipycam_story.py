"""Run inside a network namespace: ipycam as the camera, our adapter and our RTSP client before it; prints JSON."""

import asyncio
import contextlib
import json
import logging
import subprocess
import sys
from pathlib import Path

import aiohttp

from backend.devkit.adapter import DeviceCommand, IntegrationContext
from backend.devkit.clock import SystemClock
from backend.devkit.errors import DeviceError
from backend.integrations.onvif_camera.adapter import create
from backend.integrations.onvif_camera.camera_link import CameraAdapter
from backend.integrations.onvif_camera.discovery import discover
from bench.video.media_child import MediaChild
from contract.devices import Binding, Connection, LinkState
from contract.media import OpenCamera
from contract.points import Value
from tests.backend.integrations.onvif_camera.conftest import PASSWORD, Ears, read_secret
from video.access_unit import AccessUnit, StreamParameters
from video.rtsp.authentication import Credentials
from video.rtsp.client import RtspSource
from video.states import StreamStatus

URL = "http://127.0.0.1:8080/onvif/device_service"


class PictureCount:
    """A VideoSink that counts."""

    def __init__(self) -> None:
        self.pictures = 0
        self.states: list[str] = []

    def described(self, parameters: StreamParameters) -> None:
        self.states.append(parameters.codec.value)

    def received(self, unit: AccessUnit) -> None:
        self.pictures += bool(unit.nal_units)

    def status_changed(self, status: StreamStatus) -> None:
        self.states.append(f"{status.state}: {status.reason}")


async def _tell(adapter: CameraAdapter, action: str, **arguments: Value) -> str:
    command = DeviceCommand(id="1", asset_ids=(1,), action=action, arguments=arguments)
    (outcome,) = await adapter.execute(command)
    return f"{outcome.state.value} {outcome.detail}".strip()


async def _own_word() -> float:
    async with (
        aiohttp.ClientSession() as http,
        http.get(
            "http://127.0.0.1:8080/api/ptz", headers={"Authorization": aiohttp.encode_basic_auth("operator", PASSWORD)}
        ) as answer,
    ):
        return float((await answer.json())["pan"])


async def _watch(url: str) -> PictureCount:
    count = PictureCount()
    source = RtspSource(url, count, credentials=Credentials("operator", PASSWORD))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(4.0):
            await source.run()
    return count


async def _relay(url: str) -> int:
    """How many pictures of the camera a console gets through our media process."""
    media = MediaChild()
    await media.start()
    try:
        media.tell(OpenCamera(camera_id=1, stream="sub", url=url, user="operator", password=PASSWORD))
        return (await _watch(await media.address(1))).pictures
    finally:
        await media.close()


async def _story(camera: subprocess.Popen[bytes]) -> dict[str, object]:
    told: dict[str, object] = {}
    integration = create(IntegrationContext(clock=SystemClock(), settings={}, read_secret=read_secret))
    await integration.start()
    ears = Ears()
    connection = Connection(
        id="ipycam", integration="onvif_camera", url=URL, secret_name="camera", settings={"poll_s": "1", "basic": "yes"}
    )
    adapter = integration.adapter(connection, [Binding(asset_id=1, address="")], ears)
    assert isinstance(adapter, CameraAdapter)
    running = asyncio.get_running_loop().create_task(adapter.run())
    await ears.until(lambda: ears.link is LinkState.UP, within_s=40)
    told["model"] = ears.value("model")
    told["clock_offset_s"] = ears.value("clock_offset_s")
    for stream in ("sub", "main"):
        told[stream] = await adapter.stream_uri(1, stream)
    for action, arguments in (
        ("ptz_move", {"pan": 0.5, "tilt": 0.1}),
        ("ptz_stop", {}),
        ("ptz_preset", {"preset": "1"}),
        ("ptz_preset", {"preset": "nowhere"}),
    ):
        told[f"{action} {arguments}"] = await _tell(adapter, action, **arguments)
    told["is_ptz"] = ears.value("is_ptz")
    told["looks"] = [await _tell(adapter, "ptz_absolute", pan_deg=90.0, tilt_deg=-20.0), await _own_word()]
    # Its answers to GetStatus use a prefix that it never declares: its own web page tells where it looks.
    before = await _own_word()
    await _tell(adapter, "ptz_move", pan=-1.0)
    await asyncio.sleep(0.5)
    await _tell(adapter, "ptz_stop")
    told["head"] = [before, await _own_word()]
    try:
        told["snapshot"] = (await adapter.snapshot(1))[:2].hex()
    except DeviceError as error:
        told["snapshot"] = str(error)
    told["found"] = [[device.name, *device.addresses] for device in await discover(2.0)]
    watched = await _watch(str(told["sub"]))
    told["pictures"], told["video_states"] = watched.pictures, watched.states
    told["relayed"] = await _relay(str(told["sub"]))
    camera.kill()
    await ears.until(lambda: ears.link is LinkState.DOWN, within_s=10)
    told["down"] = ears.links[-1][1]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await integration.close()
    return told


def main(python: str, folder: Path) -> None:
    """Start ipycam (of the virtual environment of `python`) in `folder`, live the story, end it."""
    logging.disable(logging.CRITICAL)
    settings = {"username": "operator", "password": PASSWORD, "local_ip": "127.0.0.1"}
    (folder / "camera.json").write_text(json.dumps(settings))
    command = [python, "-m", "ipycam", "--config", "camera.json", "--source", "film.mp4", "--hw", "cpu"]
    with (folder / "ipycam.log").open("wb") as log:
        camera = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        print(json.dumps(asyncio.run(_story(camera))))
    finally:
        camera.kill()
        camera.wait()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
