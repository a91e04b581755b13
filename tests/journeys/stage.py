"""The stage of a journey: a real demo city, its real backend, and levers on the field devices."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from backend.devkit.free_port import free_port
from backend_client.errors import ClientError
from backend_client.session import Session
from contract.api import AssetDetail, AssetPage
from contract.assets import Asset
from contract.city_plan import CityReady
from contract.points import Quality
from tests.eventually import eventually

ROOT = Path(__file__).parents[2]
PASSWORD = "beffroi-demo"
READY_WITHIN_S = 90.0


class Stage:
    """A backend with `--demo --calm` on a tenth of the city, in a folder of its own.

    `packages`: a folder of packages that were installed beside Beffroi.
    """

    def __init__(self, folder: Path, packages: Path | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._environment = dict(os.environ) if packages is None else {**os.environ, "PYTHONPATH": str(packages)}
        self._log = folder / "backend.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    @property
    def base_maps(self) -> Path:
        """The folder into which an administrator drops base maps."""
        return self._folder / "data" / "base-maps"

    def start(self) -> None:
        """Start the backend, which starts its city; does not wait."""
        command = [sys.executable, str(ROOT / "main.py"), "backend", "--demo", "--calm", "--scale", "0.1"]
        command += ["--data", str(self._folder / "data"), "--listen", f"127.0.0.1:{self._port}"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environment
            )

    def kill(self) -> None:
        """kill -9, as a crash would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def stop(self) -> None:
        """End it in good order."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    async def is_alive(self) -> None:
        """Wait until every light of the city was heard."""
        session = await self.session("operator1")
        try:
            await eventually(lambda: self._has_lights(session), "the city's lights are heard", READY_WITHIN_S)
        finally:
            await session.close()

    async def session(self, user: str) -> Session:
        """A login below the console, to look at what the backend says."""
        session = Session(self.url)
        await eventually(lambda: _logs_in(session, user), f"{user} logs in", READY_WITHIN_S)
        return session

    async def pull(self, lever: str, **what: object) -> Any:
        """Do something to the field devices, such as /cabinets/ARM-1/lose_supply."""
        async with aiohttp.ClientSession() as http, http.post(self._control() + lever, json=what) as answer:
            assert answer.status < 300, (lever, answer.status, await answer.text())
            return await answer.json() if answer.content_type == "application/json" else None

    async def ask_field(self, path: str) -> Any:
        """What a field device itself says, past the backend."""
        async with aiohttp.ClientSession() as http, http.get(self._control() + path) as answer:
            assert answer.status == 200, (path, answer.status, await answer.text())
            return await answer.json()

    def log_text(self) -> str:
        """What the backend wrote."""
        return self._log.read_text("utf-8", errors="replace")

    def _control(self) -> str:
        ready = msgspec.json.decode((self._folder / "data" / "city" / "ready.json").read_bytes(), type=CityReady)
        return ready.control_url

    async def _has_lights(self, session: Session) -> bool:
        """Every cabinet of Dijon, the last commune to come up, and a lamp of each of them was heard."""
        try:
            lamps = {lamp.supply_parent: lamp for lamp in await assets(session, "streetlight", "21231")}
            heard = [await _is_heard(session, each) for cabinet, lamp in lamps.items() for each in (cabinet, lamp.id)]
        except (ClientError, OSError, aiohttp.ClientError):
            return False
        return bool(heard) and all(heard)


async def _is_heard(session: Session, asset_id: int | None) -> bool:
    detail = await session.get(f"/assets/{asset_id}", AssetDetail)
    return any(point.quality is Quality.GOOD for point in detail.points.values())


async def _logs_in(session: Session, user: str) -> bool:
    with contextlib.suppress(ClientError):
        await session.login(user, PASSWORD)
    return session.is_logged_in


async def assets(session: Session, class_: str, commune: str | None = None, limit: int = 1000) -> list[Asset]:
    """Assets of a class."""
    query: dict[str, str | int | float | None] = {"class": class_, "commune": commune, "limit": limit}
    return list((await session.get("/assets", AssetPage, query)).items)


async def register(session: Session) -> list[Asset]:
    """Every asset that the backend holds, page by page."""
    found: list[Asset] = []
    query: dict[str, str | int | float | None] = {"limit": 1000}
    while True:
        page = await session.get("/assets", AssetPage, query)
        found += page.items
        if page.next is None:
            return found
        query["cursor"] = page.next
