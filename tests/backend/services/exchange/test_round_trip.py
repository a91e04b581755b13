"""What is exported comes back as it was, in every format; and coming back where it came from changes nothing."""

import asyncio
import math
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from backend.devkit.threads import Threads
from backend.services.export_files import layers, tables
from backend.services.export_files.gathering import gather
from backend.services.export_files.rows import ExportOrder, NotWritten
from backend.services.import_files.read_file import write_table
from backend.services.import_files.reading import ReadOrder, read_table
from backend.services.import_files.rows import FileRefused
from contract.assets import Asset
from contract.exports import ExportFormat, ExportRequest
from contract.imports import ImportOptions
from tests.backend.services.exchange.cities import ExchangeCity, assets

WRITERS = {
    ExportFormat.CSV: tables.write_csv,
    ExportFormat.XLSX: tables.write_workbook,
    ExportFormat.GEOJSON: layers.write_geojson,
    ExportFormat.GEOPACKAGE: layers.write_geopackage,
    ExportFormat.SHAPEFILE: layers.write_shapefiles,
}
NAMES = {
    ExportFormat.CSV: "a.csv",
    ExportFormat.XLSX: "a.xlsx",
    ExportFormat.GEOJSON: "a.geojson",
    ExportFormat.GEOPACKAGE: "a.gpkg",
    ExportFormat.SHAPEFILE: "a.zip",
}


async def _read_here(order: ReadOrder, _is_cancelled: Callable[[], bool]) -> None:
    """The reading child's work without its process: hypothesis asks for it hundreds of times."""
    with tempfile.TemporaryDirectory() as folder:
        table = read_table(Path(order.path), order, Path(folder), is_cancelled=lambda: False)
    write_table(table, Path(order.out))


@pytest.fixture(autouse=True)
def _children_are_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.services.import_files.row_source._run_child", _read_here)


async def _exported(city: ExchangeCity, request: ExportRequest, folder: Path) -> Path:
    threads = Threads("test")
    chosen = sorted(city.register.all(), key=lambda asset: asset.id)
    out = folder / NAMES[request.format]
    try:
        order: ExportOrder = await gather(chosen, request, city.register, lambda _: True, folder / "rows", out, threads)
        WRITERS[request.format](order, lambda _: None)
    finally:
        threads.close()
    return out


async def _there_and_back(made: list[Asset], request: ExportRequest, *, is_exact: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        old, new = ExchangeCity(folder / "old"), ExchangeCity(folder / "new")
        try:
            await old.register.apply(made, "anne", note="")
            out = await _exported(old, request, folder)
            report = await new.exchange.importing.run(out, ImportOptions(class_=""), by="anne", dry_run=False)
            assert not report.errors, report.errors
            assert new.told().keys() == old.told().keys()
            for key, asset in new.told().items():
                _same(asset, old.told()[key], is_exact=is_exact)
            again = await old.exchange.importing.run(out, ImportOptions(class_=""), by="anne", dry_run=True)
            assert (again.added_count, again.changed_count, again.unchanged_count) == (0, 0, len(made))
            assert again.missing_count == 0
        finally:
            await old.exchange.close()
            await new.exchange.close()


def _same(now: Asset, was: Asset, *, is_exact: bool) -> None:
    if is_exact:
        assert now == was
        return
    for field in now.__struct_fields__:
        found, wanted = getattr(now, field), getattr(was, field)
        if isinstance(wanted, float):
            assert isinstance(found, float)
            assert math.isclose(found, wanted, rel_tol=1e-14, abs_tol=2e-9), field
        elif field == "line" and wanted:
            assert all(math.dist(a, b) < 1e-8 for a, b in zip(found, wanted, strict=True))
        else:
            assert found == wanted, field


# Shrinking a failure writes and reads hundreds of files: the first example that fails says enough.
many = settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
few = settings(many, max_examples=10)


@many
@given(made=assets())
@pytest.mark.parametrize("language", ["en", "fr"])
def test_csv_comes_back_as_it_was(made: list[Asset], language: str) -> None:
    request = ExportRequest(format=ExportFormat.CSV, language=language)
    asyncio.run(_there_and_back(made, request, is_exact=True))


@many
@given(made=assets())
def test_geojson_comes_back_as_it_was(made: list[Asset]) -> None:
    asyncio.run(_there_and_back(made, ExportRequest(format=ExportFormat.GEOJSON), is_exact=True))


@few
@given(made=assets())
def test_a_workbook_comes_back_as_it_was_to_fifteen_digits(made: list[Asset]) -> None:
    asyncio.run(_there_and_back(made, ExportRequest(format=ExportFormat.XLSX, language="fr"), is_exact=False))


@few
@given(made=assets())
def test_a_geopackage_comes_back_as_it_was(made: list[Asset]) -> None:
    asyncio.run(_there_and_back(made, ExportRequest(format=ExportFormat.GEOPACKAGE), is_exact=True))


@few
@given(made=assets())
def test_shapefiles_come_back_as_they_were(made: list[Asset]) -> None:
    asyncio.run(_there_and_back(made, ExportRequest(format=ExportFormat.SHAPEFILE), is_exact=True))


@settings(few, max_examples=4)
@given(made=assets())
@pytest.mark.parametrize("format_", [ExportFormat.CSV, ExportFormat.XLSX, ExportFormat.GEOPACKAGE])
@pytest.mark.parametrize("epsg", [2154, 3947])
def test_positions_in_another_system_come_back_within_a_millimetre(
    made: list[Asset], format_: ExportFormat, epsg: int
) -> None:
    asyncio.run(_there_and_back(made, ExportRequest(format=format_, epsg=epsg), is_exact=False))


def test_a_text_too_long_for_a_shapefile_is_said(tmp_path: Path) -> None:
    lamp = Asset(id=1, code="A1", class_="streetlight", lon=5.0, lat=47.3, name="é" * 200)
    with pytest.raises(NotWritten, match="choose GeoPackage"):
        asyncio.run(_there_and_back([lamp], ExportRequest(format=ExportFormat.SHAPEFILE), is_exact=True))
    with pytest.raises(FileRefused):
        read_table(tmp_path, ReadOrder(path="", file_name="x.doc", class_=""), None, is_cancelled=lambda: False)
