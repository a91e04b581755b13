"""What people of the demo city have written before one meets it: notes, a document, photos, a change, a stock-take."""

import logging
import struct
import uuid
import zlib
from collections.abc import Callable, Sequence

from backend.ports import JournalQuery, Storage, StorageError
from backend.services.editing.joined import AssetWork
from backend.services.refusals import DocumentRefused, EditConflict, EditRefused, StockTakeRefused
from backend.services.register import Register
from contract.asset_editing import AssetEdit, AssetFields, AssetFilter
from contract.assets import Asset
from contract.journal import EntryKind
from contract.logbook import NoteRequest
from contract.rights import Level
from contract.stock_take import MarkRequest, StockMark, StockTakeRequest

log = logging.getLogger(__name__)
_CABINET, _CAMERA, _CENTRE = "lighting_cabinet", "camera", "21231"
_WIDTH, _HEIGHT = 480, 320
_REFUSED = (DocumentRefused, EditRefused, EditConflict, StockTakeRefused, StorageError)
_Shade = Callable[[int, int], tuple[int, int, int]]


class DemoPast:
    """Written once, by the demo's people, where no note is there yet; each as if they had asked for it."""

    def __init__(self, storage: Storage, register: Register, work: AssetWork) -> None:
        self._storage = storage
        self._register = register
        self._work = work

    async def write(self) -> None:
        """What cannot be written is logged and left out: nothing depends on it."""
        if await self._storage.journal(JournalQuery(kinds=(EntryKind.NOTE,), limit=1)):
            return
        cabinets = self._of(_CABINET)
        cameras = self._of(_CAMERA)
        try:
            if cabinets:
                await self._about_a_cabinet(cabinets)
            if cameras:
                await self._note("Objectif nettoyé, image de nouveau nette.", "operator2", asset=cameras[0])
            await self._note(
                "Relève : nuit calme. Marché samedi place Grangier, barrières posées dès 5 h.", "supervisor"
            )
        except _REFUSED as error:
            log.warning("the demo's own past is not whole: %s", error)

    async def _about_a_cabinet(self, cabinets: Sequence[Asset]) -> None:
        cabinet = cabinets[0]
        content = _sheet((cabinet.code, cabinet.name, "Demonstration: nothing here is real."))
        await self._work.documents.add(cabinet, "schema.pdf", content, by="supervisor", note="Schéma du tableau")
        await self._work.documents.add(cabinet, "armoire.png", _photo(is_open=False), by="operator1")
        fields = AssetFields(serial="BFR-2019-0417")
        edit = AssetEdit(version=cabinet.version, fields=fields, reason="Plaque relevée sur place")
        await self._work.change(cabinet.id, edit, by="supervisor", may=_may)
        photo = await self._work.logbook.pictures.add("porte.png", _photo(is_open=True), by="operator1")
        await self._note(
            "Porte trouvée ouverte par la police municipale, refermée avec un cadenas. Serrurier demandé.",
            "operator1",
            asset=cabinet,
            incident="SDIS 21-0417",
            pictures=(photo.id,),
        )
        zone = AssetFilter(class_=_CABINET, commune=_CENTRE)
        wanted = StockTakeRequest(name="Armoires du centre", zone=zone)
        take = await self._work.stock_takes.open(wanted, by="supervisor", may=_may)
        found = MarkRequest(asset_ids=tuple(each.id for each in cabinets[:6]), mark=StockMark.FOUND)
        await self._work.stock_takes.mark(take.head.id, found, by="operator2", may=_may)
        if len(cabinets) > len(found.asset_ids):
            missed = MarkRequest(
                asset_ids=(cabinets[6].id,), mark=StockMark.NOT_FOUND, note="Derrière une palissade de chantier"
            )
            await self._work.stock_takes.mark(take.head.id, missed, by="operator2", may=_may)

    async def _note(
        self, text: str, by: str, *, asset: Asset | None = None, incident: str = "", pictures: tuple[str, ...] = ()
    ) -> None:
        wanted = NoteRequest(
            id=str(uuid.uuid4()),
            text=text,
            asset_id=None if asset is None else asset.id,
            incident=incident,
            pictures=pictures,
        )
        await self._work.logbook.write(wanted, by=by)

    def _of(self, class_: str) -> Sequence[Asset]:
        return sorted(self._register.of_topic(_CENTRE, class_), key=lambda asset: asset.code)


def _may(_level: Level, _asset: Asset) -> bool:
    return True


def _photo(*, is_open: bool) -> bytes:
    """A cabinet at a wall, drawn: PNG."""
    door = range(190, 290)

    def shade(x: int, y: int) -> tuple[int, int, int]:
        if y > 280:
            return (84, 84, 88)
        if 180 <= x < 300 and 90 <= y < 285:
            if is_open and x in door and 100 <= y < 275:
                return (150, 96, 48) if (y // 12) % 3 == 0 and x % 24 < 16 else (26, 28, 32)
            return (150, 156, 160) if x in door else (118, 124, 128)
        is_joint = y % 32 < 2 or (x + 40 * (y // 32 % 2)) % 80 < 2
        return (120, 104, 92) if is_joint else (164 - y // 8, 140 - y // 8, 122 - y // 8)

    return _png(shade)


def _png(shade: _Shade) -> bytes:
    rows = b"".join(b"\0" + bytes(value for x in range(_WIDTH) for value in shade(x, y)) for y in range(_HEIGHT))
    head = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _sheet(lines: Sequence[str]) -> bytes:
    """A page with these lines: PDF."""
    plain = (line.encode("cp1252", "replace").translate(None, b"()\\") for line in lines)
    text = b"BT /F1 16 Tf 60 780 Td 24 TL " + b" ".join(b"(" + line + b") Tj T*" for line in plain) + b" ET"
    font = b"<< /Font << /F1 5 0 R >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources " + font + b" >>"
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    out, places = b"%PDF-1.4\n", list[int]()
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(bodies) + 1
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + tail
