"""Moments of recordings that somebody marked; forgotten when the recordings are."""

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.ports import KeptRecord, Storage, Unit
from backend.services.footage.facts import footage_entry
from backend.services.refusals import FootageRefused
from backend.services.said import say
from contract.assets import Asset
from contract.footage import LONGEST_DAYS, Bookmark, BookmarkRequest

log = logging.getLogger(__name__)
KIND: Final = "bookmark"
LONGEST_LABEL: Final = 200
MOST_OF_A_CAMERA: Final = 1_000
_KEPT: Final = dt.timedelta(days=LONGEST_DAYS + 1)


class Bookmarks:
    """Bookmarks by id."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._bookmarks: dict[str, Bookmark] = {}

    async def load(self) -> None:
        """Read what is kept."""
        for key, body in (await self._storage.records(KIND)).items():
            try:
                self._bookmarks[key] = msgspec.json.decode(body, type=Bookmark)
            except msgspec.MsgspecError:
                log.error("the bookmark %s cannot be read", key)

    def of(self, camera_id: int) -> Sequence[Bookmark]:
        """Those of one camera, oldest first."""
        mine = (item for item in self._bookmarks.values() if item.camera_id == camera_id)
        return sorted(mine, key=lambda item: (item.at, item.id))

    def get(self, bookmark_id: str) -> Bookmark | None:
        """One bookmark."""
        return self._bookmarks.get(bookmark_id)

    async def make(self, camera: Asset, request: BookmarkRequest, *, by: str) -> Bookmark:
        """Mark a moment. Raises FootageRefused."""
        label = request.label.strip()
        if not 0 < len(label) <= LONGEST_LABEL or any(ord(character) < 32 for character in label):
            raise FootageRefused(say("bookmark_label", count=LONGEST_LABEL))
        now = self._clock.now()
        if request.at > now or (request.until is not None and not request.at <= request.until <= now):
            raise FootageRefused(say("bookmark_time"))
        await self._forget_old(now)
        if len(self.of(camera.id)) >= MOST_OF_A_CAMERA:
            raise FootageRefused(say("bookmark_count", asset=camera.code, count=MOST_OF_A_CAMERA))
        bookmark = Bookmark(
            id=str(uuid.uuid4()), camera_id=camera.id, at=request.at, label=label, made_by=by, until=request.until
        )
        entry = footage_entry("bookmarked", _payload(bookmark), by=by, camera_id=camera.id)
        record = KeptRecord(KIND, bookmark.id, msgspec.json.encode(bookmark))
        await self._storage.commit(Unit(entries=[entry], records=[record]))
        self._bookmarks[bookmark.id] = bookmark
        return bookmark

    async def remove(self, bookmark: Bookmark, *, by: str) -> None:
        """Forget one."""
        entry = footage_entry("bookmark_removed", _payload(bookmark), by=by, camera_id=bookmark.camera_id)
        await self._storage.commit(Unit(entries=[entry], records=[KeptRecord(KIND, bookmark.id, None)]))
        self._bookmarks.pop(bookmark.id, None)

    async def _forget_old(self, now: dt.datetime) -> None:
        """What they marked is destroyed: nothing remains to be found by them."""
        old = [item.id for item in self._bookmarks.values() if (item.until or item.at) < now - _KEPT]
        if old:
            await self._storage.commit(Unit(records=[KeptRecord(KIND, key, None) for key in old]))
            for key in old:
                self._bookmarks.pop(key, None)


def _payload(bookmark: Bookmark) -> dict[str, object]:
    until = None if bookmark.until is None else bookmark.until.isoformat()
    return {"bookmark": bookmark.id, "at": bookmark.at.isoformat(), "until": until, "label": bookmark.label}
