"""Data directories with a whole city in them, made once and kept under build/bench."""

import asyncio
import shutil
from pathlib import Path

import aiohttp

from backend.bootstrap import Backend, BackendOptions
from backend.services.city_loading import CityLoading
from backend_client.errors import ClientError
from backend_client.session import Session
from bench.report import FOLDER
from city.plan import build_city
from contract.city_plan import CityPlan
from contract.rights import Grant, Level, User

USER, PASSWORD = "bench", "bench-beffroi-2026"


def data_directory(scale: float) -> Path:
    """A data directory with a city of 35,000 x `scale` assets, without device connections, and one account."""
    folder = FOLDER / f"city-{scale:g}"
    finished = folder / "finished"
    if not finished.exists():
        shutil.rmtree(folder, ignore_errors=True)
        fill(folder, whole_city(scale))
        finished.touch()
    return folder


def fill(folder: Path, plan: CityPlan) -> None:
    """A fresh data directory with this city and one account."""
    folder.mkdir(parents=True)
    asyncio.run(_fill(folder, plan))


def whole_city(scale: float) -> CityPlan:
    """35,000 x `scale` assets without their devices."""
    city = build_city(seed=1, scale=scale)
    return CityPlan(
        name="bench",
        seed=1,
        scale=scale,
        communes=city.communes,
        assets=city.assets,
        connections=(),
        bindings=(),
    )


async def logged_in(url: str) -> Session:
    """The bench's account at a backend that is about to answer."""
    session = Session(url)
    async with asyncio.timeout(120):
        while True:
            try:
                await session.login(USER, PASSWORD)
            except (ClientError, aiohttp.ClientError):
                await asyncio.sleep(0.02)
            else:
                return session


async def _fill(folder: Path, plan: CityPlan) -> None:
    backend = Backend(BackendOptions(data_dir=folder))
    await backend.start()
    try:
        await CityLoading(backend.storage, backend.register, backend.vault).take(plan)
        user = User(name=USER, person=USER, display_name="Bench", role="bench", grants=(Grant(level=Level.CONFIGURE),))
        await backend.identity.add_user(user, PASSWORD, by="system")
    finally:
        await backend.close()
