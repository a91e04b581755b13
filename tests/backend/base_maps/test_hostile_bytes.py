"""Whatever bytes, names and numbers come: a trouble in words at worst, never another exception, never another file."""

import contextlib
import json
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backend.base_maps.addresses import tile_address
from backend.base_maps.feature_columns import FeatureColumns
from backend.base_maps.geojson import read_geojson
from backend.base_maps.images import LARGEST_SIDE, sniff
from backend.base_maps.naming import checked_file_name, id_of_file, is_id, plain_text, title_of_file
from backend.base_maps.settings import MapSettings, Settings, add_map, parse_settings, read_settings, remove_map
from backend.base_maps.tile_numbers import checked_bounds, is_tile, tile_at, touches
from backend.devkit.gunzip import Unpackable, gunzip
from backend.devkit.wkb import BadGeometry, shapes_of
from backend.ports import BaseMapTrouble
from tests.backend.base_maps.files import png

WRITTEN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FEATURE = st.fixed_dictionaries({"type": st.text(max_size=5), "geometry": JSON, "properties": JSON})
EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "base_maps.toml"
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x01\x00\x02\x00\x03" + b"\0" * 10
WEBP = b"RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\xff\x00\x00\xff\x01\x00" + b"\0" * 8


@given(st.text())
@example("../../etc/passwd.mbtiles")
@example("..\\x.gpkg")
@example("/etc/x.geojson")
@example("a\0.geojson")
@example(".hidden.geojson")
@example("con.geojson")
@example("a\u202egnp.geojson")
@example("-rf.zip")
def test_a_name_that_is_taken_stays_in_the_folder(name: str) -> None:
    for tried in (name, name + ".mbtiles"):
        try:
            checked_file_name(tried)
        except BaseMapTrouble:
            continue
        assert (Path("/srv/base-maps") / tried).parent == Path("/srv/base-maps")
        assert Path("/srv/base-maps", tried).resolve() == Path("/srv/base-maps", tried)
        assert tried.isprintable()


@given(st.text(min_size=1), st.text(min_size=1))
@example("a-b.geojson", "a.b.geojson")
@example("a.geojson.gz", "a-geojson.gz")
@example("Été.gpkg", "Ete.gpkg")
@example("\udcff.gpkg", "\udcfe.gpkg")
def test_every_file_has_an_id_of_its_own(first: str, second: str) -> None:
    assert is_id(id_of_file(first))
    assert (id_of_file(first) == id_of_file(second)) == (first == second)
    assert title_of_file(first)


def test_usual_names_make_readable_ids() -> None:
    assert id_of_file("plan-2024.mbtiles") == "plan-2024-mbtiles"
    assert id_of_file("filaire_voies.geojson.gz") == "filaire_voies-geojson-gz"
    assert title_of_file("filaire_voies.geojson.gz") == "filaire voies"
    assert id_of_file("Plan de ville.mbtiles").startswith("plan-de-ville-mbtiles--")


@given(st.text(), st.integers(1, 50))
def test_a_text_of_others_is_one_plain_line(text: str, longest: int) -> None:
    shown = plain_text(text, longest)
    assert len(shown) <= longest
    assert shown.isprintable()
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\x1b\r\n") & set(shown)


@given(st.binary(max_size=200))
@example(JPEG[:20])
@example(b"\xff\xd8\xff" * 40)
def test_bytes_are_an_image_or_not(content: bytes) -> None:
    for tried in (content, png()[:16] + content, JPEG[:4] + content, WEBP[:12] + content):
        image = sniff(tried)
        assert image is None or 0 < image.width <= LARGEST_SIDE


def test_images_are_known_by_their_bytes() -> None:
    for content, kind, width, height in (
        (png(512), "image/png", 512, 512),
        (JPEG, "image/jpeg", 512, 256),
        (WEBP, "image/webp", 256, 512),
    ):
        image = sniff(content)
        assert image is not None
        assert (image.media_type, image.width, image.height) == (kind, width, height)
    assert sniff(png()[:16] + struct.pack(">II", 65_535, 65_535) + png()[24:]) is None
    assert sniff(b"<html>" + b" " * 100) is None


@given(st.binary(max_size=300))
@example(b"\x01\x07\x00\x00\x00\x01\x00\x00\x00" * 30)
@example(b"\x01\x02\x00\x00\x00\xff\xff\xff\xff")
@example(b"\x01\x03\x00\x00\x00\xff\xff\xff\x7f")
def test_any_geometry_is_shapes_or_refused(content: bytes) -> None:
    try:
        shapes = list(shapes_of(content))
    except BadGeometry:
        return
    assert all(points.shape[1] == 2 for _, points in shapes)


@given(st.lists(FEATURE, max_size=4) | JSON)
@example([{"geometry": {"type": "LineString", "coordinates": [[1, 2, 3], [4, 5]]}}])
@example([{"geometry": {"type": "GeometryCollection", "geometries": [{"type": "Point"}]}}])
def test_any_geojson_is_features_or_refused(features: object) -> None:
    columns = FeatureColumns("x", "x.geojson")
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    try:
        read_geojson(content, columns, file="x.geojson")
    except BaseMapTrouble:
        return
    for layer in columns.finished(None, ""):
        offsets = np.frombuffer(layer.offsets, "<i8")
        assert (len(layer.lon), len(layer.lat)) == (offsets[-1] * 8, offsets[-1] * 8)
        assert len(layer.names) == len(offsets) - 1
        assert np.isfinite(np.frombuffer(layer.lon, "<f8")).all()


@given(st.binary(max_size=300))
def test_any_bytes_as_geojson_are_refused_in_words(content: bytes) -> None:
    with pytest.raises(BaseMapTrouble):
        read_geojson(content, FeatureColumns("x", "x"), file="x")


@given(st.binary(max_size=300))
def test_any_gzip_is_unpacked_or_refused(content: bytes) -> None:
    for tried in (content, b"\x1f\x8b\x08" + content):
        try:
            assert len(gunzip(tried, 1_000_000)) <= 1_000_000
        except Unpackable:
            continue


@given(st.floats(-180, 180), st.floats(-90, 90), st.integers(0, 24))
def test_each_place_has_its_tile(lon: float, lat: float, z: int) -> None:
    x, y = tile_at(lon, lat, z)
    assert is_tile(z, x, y)
    box = checked_bounds(lon, lat, lon, lat)
    assert box is not None
    assert touches(box, z, x, y)


@given(st.tuples(st.floats(), st.floats(), st.floats(), st.floats()))
def test_a_box_is_in_the_world_or_none(sides: tuple[float, float, float, float]) -> None:
    box = checked_bounds(*sides)
    assert box is None or (-180 <= box.west <= box.east <= 180 and -90 <= box.south <= box.north <= 90)


@given(st.text(max_size=400))
@example("[maps.x]\nurl = 'file:///etc/passwd'")
@example("[maps.'../x']\nname = 'y'")
@example("[maps.x]\nbounds = [nan, inf, 1, 2]")
@example("x = " + "[" * 5000)
@example("order = " + "9" * 5000)
@example("x = 0b" + "1" * 200_000)
@example("a." * 100_000 + "b = 1")
@example('a."\u2028".' * 20_000 + "b = 1")
@example("[maps." + "a." * 100_000 + "b]")
@example("x = {" + "a." * 100_000 + "b = 1}")
def test_any_settings_are_read_or_refused_in_words(text: str) -> None:
    for tried in (text, f"[maps.a]\nurl = '{text}'", f"[fetch]\n{text}"):
        with contextlib.suppress(BaseMapTrouble):
            parse_settings(tried)


@WRITTEN
@given(
    st.text(max_size=60),
    st.text(max_size=60),
    st.integers(-5, 5),
    st.none() | st.just((1.5, 4e-7, 2.0, 3.0)),
    st.from_regex(r"[a-z0-9]([a-z0-9_-]{0,10}[a-z0-9])?", fullmatch=True),
)
def test_what_is_written_is_read_back(
    tmp_path: Path,
    name: str,
    attribution: str,
    order: int,
    bounds: tuple[float, float, float, float] | None,
    other: str,
) -> None:
    file = tmp_path / "base_maps.toml"
    file.write_text('# Mine\n[fetch]\ncache_mb = 64 # small\n\n[maps.kept]\nname = "Gardé" # so\n')
    wanted = MapSettings(name=name, attribution=attribution, order=order, bounds=bounds)
    add_map(tmp_path, "mine", wanted)
    assert read_settings(tmp_path).maps["mine"] == wanted
    add_map(tmp_path, other, wanted)
    assert remove_map(tmp_path, "mine")
    remove_map(tmp_path, other)
    assert not remove_map(tmp_path, "mine")
    assert file.read_text().startswith("# Mine\n[fetch]\ncache_mb = 64 # small\n")
    assert read_settings(tmp_path).fetch == Settings(fetch=read_settings(tmp_path).fetch).fetch
    assert file.stat().st_mode & 0o077 == 0


def test_the_documented_example_is_off_and_right_when_it_is_switched_on() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    assert parse_settings("\n".join(lines)) == Settings()
    switched_on = [line[2:] for line in lines if re.match(r"# (\[|\w+ = )", line)]
    found = parse_settings("\n".join(switched_on))
    assert {"plan-ign", "photos-ign"} <= set(found.maps)
    assert "IGN" in found.maps["plan-ign"].attribution
    assert tile_address(found.maps["plan-ign"], 12, 2092, 1495) == (
        "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
        "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal&FORMAT=image/png"
        "&TILEMATRIXSET=PM&TILEMATRIX=12&TILEROW=1495&TILECOL=2092"
    )


def test_addresses_of_all_kinds() -> None:
    xyz = MapSettings(url="https://{s}.x.org/{z}/{x}/{-y}.png?key=1", subdomains="abc")
    assert tile_address(xyz, 3, 2, 1) == "https://a.x.org/3/2/6.png?key=1"
    rest = MapSettings(
        url="https://x.org/{Layer}/{Style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.jpg",
        kind="wmts",
        layer="a/b {z}",
        matrix="EPSG:3857:{z}",
    )
    assert tile_address(rest, 3, 2, 1) == "https://x.org/a%2Fb%20%7Bz%7D/normal/PM/EPSG:3857:3/1/2.jpg"
    kvp = MapSettings(url="https://x.org/wmts?apikey=z", kind="wmts", layer="PLAN.IGN&x=1")
    assert tile_address(kvp, 3, 2, 1) == (
        "https://x.org/wmts?apikey=z&SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=PLAN.IGN%26x%3D1&STYLE=normal"
        "&FORMAT=image/png&TILEMATRIXSET=PM&TILEMATRIX=3&TILEROW=1&TILECOL=2"
    )
