"""Files of real cities come in whole or not at all, and every refusal says which row and why."""

import contextlib
import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from backend.devkit.clock import ManualClock
from backend.domain.asset_classes import standard_asset_classes
from backend.ports import JournalQuery
from backend.services.importing import Importing, ImportRefused
from backend.services.register import Register
from backend.storage.memory import MemoryStorage
from contract.assets import Asset, AssetStatus, Commune
from contract.imports import ImportOptions, ImportReport
from contract.journal import EntryKind
from tests.backend.feeds import RecordingFeed

HEAD = "code;nom;lon;lat;hauteur;annee;etat\n"
LAMPS = HEAD + "A1;Mât 1;5,041;47,321;8,5;2004;en service\nA2;;5.042;47.322;;;\n"


class City:
    """A register with a way to import into it."""

    def __init__(self) -> None:
        clock = ManualClock()
        self.storage = MemoryStorage(clock)
        self.register = Register(self.storage, RecordingFeed(), clock, standard_asset_classes())
        self.importing = Importing(self.register, self.storage)

    async def take(
        self, content: str | bytes | Path, *, dry_run: bool = False, name: str = "x.csv", class_: str = "streetlight",
        commune: str = "21231", **mapping: str,
    ) -> ImportReport:  # fmt: skip
        """Import something."""
        source = content.encode() if isinstance(content, str) else content
        options = ImportOptions(class_=class_, file_name=name, mapping=mapping, commune=commune)
        return await self.importing.run(source, options, by="anne", dry_run=dry_run)

    def lamp(self, code: str, class_: str = "streetlight") -> Asset:
        """An asset that must be there."""
        asset = self.register.find(class_, code)
        assert asset is not None
        return asset


@pytest.fixture
def city() -> Iterator[City]:
    """An empty city."""
    made = City()
    yield made
    made.importing.close()


def features(*items: tuple[Mapping[str, object], Mapping[str, object] | None]) -> bytes:
    """A feature collection."""
    found = [{"type": "Feature", "properties": properties, "geometry": geometry} for properties, geometry in items]
    return json.dumps({"type": "FeatureCollection", "features": found}).encode()


def at(lon: float, lat: float) -> dict[str, object]:
    """A point."""
    return {"type": "Point", "coordinates": [lon, lat]}


async def test_a_table_with_decimal_commas_and_french_headings_comes_in(city: City) -> None:
    report = await city.take(LAMPS)
    assert (report.is_done, report.added_count, report.error_count) == (True, 2, 0)
    lamp = city.lamp("A1")
    assert (lamp.lon, lamp.lat, lamp.height_m, lamp.name) == (5.041, 47.321, 8.5, "Mât 1")
    assert str(lamp.commissioned) == "2004-01-01"
    assert (lamp.status, lamp.commune, lamp.service) == (AssetStatus.IN_SERVICE, "21231", "lighting")
    assert city.lamp("A2").height_m is None
    kinds = [entry.kind for entry in await city.storage.journal(JournalQuery())]
    assert EntryKind.IMPORT in kinds


async def test_a_dry_run_tells_and_takes_nothing(city: City) -> None:
    report = await city.take(LAMPS, dry_run=True)
    assert (report.is_dry_run, report.is_done, report.added_count) == (True, False, 2)
    assert not list(city.register.all())
    assert not await city.storage.journal(JournalQuery())


async def test_one_bad_row_keeps_everything_out_and_each_bad_row_is_named(city: City) -> None:
    rows = ["A3;x;5.04;47.32;huit;;", "A1;x;5.04;47.32;;;", ";x;5.04;47.32;;;", "A4;x;999;47;;;", "A5;x;0;0;;;",
            "A6;x;5.04;47.32;;31/02/2004;", "A7;x;5.04;47.32;1e999;;", "A8;x;5.04;47.32;;;cassé",
            "A9;x;;;;;"]  # fmt: skip
    report = await city.take(LAMPS + "\n".join(rows) + "\n")
    assert not report.is_done
    assert [error.row for error in report.errors] == list(range(3, 12))
    reasons = " / ".join(error.reason for error in report.errors)
    for word in ("'huit' is not a number", "stands in row 1", "is empty", "WGS84", "0, 0", "not a date", "finite",
                 "'cassé'", "no position"):  # fmt: skip
        assert word in reasons
    assert not list(city.register.all())


async def test_importing_again_changes_what_changed_and_leaves_what_the_file_does_not_say(city: City) -> None:
    await city.take(LAMPS)
    again = await city.take(LAMPS)
    assert (again.added_count, again.changed_count, again.unchanged_count) == (0, 0, 2)
    before = city.lamp("A2")
    moved = await city.take("code,lon,lat\nA1,5.05,47.33\n")
    assert (moved.added_count, moved.changed_count) == (0, 1)
    lamp = city.lamp("A1")
    assert (lamp.lon, lamp.height_m, lamp.name, lamp.version) == (5.05, 8.5, "Mât 1", 2)
    assert city.lamp("A2") == before


async def test_without_a_code_it_makes_one_says_so_and_knows_it_again(city: City) -> None:
    content = features(({"nom": "Darcy"}, at(5.0, 47.3)), ({"nom": "Darcy"}, at(5.0, 47.3)), ({}, at(5.01, 47.3)))
    report = await city.take(content, name="x.geojson", class_="car_park")
    assert report.added_count == 3
    assert "no column for the code" in report.notes[0]
    again = await city.take(content, name="x.geojson", class_="car_park")
    assert (again.added_count, again.unchanged_count) == (0, 3)


async def test_columns_can_be_named(city: City) -> None:
    await city.take("ref_ville,truc,lon,lat\n7,Rue Foch,5,47\n", code="ref_ville", street="truc")
    assert city.lamp("7").street == "Rue Foch"
    with pytest.raises(ImportRefused, match="no column 'nichts'"):
        await city.take(LAMPS, code="nichts")
    with pytest.raises(ImportRefused, match="no field 'colour'"):
        await city.take(LAMPS, colour="nom")


async def test_what_the_file_says_besides_is_kept_beside(city: City) -> None:
    await city.take("code,lon,lat,lanterne\nA1,5,47,LED\n")
    assert city.lamp("A1").extra == {"lanterne": "LED"}


async def test_a_street_is_a_line_and_an_area_has_its_centre(city: City) -> None:
    line = {"type": "LineString", "coordinates": [[5.0, 47.0], [5.1, 47.0], [5.1, 47.1]]}
    await city.take(features(({"IDARC": 293, "LIB_OFF": "Rue Foch"}, line)), name="x.json", class_="street")
    street = city.lamp("293", "street")
    assert street.line == ((5.0, 47.0), (5.1, 47.0), (5.1, 47.1))
    assert (street.name, street.street) == ("Rue Foch", "Rue Foch")
    square = {"type": "Polygon", "coordinates": [[[5.0, 47.0], [5.2, 47.0], [5.2, 47.1], [5.0, 47.1], [5.0, 47.0]]]}
    await city.take(features(({"id": "B1"}, square)), name="x.json", class_="building")
    building = city.lamp("B1", "building")
    assert (round(building.lon, 6), round(building.lat, 6)) == (5.1, 47.05)
    wrong = await city.take(features(({"id": "L"}, line)), name="x.json")
    assert "is at a point" in wrong.errors[0].reason


async def test_a_place_without_a_commune_gets_it_from_the_outlines(city: City) -> None:
    outline = (((5.0, 47.0), (5.2, 47.0), (5.2, 47.2), (5.0, 47.2)),)
    dijon = Commune(code="21231", name="Dijon", lon=5.1, lat=47.1, outline=outline)
    await city.register.apply([], "anne", note="", communes=[dijon])
    await city.take("code,lon,lat\nIN,5.1,47.1\nOUT,5.3,47.1\n", commune="")
    assert city.lamp("IN").commune == "21231"
    assert city.lamp("OUT").commune == ""


async def test_names_cannot_play_tricks_on_the_screen(city: City) -> None:
    rows = features(({"id": "A\u202e1", "nom": "Lampe\r\n\x1b[31m<b>\u2066\x00 été"}, at(5.0, 47.3)))
    await city.take(rows, name="x.json")
    assert city.lamp("A1").name == "Lampe [31m<b> été"


async def test_a_spreadsheet_formula_stays_the_text_it_is(city: City) -> None:
    await city.take("code,nom,lon,lat\nA1,=1+1,5,47\n")
    assert city.lamp("A1").name == "=1+1"


def _bomb() -> bytes:
    return gzip.compress(b'{"features":[' + b" " * 30_000_000 + b"]}")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (_bomb(), "x.geojson.gz", "100 times"),
        (gzip.compress(LAMPS.encode())[:-12], "x.csv.gz", "cut short"),
        (b"\x1f\x8bnonsense", "x.csv.gz", "damaged"),
        (b'{"features":' + b"[" * 100_000, "x.json", "GeoJSON"),
        (b'{"features":[{"geometry":{"type":"Point","coordinates":[NaN,1]}}]}', "x.json", "GeoJSON"),
        (b'{"features":[], "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::999999"}}}', "x.json", "not known"),
        (b"a,b\n1,2\n", "x.csv", "position"),
        (b"code,code,lon,lat\n", "x.csv", "two columns"),
        (b'code,lon,lat\n"A1', "x.csv", "broken"),
        (b"\n\n", "x.csv", "first line"),
        (b"a\x00b,lon,lat\n", "x.csv", "not a text"),
        (b"x", "x.docx", "must end in"),
        (b"x", "x.xlsx", "not a zip"),
    ],
    ids=range(13),
)
async def test_a_hostile_or_broken_file_is_refused_in_words(city: City, content: bytes, name: str, words: str) -> None:
    with pytest.raises(ImportRefused, match=words):
        await city.take(content, name=name)
    assert not list(city.register.all())


async def test_hostile_features_are_rows_with_a_reason(city: City) -> None:
    deep = '{"type":"Point","coordinates":' + "[" * 5_000 + "]" * 5_000 + "}"
    bad = ['{"geometry":null}', '{"geometry":{"type":"Point","coordinates":["a",1]}}', "7", '{"geometry":' + deep + "}",
           '{"geometry":{"type":"Point","coordinates":[1e400,1]}}', '{"geometry":{"type":"Circle","coordinates":[]}}',
           '{"geometry":{"type":"Point","coordinates":[' + "9" * 5_000 + ',1]}}']  # fmt: skip
    for text in bad:
        with contextlib.suppress(ImportRefused):
            report = await city.take('{"features":[' + text + "]}", name="x.json")
            assert report.error_count == 1, text[:60]
    assert not list(city.register.all())


async def test_exchanged_coordinates_are_noticed(city: City) -> None:
    points = [({"id": n}, at(5.0 + n / 1000, 47.3)) for n in range(9)]
    report = await city.take(features(*points, ({"id": "X"}, at(47.3, 5.0))), name="x.json")
    assert [error.row for error in report.errors] == [10]
    assert "exchanged" in report.errors[0].reason


async def test_an_import_can_be_cancelled_and_tells_how_far_it_is(city: City) -> None:
    rows = "code,lon,lat\n" + "".join(f"A{n},5,47\n" for n in range(1_200))
    options = ImportOptions(class_="streetlight", file_name="x.csv")
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))

    with pytest.raises(ImportRefused, match="cancelled"):
        await city.importing.run(
            rows.encode(), options, by="anne", dry_run=False, progress=progress, is_cancelled=lambda: bool(told)
        )
    assert told == [(500, 1_200)]
    assert not list(city.register.all())


@pytest.mark.proof
async def test_all_of_montpellier_comes_in(city: City, shared_data: Path) -> None:
    folder = shared_data / "montpellier"
    files = {
        "streetlight": ("points_lumineux.geojson.gz", 29_969),
        "camera": ("cameras.geojson.gz", 141),
        "junction": ("carrefours_feux.geojson.gz", 373),
        "car_park": ("parkings_ouvrage.geojson.gz", 22),
        "street": ("filaire_voies.geojson.gz", 8_011),
    }
    for class_, (name, count) in files.items():
        report = await city.take(folder / name, name="", class_=class_, commune="34172")
        assert (report.is_done, report.added_count, report.errors) == (True, count, ())
        again = await city.take(folder / name, name="", class_=class_, commune="34172", dry_run=True)
        assert (again.added_count, again.changed_count, again.unchanged_count) == (0, 0, count)
    assert len(city.register) == 29_969 + 141 + 373 + 22 + 8_011
    camera = city.lamp("C59.04", "camera")
    assert (camera.street, str(camera.commissioned)) == ("Lapeyronie", "2004-01-01")
    assert [commune.code for commune in city.register.communes()] == ["34172"]


async def test_a_file_says_what_feeds_and_what_carries_and_a_circle_is_refused(city: City) -> None:
    await city.take("code;lon;lat\nC1;5.04;47.32\nC2;5.04;47.32\n", class_="lighting_cabinet")
    head = "code;lon;lat;Alimenté par;Communique par\n"
    report = await city.take(head + "A1;5.04;47.32;lighting_cabinet:C1;lighting_cabinet:C2\n")
    assert report.is_done
    first, second = city.lamp("C1", "lighting_cabinet").id, city.lamp("C2", "lighting_cabinet").id
    assert (city.lamp("A1").supply_parent, city.lamp("A1").network_parent) == (first, second)
    circle = "code;lon;lat;fed_by\nC1;5.04;47.32;lighting_cabinet:C2\nC2;5.04;47.32;lighting_cabinet:C1\n"
    with pytest.raises(ImportRefused, match="circle with power: C1 is fed by C2 is fed by C1"):
        await city.take(circle, class_="lighting_cabinet")
    assert city.lamp("C1", "lighting_cabinet").supply_parent is None
