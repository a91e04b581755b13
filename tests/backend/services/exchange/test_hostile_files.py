"""Bombs, slips, lies and formulas: refused before they go off, in words, and nothing is written outside."""

import asyncio
import csv
import io
import stat
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from backend.services.exchange.words import recognised
from backend.services.export_files import tables
from backend.services.export_files.harmless import harmless
from backend.services.export_files.rows import ExportOrder, ExportRow, write_piece
from backend.services.import_check import ImportRefused
from backend.services.refusals import ExchangeRefused
from contract.exports import ExportFormat
from contract.imports import Dialect, ImportOptions, ReadAgain
from tests.backend.services.exchange.cities import ExchangeCity

ENDINGS = (".shp", ".shx", ".dbf")


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[ExchangeCity]:
    made = ExchangeCity(tmp_path / "exchange")
    yield made
    await made.exchange.close()


def _zip(path: Path, fill: Callable[[zipfile.ZipFile], None]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive)
    return path


def _bomb(archive: zipfile.ZipFile) -> None:
    archive.writestr("[Content_Types].xml", "<x/>")
    for ending in ENDINGS:
        archive.writestr(f"lamps{ending}", b"\0" * 40_000_000)


def _slip(archive: zipfile.ZipFile) -> None:
    for ending in ENDINGS:
        archive.writestr(f"../../outside{ending}", b"x")


def _drive(archive: zipfile.ZipFile) -> None:
    archive.writestr("C:/outside.shp", b"x")


def _link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("lamps.shp")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def _many(archive: zipfile.ZipFile) -> None:
    for number in range(1_100):
        archive.writestr(f"{number}.shp", b"")


def _nonsense(archive: zipfile.ZipFile) -> None:
    archive.writestr("[Content_Types].xml", "<x/>")
    for ending in ENDINGS:
        archive.writestr(f"lamps{ending}", b"nonsense" * 50)


def _entities(archive: zipfile.ZipFile) -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    xml = f'<?xml version="1.0"?><!DOCTYPE x [{laughs}]><Types>&a11;</Types>'
    for name in ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"):
        archive.writestr(name, xml)


@pytest.mark.parametrize(
    ("fill", "ending", "words"),
    [
        (_bomb, ".zip", "far more than its size"),
        (_bomb, ".xlsx", "far more than its size"),
        (_slip, ".zip", "outside its folder"),
        (_slip, ".xlsx", "outside its folder"),
        (_drive, ".zip", "outside its folder"),
        (_link, ".zip", "outside its folder"),
        (_many, ".zip", "too many files"),
        (_nonsense, ".zip", "no shapefile"),
        (_nonsense, ".xlsx", "damaged"),
        (_entities, ".xlsx", "damaged"),
    ],
)
async def test_an_archive_that_means_harm_is_refused_and_leaves_nothing(
    city: ExchangeCity, tmp_path: Path, fill: Callable[[zipfile.ZipFile], None], ending: str, words: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    path = _zip(folder / f"lamps{ending}", fill)
    with pytest.raises(ImportRefused, match=words):
        await city.exchange.importing.check(path, ImportOptions(class_="streetlight"))
    assert [found.name for found in folder.iterdir()] == [path.name]
    assert not list(tmp_path.rglob("outside*"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.gpkg", b"SQLite format 3\0" + b"\xff" * 4_000),
        ("a.gpkg", b"<OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataSource>"),
        ("a.zip", b"PK\x03\x04nonsense"),
        ("a.xlsx", b""),
        ("a.csv", b"code,lon,lat\nA,\xff\xfe,1\n" * 2 + b"\x00"),
        ("../../a.exe", b"x"),
    ],
)
async def test_bytes_that_are_not_what_their_name_says(
    city: ExchangeCity, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(ImportRefused) as refused:
        await city.exchange.importing.check(path, ImportOptions(class_="streetlight", file_name=name))
    assert "passwd" not in str(refused.value)
    assert str(tmp_path) not in str(refused.value)


async def test_an_unknown_system_and_a_wrong_dialect_are_said(city: ExchangeCity) -> None:
    lamps = b"code;lon;lat\nA;854102;6692871\n"
    for dialect, words in (
        (Dialect(epsg=999_999), "not known"),
        (Dialect(encoding="klingon"), "not one of"),
        (Dialect(heading_line=9), "should name the columns"),
        (Dialect(separator="x"), "separator"),
    ):
        options = ImportOptions(class_="streetlight", file_name="a.csv", dialect=dialect)
        with pytest.raises(ImportRefused, match=words):
            await city.exchange.importing.check(lamps, options)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "|cmd", "%x", "＝1", " =1", "NULL", "#N/A"])
def test_no_cell_of_an_export_is_a_formula(tmp_path: Path, cell: str) -> None:
    rows = tmp_path / "rows"
    with rows.open("wb") as file:
        write_piece(file, [ExportRow(5.0, 47.3, None, [cell], {cell: cell})])
    order = ExportOrder(
        format=ExportFormat.CSV,
        rows=str(rows),
        out=str(tmp_path / "a.csv"),
        name="assets",
        fields=("code",),
        extras=(cell,),
        row_count=1,
        has_lines=False,
        has_points=True,
    )
    tables.write_csv(order, lambda _: None)
    found = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text("utf-8-sig"), newline="")))
    for line in found:
        for shown in line:
            assert not shown.startswith(("=", "+", "-", "@", "|", "%", "＝", " ="))
    assert found[1][0] == harmless(cell)
    assert found[1][0].startswith("\t")


async def test_the_disk_and_the_door_have_their_bounds(city: ExchangeCity, monkeypatch: pytest.MonkeyPatch) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield b"x" * 1_000

    imports = city.exchange.imports
    with pytest.raises(ExchangeRefused, match="must end in"):
        await imports.begin("../../etc/passwd", pieces(), ReadAgain(), "anne")
    monkeypatch.setattr("backend.services.exchange.import_jobs.MOST_BYTES", 2_000)
    with pytest.raises(ExchangeRefused, match="larger than"):
        await imports.begin("a.csv", pieces(), ReadAgain(), "anne")
    monkeypatch.setattr("backend.services.exchange.import_jobs.MOST_BYTES", 10_000)
    jobs = [await imports.begin("a.csv", pieces(), ReadAgain(), f"person {number}") for number in range(6)]
    with pytest.raises(ExchangeRefused, match="6 files"):
        await imports.begin("a.csv", pieces(), ReadAgain(), "anne")
    with pytest.raises(ExchangeRefused, match="not known"):
        imports.job(jobs[0].id, "anne")
    for number, job in enumerate(jobs):
        await imports.forget(job.id, f"person {number}")
    await asyncio.sleep(0)


def test_every_reason_is_found_again_in_the_other_language() -> None:
    for text, code in (
        ("HAUTEUR 'huit' is not a number", "cell_not_number"),
        ("the code A1 stands in row 3 already", "row_twice"),
        ("the position 5, 99 is not in degrees: convert the file to WGS84 (EPSG:4326)", "row_not_degrees"),
        ("supply_parent: there is no lighting_cabinet C9 in the register", "row_reference"),
        (
            "no columns for the position were found: say which give the longitude (x) and the latitude (y)",
            "file_no_place",
        ),
        ("something a driver said", "quoted"),
    ):
        assert recognised(text).code == code
