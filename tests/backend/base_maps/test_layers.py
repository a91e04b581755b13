"""Streets and outlines from vector files: names as they are, wrong features left out, floods refused."""

import asyncio
import gzip
import io
import json
import time
import zipfile
from pathlib import Path

import msgspec
import numpy as np
import pyogrio.raw
import pyproj
import pytest

from backend.base_maps.layer_child import Order, read
from backend.base_maps.shelf import BaseMapFolder
from backend.devkit.clock import ManualClock
from backend.ports import BaseMapTrouble, NoSuchBaseMap
from contract.base_maps import BaseMap, BaseMapState, FeatureKind, VectorFeatures
from tests.backend.base_maps.files import feature, geojson, street

RING = [[3.8, 43.5], [3.9, 43.5], [3.9, 43.6], [3.8, 43.5]]
LAMBERT = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)


def read_now(path: Path, **fields: str) -> tuple[VectorFeatures, ...]:
    """What the child makes of a file, without the child."""
    out = path.with_name("out")
    read(Order(path=str(path), file=path.name, out=str(out), name="layer", **fields))
    return msgspec.msgpack.decode(out.read_bytes(), type=tuple[VectorFeatures, ...])


def made(tmp_path: Path, content: bytes, name: str = "a.geojson") -> Path:
    """A file."""
    path = tmp_path / name
    path.write_bytes(content)
    return path


def lon_lat(layer: VectorFeatures) -> list[tuple[float, float]]:
    """Points as pairs."""
    return list(zip(np.frombuffer(layer.lon, "<f8"), np.frombuffer(layer.lat, "<f8"), strict=True))


async def when_read(shelf: BaseMapFolder, clock: ManualClock, map_id: str) -> BaseMap:
    """The base map once its child has read it."""
    while True:
        clock.pass_time(2)
        found = next(one for one in await shelf.all() if one.id == map_id)
        if found.trouble_code != "base_map_reading":
            return found


async def test_dropped_streets_are_read_by_a_child_once(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock, tmp_path: Path
) -> None:
    (folder / "rues.geojson").write_bytes(geojson(street("Rue Foch"), street("Rue\u202e d'été\n2", lon=3.9)))
    found = await when_read(shelf, clock, "rues-geojson")
    assert (found.state, found.name, found.trouble) == (BaseMapState.READY, "rues", "")
    assert found.bounds is not None
    assert msgspec.structs.astuple(found.bounds) == pytest.approx((3.87, 43.61, 3.902, 43.611))
    (layer,) = msgspec.msgpack.decode(await shelf.features("rues-geojson"), type=tuple[VectorFeatures, ...])
    assert layer.kind is FeatureKind.STREET
    assert layer.names == ("Rue Foch", "Rue d'été 2")
    assert np.frombuffer(layer.offsets, "<i8").tolist() == [0, 3, 6]
    assert lon_lat(layer)[:2] == [(3.87, 43.61), (3.871, 43.61)]
    assert layer.weights is None
    with pytest.raises(NoSuchBaseMap):
        await shelf.tile("rues-geojson", 0, 0, 0)
    (folder / "base_maps.toml").write_text('[maps.rues-geojson]\nname = "Rues"\nattribution = "© Nous"\n')
    renamed = await when_read(shelf, clock, "rues-geojson")
    assert (renamed.name, renamed.attribution) == ("Rues", "© Nous")
    (layer,) = msgspec.msgpack.decode(await shelf.features("rues-geojson"), type=tuple[VectorFeatures, ...])
    assert (layer.name, layer.attribution) == ("Rues", "© Nous")
    assert len(list((folder / ".cache").glob("rues-geojson.*.features"))) == 1
    second = BaseMapFolder(tmp_path, clock)  # another start: nothing is read anew
    try:
        (kept,) = (folder / ".cache").glob("*.features")
        stamp = kept.stat().st_mtime_ns
        assert await when_read(second, clock, "rues-geojson") == renamed
        assert kept.stat().st_mtime_ns == stamp
    finally:
        await second.close()


async def test_the_loop_goes_on_while_a_large_file_is_read(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock
) -> None:
    many = [street(f"Rue {number}", lon=3.0 + number / 1e5) for number in range(60_000)]
    (folder / "many.geojson").write_bytes(geojson(*many))
    longest, is_done = 0.0, False

    async def beat() -> None:
        nonlocal longest
        while not is_done:
            before = time.thread_time()  # what the loop itself works: on a busy machine all else is others' work
            await asyncio.sleep(0.005)
            longest = max(longest, time.thread_time() - before)

    async with asyncio.TaskGroup() as group:
        group.create_task(beat())
        found = await when_read(shelf, clock, "many-geojson")
        assert len(await shelf.features("many-geojson")) > 60_000 * 48
        is_done = True
    assert found.state is BaseMapState.READY
    assert longest < 0.25


async def test_closing_ends_a_reading_child(tmp_path: Path, folder: Path, clock: ManualClock) -> None:
    (folder / "many.geojson").write_bytes(geojson(*[street() for _ in range(30_000)]))
    shelf = BaseMapFolder(tmp_path, clock)
    asking = asyncio.ensure_future(shelf.all())  # noqa: TID251  # cancelled below
    await asyncio.sleep(0.15)
    asking.cancel()
    async with asyncio.timeout(30):
        await shelf.close()


def test_polygons_become_rings_points_become_labels(tmp_path: Path) -> None:
    content = geojson(
        feature("Polygon", [RING, RING], nom="Écusson", largeur="3,5"),
        feature("MultiPolygon", [[RING[:3]], [RING]], nom="Deux"),
        feature("Point", [3.87, 43.61, 12.0], nom="Comédie", largeur=2),
        feature("MultiPoint", [[3.87, 43.61], [3.88, 43.61]], nom=None),
        feature("MultiLineString", [[[3.87, 43.61], [3.88, 43.61]]], nom=34000),
        {"type": "Feature", "properties": None, "geometry": None},
        feature("GeometryCollection", None),
        {
            "type": "Feature",
            "properties": {"nom": "Ensemble"},
            "geometry": {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [3.8, 43.6]}]},
        },
    )
    layers = {layer.kind: layer for layer in read_now(made(tmp_path, content))}
    outlines, labels = layers[FeatureKind.OUTLINE], layers[FeatureKind.LABEL]
    assert outlines.names == ("Écusson", "Écusson", "Deux", "Deux")
    assert np.frombuffer(outlines.offsets, "<i8").tolist() == [0, 4, 8, 12, 16]
    for start in (0, 4, 8, 12):
        assert lon_lat(outlines)[start] == lon_lat(outlines)[start + 3]
    assert labels.names == ("Comédie", "", "", "Ensemble")
    assert labels.weights is not None
    assert np.frombuffer(labels.weights, "<f8")[0] == 2.0
    assert outlines.weights is not None
    assert np.isnan(np.frombuffer(outlines.weights, "<f8")).tolist() == [False, False, True, True]
    assert layers[FeatureKind.STREET].names == ("34000",)


def test_what_cannot_be_placed_is_left_out_and_counted(tmp_path: Path) -> None:
    bad = (
        b'{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1e999,43],[3,43]]}}',
        b'{"type":"Feature","geometry":{"type":"LineString","coordinates":[[700000,6280000],[700001,6280000]]}}',
        b'{"type":"Feature","geometry":{"type":"LineString","coordinates":[[3,91],[3,43]]}}',
        b'{"type":"Feature","geometry":{"type":"LineString","coordinates":[[3,43]]}}',
        b'{"type":"Feature","geometry":{"type":"LineString","coordinates":[["a",43],[3]]}}',
        b'{"type":"Feature","geometry":{"type":"Torus","coordinates":[]}}',
        b'{"type":"Feature","geometry":7}',
        b"7",
    )
    good = json.dumps(street()).encode()
    path = made(tmp_path, b'{"type":"FeatureCollection","features":[' + b",".join((*bad, good)) + b"]}")
    outcome = read(Order(path=str(path), file=path.name, out=str(tmp_path / "out"), name="x"))
    assert (outcome.feature_count, outcome.left_out) == (1, len(bad))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "base_map_not_geojson"),
        (b"[]", "base_map_not_geojson"),
        (b'{"type":"FeatureCollection","features":[]}', "base_map_no_features"),
        (b'{"type":"FeatureCollection","features":[NaN]}', "base_map_not_geojson"),
        (b"\x1f\x8b" + b"x" * 50, "base_map_damaged"),
        (gzip.compress(b" " * 60_000_000), "base_map_damaged"),
        (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "base_map_not_geojson"),
        (geojson(feature("LineString", [[700_000, 6_280_000], [700_001, 6_280_000]])), "base_map_nowhere"),
        (geojson(street(), crs={"type": "name", "properties": {"name": "EPSG:999999"}}), "base_map_crs"),
    ],
)
def test_a_bad_geojson_is_refused_in_words(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(BaseMapTrouble) as told:
        read_now(made(tmp_path, content))
    assert told.value.code == code


def test_a_million_points_are_read_and_too_many_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = [[3 + i / 1e7, 43.5] for i in range(10_000)]
    million = b'{"type":"LineString","coordinates":[' + b",".join([b"[3.87,43.61]"] * 1_000_000) + b"]}"
    (layer,) = read_now(made(tmp_path, million))
    assert len(layer.lon) == 8_000_000
    monkeypatch.setattr("backend.base_maps.feature_columns.MOST_POINTS", 15_000)
    with pytest.raises(BaseMapTrouble) as told:
        read_now(made(tmp_path, geojson(feature("LineString", line), feature("LineString", line))))
    assert told.value.code == "base_map_too_many_points"
    few = b'{"type":"FeatureCollection","features":[' + b",".join([b"{}"] * 500_001) + b"]}"
    with pytest.raises(BaseMapTrouble) as told:
        read_now(made(tmp_path, few))
    assert told.value.code == "base_map_too_many_features"


def test_one_feature_a_line_is_read_too(tmp_path: Path) -> None:
    lines = b"\n".join(json.dumps(street(f"R{i}")).encode() for i in range(3))
    assert read_now(made(tmp_path, b"\xef\xbb\xbf" + lines))[0].names == ("R0", "R1", "R2")
    assert read_now(made(tmp_path, json.dumps(street()).encode()))[0].names == ("Rue Foch",)
    assert read_now(made(tmp_path, json.dumps(street()["geometry"]).encode()))[0].names == ("",)


def test_lambert_93_is_put_where_it_lies(tmp_path: Path) -> None:
    ends = [list(LAMBERT.transform(3.87, 43.61)), list(LAMBERT.transform(3.88, 43.62))]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    (layer,) = read_now(made(tmp_path, geojson(feature("LineString", ends, name="x"), crs=crs)))
    assert lon_lat(layer)[0] == pytest.approx((3.87, 43.61), abs=1e-9)


def gis_file(path: Path, driver: str, *, crs: str = "EPSG:2154", layer: str | None = None) -> Path:
    """Two streets in Lambert 93, written by GDAL."""
    lines = [[LAMBERT.transform(3.87 + i / 100, 43.61), LAMBERT.transform(3.88 + i / 100, 43.61)] for i in range(2)]
    geometry = np.array(
        [b"\x01\x02\0\0\0\x02\0\0\0" + np.asarray(line, "<f8").tobytes() for line in lines], dtype=np.object_
    )
    names = np.array(["Rue de l'Égalité", "Rue Foch"], dtype=np.object_)
    pyogrio.raw.write(
        path, geometry, [names], ["NOM_VOIE"], driver=driver, geometry_type="LineString", crs=crs, layer=layer
    )
    return path


def test_a_geopackage_is_put_into_degrees(tmp_path: Path) -> None:
    (layer,) = read_now(gis_file(tmp_path / "a.gpkg", "GPKG", layer="voies"))
    assert (layer.name, layer.kind, layer.names) == ("voies", FeatureKind.STREET, ("Rue de l'Égalité", "Rue Foch"))
    assert lon_lat(layer)[0] == pytest.approx((3.87, 43.61), abs=1e-8)


def zipped(tmp_path: Path, name: str = "a.zip", folder: str = "") -> Path:
    """A shapefile in a zip."""
    (tmp_path / "shp").mkdir()
    gis_file(tmp_path / "shp" / "voies.shp", "ESRI Shapefile")
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in (tmp_path / "shp").iterdir():
            archive.write(part, folder + part.name)
    return tmp_path / name


@pytest.mark.parametrize("folder", ["", "Données du SIG/"])
def test_a_zipped_shapefile_is_read(tmp_path: Path, folder: str) -> None:
    (layer,) = read_now(zipped(tmp_path, folder=folder))
    assert (layer.name, layer.names) == ("voies", ("Rue de l'Égalité", "Rue Foch"))
    assert lon_lat(layer)[2] == pytest.approx((3.88, 43.61), abs=1e-8)


def hostile_zip(kind: str) -> bytes:
    """F40's corpus."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        match kind:
            case "slip":
                archive.writestr("../../voies.shp", b"x")
            case "backslip":
                archive.writestr("..\\..\\voies.shp", b"x")
            case "absolute":
                archive.writestr("/etc/voies.shp", b"x")
            case "drive":
                archive.writestr("C:/voies.shp", b"x")
            case "link":
                entry = zipfile.ZipInfo("voies.shp")
                entry.external_attr = 0o120777 << 16
                archive.writestr(entry, "/etc/passwd")
            case "bomb":
                archive.writestr("voies.shp", b"\0" * 100_000_000)
            case "method":
                archive.writestr("voies.shp", b"\0" * 5_000_000, zipfile.ZIP_BZIP2)
            case "many":
                for number in range(1_001):
                    archive.writestr(f"{number}.shp", b"")
            case _:
                archive.writestr("lisez-moi.txt", b"x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("slip", "base_map_zip_slip"),
        ("backslip", "base_map_zip_slip"),
        ("absolute", "base_map_zip_slip"),
        ("drive", "base_map_zip_slip"),
        ("link", "base_map_zip_slip"),
        ("bomb", "base_map_zip_bomb"),
        ("many", "base_map_zip_bomb"),
        ("method", "base_map_damaged"),
        ("nothing", "base_map_zip_shapefile"),
    ],
)
def test_a_hostile_zip_is_refused_before_it_is_unpacked(tmp_path: Path, kind: str, code: str) -> None:
    path = made(tmp_path, hostile_zip(kind), "a.zip")
    with pytest.raises(BaseMapTrouble) as told:
        read_now(path)
    assert told.value.code == code
    assert [found.name for found in tmp_path.iterdir()] == ["a.zip"]


def test_a_zip_that_lies_about_its_sizes_is_stopped(tmp_path: Path) -> None:
    path = zipped(tmp_path)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    size = int.from_bytes(content[at + 24 : at + 28], "little")
    content[at + 24 : at + 28] = (size - 1).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(BaseMapTrouble):
        read_now(path)


@pytest.mark.parametrize(
    "content",
    [
        b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>',
        b"",
        b"SQLite format 3\0" + b"\xff" * 5000,
    ],
)
def test_a_geopackage_that_is_something_else_is_not_opened(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BaseMapTrouble) as told:
        read_now(made(tmp_path, content, "a.gpkg"))
    assert told.value.code in {"base_map_not_that", "base_map_empty", "base_map_damaged"}


async def test_a_geopackage_is_read_by_the_child(folder: Path, shelf: BaseMapFolder, clock: ManualClock) -> None:
    gis_file(folder / "voies.gpkg", "GPKG")
    (folder / "bad.zip").write_bytes(hostile_zip("bomb"))
    found = await when_read(shelf, clock, "voies-gpkg")
    assert (found.state, found.trouble_code) == (BaseMapState.READY, "")
    assert (await when_read(shelf, clock, "bad-zip")).trouble_code == "base_map_zip_bomb"


async def test_a_child_that_dies_is_told(
    folder: Path, shelf: BaseMapFolder, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.base_maps.layer_file._READER", ("/bin/false",))
    (folder / "rues.geojson").write_bytes(geojson(street()))
    assert (await when_read(shelf, clock, "rues-geojson")).trouble_code == "base_map_reader_ended"
    monkeypatch.undo()
    clock.pass_time(120)
    assert (await when_read(shelf, clock, "rues-geojson")).state is BaseMapState.READY
