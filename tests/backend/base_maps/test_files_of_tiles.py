"""A file that is dropped into the folder is on the map; one that is no good says so, and the others go on."""

import asyncio
import gzip
import os
import sqlite3
from pathlib import Path

import pytest
from pmtiles.tile import TileType

from backend.base_maps.shelf import BaseMapFolder
from backend.devkit.clock import ManualClock, SystemClock
from backend.ports import BaseMapTrouble, NoSuchBaseMap
from contract.base_maps import BaseMap, BaseMapKind, BaseMapState, Bounds
from tests.backend.base_maps.files import mbtiles, pmtiles, png

TILES = {(0, 0, 0): png(shade=1), (1, 0, 0): png(shade=2), (1, 1, 1): png(shade=3)}
FACTS = {
    "format": "png",
    "name": "Plan\x00 \u202eville",
    "attribution": "© <a href='https://x'>Les gens</a> &amp; co",
    "bounds": "3.8,43.5,4.0,43.7",
}


async def the_map(shelf: BaseMapFolder, clock: ManualClock, map_id: str) -> BaseMap:
    """As it is listed now."""
    clock.pass_time(2)
    return next(one for one in await shelf.all() if one.id == map_id)


async def test_a_dropped_mbtiles_appears_and_goes(folder: Path, shelf: BaseMapFolder, clock: ManualClock) -> None:
    assert await shelf.all() == []
    mbtiles(folder / "plan.mbtiles", TILES, FACTS)
    assert await the_map(shelf, clock, "plan-mbtiles") == BaseMap(
        id="plan-mbtiles",
        name="Plan ville",
        kind=BaseMapKind.RASTER,
        attribution="© Les gens & co",
        min_zoom=0,
        max_zoom=1,
        bounds=Bounds(3.8, 43.5, 4.0, 43.7),
        tile_px=256,
        revision=(await shelf.all())[0].revision,
    )
    tile = await shelf.tile("plan-mbtiles", 1, 1, 1)
    assert tile is not None
    assert (tile.content, tile.media_type) == (TILES[1, 1, 1], "image/png")
    assert await shelf.tile("plan-mbtiles", 1, 0, 1) is None
    assert await shelf.tile("plan-mbtiles", 1, 2, 1) is None
    assert await shelf.tile("plan-mbtiles", 99, 0, 0) is None
    with pytest.raises(NoSuchBaseMap):
        await shelf.features("plan-mbtiles")
    (folder / "plan.mbtiles").unlink()
    clock.pass_time(2)
    assert await shelf.all() == []
    with pytest.raises(NoSuchBaseMap):
        await shelf.tile("plan-mbtiles", 0, 0, 0)


async def test_a_replaced_file_is_shown_with_another_revision(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock
) -> None:
    mbtiles(folder / "plan.mbtiles", TILES)
    before = await the_map(shelf, clock, "plan-mbtiles")
    mbtiles(folder / "new.mbtiles", {(3, 1, 1): png(512)}).replace(folder / "plan.mbtiles")
    after = await the_map(shelf, clock, "plan-mbtiles")
    assert before.revision != after.revision
    assert (after.min_zoom, after.tile_px) == (3, 512)


async def test_a_pmtiles_is_read(folder: Path, shelf: BaseMapFolder, clock: ManualClock) -> None:
    pmtiles(folder / "plan.pmtiles", TILES, name="Plan", attribution="© Nous")
    found = await the_map(shelf, clock, "plan-pmtiles")
    assert (found.name, found.attribution, found.state) == ("Plan", "© Nous", BaseMapState.READY)
    assert (found.min_zoom, found.max_zoom, found.tile_px) == (0, 1, 256)
    assert found.bounds == Bounds(3.8, 43.5, 4.0, 43.7)
    for address, content in TILES.items():
        tile = await shelf.tile("plan-pmtiles", *address)
        assert tile is not None
        assert tile.content == content
    assert await shelf.tile("plan-pmtiles", 1, 0, 1) is None


async def test_a_pmtiles_with_many_tiles_goes_through_leaf_directories(folder: Path, shelf: BaseMapFolder) -> None:
    many = {(8, x, y): png(1, shade=(x + y) % 256) for x in range(160) for y in range(160)}
    pmtiles(folder / "many.pmtiles", many)
    for address in ((8, 0, 0), (8, 77, 130), (8, 159, 159)):
        tile = await shelf.tile("many-pmtiles", *address)
        assert tile is not None
        assert tile.content == many[address]
    assert await shelf.tile("many-pmtiles", 8, 200, 200) is None


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.mbtiles", b"", "base_map_empty"),
        ("a.mbtiles", b"not a database", "base_map_not_that"),
        ("a.mbtiles", b"SQLite format 3\0" + b"\xff" * 4000, "base_map_damaged"),
        ("a.pmtiles", b"", "base_map_empty"),
        ("a.pmtiles", b"PMTiles", "base_map_damaged"),
        ("a.pmtiles", b"GIF89a" + b"\0" * 300, "base_map_not_that"),
        ("a.pmtiles", b"PMTiles\x02" + b"\0" * 300, "base_map_damaged"),
        ("a.pmtiles", b"PMTiles\x03" + b"\xff" * 300, "base_map_damaged"),
        ("a.pmtiles", b"PMTiles\x03" + b"\x00" * 300, "base_map_damaged"),
        ("a.tif", b"II*\0", "base_map_format"),
        ("a.shp", b"\0\0\x27\x0a", "base_map_shapefile_parts"),
    ],
)
async def test_a_bad_file_says_what_to_do_and_harms_no_other(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock, name: str, content: bytes, code: str
) -> None:
    mbtiles(folder / "good.mbtiles", TILES)
    (folder / name).write_bytes(content)
    clock.pass_time(2)
    listed = {one.name: one for one in await shelf.all()}
    assert listed["good"].state is BaseMapState.READY
    bad = next(one for one in listed.values() if one.name != "good")
    assert (bad.state, bad.trouble_code) == (BaseMapState.BROKEN, code)
    with pytest.raises(BaseMapTrouble):
        await shelf.tile(bad.id, 0, 0, 0)
    assert await shelf.tile("good-mbtiles", 0, 0, 0) is not None


async def test_vector_tiles_are_refused_in_words(folder: Path, shelf: BaseMapFolder) -> None:
    mbtiles(folder / "a.mbtiles", {(0, 0, 0): gzip.compress(b"x")}, {"format": "pbf"})
    mbtiles(folder / "b.mbtiles", {(0, 0, 0): gzip.compress(b"x" * 50)}, {"name": "it does not say"})
    pmtiles(folder / "c.pmtiles", {(0, 0, 0): b"x"}, kind=TileType.MVT)
    assert {one.trouble_code for one in await shelf.all()} == {"base_map_vector_tiles"}


async def test_a_lying_tile_is_not_shown(folder: Path, shelf: BaseMapFolder) -> None:
    mbtiles(folder / "a.mbtiles", {(0, 0, 0): b"<script>", (1, 0, 0): png()})
    assert (await shelf.all())[0].state is BaseMapState.READY
    with pytest.raises(BaseMapTrouble) as told:
        await shelf.tile("a-mbtiles", 0, 0, 0)
    assert told.value.code == "base_map_bad_tile"


async def test_a_file_that_is_being_written_says_so_then_heals(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock
) -> None:
    path = mbtiles(folder / "a.mbtiles", TILES)
    with sqlite3.connect(path, isolation_level=None) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert (await the_map(shelf, clock, "a-mbtiles")).trouble_code == "base_map_locked"
        writer.execute("ROLLBACK")
    writer.close()
    assert (await the_map(shelf, clock, "a-mbtiles")).state is BaseMapState.READY


async def test_links_are_not_followed(folder: Path, shelf: BaseMapFolder, tmp_path: Path) -> None:
    (folder / "a.mbtiles").symlink_to(mbtiles(tmp_path / "elsewhere.mbtiles", TILES))
    (folder / "b.pmtiles").symlink_to(pmtiles(tmp_path / "elsewhere.pmtiles", TILES))
    (folder / "c.geojson").symlink_to("/etc/passwd")
    os.mkfifo(folder / "d.pmtiles")
    async with asyncio.timeout(5):
        assert {one.trouble_code for one in await shelf.all()} == {"base_map_link"}


async def test_a_view_without_end_is_cut_off(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.base_maps.mbtiles._LONGEST_QUERY_S", 0.2)
    path = mbtiles(folder / "a.mbtiles", {})
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE tiles")
        connection.execute(
            "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
            " SELECT i AS zoom_level, i AS tile_column, i AS tile_row, x'00' AS tile_data FROM n"
        )
    connection.close()

    shelf = BaseMapFolder(tmp_path, SystemClock())
    try:
        async with asyncio.timeout(10):
            assert (await shelf.all())[0].trouble_code == "base_map_too_slow"
    finally:
        await shelf.close()


async def test_a_pmtiles_that_shrinks_is_an_error_and_no_crash(folder: Path, shelf: BaseMapFolder) -> None:
    path = pmtiles(folder / "a.pmtiles", TILES)
    assert await shelf.tile("a-pmtiles", 0, 0, 0) is not None
    os.truncate(path, 200)
    with pytest.raises(BaseMapTrouble):
        await shelf.tile("a-pmtiles", 1, 1, 1)


async def test_a_bomb_in_a_directory_does_not_go_off(folder: Path, shelf: BaseMapFolder) -> None:
    path = pmtiles(folder / "a.pmtiles", TILES)
    content = bytearray(path.read_bytes())
    bomb = gzip.compress(b"\x01" * 200_000_000)
    content[8:16] = len(content).to_bytes(8, "little")
    content[16:24] = len(bomb).to_bytes(8, "little")
    path.write_bytes(bytes(content) + bomb)
    assert (await shelf.all())[0].trouble_code == "base_map_damaged"
