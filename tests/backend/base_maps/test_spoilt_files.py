"""Files of tiles with bytes turned over, cut or repeated: a tile, none, or a trouble; nothing else, and soon."""

import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from backend.base_maps.layer_child import Order, read
from backend.base_maps.mbtiles import MbtilesFile
from backend.base_maps.pmtiles_file import PmtilesFile
from backend.base_maps.sources import Source
from backend.devkit.clock import SystemClock
from backend.devkit.threads import Threads
from backend.ports import BaseMapTrouble
from tests.backend.base_maps.files import geojson, mbtiles, pmtiles, png, street
from tests.backend.base_maps.test_layers import gis_file, zipped

TILES = {(0, 0, 0): png(8), (1, 0, 0): png(9), (2, 3, 3): png(10)}
TRIES = 250


@pytest.fixture
async def threads() -> AsyncIterator[Threads]:
    """Where files are read."""
    made = Threads("spoilt")
    yield made
    made.close()


def spoilt(content: bytes, chance: random.Random) -> bytes:
    """Some damage, most of it where the structure is told."""
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(min(len(damaged), chance.choice([128, 600, len(damaged)])))
        damaged[at] = chance.choice([0, 1, 127, 255, chance.randrange(256)])
    if chance.random() < 0.2:
        del damaged[chance.randrange(len(damaged)) :]
    if chance.random() < 0.1:
        damaged += damaged[: chance.randrange(len(damaged) + 1)]
    return bytes(damaged)


async def survives(content: bytes, path: Path, source: Callable[[], Source]) -> int:
    """How often a spoilt file could be read all the same."""
    chance, read_all_the_same = random.Random(7), 0
    for _ in range(TRIES):
        path.write_bytes(spoilt(content, chance))
        opened = source()
        try:
            await opened.describe()
            read_all_the_same += 1
        except BaseMapTrouble:
            pass
        for address in TILES:
            try:
                await opened.tile(*address)
            except BaseMapTrouble:
                continue
        await opened.close()
    return read_all_the_same


async def test_a_spoilt_pmtiles(tmp_path: Path, threads: Threads) -> None:
    path = pmtiles(tmp_path / "a.pmtiles", TILES)
    count = await survives(path.read_bytes(), path, lambda: PmtilesFile(path, "a", threads))
    assert 0 < count < TRIES


async def test_a_spoilt_mbtiles(tmp_path: Path, threads: Threads) -> None:
    path = mbtiles(tmp_path / "a.mbtiles", TILES)
    count = await survives(path.read_bytes(), path, lambda: MbtilesFile(path, "a", SystemClock(), threads))
    assert 0 < count < TRIES


def test_a_spoilt_geojson(tmp_path: Path) -> None:
    assert 0 < vector_survivors(tmp_path / "a.geojson", geojson(street(), street(lon=4.0)), TRIES) < TRIES


def test_a_spoilt_zip(tmp_path: Path) -> None:
    path = zipped(tmp_path)
    assert vector_survivors(path, path.read_bytes(), 60) < 60


def test_a_spoilt_geopackage(tmp_path: Path) -> None:
    path = gis_file(tmp_path / "a.gpkg", "GPKG")
    assert vector_survivors(path, path.read_bytes(), 60) <= 60


def vector_survivors(path: Path, content: bytes, tries: int) -> int:
    """How often a spoilt vector file could be read all the same."""
    chance, count = random.Random(7), 0
    for _ in range(tries):
        path.write_bytes(spoilt(content, chance))
        try:
            read(Order(path=str(path), file=path.name, out=str(path.with_name("out")), name="x"))
            count += 1
        except BaseMapTrouble:
            pass
    return count
