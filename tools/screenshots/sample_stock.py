"""Documents, stock-takes and dates of communes of the sample city, without a wire."""

import datetime as dt
from collections.abc import Mapping

import cv2
import msgspec
import numpy as np

from console.kit.errors import RequestRefused
from contract.asset_documents import AssetDocument, AssetDocumentList, DocumentKind, PictureSize
from contract.asset_editing import AssetFilter
from contract.assets import Asset, Commune
from contract.commune_dates import CommuneDates
from contract.stock_take import (
    MarkRequest,
    ScanAnswer,
    ScanRequest,
    StockLine,
    StockLines,
    StockMark,
    StockTake,
    StockTakeList,
    StockTakeRequest,
)


class SampleStock:
    """console.kit's AssetDocumentCalls, StockTakeCalls and CommuneCalls."""

    def __init__(self, now: dt.datetime, assets: Mapping[int, Asset]) -> None:
        self._stock_now = now
        self._stock_assets = assets
        self.document_refusal: RequestRefused | None = None
        self.documents_added: list[tuple[int, str, bytes]] = []
        self.documents_kept = [
            _document("d1", "mât penché.jpg", DocumentKind.JPEG, 3, now, 1_845_000),
            _document("d2", "borne ouverte.jpg", DocumentKind.JPEG, 9, now, 2_310_000),
            _document("d3", "notice du luminaire.pdf", DocumentKind.PDF, 200, now, 486_000),
        ]
        self.marks: dict[int, StockMark] = {}
        self.takes = [
            self._take("t1", "Relevé d'été, centre", 6),
            self._take("t2", "Cabinets 2025", 340, is_closed=True),
        ]
        self.scans: list[str] = []
        self.communes_dated: list[tuple[str, CommuneDates]] = []
        self.stock_asked: list[str] = []

    async def set_commune_dates(self, code: str, wanted: CommuneDates) -> Commune:
        """Kept as asked."""
        self.communes_dated.append((code, wanted))
        return Commune(code=code, name=wanted.name, lon=5.0, lat=47.3, valid_to=wanted.valid_to)

    async def documents(self, asset_id: int) -> AssetDocumentList:
        """The same for every asset."""
        return AssetDocumentList(
            items=tuple(msgspec.structs.replace(one, asset_id=asset_id) for one in self.documents_kept)
        )

    async def add_document(self, asset_id: int, name: str, content: bytes, *, note: str = "") -> AssetDocument:
        """Kept, unless it is to be refused."""
        if self.document_refusal is not None:
            raise self.document_refusal
        self.documents_added.append((asset_id, name, content))
        made = _document(f"n{len(self.documents_added)}", name, DocumentKind.PDF, 0, self._stock_now, len(content))
        self.documents_kept.insert(0, msgspec.structs.replace(made, note=note))
        return made

    async def document_content(self, asset_id: int, document_id: str) -> bytes:
        """A small PDF."""
        return f"%PDF-1.7 {asset_id} {document_id}".encode()

    async def document_picture(self, asset_id: int, document_id: str, size: PictureSize) -> bytes:
        """A grey street at dusk."""
        self.stock_asked.append(f"picture {asset_id} {document_id}")
        width = 256 if size is PictureSize.THUMBNAIL else 1200
        height = width * 3 // 4
        sky = np.linspace(150, 60, height, dtype=np.uint8)
        picture = np.repeat(np.repeat(sky[:, None, None], width, 1), 3, 2)
        cv2.line(picture, (width // 3, height), (width // 2, height // 5), (40, 40, 40), max(2, width // 60))
        cv2.circle(picture, (width // 2, height // 5), width // 24, (210, 235, 250), -1)
        return cv2.imencode(".jpg", picture)[1].tobytes()

    async def remove_document(self, asset_id: int, document_id: str) -> AssetDocument:
        """Out of sight."""
        self.stock_asked.append(f"remove {asset_id}")
        return self._mark_document(document_id, "m.lambert")

    async def restore_document(self, asset_id: int, document_id: str) -> AssetDocument:
        """Back again."""
        self.stock_asked.append(f"restore {asset_id}")
        return self._mark_document(document_id, "")

    async def stock_takes(self) -> StockTakeList:
        """Two, one of them closed."""
        return StockTakeList(items=tuple(self.takes))

    async def open_stock_take(self, wanted: StockTakeRequest) -> StockTake:
        """Begun."""
        made = msgspec.structs.replace(self._take("t9", wanted.name, 0), zone=wanted.zone)
        self.takes.insert(0, made)
        return made

    async def stock_lines(
        self, take_id: str, *, mark: StockMark | None = None, cursor: str | None = None, limit: int = 500
    ) -> StockLines:
        """The first lamps of the city."""
        self.stock_asked.append(f"lines {take_id} {cursor}")
        lines = [self._line(asset) for asset in self._lamps()]
        found = [line for line in lines if mark is None or line.mark is mark]
        return StockLines(items=tuple(found[:limit]), next=None, total=len(found))

    async def stock_report(self, take_id: str) -> bytes:
        """A heading."""
        return f"class;code;name\r\n{take_id}".encode()

    async def mark_stock(self, take_id: str, wanted: MarkRequest) -> StockTake:
        """Seen."""
        self.marks.update(dict.fromkeys(wanted.asset_ids, wanted.mark))
        return self._again(take_id)

    async def scan_stock(self, take_id: str, wanted: ScanRequest) -> ScanAnswer:
        """Found where the code is known."""
        self.scans.append(wanted.code)
        asset = next((one for one in self._lamps() if one.code == wanted.code), None)
        if asset is not None:
            self.marks[asset.id] = StockMark.FOUND
        return ScanAnswer(take=self._again(take_id), line=None if asset is None else self._line(asset))

    async def close_stock_take(self, take_id: str) -> StockTake:
        """Closed."""
        self.takes = [
            msgspec.structs.replace(one, closed_by="m.lambert", closed_at=self._stock_now) if one.id == take_id else one
            for one in self.takes
        ]
        return self._again(take_id)

    async def delete_stock_take(self, take_id: str) -> None:
        """Forgotten."""
        self.takes = [one for one in self.takes if one.id != take_id]

    def _again(self, take_id: str) -> StockTake:
        found = next(one for one in self.takes if one.id == take_id)
        fresh = msgspec.structs.replace(
            self._take(take_id, found.name, 0), closed_by=found.closed_by, closed_at=found.closed_at
        )
        self.takes = [fresh if one.id == take_id else one for one in self.takes]
        return fresh

    def _take(self, take_id: str, name: str, days: int, *, is_closed: bool = False) -> StockTake:
        lamps = self._lamps()
        marks = [self.marks.get(asset.id, _first_mark(asset)) for asset in lamps]
        opened = self._stock_now - dt.timedelta(days=days)
        return StockTake(
            id=take_id,
            name=name,
            zone=AssetFilter(class_="streetlight", commune="21231"),
            opened_by="m.lambert",
            opened_at=opened,
            asset_count=len(lamps),
            found_count=marks.count(StockMark.FOUND),
            not_found_count=marks.count(StockMark.NOT_FOUND),
            unknown_count=marks.count(StockMark.UNKNOWN),
            extra_count=1,
            stray_codes=("PL-9999",),
            closed_by="m.lambert" if is_closed else "",
            closed_at=opened + dt.timedelta(days=9) if is_closed else None,
        )

    def _lamps(self) -> list[Asset]:
        return [asset for asset in self._stock_assets.values() if asset.class_ == "streetlight"][:60]

    def _line(self, asset: Asset) -> StockLine:
        mark = self.marks.get(asset.id, _first_mark(asset))
        is_seen = mark is not StockMark.UNKNOWN
        return StockLine(
            asset_id=asset.id,
            class_=asset.class_,
            code=asset.code,
            name=asset.name,
            street=asset.street,
            mark=mark,
            by="m.lambert" if is_seen else "",
            at=self._stock_now - dt.timedelta(hours=4) if is_seen else None,
            note="mât déposé" if mark is StockMark.NOT_FOUND else "",
        )

    def _mark_document(self, document_id: str, by: str) -> AssetDocument:
        at = self._stock_now if by else None
        self.documents_kept = [
            msgspec.structs.replace(one, removed_by=by, removed_at=at) if one.id == document_id else one
            for one in self.documents_kept
        ]
        return next(one for one in self.documents_kept if one.id == document_id)


def _first_mark(asset: Asset) -> StockMark:
    if asset.id % 11 == 0:
        return StockMark.NOT_FOUND
    return StockMark.FOUND if asset.id % 3 else StockMark.UNKNOWN


def _document(document_id: str, name: str, kind: DocumentKind, days: int, now: dt.datetime, size: int) -> AssetDocument:
    is_photo = kind is DocumentKind.JPEG
    return AssetDocument(
        id=document_id,
        asset_id=0,
        name=name,
        kind=kind,
        size_bytes=size,
        sha256="",
        added_by="m.lambert",
        added_at=now - dt.timedelta(days=days),
        width=4032 if is_photo else None,
        height=3024 if is_photo else None,
    )
