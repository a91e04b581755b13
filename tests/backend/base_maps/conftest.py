"""A folder of base maps, the shelf on it, and a tile server."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from backend.base_maps.fetching import Fetcher
from backend.base_maps.shelf import FOLDER, BaseMapFolder
from backend.devkit.clock import ManualClock
from tests.backend.base_maps.tile_server import TileServer, tile_server


@pytest.fixture
def clock() -> ManualClock:
    """Time that tests move."""
    return ManualClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where files are dropped."""
    made = tmp_path / FOLDER
    made.mkdir()
    return made


@pytest.fixture
async def shelf(tmp_path: Path, folder: Path, clock: ManualClock) -> AsyncIterator[BaseMapFolder]:
    """The shelf on the folder; servers have little time to answer."""
    fetcher = Fetcher(aiohttp.ClientTimeout(total=2, connect=1, sock_read=0.4))
    made = BaseMapFolder(tmp_path, clock, fetcher)
    yield made
    await made.close()


@pytest.fixture
async def server() -> AsyncIterator[TileServer]:
    """A tile server on loopback."""
    async with tile_server() as listening:
        yield listening
