"""Sealed extractions: periods that no purge reaches, under two persons, until they end or are released."""

import asyncio
import datetime as dt
import logging
import uuid
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.domain.footage_rules import Anchor, believed_now, first_anchor
from backend.ports import KeptRecord, Storage, StorageError, Unit
from backend.services.footage.facts import footage_entry
from backend.services.footage.recording_desk import Commanded
from backend.services.media import MediaUnavailable
from backend.services.refusals import FootageRefused
from backend.services.said import say
from contract.assets import Asset
from contract.footage import FootageLock, LockRequest
from contract.journal import EntryKind
from contract.media import FootagePart, FootageSealed, Purged, ReleaseSeal, SealFootage
from contract.points import Value

log = logging.getLogger(__name__)
KIND: Final = "footage_lock"
CLOCK_KIND: Final = "footage_clock"
MOST_CAMERAS: Final = 64
LONGEST_DAYS: Final = 31
LONGEST_YEARS: Final = 5
LONGEST_REASON: Final = 500
SOON: Final = dt.timedelta(hours=48)
_OPEN: Final = frozenset({"sealing", "failed"})
_LOOK_EVERY_S: Final = 2.0
_SEAL_WITHIN_S: Final = 3_600.0
_AGAIN_S: Final = 30.0
_NOTE_CLOCK_EVERY_S: Final = 300.0


class SealingMedia(Commanded, Protocol):
    """The media process, as seals see it."""

    async def ask(self, command: SealFootage, key: str, kind: type[FootageSealed], *, within_s: float) -> FootageSealed:
        """Tell, and wait for the answer. Raises MediaUnavailable."""
        ...


class Seals:
    """A seal that was being made or released when something died is taken up again. None ends before its time."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        media: SealingMedia,
        asset: Callable[[int], Asset | None],
        tell: Callable[[dict[str, Value]], None],
    ) -> None:
        """`tell` takes points of the recorder."""
        self._storage = storage
        self._clock = clock
        self._media = media
        self._asset = asset
        self._tell = tell
        self._seals: dict[str, FootageLock] = {}
        self._anchor = Anchor(clock.now().timestamp(), clock.monotonic())
        self._noted_at: float | None = None
        self._try_at: dict[str, float] = {}  # monotonic: when to seal, or to release, again
        self._sealing: set[str] = set()
        self._tasks = Tasks("seals")

    async def load(self) -> None:
        """Read what is kept."""
        for key, body in (await self._storage.records(KIND)).items():
            try:
                self._seals[key] = msgspec.json.decode(body, type=FootageLock)
            except msgspec.MsgspecError:
                log.error("the seal %s cannot be read; what it holds is not released by itself", key)
        last = (await self._storage.records(CLOCK_KIND)).get("believed")
        believed = None if last is None else msgspec.json.decode(last, type=float)
        self._anchor = first_anchor(self._clock.now().timestamp(), self._clock.monotonic(), believed)

    async def run(self) -> None:
        """Seal, release what has ended, warn; for ever."""
        while True:
            try:
                await self.look()
            except StorageError as error:
                log.error("seals could not be looked after: %s", error)
            except Exception:
                log.exception("seals could not be looked after; they are again in a moment")
            await asyncio.sleep(_LOOK_EVERY_S)

    async def close(self) -> None:
        """End what runs."""
        await self._tasks.close()

    async def settle(self) -> None:
        """Returns when nothing is being copied or written."""
        await self._tasks.settle()

    def all(self) -> Sequence[FootageLock]:
        """Every seal, newest first."""
        return sorted(self._seals.values(), key=lambda seal: (seal.made_at, seal.id), reverse=True)

    def get(self, lock_id: str) -> FootageLock | None:
        """One seal."""
        return self._seals.get(lock_id)

    def check(self, request: LockRequest) -> None:
        """Raises FootageRefused for what no two persons may seal."""
        now = self._clock.now()
        if not 0 < len(request.camera_ids) == len(set(request.camera_ids)) <= MOST_CAMERAS:
            raise FootageRefused(say("lock_cameras", count=MOST_CAMERAS))
        period = request.until - request.since
        if not dt.timedelta() < period <= dt.timedelta(days=LONGEST_DAYS) or request.until > now:
            raise FootageRefused(say("lock_period", days=LONGEST_DAYS))
        is_line = all(ord(character) >= 32 for character in request.requisition)
        if not 0 < len(request.reason.strip()) <= LONGEST_REASON or len(request.requisition) > 200 or not is_line:
            raise FootageRefused(say("lock_reason", count=LONGEST_REASON))
        if not now < request.expires_at <= now + dt.timedelta(days=366 * LONGEST_YEARS):
            raise FootageRefused(say("lock_expiry", years=LONGEST_YEARS))

    async def make(self, request: LockRequest, *, by: str, approved_by: str) -> FootageLock:
        """Seal what two persons agreed on; the copying goes on behind. Raises FootageRefused."""
        self.check(request)
        seal = FootageLock(
            id=str(uuid.uuid4()),
            camera_ids=request.camera_ids,
            since=request.since,
            until=request.until,
            reason=request.reason,
            requisition=request.requisition,
            requested_by=by,
            approved_by=approved_by,
            made_at=self._clock.now(),
            expires_at=request.expires_at,
        )
        await self._keep(seal, "seal_ordered", by=by)
        self._start(seal)
        return seal

    async def release(self, lock_id: str, *, by: str, approved_by: str, reason: str) -> FootageLock:
        """Two persons give it up before its end. Raises FootageRefused."""
        seal = self._seals.get(lock_id)
        if seal is None:
            raise FootageRefused(say("lock_gone"))
        if seal.state in {"releasing", "released"}:
            raise FootageRefused(say("lock_over"))
        details: dict[str, object] = {"approved_by": approved_by, "reason": reason}
        seal = msgspec.structs.replace(seal, state="releasing", detail=reason)
        await self._keep(seal, "seal_release_ordered", by=by, details=details)
        self._release(seal)
        return seal

    def hear(self, event: Purged) -> None:
        """What the media process destroyed: of a seal, when it names one."""
        seal = self._seals.get(event.lock_id) if event.lock_id else None
        if seal is not None and seal.state == "releasing" and event.left == 0:
            released = msgspec.structs.replace(seal, state="released", bytes=0)
            proof: dict[str, object] = {"files": event.files, "bytes": event.bytes, "left": event.left}
            self._tasks.start(self._keep(released, "seal_released", details=proof), name=f"seal {seal.id}")

    async def look(self) -> None:
        """Do what is due now."""
        wall_s, now = self._clock.now().timestamp(), self._clock.monotonic()
        believed_s = believed_now(self._anchor, wall_s, now)
        await self._note_clock(believed_s, now)
        for seal in tuple(self._seals.values()):
            if seal.state == "released":
                continue
            if seal.state != "releasing" and seal.expires_at.timestamp() <= believed_s:
                seal = msgspec.structs.replace(seal, state="releasing", detail="its time is over")
                await self._keep(seal, "seal_ended")
                self._try_at.pop(seal.id, None)
            if self._try_at.get(seal.id, now) > now or not self._media.is_ready:
                continue
            if seal.state == "releasing":
                self._release(seal)
            elif seal.state in _OPEN:
                self._start(seal)
        self._warn(wall_s)

    def _warn(self, wall_s: float) -> None:
        """By the wall clock, believed or not: people look into it either way."""
        kept = [seal for seal in self._seals.values() if seal.state != "released"]
        if not self._seals:
            return
        ends = [seal.expires_at.timestamp() for seal in kept]
        soon_s = SOON.total_seconds()
        self._tell(
            {
                "seal_failed": any(seal.state == "failed" for seal in kept),
                "seal_expires_soon": any(wall_s < end <= wall_s + soon_s for end in ends),
                "seal_overdue": any(end <= wall_s for end in ends),
            }
        )

    async def _note_clock(self, believed_s: float, now: float) -> None:
        if not self._seals or (self._noted_at is not None and now - self._noted_at < _NOTE_CLOCK_EVERY_S):
            return
        record = KeptRecord(CLOCK_KIND, "believed", msgspec.json.encode(believed_s))
        await self._storage.commit(Unit(records=[record]))
        self._noted_at = now

    # --- with the media process

    def _start(self, seal: FootageLock) -> None:
        if seal.id in self._sealing:
            return
        self._sealing.add(seal.id)
        self._try_at[seal.id] = self._clock.monotonic() + _AGAIN_S
        self._tasks.start(self._seal(seal), name=f"seal {seal.id}")

    async def _seal(self, seal: FootageLock) -> None:
        try:
            key = str(uuid.uuid4())
            parts = tuple(self._part(seal, camera_id) for camera_id in seal.camera_ids)
            command = SealFootage(id=key, lock_id=seal.id, parts=parts)
            answer = await self._media.ask(command, key, FootageSealed, within_s=_SEAL_WITHIN_S)
            await self._sealed(seal.id, answer)
        except (MediaUnavailable, StorageError) as error:
            log.warning("the seal %s is not made yet and is tried again: %s", seal.id, error)
        finally:
            self._sealing.discard(seal.id)
            self._try_at[seal.id] = self._clock.monotonic() + _AGAIN_S

    async def _sealed(self, lock_id: str, answer: FootageSealed) -> None:
        seal = self._seals[lock_id]
        if seal.state not in _OPEN:
            return
        if answer.trouble:
            if seal.state != "failed" or seal.detail != answer.trouble:
                failed = msgspec.structs.replace(seal, state="failed", detail=answer.trouble)
                await self._keep(failed, "seal_failed", details={"reason": answer.trouble})
            return
        missing = [msgspec.to_builtins(gap) for gap in answer.missing]
        words = say("lock_missing", count=len(missing)).text if missing else ""
        sealed = msgspec.structs.replace(seal, state="sealed", bytes=answer.bytes, detail=words)
        details: dict[str, object] = {"files": answer.files, "bytes": answer.bytes, "missing": missing}
        await self._keep(sealed, "sealed", details=details)

    def _release(self, seal: FootageLock) -> None:
        self._try_at[seal.id] = self._clock.monotonic() + _AGAIN_S
        if seal.id in self._sealing:
            return  # what is still being copied would come back
        try:
            self._media.tell(ReleaseSeal(lock_id=seal.id))
        except MediaUnavailable as error:
            log.warning("the seal %s is not released yet and is tried again: %s", seal.id, error)

    def _part(self, seal: FootageLock, camera_id: int) -> FootagePart:
        """As recorded, without masks: it stays in the recorder. Masks are burnt in when something of it leaves."""
        asset = self._asset(camera_id)
        label = str(camera_id) if asset is None else f"{asset.code} {asset.name}".strip()
        return FootagePart(camera_id=camera_id, since=seal.since, until=seal.until, masks=(), label=label)

    async def _keep(
        self, seal: FootageLock, event: str, *, by: str = "system", details: dict[str, object] | None = None
    ) -> None:
        payload: dict[str, object] = {
            "lock": seal.id,
            "cameras": list(seal.camera_ids),
            "since": seal.since.isoformat(),
            "until": seal.until.isoformat(),
            "expires_at": seal.expires_at.isoformat(),
            "requested_by": seal.requested_by,
            "approved_by": seal.approved_by,
            "reason": seal.reason,
            "requisition": seal.requisition,
            **(details or {}),
        }
        only = seal.camera_ids[0] if len(seal.camera_ids) == 1 else None
        entry = footage_entry(event, payload, by=by, camera_id=only, kind=EntryKind.SEAL)
        record = KeptRecord(KIND, seal.id, msgspec.json.encode(seal))
        await self._storage.commit(Unit(entries=[entry], records=[record]))
        self._seals[seal.id] = seal
