"""What a large import leaves is given up bit by bit: nobody waits for the end of it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.services.import_check import Checked
from contract.assets import Asset
from contract.imports import ImportReport, ImportState, ReadAgain
from tests.backend.services.exchange.cities import ExchangeCity
from tests.eventually import eventually

ROWS = 9_000
REPORT = ImportReport(
    class_="streetlight",
    file_name="lamps.csv",
    is_dry_run=True,
    is_done=False,
    row_count=ROWS,
    added_count=ROWS,
    changed_count=0,
    unchanged_count=0,
    error_count=0,
    errors=(),
    mapping={},
)


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def test_a_checked_file_is_let_go_in_turns() -> None:
    lamps = [Asset(id=n, code=f"L{n}", class_="streetlight", lon=5, lat=47) for n in range(1, ROWS + 1)]
    checked = Checked(report=REPORT, added=lamps, versions=dict.fromkeys(range(ROWS), 1))
    lengths: set[int] = set()

    async def onlooker() -> None:
        while checked.added:
            lengths.add(len(checked.added))
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        group.create_task(onlooker())
        group.create_task(checked.let_go())
    assert len(lengths) >= 4
    assert not checked.versions


@pytest.mark.parametrize("end", ["taken", "forgotten", "read again"])
async def test_an_import_that_is_over_holds_no_assets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    let_go: list[int] = []

    async def counted(checked: Checked) -> None:
        let_go.append(len(checked.added))

    monkeypatch.setattr(Checked, "let_go", counted)
    city = ExchangeCity(tmp_path)
    jobs = city.exchange.imports
    content = "code;lon;lat\n" + "".join(f"L{n};5.{n};47.3\n" for n in range(10, 60))
    first = ReadAgain(class_="streetlight")
    job = await jobs.begin("lamps.csv", pieces(content.encode()), first, "anne")
    await eventually(lambda: jobs.job(job.id, "anne").state is ImportState.READY)
    if end == "taken":
        jobs.take(job.id, jobs.job(job.id, "anne").seal, "anne")
        await eventually(lambda: jobs.job(job.id, "anne").state is ImportState.DONE)
    elif end == "forgotten":
        await jobs.forget(job.id, "anne")
    else:
        jobs.read_again(job.id, first, "anne")
    await eventually(lambda: let_go == [50])
    await city.exchange.close()
