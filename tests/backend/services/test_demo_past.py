"""The demo city when one meets it first: its people have written something, once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.devkit.clock import ManualClock
from backend.ports import Storage
from backend.services.demo_past import DemoPast
from backend.services.logbook.logbook import NotesWanted
from contract.asset_documents import DocumentKind, PictureSize
from contract.logbook import LogbookNote
from contract.stock_take import StockMark
from tests.backend.services.editing.edited_city import CABINET, EditedCity


@pytest.fixture
async def city(storage: Storage, clock: ManualClock, tmp_path: Path) -> AsyncIterator[EditedCity]:
    made = await EditedCity(storage, clock, tmp_path / "data").start()
    yield made
    await made.close()


async def _notes(city: EditedCity) -> list[LogbookNote]:
    page = await city.work.logbook.page(NotesWanted(), lambda _asset_id: True)
    return list(page.items)


async def test_logbook_file_history_and_stock_takes_are_not_empty(city: EditedCity, storage: Storage) -> None:
    await DemoPast(storage, city.register, city.work).write()
    notes = await _notes(city)
    assert {note.author for note in notes} == {"operator1", "supervisor"}
    (bound,) = [note for note in notes if note.incident]
    assert bound.asset_id == CABINET
    (photo,) = bound.pictures
    drawn = await city.work.logbook.image(bound.seq, photo.id, PictureSize.PREVIEW, lambda _asset_id: True)
    assert drawn.startswith(b"\xff\xd8"), "its photo is one that can be drawn"
    documents = city.work.documents.of(CABINET)
    assert {document.kind for document in documents} == {DocumentKind.PDF, DocumentKind.PNG}
    assert all(document.width for document in documents if document.kind is DocumentKind.PNG)
    (take,) = city.work.stock_takes.all()
    assert {seen.mark for seen in take.marks.values()} == {StockMark.FOUND}
    (edit,) = city.work.edits.newest_first()
    assert edit.reason
    assert city.asset(CABINET).serial


async def test_it_is_written_once_and_never_among_what_people_wrote(city: EditedCity, storage: Storage) -> None:
    past = DemoPast(storage, city.register, city.work)
    await past.write()
    before = await _notes(city)
    await past.write()
    assert await _notes(city) == before
    assert len(city.work.documents.of(CABINET)) == 2
