"""A file is sent, looked at, read otherwise, taken; assets leave as a file: over HTTP, with real children."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from backend_client import exchange
from backend_client.errors import Refused
from backend_client.session import Session
from contract.assets import Asset
from contract.exports import ExportFormat, ExportJob, ExportRequest, ExportState
from contract.imports import DateOrder, Dialect, ImportJob, ImportState, Outcome, ReadAgain, TakeImport
from contract.journal import EntryKind
from contract.rights import Grant, Level, Scope
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, EVERYTHING, QUETIGNY, TwoCommunes

HEAD = "Relevé des luminaires 2024;;;;;;\nCODE;NOM;HAUTEUR;DATE_POSE;X;Y;LAMPE\n"
ROWS = "N1;Mât é;8,5;03/04/2021;854102,4;6692871,9;#N/A\nN2;;9;31/12/2019;854110,0;6692880,1;LED\n"


def _no_progress(_done: int, _total: int) -> None:
    return None


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 16):
        yield content[start : start + 16]


@pytest.fixture
async def anne(served: ServedCity, city: TwoCommunes) -> Session:
    """May do everything."""
    await city.account("anne", EVERYTHING)
    return await served.login("anne")


async def _settled(session: Session, job: ImportJob) -> ImportJob:
    async with asyncio.timeout(60):
        while job.state in {ImportState.READING, ImportState.CHECKING, ImportState.TAKING}:
            await asyncio.sleep(0.05)
            job = await session.get(f"/imports/files/{job.id}", ImportJob)
    return job


async def _sent(session: Session, name: str, content: bytes, class_: str = "streetlight") -> ImportJob:
    path = f"/imports/files?name={name}&class={class_}&commune={DIJON}"
    return await _settled(session, await session.post_pieces(path, _pieces(content), ImportJob))


async def test_a_french_file_is_understood_shown_and_taken(anne: Session, city: TwoCommunes) -> None:
    session = anne
    job = await _sent(session, "lampes.csv", (HEAD + ROWS).encode("cp1252"))
    assert (job.state, job.said) == (ImportState.READY, "")
    assert job.facts is not None
    assert job.report is not None
    dialect = job.facts.dialect
    assert (dialect.encoding, dialect.separator, dialect.decimal, dialect.dates) == (
        "cp1252", ";", ",", DateOrder.DAY_FIRST,
    )  # fmt: skip
    assert (dialect.epsg, dialect.heading_line, job.facts.nothing_count) == (2154, 2, 1)
    assert job.facts.crs_name.endswith("Lambert-93")
    assert (job.report.added_count, job.report.error_count, job.report.missing_count) == (2, 0, 3)
    assert city.register.find("streetlight", "N1") is None
    done = await session.post_for(f"/imports/files/{job.id}/take", TakeImport(seal=job.seal), ImportJob)
    done = await _settled(session, done)
    assert done.state is ImportState.DONE
    lamp = city.register.find("streetlight", "N1")
    assert lamp is not None
    assert (lamp.name, lamp.height_m, str(lamp.commissioned), lamp.extra) == ("Mât é", 8.5, "2021-04-03", {})
    assert 4.9 < lamp.lon < 5.2
    assert 47.2 < lamp.lat < 47.5


async def test_what_was_guessed_wrong_is_corrected_and_wrong_rows_are_given_back(
    anne: Session, city: TwoCommunes
) -> None:
    session = anne
    content = "code,lon,lat,commissioned,hauteur\nN1,5.04,47.32,04/03/2021,8\n=N2,5.05,47.33,13/14/2021,huit\n"
    job = await _sent(session, "lamps.csv", content.encode())
    assert job.report is not None
    assert (job.state, job.report.error_count, job.seal) == (ImportState.READY, 1, "")
    wrong = next(line for line in job.lines if line.outcome is Outcome.ERROR)
    assert (wrong.row, wrong.code, wrong.said_code) == (2, "=N2", "cell_not_number")
    errors = (await session.get_bytes(f"/imports/files/{job.id}/errors")).decode("utf-8-sig").splitlines()
    assert errors[0] == "row,reason,code,lon,lat,commissioned,hauteur"
    assert "\t=N2" in errors[1]
    with pytest.raises(Refused) as refused:
        await session.post(f"/imports/files/{job.id}/take", TakeImport(seal=""))
    assert refused.value.problem.detail_code == "import_wrong"
    how = ReadAgain(class_="streetlight", dialect=Dialect(dates=DateOrder.MONTH_FIRST), mapping={"height_m": ""})
    again = await _settled(session, await session.put_for(f"/imports/files/{job.id}/reading", how, ImportJob))
    assert "commissioned '13/14/2021' is not a date" in next(iter(again.report.errors if again.report else ())).reason
    await session.delete(f"/imports/files/{job.id}")
    with pytest.raises(Refused) as gone:
        await session.get(f"/imports/files/{job.id}", ImportJob)
    assert gone.value.problem.status == 404


async def test_a_file_without_positions_is_shown_all_the_same(anne: Session, city: TwoCommunes) -> None:
    session = anne
    job = await _sent(session, "lamps.csv", b"code;est;nord\nN1;5,04;47,32\n")
    assert (job.state, job.said_code) == (ImportState.REFUSED, "file_no_place")
    assert job.facts is not None
    assert [column.name for column in job.facts.columns] == ["code", "est", "nord"]
    how = ReadAgain(class_="streetlight", mapping={"lon": "est", "lat": "nord"})
    again = await _settled(session, await session.put_for(f"/imports/files/{job.id}/reading", how, ImportJob))
    assert (again.state, again.report and again.report.added_count) == (ImportState.READY, 1)


async def test_what_changed_meanwhile_is_not_overwritten(anne: Session, city: TwoCommunes) -> None:
    session = anne
    lamp = next(asset for asset in city.register.all() if asset.class_ == "streetlight")
    content = f"code;lon;lat;nom\n{lamp.code};5,04;47,32;Nouveau\nN9;5,041;47,321;\n".encode()
    job = await _sent(session, "lamps.csv", content)
    changed = next(line for line in job.lines if line.outcome is Outcome.CHANGED)
    assert ("name", lamp.name, "Nouveau") in changed.changes
    other = Asset(id=city.register.next_id(), code="OTHER", class_="streetlight", lon=5.0, lat=47.3)
    await city.register.apply([other], "paul", note="by hand")
    await city.register.apply([msgspec.structs.replace(lamp, serial="S-1")], "paul", note="by hand")
    done = await session.post_for(f"/imports/files/{job.id}/take", TakeImport(seal=job.seal), ImportJob)
    done = await _settled(session, done)
    assert (done.state, done.said_code) == (ImportState.REFUSED, "file_changed")
    again = await session.put_for(f"/imports/files/{job.id}/reading", ReadAgain(class_="streetlight"), ImportJob)
    again = await _settled(session, again)
    done = await session.post_for(f"/imports/files/{job.id}/take", TakeImport(seal=again.seal), ImportJob)
    assert (await _settled(session, done)).state is ImportState.DONE
    found = city.register.find("streetlight", lamp.code)
    assert found is not None
    assert (found.name, found.serial) == ("Nouveau", "S-1")


@pytest.mark.parametrize("format_", list(ExportFormat))
async def test_each_format_leaves_and_changes_nothing_when_it_comes_back(
    anne: Session, city: TwoCommunes, tmp_path: Path, format_: ExportFormat
) -> None:
    session = anne
    job = await session.post_for("/exports", ExportRequest(format=format_, classes=("streetlight",)), ExportJob)
    async with asyncio.timeout(60):
        while job.state is ExportState.WRITING:
            await asyncio.sleep(0.05)
            job = await session.get(f"/exports/{job.id}", ExportJob)
    assert (job.state, job.said, job.total) == (ExportState.READY, "", 6)
    target = tmp_path / job.file_name
    await exchange.fetch(session, f"/exports/{job.id}/file", job.bytes, target, _no_progress)
    back = await _sent(session, target.name, target.read_bytes(), class_="")
    assert (back.state, back.said) == (ImportState.READY, "")
    assert back.report is not None
    assert (back.report.unchanged_count, back.report.added_count, back.report.missing_count) == (6, 0, 0)
    assert [entry.payload["count"] for entry in await city.journal(EntryKind.EXPORT)] == [6]


async def test_one_takes_away_what_one_may_see_and_nobody_elses_files(
    anne: Session, city: TwoCommunes, served: ServedCity
) -> None:
    await city.account("luc", (Grant(level=Level.VIEW, scope=Scope(communes=(QUETIGNY,))),))
    luc = await served.login("luc")
    job = await luc.post_for("/exports", ExportRequest(format=ExportFormat.CSV), ExportJob)
    everything = len(list(city.register.all()))
    assert 0 < job.total < everything
    for path in (f"/exports/{job.id}", f"/exports/{job.id}/file"):
        with pytest.raises(Refused) as refused:
            await anne.get_bytes(path)
        assert refused.value.problem.status == 404
    with pytest.raises(Refused) as nothing:
        await luc.post("/exports", ExportRequest(format=ExportFormat.CSV, communes=(DIJON,)))
    assert nothing.value.problem.detail_code == "export_nothing"


async def test_a_file_stays_behind_when_the_right_to_what_is_in_it_is_taken_back(
    city: TwoCommunes, served: ServedCity
) -> None:
    at = {name: Grant(level=Level.VIEW, scope=Scope(communes=(name,))) for name in (DIJON, QUETIGNY)}
    await city.account("luc", tuple(at.values()))
    luc = await served.login("luc")
    job = await luc.post_for("/exports", ExportRequest(format=ExportFormat.CSV), ExportJob)
    async with asyncio.timeout(60):
        while job.state is ExportState.WRITING:
            await asyncio.sleep(0.05)
            job = await luc.get(f"/exports/{job.id}", ExportJob)
    assert await luc.get_bytes(f"/exports/{job.id}/file")
    await city.identity.set_grants("luc", (at[QUETIGNY],), by="anne")
    with pytest.raises(Refused) as refused:
        await luc.get_bytes(f"/exports/{job.id}/file")
    assert refused.value.problem.status == 404
