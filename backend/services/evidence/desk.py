"""The desk for evidence packages: every step is committed before it is told, and taken up again after a restart."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.clock import Clock
from backend.domain.evidence_rules import (
    LONGEST_PART,
    LONGEST_TEXT,
    MOST_PARTS,
    is_open,
    is_over,
    seal_trouble,
    trouble_of,
)
from backend.domain.footage_rules import believed_now, first_anchor
from backend.ports import Storage, StorageError
from backend.services.approvals import ApprovalRefused, Approvals
from backend.services.evidence.kept_package import EvidenceRefused, KeptPackage, asks_of, told
from backend.services.evidence.package_book import PackageBook
from backend.services.evidence.package_building import EvidenceMedia, EvidenceSigner, PackageBuilding
from backend.services.evidence.sealing import file_name
from backend.services.register import Register
from backend.services.said import NOTHING, say
from backend.services.viewing.gate import Door, Gate, Permit, Viewer
from contract.evidence import EvidencePackage, EvidenceRequest, EvidenceState
from contract.footage import FootageLock
from contract.media import MediaEvent
from contract.rights import User

log = logging.getLogger(__name__)
ACT: Final = "extract_evidence"
MOST_OPEN: Final = 20
_LOOK_EVERY_S: Final = 1.0
_DESTROY_AGAIN_S: Final = 600.0
_RESUMABLE: Final = frozenset({EvidenceState.PAUSED, EvidenceState.FAILED})


class Evidence:
    """`load`, then `run` for ever; `hear` takes what the media process says."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        register: Register,
        user: Callable[[str], User | None],
        approvals: Approvals,
        gate: Gate,
        lock: Callable[[str], FootageLock | None],
        media: EvidenceMedia,
        signer: EvidenceSigner,
        folder: Path,
        software: str,
    ) -> None:
        """`user` and `lock` give an account and a sealed extraction as they are now."""
        self._clock = clock
        self._user = user
        self._approvals = approvals
        self._gate = gate
        self._lock = lock
        self._signer = signer
        self._folder = folder
        self._book = PackageBook(storage)
        self._building = PackageBuilding(storage, clock, register, gate, media, self._book, signer, folder, software)
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="evidence readers")
        self._destroy_at: dict[str, float] = {}
        self._anchor = first_anchor(clock.now().timestamp(), clock.monotonic(), None)
        self.fingerprint = ""

    # --- life

    async def load(self) -> None:
        """Read what is kept. Raises StorageError when the signing key is damaged."""
        self.fingerprint = self._signer.fingerprint
        await self._book.load()
        for kept in self.all():
            if kept.package.state is EvidenceState.READY and not self.path(kept).is_file():
                changes: dict[str, object] = {"state": EvidenceState.FAILED, **told(say("evidence_lost"))}
                await self._book.save(kept, "evidence_lost", changes)

    async def run(self) -> None:
        """Begin what may begin, and destroy what is over; for ever."""
        while True:
            try:
                await self.look()
            except StorageError as error:
                log.error("evidence packages could not be looked after: %s", error)
            await asyncio.sleep(_LOOK_EVERY_S)

    async def close(self) -> None:
        """End what runs; a build goes on at the next start."""
        await self._building.close()
        self._readers.shutdown(cancel_futures=True)

    async def look(self) -> None:
        """Do what is due now."""
        now = self._clock.monotonic()
        believed_s = believed_now(self._anchor, self._clock.now().timestamp(), now)
        for kept in self.all():
            if is_over(kept.package, believed_s):
                if self._destroy_at.get(kept.request.id, now) <= now:
                    await self._destroy(kept, by="system", act="evidence_expired")
            elif kept.package.state is EvidenceState.WAITING:
                await self._wait_for_approval(kept)
            elif kept.package.state is EvidenceState.BUILDING:
                await self._building.begin_due(kept)

    def hear(self, event: MediaEvent) -> None:
        """How the clips of packages fare."""
        self._building.hear(event)

    # --- what people do

    def all(self) -> Sequence[KeptPackage]:
        """Newest first."""
        return self._book.all()

    def get(self, package_id: str) -> KeptPackage | None:
        """One package."""
        return self._book.get(package_id)

    def shown(self, kept: KeptPackage) -> EvidencePackage:
        """With how far it is at this moment."""
        done, total = self._building.progress_of(kept)
        return msgspec.structs.replace(kept.package, done_bytes=done, total_bytes=total)

    def path(self, kept: KeptPackage) -> Path:
        """Where its file is, or will be."""
        return self._folder / kept.request.id / (kept.package.file_name or file_name(kept))

    async def request(self, request: EvidenceRequest, *, by: User) -> EvidencePackage:
        """Order a package; it waits for the second person if he has not agreed yet.

        Raises EvidenceRefused, ViewingRefused, ApprovalRefused.
        """
        async with self._book.turn(request.id):
            known = self._book.get(request.id)
            if known is None:
                return await self._order(request, by)
        if known.request != request or known.package.requested_by != by.name:
            raise EvidenceRefused(say("evidence_known"))
        return self.shown(known)

    async def _order(self, request: EvidenceRequest, by: User) -> EvidencePackage:
        self._check(request, by)
        package = EvidencePackage(
            id=request.id,
            parts=request.parts,
            requisition=request.requisition,
            reason=request.reason,
            requested_by=by.name,
            approved_by="",
            requested_at=self._clock.now(),
            state=EvidenceState.WAITING,
            incident=request.incident,
            lock_id=request.lock_id,
            key_fingerprint=self.fingerprint,
        )
        kept = KeptPackage(request=request, package=package)
        changes: dict[str, object] = {}
        try:
            approval = await self._approvals.use(request.approval_id, ACT, kept.agreed, by=by)
        except ApprovalRefused as error:
            if error.reason != "not_approved":
                raise
        else:
            changes = {"approved_by": approval.approver or "", "state": EvidenceState.BUILDING}
        return (await self._book.save(kept, "evidence_asked", changes, by=by.name)).package

    async def cancel(self, package_id: str, *, by: str) -> EvidencePackage:
        """Stop building; what is written stays for a resume. Raises EvidenceRefused."""
        async with self._book.turn(package_id):
            kept = self._standing(package_id)
            if not is_open(kept.package):
                raise EvidenceRefused(say("evidence_state", state=kept.package.state.value))
            self._building.stop(package_id)
            never_agreed = kept.package.state is EvidenceState.WAITING
            changes: dict[str, object] = {
                "state": EvidenceState.FAILED if never_agreed else EvidenceState.PAUSED,
                **told(say("evidence_cancelled", who=by)),
            }
            kept = await self._book.save(kept, "evidence_cancelled", changes, by=by)
        return self.shown(kept)

    async def resume(self, package_id: str, *, by: str) -> EvidencePackage:
        """Go on where it stopped. Raises EvidenceRefused."""
        async with self._book.turn(package_id):
            kept = self._standing(package_id)
            if kept.package.state not in _RESUMABLE or not kept.package.approved_by:
                raise EvidenceRefused(say("evidence_state", state=kept.package.state.value))
            self._building.hasten(package_id)
            changes: dict[str, object] = {"state": EvidenceState.BUILDING, **told(NOTHING)}
            kept = await self._book.save(kept, "evidence_resumed", changes, by=by)
        return self.shown(kept)

    async def delete(self, package_id: str, *, by: str) -> None:
        """Destroy a package before its time. Raises EvidenceRefused."""
        await self._destroy(self._standing(package_id), by=by, act="evidence_deleted")

    async def fetch(self, package_id: str, viewer: Viewer) -> tuple[KeptPackage, tuple[Permit, ...]]:
        """Enter that somebody fetches a package; only then may its first byte leave.

        Raises EvidenceRefused, ViewingRefused.
        """
        kept = self._standing(package_id)
        if kept.package.state is not EvidenceState.READY:
            raise EvidenceRefused(say("evidence_not_ready"))
        viewer = msgspec.structs.replace(viewer, purpose=kept.purpose)
        permits = await self._gate.admit_all(viewer, asks_of(kept, "fetch"))
        if not self._book.is_current(kept):
            raise EvidenceRefused(say("evidence_gone"))
        for permit in permits:
            self._gate.current(permit)
        return kept, permits

    async def read(self, kept: KeptPackage, at: int, length: int) -> bytes:
        """Bytes of a package's file. Raises OSError, also when there are none."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, _read, self.path(kept), at, length)

    async def fetched(self, permits: Sequence[Permit], sent_bytes: int) -> None:
        """How much of it left."""
        for permit in permits:
            await self._gate.enter(permit, "handed_out", {"bytes": sent_bytes})

    # --- steps

    def _check(self, request: EvidenceRequest, by: User) -> None:
        trouble = trouble_of(request, self._clock.now()) or seal_trouble(request, self._lock(request.lock_id))
        if trouble is not None:
            words = say(trouble, count=MOST_PARTS, days=LONGEST_PART.days, length=LONGEST_TEXT)
            raise EvidenceRefused(words)
        if sum(is_open(kept.package) for kept in self._book.all()) >= MOST_OPEN:
            raise EvidenceRefused(say("evidence_many", count=MOST_OPEN))
        for part in request.parts:
            self._gate.camera(Viewer(user=by.name), part.camera_id, Door.EVIDENCE)

    async def _wait_for_approval(self, kept: KeptPackage) -> None:
        by = self._user(kept.package.requested_by)
        async with self._book.turn(kept.request.id):
            if by is None or not self._book.is_current(kept):
                return
            changes: dict[str, object]
            try:
                approval = await self._approvals.use(kept.request.approval_id, ACT, kept.agreed, by=by)
            except ApprovalRefused as error:
                if error.reason not in {"not_approved", "copy_away"}:
                    changes = {"state": EvidenceState.FAILED, **told(say("evidence_approval"))}
                    await self._book.save(kept, "evidence_not_approved", changes)
                return
            approver = approval.approver or ""
            changes = {"approved_by": approver, "state": EvidenceState.BUILDING}
            await self._book.save(kept, "evidence_approved", changes, by=approver)

    async def _destroy(self, kept: KeptPackage, *, by: str, act: str) -> None:
        """First the journal, then the files, then what is known of it: killed in between it is done again."""
        key = kept.request.id
        self._building.stop(key)
        async with self._book.turn(key):
            kept = await self._book.save(self._book.get(key) or kept, act, {"state": EvidenceState.FAILED}, by=by)
            left = await self._building.destroy(key)
            if left == 0:
                await self._book.forget(kept, "evidence_destroyed", {"left": 0})
            else:
                self._destroy_at[key] = self._clock.monotonic() + _DESTROY_AGAIN_S
                words = told(say("evidence_not_destroyed", count=left))
                await self._book.save(kept, "evidence_not_destroyed", words, proof={"left": left})

    def _standing(self, package_id: str) -> KeptPackage:
        kept = self._book.get(package_id)
        if kept is None:
            raise EvidenceRefused(say("evidence_gone"))
        return kept


def _read(path: Path, at: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(at)
        content = file.read(length)
    if not content:
        raise OSError(f"{path.name} is shorter than it was")
    return content
