"""The privacy masks of each camera: kept, versioned, and told to the media process before anybody sees without them."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final, Protocol, TypeVar

import msgspec

from backend.devkit.clock import Clock
from backend.devkit.threads import Threads
from backend.domain.mask_rules import trouble_of, uncovers
from backend.ports import KeptRecord, Storage, Unit
from backend.services.approvals import Approvals
from backend.services.live_state import LiveState
from backend.services.refusals import ViewingRefused
from backend.services.said import say
from backend.services.viewing.purposes import LONGEST_REASON
from contract.assets import Asset
from contract.journal import EntryKind, NewEntry
from contract.masks import MOST_CORNERS, MOST_MASKS, Mask, MaskChange, MaskLift, MaskSheet
from contract.points import Reading
from contract.rights import User

Answer = TypeVar("Answer")
KIND: Final = "masks"
UNCOVER: Final = "uncover_mask"
_COUNTS: Final = {"mask_count": MOST_MASKS, "mask_corners": MOST_CORNERS}


class MaskTeller(Protocol):
    """The media process, as masks see it."""

    def look_anew(self, camera_id: int, user: str, session: str) -> None:
        """What this login sees of the camera is hung up on: it asks anew, and is shown what it may see now."""
        ...

    def masks_changed(self, camera_id: int, masks: tuple[Mask, ...]) -> None:
        """Who watches with other masks is hung up on; a process that cannot be told is ended."""
        ...


class Masks:
    """One sheet a camera. `open` before anything else."""

    def __init__(
        self, storage: Storage, clock: Clock, live: LiveState, approvals: Approvals, media: MaskTeller
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._live = live
        self._approvals = approvals
        self._media = media
        self._sheets: dict[int, MaskSheet] = {}
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Read them all."""
        kept = await self._storage.records(KIND)
        self._sheets = {int(key): msgspec.json.decode(body, type=MaskSheet) for key, body in kept.items()}

    def sheet(self, camera_id: int) -> MaskSheet:
        """The masks as they are drawn, whoever looks."""
        return self._sheets.get(camera_id) or MaskSheet(camera_id=camera_id)

    def seen_by(self, camera_id: int, lift: MaskLift | None) -> MaskSheet:
        """The masks, and the lift that who asks has on them."""
        return msgspec.structs.replace(self.sheet(camera_id), lift=lift)

    def of(self, camera_id: int) -> tuple[Mask, ...]:
        """What is covered for everybody who has not lifted it."""
        return self.sheet(camera_id).masks

    def show(self, camera_ids: Iterable[int]) -> None:
        """Say of these cameras whether they are masked: the point `is_masked`."""
        self._live.apply([Reading(camera_id, "is_masked", bool(self.of(camera_id))) for camera_id in camera_ids])

    async def change(self, camera: Asset, request: MaskChange, *, by: User) -> MaskSheet:
        """Draw others. Uncovering anything spends an approval. Raises ViewingRefused, ApprovalRefused, MasksStale."""
        code = await _aside(lambda: trouble_of(request.masks))
        if code is not None:
            raise ViewingRefused(say(code, count=_COUNTS[code]) if code in _COUNTS else say(code))
        reason = request.reason.strip()
        if len(reason) > LONGEST_REASON:
            raise ViewingRefused(say("mask_reason", count=LONGEST_REASON))
        async with self._turn:
            before = self.sheet(camera.id)
            if request.version != before.version:
                raise MasksStale(say("mask_stale", asset=camera.code))
            approved_by = ""
            if await _aside(lambda: uncovers(before.masks, request.masks)):
                payload = uncover_payload(camera.id, request)
                approval = await self._approvals.use(request.approval_id, UNCOVER, payload, by=by)
                approved_by = approval.approver
            after = MaskSheet(
                camera_id=camera.id,
                version=before.version + 1,
                masks=request.masks,
                changed_at=self._clock.now(),
                changed_by=by.name,
            )
            await self._keep(before, after, reason, approved_by)
        self._media.masks_changed(camera.id, after.masks)
        self.show([camera.id])
        return after

    async def forget(self, camera_id: int) -> None:
        """The camera is gone from the register: its number may be another camera's one day."""
        async with self._turn:
            if camera_id in self._sheets:
                await self._storage.commit(Unit(records=[KeptRecord(KIND, str(camera_id), None)]))
                del self._sheets[camera_id]

    async def _keep(self, before: MaskSheet, after: MaskSheet, reason: str, approved_by: str) -> None:
        payload: dict[str, object] = {
            "act": "masks_changed",
            "version": after.version,
            "reason": reason,
            "approved_by": approved_by,
            "before": msgspec.to_builtins(before.masks),
            "after": msgspec.to_builtins(after.masks),
        }
        entry = NewEntry(kind=EntryKind.MASK, actor=after.changed_by, asset_id=after.camera_id, payload=payload)
        record = KeptRecord(KIND, str(after.camera_id), msgspec.json.encode(after))
        await self._storage.commit(Unit(entries=[entry], records=[record]))
        self._sheets[after.camera_id] = after


class MasksStale(ViewingRefused):
    """The masks are others than the change was made from."""


async def _aside(compare: Callable[[], Answer]) -> Answer:
    """In a thread: shapes of many corners take seconds to compare, and everybody waits for the loop."""
    threads = Threads("mask shapes")
    try:
        return await threads.run(compare)
    finally:
        threads.close()


def uncover_payload(camera_id: int, request: MaskChange) -> dict[str, object]:
    """What the second person agrees to: this change of this camera, exactly."""
    agreed: dict[str, object] = msgspec.to_builtins(msgspec.structs.replace(request, approval_id=""))
    return {"camera_id": camera_id, **agreed}
