"""Base maps that go, hang or lie while somebody asks: one never harms another, nor the question."""

import asyncio
import contextlib
import os
import sqlite3
import time
from pathlib import Path

import pytest

from backend.base_maps.shelf import BaseMapFolder
from backend.devkit.clock import ManualClock
from backend.ports import BaseMapTrouble, NoSuchBaseMap
from contract.base_maps import BaseMapState
from tests.backend.base_maps.files import geojson, mbtiles, png, street
from tests.backend.base_maps.tile_server import TileServer


async def test_a_layer_that_is_deleted_while_it_is_read_is_gone_for_who_asked(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.base_maps.layer_file._READER", ("/bin/sleep", "30"))
    (folder / "rues.geojson").write_bytes(geojson(street()))
    async with asyncio.TaskGroup() as group:
        listing = group.create_task(shelf.all())
        drawing = group.create_task(_trouble_of(shelf, "rues-geojson"))
        await asyncio.sleep(0.2)
        clock.pass_time(2)
        await shelf.remove("rues-geojson")
    assert [one.state for one in listing.result()] in ([BaseMapState.BROKEN], [])
    assert drawing.result() in {"base_map_missing", "gone"}


async def _trouble_of(shelf: BaseMapFolder, map_id: str) -> str:
    try:
        await shelf.features(map_id)
    except NoSuchBaseMap:
        return "gone"
    except BaseMapTrouble as trouble:
        return trouble.code
    return ""


async def test_a_file_that_hangs_leaves_the_others_their_threads(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock
) -> None:
    mbtiles(folder / "stuck.mbtiles", {(1, 0, 0): png()})
    mbtiles(folder / "good.mbtiles", {(1, 0, 0): png()})
    clock.pass_time(2)
    assert len(await shelf.all()) == 2
    with contextlib.closing(sqlite3.connect(folder / "stuck.mbtiles", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        async with asyncio.TaskGroup() as group:
            waiting = [group.create_task(_tile_trouble(shelf, "stuck-mbtiles")) for _ in range(6)]
            await asyncio.sleep(0.05)
            began = time.monotonic()
            assert await shelf.tile("good-mbtiles", 1, 0, 0) is not None
            took = time.monotonic() - began
    assert {one.result() for one in waiting} == {"base_map_locked"}
    assert took < 0.4, "one file's patience is 0.5 s a question"


async def _tile_trouble(shelf: BaseMapFolder, map_id: str) -> str:
    try:
        await shelf.tile(map_id, 1, 0, 0)
    except BaseMapTrouble as trouble:
        return trouble.code
    return ""


async def test_settings_that_ask_for_something_else_are_not_answered_from_what_was_kept(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock, server: TileServer
) -> None:
    """A matrix name corrected after the first try: the "no such tile" of the wrong one is not what is shown."""
    wmts = f'[maps.plan]\nkind = "wmts"\nurl = "{server.url}/wmts"\nlayer = "PLAN"\n'
    for change in ('matrix = "PM:{z}"\n', 'format = "image/jpeg"\n', 'style = "dark"\n', 'matrix_set = "X"\n'):
        server.says(404)
        (folder / "base_maps.toml").write_text(wmts)
        clock.pass_time(2)
        assert await shelf.tile("plan", 3, 1, 2) is None
        server.answer = server.good
        (folder / "base_maps.toml").write_text(wmts + change)
        clock.pass_time(2)
        assert await shelf.tile("plan", 3, 1, 2) is not None, change


async def test_not_modified_without_having_asked_for_it_is_a_lie_and_no_empty_place(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock, server: TileServer
) -> None:
    (folder / "base_maps.toml").write_text(f'[maps.plan]\nurl = "{server.url}/{{z}}/{{x}}/{{y}}"\n')
    clock.pass_time(2)
    server.says(304)
    with pytest.raises(BaseMapTrouble, match="base_map_lies"):
        await shelf.tile("plan", 3, 1, 2)
    server.answer = server.good
    clock.pass_time(301)
    assert await shelf.tile("plan", 3, 1, 2) is not None


async def test_a_pipe_in_the_place_of_the_settings_or_of_a_map_stops_nobody(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock
) -> None:
    mbtiles(folder / "good.mbtiles", {(1, 0, 0): png()})
    for name in ("base_maps.toml", "pipe.mbtiles", "pipe.pmtiles", "pipe.geojson"):
        os.mkfifo(folder / name)
    clock.pass_time(2)
    async with asyncio.timeout(5):
        listed = {one.id: one.trouble_code for one in await shelf.all()}
    assert listed.pop("good-mbtiles") == ""
    assert listed.pop("base-maps-toml") == "base_map_settings"
    assert set(listed.values()) == {"base_map_link"}
