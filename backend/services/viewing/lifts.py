"""Lifted masks: one person sees one camera bare for a while, under two persons, and it comes back by itself."""

import asyncio
import datetime as dt
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.ports import KeptRecord, Storage, Unit
from backend.services.approvals import Approvals
from backend.services.refusals import ViewingRefused
from backend.services.said import say
from backend.services.viewing.marks import session_mark
from backend.services.viewing.masks import Masks, MaskTeller
from backend.services.viewing.purposes import LONGEST_REASON, Purposes, purpose_payload
from contract.assets import Asset
from contract.journal import EntryKind, NewEntry
from contract.masks import LiftRequest, MaskLift
from contract.rights import User

KIND: Final = "mask_lift"
LIFT: Final = "lift_mask"
LONGEST_MINUTES: Final = 30
_OVER: Final = float("-inf")


class _Standing(msgspec.Struct, frozen=True, kw_only=True):
    lift: MaskLift
    session: str  # its mark
    began_at: dt.datetime


class Lifts:
    """Those in force. Wall time tells people when they end; spans are measured on the monotonic clock."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        purposes: Purposes,
        masks: Masks,
        approvals: Approvals,
        media: MaskTeller,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._purposes = purposes
        self._masks = masks
        self._approvals = approvals
        self._media = media
        self._standing: dict[str, _Standing] = {}
        self._ends: dict[str, float] = {}  # monotonic
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Those of before the restart go on to their end; the rest came back meanwhile."""
        now = self._clock.now()
        for key, body in (await self._storage.records(KIND)).items():
            standing = msgspec.json.decode(body, type=_Standing)
            left_s = (standing.lift.until - now).total_seconds()
            # A clock that was set back while nobody looked must not make it longer.
            is_believed = standing.began_at <= now and left_s <= LONGEST_MINUTES * 60
            self._standing[key] = standing
            self._ends[key] = self._clock.monotonic() + (left_s if is_believed else 0.0)
        await self.end_due()

    def of(self, camera_id: int, session: str) -> MaskLift | None:
        """The lift this login has on this camera now."""
        standing = self._standing.get(_key(camera_id, session_mark(session)))
        return standing.lift if standing is not None and self.lasts_s(camera_id, session) is not None else None

    def lasts_s(self, camera_id: int, session: str) -> float | None:
        """For how long yet this login sees this camera bare; None: it does not."""
        ends_at = self._ends.get(_key(camera_id, session_mark(session)))
        left_s = 0.0 if ends_at is None else ends_at - self._clock.monotonic()
        return left_s if left_s > 0 else None

    async def lift(self, camera: Asset, request: LiftRequest, *, by: User, session: str) -> MaskLift:
        """For this login alone. Raises ViewingRefused, ApprovalRefused."""
        reason = request.reason.strip()
        if not 0 < len(reason) <= LONGEST_REASON:
            raise ViewingRefused(say("purpose_reason", count=LONGEST_REASON))
        if not 1 <= request.minutes <= LONGEST_MINUTES:
            raise ViewingRefused(say("lift_minutes", minutes=LONGEST_MINUTES))
        if not session or not self._masks.of(camera.id):
            raise ViewingRefused(say("lift_nothing", asset=camera.code))
        payload: dict[str, object] = {
            "camera_id": camera.id,
            "reason": request.reason,
            "minutes": request.minutes,
        }
        async with self._turn:
            approval = await self._approvals.use(request.approval_id, LIFT, payload, by=by)
            now = self._clock.now()
            ends_at = self._clock.monotonic() + request.minutes * 60
            lift = MaskLift(
                camera_id=camera.id,
                user=by.name,
                approved_by=approval.approver,
                reason=reason,
                until=now + dt.timedelta(minutes=request.minutes),
            )
            standing = _Standing(lift=lift, session=session_mark(session), began_at=now)
            key = _key(camera.id, standing.session)
            about = {**purpose_payload(self._purposes.of(session)), "reason": reason, "is_routine": False}
            ends: dict[str, object] = {"until": lift.until.isoformat(), "approved_by": lift.approved_by}
            entry = _entry(standing, "mask_lifted", by.name, {**about, **ends})
            record = KeptRecord(KIND, key, msgspec.json.encode(standing))
            await self._storage.commit(Unit(entries=[entry], records=[record]))
            self._standing[key] = standing
            self._ends[key] = ends_at
        self._media.look_anew(camera.id, by.name, session)
        return lift

    async def give_up(self, camera: Asset, *, by: str, session: str) -> None:
        """The masks come back now. Raises ViewingRefused."""
        if self.of(camera.id, session) is None:
            raise ViewingRefused(say("lift_gone", asset=camera.code))
        await self._end([_key(camera.id, session_mark(session))], "given up", by)

    async def end_due(self) -> None:
        """Those whose time is over come back."""
        now = self._clock.monotonic()
        await self._end([key for key, ends_at in self._ends.items() if ends_at <= now], "time is over", "system")

    async def end_of(self, user: str, session: str = "") -> None:
        """This person's rights changed, or one login of his ended: what he lifted comes back."""
        mark = session_mark(session)
        mine = [
            key for key, item in self._standing.items() if item.lift.user == user and (not mark or mark == item.session)
        ]
        await self._end(mine, "login or rights ended", "system")

    async def end_on(self, camera_id: int) -> None:
        """The camera is gone."""
        mine = [key for key, item in self._standing.items() if item.lift.camera_id == camera_id]
        await self._end(mine, "the camera is gone", "system")

    async def _end(self, keys: list[str], why: str, by: str) -> None:
        async with self._turn:
            ended = [(key, self._standing[key]) for key in keys if key in self._standing]
            if not ended:
                return
            bare = {item.lift.camera_id for key, item in ended if self._ends.get(key) != _OVER}
            for key, _ in ended:
                self._ends[key] = _OVER  # bare no more, whether or not the journal takes it
            for camera_id in bare:
                self._media.masks_changed(camera_id, self._masks.of(camera_id))
            entries = [_entry(item, "mask_came_back", by, {"why": why}) for _, item in ended]
            records = [KeptRecord(KIND, key, None) for key, _ in ended]
            await self._storage.commit(Unit(entries=entries, records=records))
            for key, _ in ended:
                self._standing.pop(key, None)
                self._ends.pop(key, None)


def _key(camera_id: int, mark: str) -> str:
    return f"{camera_id}:{mark}"


def _entry(standing: _Standing, act: str, actor: str, details: dict[str, object]) -> NewEntry:
    payload: dict[str, object] = {"act": act, "user": standing.lift.user, "session": standing.session, **details}
    return NewEntry(kind=EntryKind.VIEWING, actor=actor, asset_id=standing.lift.camera_id, payload=payload)
