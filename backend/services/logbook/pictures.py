"""Pictures of notes: kept by their hash as documents of assets are; what no note took is forgotten after a day."""

import asyncio
import datetime as dt
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
from contract.asset_documents import PictureSize
from contract.logbook import MOST_PICTURES, NotePicture

log = logging.getLogger(__name__)
KEPT: Final = "note_picture"
WAITS: Final = dt.timedelta(days=1)
MOST_WAITING: Final = 4 * MOST_PICTURES  # of one person


class KeptPicture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture, who added it when, and the note that took it."""

    picture: NotePicture
    added_by: str
    added_at: dt.datetime
    note: str = ""


class NotePictures:
    """`load` before it is asked, `close` before storage."""

    def __init__(self, storage: Storage, clock: Clock, folder: Path, store: ContentStore | None = None) -> None:
        self._storage = storage
        self._clock = clock
        self._store = store or ContentStore(folder)
        self._drawing = PhotoDrawing()
        self._threads = Threads("logbook", 2)
        self._tasks = Tasks("logbook")
        self._in_turn = Serial(self._tasks, "note picture")
        self._kept: dict[str, KeptPicture] = {}

    async def load(self) -> None:
        """What was kept; what waited too long goes."""
        found = (await self._storage.records(KEPT)).items()
        self._kept = {key: msgspec.json.decode(body, type=KeptPicture) for key, body in found}
        await self._threads.run(self._store.sweep)
        await self._purge()

    async def close(self) -> None:
        """End what runs; may be called twice."""
        await self._tasks.close()
        self._threads.close()

    async def add(self, name: str, content: bytes, *, by: str) -> NotePicture:
        """Keep a photo until a note takes it. Raises DocumentRefused."""
        if not content:
            raise DocumentRefused(say("document_empty"))
        plain = clean_name(name)
        if await self._threads.run(lambda: kind_of(plain, content)) not in PHOTOS:
            raise DocumentRefused(say("note_picture_kind", name=plain))
        return await self._in_turn.run(lambda: self._add(plain, content, by))

    def given(self, ids: Sequence[str], *, by: str) -> list[KeptPicture]:
        """The pictures that somebody added for a note. Raises DocumentRefused."""
        if len(ids) > MOST_PICTURES:
            raise DocumentRefused(say("note_picture_count", count=MOST_PICTURES))
        found = [self._kept.get(id_) for id_ in dict.fromkeys(ids)]
        good = [kept for kept in found if kept is not None and kept.added_by == by and not kept.note]
        if len(good) < len(found):
            raise DocumentRefused(say("note_picture_gone"))
        return good

    def take(self, pictures: Sequence[KeptPicture], note: str) -> tuple[list[KeptRecord], list[KeptPicture]]:
        """What is to be committed with the note; then `taken` is called."""
        taken = [msgspec.structs.replace(kept, note=note) for kept in pictures]
        return [KeptRecord(KEPT, kept.picture.id, msgspec.json.encode(kept)) for kept in taken], taken

    def taken(self, pictures: Sequence[KeptPicture]) -> None:
        """The note is written."""
        self._kept |= {kept.picture.id: kept for kept in pictures}

    async def image(self, picture: NotePicture, size: PictureSize) -> bytes:
        """A JPEG that we drew of it. Raises DocumentRefused."""
        try:
            return await self._threads.run(lambda: self._store.read_picture(picture.sha256, size))
        except ContentLost as error:
            log.error("picture %s of the logbook: %s", picture.id, error)
            raise DocumentRefused(say("document_lost", name=picture.name)) from error

    async def _add(self, name: str, content: bytes, by: str) -> NotePicture:
        await self._purge()
        if sum(1 for kept in self._kept.values() if kept.added_by == by and not kept.note) >= MOST_WAITING:
            raise DocumentRefused(say("note_picture_waiting"))
        try:
            if not await self._threads.run(lambda: self._store.has_room(2 * len(content))):
                raise DocumentRefused(say("document_room"))
            sha256 = await self._threads.run(lambda: self._store.keep(content))
        except OSError as error:
            log.error("a picture of the logbook cannot be kept: %s", error)
            raise DocumentRefused(say("document_room")) from error
        try:
            kept = KeptPicture(
                picture=await self._drawn(name, sha256, len(content)), added_by=by, added_at=self._clock.now()
            )
            record = KeptRecord(KEPT, kept.picture.id, msgspec.json.encode(kept))
            await self._storage.commit(Unit(records=[record]))
        except BaseException:
            await asyncio.shield(self._threads.run(lambda: self._forget_unused(sha256)))
            raise
        self._kept[kept.picture.id] = kept
        return kept.picture

    async def _drawn(self, name: str, sha256: str, size_bytes: int) -> NotePicture:
        paths = [str(self._store.picture_path(sha256, size)) for size in (PictureSize.PREVIEW, PictureSize.THUMBNAIL)]
        order = Order(photo=str(self._store.path(sha256)), preview=paths[0], thumbnail=paths[1])
        drawn = await self._drawing.draw(order)
        if drawn is None:
            raise DocumentRefused(say("document_photo", name=name, count=MOST_MEGAPIXELS))
        return NotePicture(
            id=str(uuid.uuid4()),
            name=name,
            sha256=sha256,
            size_bytes=size_bytes,
            width=drawn.width,
            height=drawn.height,
        )

    async def _purge(self) -> None:
        ends = self._clock.now() - WAITS
        old = [kept for kept in self._kept.values() if not kept.note and kept.added_at < ends]
        if not old:
            return
        await self._storage.commit(Unit(records=[KeptRecord(KEPT, kept.picture.id, None) for kept in old]))
        for kept in old:
            self._kept.pop(kept.picture.id, None)
        await self._threads.run(lambda: self._forget_unused(*(kept.picture.sha256 for kept in old)))

    def _forget_unused(self, *hashes: str) -> None:
        used = {kept.picture.sha256 for kept in self._kept.values()}
        for sha256 in set(hashes) - used:
            self._store.forget(sha256)
