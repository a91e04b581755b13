"""Base maps made by GDAL, and Montpellier's own data: everything is there, and where it should be."""

import asyncio
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest

from backend.base_maps.shelf import BaseMapFolder
from backend.base_maps.tile_numbers import tile_at
from backend.devkit.clock import ManualClock
from backend.domain.asset_classes import standard_asset_classes
from backend.services.feed_relay import FeedRelay
from backend.services.importing import Importing
from backend.services.register import Register
from backend.storage.memory import MemoryStorage
from console.parts.city_layers import base_layers
from contract.base_maps import BaseMap, BaseMapState, FeatureKind, VectorFeatures
from contract.imports import ImportOptions

pytestmark = pytest.mark.proof
STREETS = 8_011
# A square around Montpellier in Web Mercator, in metres.
WEST, SOUTH, EAST, NORTH = 425_000, 5_395_000, 440_000, 5_410_000
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def gdal(*words: str) -> None:
    """Run one of GDAL's programs."""
    if shutil.which(words[0]) is None:
        pytest.fail(f"{words[0]} is missing: apt install gdal-bin")
    subprocess.run(words, check=True, capture_output=True)


def quarters(path: Path) -> Path:
    """A picture: red north-west, green north-east, blue south-west, white south-east."""
    side = 512
    picture = np.empty((2 * side, 2 * side, 3), np.uint8)
    picture[:side, :side], picture[:side, side:] = RED, GREEN
    picture[side:, :side], picture[side:, side:] = BLUE, WHITE
    path.write_bytes(b"P6 1024 1024 255\n" + picture.tobytes())
    return path


async def when_read(shelf: BaseMapFolder, clock: ManualClock, map_id: str) -> BaseMap:
    """The base map once its child has read it."""
    while True:
        clock.pass_time(2)
        found = next(one for one in await shelf.all() if one.id == map_id)
        if found.trouble_code != "base_map_reading":
            return found
        await asyncio.sleep(0.05)


async def layers_of(shelf: BaseMapFolder, map_id: str) -> Sequence[VectorFeatures]:
    """Decoded."""
    return msgspec.msgpack.decode(await shelf.features(map_id), type=tuple[VectorFeatures, ...])


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
async def test_mbtiles_by_gdal_show_each_place_its_colour(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock, tmp_path: Path, kind: str
) -> None:
    corners = [str(value) for value in (WEST, NORTH, EAST, SOUTH)]
    made = tmp_path / "made.mbtiles"
    gdal(
        *("gdal_translate", "-q", "-of", "MBTiles", "-co", f"TILE_FORMAT={kind}", "-a_srs", "EPSG:3857"),
        *("-a_ullr", *corners, str(quarters(tmp_path / "q.ppm")), str(made)),
    )
    gdal("gdaladdo", "-q", str(made), "2", "4")
    made.replace(folder / "made.mbtiles")
    found = await when_read(shelf, clock, "made-mbtiles")
    assert (found.state, found.tile_px) == (BaseMapState.READY, 256)
    assert found.max_zoom > found.min_zoom
    half = 20_037_508.342789244
    for east, north, colour in (
        (0.25, 0.75, RED), (0.75, 0.75, GREEN), (0.25, 0.25, BLUE), (0.75, 0.25, WHITE),
    ):  # fmt: skip
        x, y = WEST + east * (EAST - WEST), SOUTH + north * (NORTH - SOUTH)
        lon, lat = x / half * 180, np.degrees(2 * np.arctan(np.exp(y / half * np.pi)) - np.pi / 2)
        z = found.max_zoom
        column, row = tile_at(lon, float(lat), z)
        tile = await shelf.tile("made-mbtiles", z, column, row)
        assert tile is not None
        picture = cv2.imdecode(np.frombuffer(tile.content, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        across = int(((x + half) / (2 * half) * 2**z - column) * 256)
        down = int(((half - y) / (2 * half) * 2**z - row) * 256)
        assert np.abs(picture[down, across][::-1].astype(int) - colour).max() <= 12
    assert found.bounds is not None
    assert found.bounds.west == pytest.approx(WEST / half * 180, abs=0.05)


async def test_montpelliers_streets_are_a_base_map(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock, shared_data: Path
) -> None:
    shutil.copy(shared_data / "montpellier" / "filaire_voies.geojson.gz", folder)
    found = await when_read(shelf, clock, "filaire_voies-geojson-gz")
    assert (found.state, found.trouble) == (BaseMapState.READY, "")
    (layer,) = await layers_of(shelf, found.id)
    assert layer.kind is FeatureKind.STREET
    assert len(layer.names) == STREETS
    assert len(np.frombuffer(layer.offsets, "<i8")) == STREETS + 1
    assert "Place de la Célette" in layer.names
    assert found.bounds is not None
    assert 3.8 < found.bounds.west < found.bounds.east < 3.95


@pytest.mark.parametrize("kind", ["gpkg", "zip"])
async def test_the_same_streets_in_lambert_93_by_ogr2ogr_lie_in_the_same_places(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock, shared_data: Path, tmp_path: Path, kind: str
) -> None:
    source = str(shared_data / "montpellier" / "filaire_voies.geojson.gz")
    shutil.copy(source, folder)
    original = (await when_read(shelf, clock, "filaire_voies-geojson-gz")).id
    if kind == "gpkg":
        gdal("ogr2ogr", "-t_srs", "EPSG:2154", str(folder / "voies.gpkg"), f"/vsigzip/{source}")
    else:
        (tmp_path / "voies").mkdir()
        made = tmp_path / "voies" / "voies.shp"
        gdal("ogr2ogr", "-t_srs", "EPSG:2154", "-lco", "ENCODING=UTF-8", str(made), f"/vsigzip/{source}")
        with zipfile.ZipFile(folder / "voies.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for part in made.parent.iterdir():
                archive.write(part, part.name)
    found = await when_read(shelf, clock, f"voies-{kind}")
    assert (found.state, found.trouble) == (BaseMapState.READY, "")
    (layer,) = await layers_of(shelf, found.id)
    (expected,) = await layers_of(shelf, original)
    assert layer.names == expected.names
    assert layer.offsets == expected.offsets
    for axis in ("lon", "lat"):
        was, now = (np.frombuffer(getattr(one, axis), "<f8") for one in (expected, layer))
        assert np.abs(was - now).max() < 1e-7


async def test_districts_become_outlines_with_names(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock, shared_data: Path
) -> None:
    shutil.copy(shared_data / "montpellier" / "quartiers.geojson.gz", folder)
    found = await when_read(shelf, clock, "quartiers-geojson-gz")
    (layer,) = await layers_of(shelf, found.id)
    assert layer.kind is FeatureKind.OUTLINE
    assert {"MOSSON", "LES CEVENNES"} <= set(layer.names)
    offsets = np.frombuffer(layer.offsets, "<i8")
    lon, lat = (np.frombuffer(axis, "<f8") for axis in (layer.lon, layer.lat))
    assert (lon[offsets[:-1]] == lon[offsets[1:] - 1]).all()
    assert (lat[offsets[:-1]] == lat[offsets[1:] - 1]).all()


async def test_vector_tiles_by_gdal_are_refused_in_words(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock, shared_data: Path
) -> None:
    source = f"/vsigzip/{shared_data / 'montpellier' / 'quartiers.geojson.gz'}"
    gdal("ogr2ogr", "-f", "MBTILES", "-dsco", "MAXZOOM=10", str(folder / "vector.mbtiles"), source)
    assert (await when_read(shelf, clock, "vector-mbtiles")).trouble_code == "base_map_vector_tiles"


async def test_streets_of_the_register_are_still_a_base_layer(shared_data: Path) -> None:
    clock = ManualClock()
    storage = MemoryStorage(clock)
    register = Register(storage, FeedRelay(), clock, standard_asset_classes())
    importing = Importing(register, storage)
    try:
        await register.load()
        wanted = ImportOptions(class_="street", commune="34172")
        report = await importing.run(
            shared_data / "montpellier" / "filaire_voies.geojson.gz", wanted, by="anne", dry_run=False
        )
    finally:
        importing.close()
    assert report.added_count == STREETS
    (layer,) = base_layers(register.all(), (), "© Montpellier")
    assert len(layer.names) == STREETS
    assert len(layer.offsets) == STREETS + 1
