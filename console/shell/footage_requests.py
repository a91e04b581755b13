"""Requests about recordings: plans, timelines, bookmarks, seals."""

import datetime as dt
from urllib.parse import quote

from backend_client.session import Session
from console.shell.asking import asked
from contract.footage import (
    Bookmark,
    BookmarkList,
    BookmarkRequest,
    CameraFootage,
    FootageLock,
    LockList,
    LockRelease,
    LockRequest,
    NearbyFootage,
    PlanChange,
    RecordingList,
)


class FootageRequests:
    """console.kit.footage_ports.FootageCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def recordings(self, *, commune: str | None = None, cursor: str | None = None) -> RecordingList:
        """How cameras are recorded, and the disk under it; a page of 1,000."""
        return await asked(self._session.get("/recordings", RecordingList, {"commune": commune, "cursor": cursor}))

    async def plan_recordings(self, change: PlanChange) -> RecordingList:
        """Record these cameras so from now on."""
        return await asked(self._session.put_for("/recordings", change, RecordingList))

    async def footage(self, asset_id: int, since: dt.datetime, until: dt.datetime) -> CameraFootage:
        """The timeline of a camera, 31 days at most."""
        period = {"since": since.isoformat(), "until": until.isoformat()}
        return await asked(self._session.get(f"/cameras/{asset_id}/footage", CameraFootage, period))

    async def nearest_footage(self, lon: float, lat: float, at: dt.datetime, count: int = 8) -> NearbyFootage:
        """Which cameras near a place have a moment."""
        moment: dict[str, str | int | float | None] = {"lon": lon, "lat": lat, "at": at.isoformat(), "count": count}
        return await asked(self._session.get("/footage/nearest", NearbyFootage, moment))

    async def bookmarks(self, asset_id: int) -> BookmarkList:
        """Marked moments of a camera."""
        return await asked(self._session.get(f"/cameras/{asset_id}/bookmarks", BookmarkList))

    async def bookmark(self, asset_id: int, request: BookmarkRequest) -> Bookmark:
        """Mark a moment."""
        return await asked(self._session.post_for(f"/cameras/{asset_id}/bookmarks", request, Bookmark))

    async def remove_bookmark(self, bookmark_id: str) -> None:
        """Forget a marked moment."""
        await asked(self._session.delete(f"/bookmarks/{quote(bookmark_id, safe='')}"))

    async def footage_locks(self, cursor: str | None = None) -> LockList:
        """Sealed extractions of the cameras that one manages."""
        return await asked(self._session.get("/footage-locks", LockList, {"cursor": cursor}))

    async def lock_footage(self, request: LockRequest) -> FootageLock:
        """Seal a period, with the approval of a second person."""
        return await asked(self._session.post_for("/footage-locks", request, FootageLock))

    async def release_footage_lock(self, lock_id: str, request: LockRelease) -> FootageLock:
        """Give a seal up before its end, with the approval of a second person."""
        path = f"/footage-locks/{quote(lock_id, safe='')}/release"
        return await asked(self._session.post_for(path, request, FootageLock))
