"""Documents and photos on every storage: kept with their hash, drawn by another process, hostile ones refused."""

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from backend.devkit.clock import ManualClock
from backend.ports import JournalQuery, Storage
from backend.services.documents.desk import Documents
from backend.services.documents.store import ContentStore
from backend.services.refusals import DocumentRefused
from backend.storage.memory import MemoryStorage
from contract.asset_documents import DocumentKind, PictureSize
from contract.assets import Asset
from contract.journal import EntryKind

LAMP = Asset(id=7, code="PL-7", class_="streetlight", lon=5.0, lat=47.3)
OTHER = Asset(id=8, code="PL-8", class_="streetlight", lon=5.0, lat=47.3)
ODT = "application/vnd.oasis.opendocument.text"
PDF = b"%PDF-1.7\n%%EOF\n"


def photo(width: int = 800, height: int = 600, ending: str = ".jpg") -> bytes:
    """A grey gradient."""
    row = np.linspace(0, 255, width, dtype=np.uint8)
    return cv2.imencode(ending, np.dstack([np.tile(row, (height, 1))] * 3))[1].tobytes()


def office(*names: str, mimetype: str = "", method: int = zipfile.ZIP_STORED) -> bytes:
    """An archive with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype, method)
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.fixture
async def desk(storage: Storage, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Documents]:
    """An empty desk."""
    made = await opened(storage, clock, tmp_path)
    yield made
    await made.close()


async def opened(storage: Storage, clock: ManualClock, folder: Path) -> Documents:
    made = Documents(storage, clock, folder / "documents", ContentStore(folder / "documents", least_free_bytes=0))
    await made.load()
    return made


@pytest.fixture
async def quick(clock: ManualClock, tmp_path: Path) -> AsyncIterator[Documents]:
    """A desk in memory: what it refuses depends on no database."""
    made = await opened(MemoryStorage(clock), clock, tmp_path)
    yield made
    await made.close()


def files(folder: Path) -> list[str]:
    return sorted(path.name[:8] for path in (folder / "documents").glob("*/*"))


async def test_a_photo_is_kept_as_it_came_and_shown_as_we_drew_it(
    desk: Documents, storage: Storage, clock: ManualClock, tmp_path: Path
) -> None:
    content = photo(3000, 2000)
    document = await desk.add(LAMP, "mât penché.jpg", content, by="anne", note="after the storm")
    assert (document.kind, document.width, document.height) == (DocumentKind.JPEG, 3000, 2000)
    assert await desk.content(document) == content
    for size, longest in ((PictureSize.PREVIEW, 1600), (PictureSize.THUMBNAIL, 256)):
        drawn = cv2.imdecode(np.frombuffer(await desk.picture(document, size), np.uint8), cv2.IMREAD_COLOR)
        assert drawn is not None
        assert drawn.shape[1] == longest
    again = await opened(storage, clock, tmp_path)
    assert list(again.of(LAMP.id)) == [document]
    entry = (await storage.journal(JournalQuery(kinds=(EntryKind.DOCUMENT,))))[0]
    assert (entry.actor, entry.asset_id, entry.payload["act"]) == ("anne", LAMP.id, "added")
    assert entry.payload["sha256"] == document.sha256
    await again.close()


async def test_what_was_removed_can_be_restored_for_thirty_days_and_is_then_gone(
    desk: Documents, storage: Storage, clock: ManualClock, tmp_path: Path
) -> None:
    document = await desk.add(LAMP, "notice.pdf", PDF, by="anne")
    await desk.remove(LAMP, document, by="paul")
    assert desk.get(LAMP.id, document.id).removed_by == "paul"
    with pytest.raises(DocumentRefused, match="removed already"):
        await desk.remove(LAMP, document, by="paul")
    await desk.restore(LAMP, document, by="paul")
    assert desk.of(LAMP.id)[0].removed_at is None
    await desk.remove(LAMP, document, by="paul")
    clock.pass_time(seconds=31 * 86_400)
    again = await opened(storage, clock, tmp_path)
    assert not again.of(LAMP.id)
    assert not files(tmp_path)
    acts = [entry.payload["act"] for entry in await storage.journal(JournalQuery(kinds=(EntryKind.DOCUMENT,)))]
    assert acts == ["deleted", "removed", "restored", "removed", "added"]
    await again.close()


async def test_the_same_file_of_two_assets_is_kept_once_and_lives_as_long_as_one_needs_it(
    desk: Documents, clock: ManualClock, tmp_path: Path
) -> None:
    first = await desk.add(LAMP, "notice.pdf", PDF, by="anne")
    second = await desk.add(OTHER, "notice.pdf", PDF, by="anne")
    with pytest.raises(DocumentRefused, match=r"there already as notice\.pdf"):
        await desk.add(LAMP, "again.pdf", PDF, by="anne")
    assert len(files(tmp_path)) == 1
    await desk.remove(LAMP, first, by="anne")
    clock.pass_time(seconds=31 * 86_400)
    await desk.add(LAMP, "x.txt", b"x", by="anne")
    assert await desk.content(second) == PDF


async def test_what_was_changed_on_the_disk_is_not_given_out(quick: Documents, tmp_path: Path) -> None:
    document = await quick.add(LAMP, "notice.pdf", PDF, by="anne")
    [path] = (tmp_path / "documents").glob("*/*")
    path.write_bytes(PDF + b"more")
    with pytest.raises(DocumentRefused, match="not what was kept"):
        await quick.content(document)
    path.unlink()
    with pytest.raises(DocumentRefused, match="not on the disk"):
        await quick.content(document)


async def test_a_full_disk_is_told_and_leaves_nothing(clock: ManualClock, tmp_path: Path) -> None:
    desk = Documents(
        MemoryStorage(clock), clock, tmp_path, ContentStore(tmp_path / "documents", least_free_bytes=2**60)
    )
    await desk.load()
    with pytest.raises(DocumentRefused, match="too little room"):
        await desk.add(LAMP, "notice.pdf", PDF, by="anne")
    assert not files(tmp_path)
    await desk.close()


def broken_office() -> bytes:
    """An archive whose packed content is no packed content."""
    content = bytearray(office("content.xml", mimetype=ODT, method=zipfile.ZIP_DEFLATED))
    content[30 + len("mimetype")] ^= 0xFF
    return bytes(content)


HOSTILE = {
    "empty.pdf": (b"", "empty"),
    "program.exe": (b"MZ\x90\x00\x03", "none of"),
    "program.pdf": (b"MZ\x90\x00\x03", "none of"),
    "page.html": (b"<html><script>alert(1)</script>", "ending"),
    "picture.svg": (b"<svg onload='x()'/>", "ending"),
    "photo.jpg": (PDF, "ending"),
    "broken.jpg": (b"\xff\xd8\xff\xe0" + b"\x00" * 4000, "cannot be read"),
    "broken.png": (b"\x89PNG\r\n\x1a\n" + b"\xff" * 100, "cannot be read"),
    "nul.txt": (b"a\x00b", "none of"),
    "macros.docx": (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macros"),
    "archive.zip": (office("a.txt"), "none of"),
    "broken.docx": (b"PK\x03\x04" + b"\xff" * 100, "none of"),
    "broken.odt": (broken_office(), "none of"),
    "bomb.odt": (office(mimetype=ODT + "\0" * 5_000_000, method=zipfile.ZIP_BZIP2), "none of"),
    "lzma.odt": (office("content.xml", mimetype=ODT, method=zipfile.ZIP_LZMA), "none of"),
    "": (PDF, "name"),
    "\u202e": (PDF, "name"),
    "x" * 200 + ".pdf": (PDF, "name"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_files_are_refused_and_leave_nothing(quick: Documents, tmp_path: Path, name: str) -> None:
    content, said = HOSTILE[name]
    with pytest.raises(DocumentRefused, match=said):
        await quick.add(LAMP, name, content, by="anne")
    assert not files(tmp_path)
    assert not quick.of(LAMP.id)


async def test_a_picture_of_too_many_pixels_is_not_unpacked(quick: Documents, tmp_path: Path) -> None:
    bomb = cv2.imencode(".png", np.zeros((9000, 9000), np.uint8))[1].tobytes()
    assert len(bomb) < 400_000
    with pytest.raises(DocumentRefused, match="megapixels"):
        await quick.add(LAMP, "bomb.png", bomb, by="anne")
    assert not files(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("photo.PNG", photo(ending=".png"), DocumentKind.PNG),
        ("photo.webp", photo(ending=".webp"), DocumentKind.WEBP),
        ("notice.pdf", PDF, DocumentKind.PDF),
        ("relevé.csv", "lampe;état\n".encode(), DocumentKind.TEXT),
        ("plan.docx", office("[Content_Types].xml", "word/document.xml"), DocumentKind.DOCX),
        ("table.xlsx", office("[Content_Types].xml", "xl/workbook.xml"), DocumentKind.XLSX),
        ("plan.odt", office("content.xml", mimetype=ODT), DocumentKind.ODT),
        ("../../etc/passwd.txt", b"x", DocumentKind.TEXT),
        ("C:\\temp\\a:b.txt", b"x", DocumentKind.TEXT),
    ],
)
async def test_what_people_have_is_taken(quick: Documents, name: str, content: bytes, kind: DocumentKind) -> None:
    document = await quick.add(LAMP, name, content, by="anne")
    assert document.kind is kind
    assert not set(document.name) & set('<>:"/\\|?*')
