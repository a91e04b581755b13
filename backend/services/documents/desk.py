"""Documents and photos of assets: added, looked at, removed, restored; each act in the journal."""

import asyncio
import datetime as dt
import functools
import logging
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.devkit.threads import Threads
from backend.ports import KeptRecord, Storage, Unit
from backend.services.documents.kinds import PHOTOS, clean_name, kind_of
from backend.services.documents.picture_child import MOST_MEGAPIXELS, Order
from backend.services.documents.pictures import PhotoDrawing
from backend.services.documents.store import ContentLost, ContentStore
from backend.services.refusals import DocumentRefused
from backend.services.said import say
from backend.services.serial import Serial
from contract.asset_documents import DAYS_TO_RESTORE, MOST_OF_ONE_ASSET, AssetDocument, PictureSize
from contract.assets import Asset
from contract.journal import EntryKind, NewEntry

log = logging.getLogger(__name__)
KEPT: Final = "asset_document"
LONGEST_NOTE: Final = 500


class Documents:
    """Whoever calls has asked for the rights. `load` before it is asked, `close` before storage."""

    def __init__(self, storage: Storage, clock: Clock, folder: Path, store: ContentStore | None = None) -> None:
        self._storage = storage
        self._clock = clock
        self._store = store or ContentStore(folder)
        self._drawing = PhotoDrawing()
        self._threads = Threads("documents", 2)
        self._tasks = Tasks("documents")
        self._in_turn = Serial(self._tasks, "document")
        self._documents: dict[str, AssetDocument] = {}

    async def load(self) -> None:
        """What was kept; what was removed long ago goes for good."""
        kept = (await self._storage.records(KEPT)).values()
        found = [msgspec.json.decode(body, type=AssetDocument) for body in kept]
        self._documents = {document.id: document for document in sorted(found, key=lambda one: one.added_at)}
        await self._threads.run(self._store.sweep)
        await self._purge()

    async def close(self) -> None:
        """End what runs; may be called twice."""
        await self._tasks.close()
        self._threads.close()

    def of(self, asset_id: int) -> Sequence[AssetDocument]:
        """Newest first; those that can be restored last."""
        found = [document for document in self._documents.values() if document.asset_id == asset_id]
        found.reverse()
        return sorted(found, key=lambda one: one.removed_at is not None)

    def get(self, asset_id: int, document_id: str) -> AssetDocument:
        """One of them. Raises DocumentRefused."""
        found = self._documents.get(document_id)
        if found is None or found.asset_id != asset_id:
            raise DocumentRefused(say("document_none"))
        return found

    async def add(self, asset: Asset, name: str, content: bytes, *, by: str, note: str = "") -> AssetDocument:
        """Keep a file. Raises DocumentRefused."""
        if len(note) > LONGEST_NOTE:
            raise DocumentRefused(say("document_note", count=LONGEST_NOTE))
        if not content:
            raise DocumentRefused(say("document_empty"))
        plain = clean_name(name)
        kind = await self._threads.run(lambda: kind_of(plain, content))
        wanted = AssetDocument(
            id=str(uuid.uuid4()),
            asset_id=asset.id,
            name=plain,
            kind=kind,
            size_bytes=len(content),
            sha256="",
            added_by=by,
            added_at=self._clock.now(),
            note=note,
        )
        return await self._in_turn.run(lambda: self._add(asset, wanted, content))

    async def content(self, document: AssetDocument) -> bytes:
        """As it came, proven by its hash. Raises DocumentRefused."""
        try:
            return await self._threads.run(lambda: self._store.read(document.sha256))
        except ContentLost as error:
            log.error("document %s: %s", document.id, error)
            raise DocumentRefused(say("document_lost", name=document.name)) from error

    async def picture(self, document: AssetDocument, size: PictureSize) -> bytes:
        """A JPEG that we drew of a photo. Raises DocumentRefused."""
        if document.width is None:
            raise DocumentRefused(say("document_none"))
        try:
            return await self._threads.run(lambda: self._store.read_picture(document.sha256, size))
        except ContentLost as error:
            raise DocumentRefused(say("document_lost", name=document.name)) from error

    async def remove(self, asset: Asset, document: AssetDocument, *, by: str) -> AssetDocument:
        """Out of sight, and for good in thirty days. Raises DocumentRefused."""
        return await self._in_turn.run(lambda: self._mark(asset, document.id, by, is_removed=True))

    async def restore(self, asset: Asset, document: AssetDocument, *, by: str) -> AssetDocument:
        """Take a removal back. Raises DocumentRefused."""
        return await self._in_turn.run(lambda: self._mark(asset, document.id, by, is_removed=False))

    async def _add(self, asset: Asset, wanted: AssetDocument, content: bytes) -> AssetDocument:
        await self._purge()
        here = [document for document in self.of(asset.id) if document.removed_at is None]
        if len(here) >= MOST_OF_ONE_ASSET:
            raise DocumentRefused(say("document_count", count=MOST_OF_ONE_ASSET))
        try:
            if not await self._threads.run(lambda: self._store.has_room(2 * len(content))):
                raise DocumentRefused(say("document_room"))
            sha256 = await self._threads.run(lambda: self._store.keep(content))
        except OSError as error:
            log.error("a document cannot be kept: %s", error)
            raise DocumentRefused(say("document_room")) from error
        if twin := next((document for document in here if document.sha256 == sha256), None):
            raise DocumentRefused(say("document_there", name=twin.name))
        try:
            document = await self._drawn(msgspec.structs.replace(wanted, sha256=sha256))
            await self._keep(asset, document, "added", wanted.added_by)
        except BaseException:
            await asyncio.shield(self._threads.run(lambda: self._forget_unused(sha256)))
            raise
        return document

    async def _drawn(self, document: AssetDocument) -> AssetDocument:
        if document.kind not in PHOTOS:
            return document
        store, name = self._store, document.sha256
        drawn = await self._drawing.draw(
            Order(
                photo=str(store.path(name)),
                preview=str(store.picture_path(name, PictureSize.PREVIEW)),
                thumbnail=str(store.picture_path(name, PictureSize.THUMBNAIL)),
            )
        )
        if drawn is None:
            raise DocumentRefused(say("document_photo", name=document.name, count=MOST_MEGAPIXELS))
        return msgspec.structs.replace(document, width=drawn.width, height=drawn.height)

    async def _mark(self, asset: Asset, document_id: str, by: str, *, is_removed: bool) -> AssetDocument:
        document = self.get(asset.id, document_id)
        if (document.removed_at is not None) == is_removed:
            raise DocumentRefused(say("document_removed" if is_removed else "document_not_removed"))
        at = self._clock.now() if is_removed else None
        marked = msgspec.structs.replace(document, removed_at=at, removed_by=by if is_removed else "")
        await self._keep(asset, marked, "removed" if is_removed else "restored", by)
        return marked

    async def _keep(self, asset: Asset, document: AssetDocument, act: str, by: str) -> None:
        payload: dict[str, object] = {
            "act": act,
            "document": document.id,
            "name": document.name,
            "kind": document.kind.value,
            "sha256": document.sha256,
            "note": document.note,
        }
        entry = NewEntry(kind=EntryKind.DOCUMENT, actor=by, asset_id=asset.id, payload=payload)
        record = KeptRecord(KEPT, document.id, msgspec.json.encode(document))
        await self._storage.commit(Unit(entries=[entry], records=[record]))
        self._documents[document.id] = document

    async def _purge(self) -> None:
        """What was removed more than thirty days ago: journalled, then its content."""
        ends = self._clock.now() - dt.timedelta(days=DAYS_TO_RESTORE)
        old = [one for one in self._documents.values() if one.removed_at is not None and one.removed_at < ends]
        if not old:
            return
        entries = [
            NewEntry(
                kind=EntryKind.DOCUMENT,
                actor="system",
                asset_id=one.asset_id,
                payload={"act": "deleted", "document": one.id, "name": one.name, "sha256": one.sha256},
            )
            for one in old
        ]
        await self._storage.commit(Unit(entries=entries, records=[KeptRecord(KEPT, one.id, None) for one in old]))
        for one in old:
            self._documents.pop(one.id, None)
        for sha256 in {one.sha256 for one in old}:
            await self._threads.run(functools.partial(self._forget_unused, sha256))

    def _forget_unused(self, sha256: str) -> None:
        """The same content may belong to several assets."""
        if all(document.sha256 != sha256 for document in self._documents.values()):
            self._store.forget(sha256)
