"""Recordings of the sample city, without a wire."""

import datetime as dt

import msgspec

from contract.footage import (
    Bookmark,
    BookmarkList,
    BookmarkRequest,
    CameraFootage,
    CameraRecording,
    FootageGap,
    FootageLock,
    FootageMark,
    FootageNear,
    FootageSpan,
    LockList,
    LockRelease,
    LockRequest,
    NearbyFootage,
    PlanChange,
    RecordingList,
    RecordingMode,
    RecordingPlan,
)

_MINUTE = dt.timedelta(minutes=1)
_KEPT = dt.timedelta(days=12)


class SampleFootage:
    """console.kit.footage_ports.FootageCalls; keeps what it was asked."""

    def __init__(self, at: dt.datetime) -> None:
        self._footage_at = at
        self.footage_asked: list[tuple[object, ...]] = []
        self.plans: dict[int, RecordingPlan] = {}
        self.bookmarks_made: dict[str, Bookmark] = {}
        self.locks: dict[str, FootageLock] = {}

    async def recordings(self, *, commune: str | None = None, cursor: str | None = None) -> RecordingList:
        """Those that were planned."""
        self.footage_asked.append(("recordings", commune, cursor))
        items = tuple(self._recording(camera_id) for camera_id in sorted(self.plans))
        return RecordingList(items=items, total=len(items), used_bytes=310_000_000_000, free_bytes=690_000_000_000)

    async def plan_recordings(self, change: PlanChange) -> RecordingList:
        """At once."""
        self.plans |= dict.fromkeys(change.camera_ids, change.plan)
        items = tuple(self._recording(camera_id) for camera_id in change.camera_ids)
        return RecordingList(items=items, total=len(items))

    async def footage(self, asset_id: int, since: dt.datetime, until: dt.datetime) -> CameraFootage:
        """Recorded up to now but for four minutes; motion every quarter of an hour, an alarm, what was marked."""
        now = min(until, self._footage_at)
        lost = FootageGap(since=now - 24 * _MINUTE, until=now - 20 * _MINUTE, reason="camera_lost", camera_id=asset_id)
        oldest = self._footage_at - _KEPT
        wholes = ((max(since, oldest), lost.since), (lost.until, now))
        marks = [
            FootageMark(id=f"m{number}", kind="motion", since=at, until=at + _MINUTE)
            for number in range(1, 6)
            if (at := now - 15 * number * _MINUTE) > since
        ]
        marks.append(
            FootageMark(
                id="a1",
                kind="alarm",
                since=now - 12 * _MINUTE,
                label="CAM-003",
                priority=2,
                asset_id=asset_id,
                alarm_kind="tamper",
            )
        )
        marks += [
            FootageMark(id=item.id, kind="bookmark", since=item.at, until=item.until, label=item.label)
            for item in self.bookmarks_made.values()
            if item.camera_id == asset_id
        ]
        return CameraFootage(
            camera_id=asset_id,
            since=since,
            until=until,
            spans=tuple(FootageSpan(since=begin, until=end) for begin, end in wholes if begin < end),
            gaps=(lost,) if lost.since > since else (),
            marks=tuple(sorted(marks, key=lambda mark: mark.since)),
            oldest=oldest,
        )

    async def nearest_footage(self, lon: float, lat: float, at: dt.datetime, count: int = 8) -> NearbyFootage:
        """Those that were planned, one farther than the other."""
        self.footage_asked.append(("nearest", lon, lat, at))
        items = tuple(
            FootageNear(
                camera_id=camera_id,
                distance_m=20.0 + 15 * place,
                sees_it=place < 2,
                has_footage=True,
                since=at - _MINUTE,
                until=at + _MINUTE,
            )
            for place, camera_id in enumerate(sorted(self.plans)[:count])
        )
        return NearbyFootage(items=items, total=len(items))

    async def bookmarks(self, asset_id: int) -> BookmarkList:
        """Those that were made."""
        items = tuple(item for item in self.bookmarks_made.values() if item.camera_id == asset_id)
        return BookmarkList(items=items, total=len(items))

    async def bookmark(self, asset_id: int, request: BookmarkRequest) -> Bookmark:
        """Keep it."""
        bookmark = Bookmark(
            id=f"b{len(self.bookmarks_made) + 1}",
            camera_id=asset_id,
            at=request.at,
            label=request.label,
            made_by="operator1",
            until=request.until,
        )
        self.bookmarks_made[bookmark.id] = bookmark
        return bookmark

    async def remove_bookmark(self, bookmark_id: str) -> None:
        """Forget it."""
        self.bookmarks_made.pop(bookmark_id, None)

    async def footage_locks(self, cursor: str | None = None) -> LockList:
        """Those that were made."""
        self.footage_asked.append(("locks", cursor))
        items = tuple(reversed(self.locks.values()))
        return LockList(items=items, total=len(items))

    async def lock_footage(self, request: LockRequest) -> FootageLock:
        """Sealed at once."""
        lock = FootageLock(
            id=f"s{len(self.locks) + 1}",
            camera_ids=request.camera_ids,
            since=request.since,
            until=request.until,
            reason=request.reason,
            requisition=request.requisition,
            requested_by="supervisor",
            approved_by="admin",
            made_at=self._footage_at,
            expires_at=request.expires_at,
            state="sealed",
            bytes=84_000_000,
        )
        self.locks[lock.id] = lock
        return lock

    async def release_footage_lock(self, lock_id: str, request: LockRelease) -> FootageLock:
        """Released at once."""
        lock = msgspec.structs.replace(self.locks[lock_id], state="released", bytes=0, detail=request.reason)
        self.locks[lock_id] = lock
        return lock

    def _recording(self, camera_id: int) -> CameraRecording:
        plan = self.plans[camera_id]
        state = "off" if plan.mode is RecordingMode.OFF else "recording"
        return CameraRecording(camera_id=camera_id, plan=plan, state=state, version=1)
