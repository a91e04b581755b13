"""Has the clips of packages written, masked as their cameras are masked, and makes signed files of them."""

import asyncio
import errno
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Protocol

from backend.devkit.clock import Clock
from backend.devkit.tasks import Tasks
from backend.domain.evidence_rules import KEPT
from backend.ports import Storage, StorageError
from backend.services.evidence.kept_package import KeptPackage, asks_of, told
from backend.services.evidence.package_book import PackageBook
from backend.services.evidence.sealing import destroy, drop_clips, facts_of, file_name, journal_of, seal
from backend.services.media import MediaUnavailable
from backend.services.refusals import ViewingRefused
from backend.services.register import Register
from backend.services.said import NOTHING, TEXTS, Said, quoted, say
from backend.services.viewing.gate import Gate, Permit, Viewer
from contract.evidence import EvidenceState
from contract.media import (
    BuildEvidence,
    CancelEvidence,
    EvidenceClips,
    EvidenceProgress,
    FootagePart,
    MediaCommand,
    MediaEvent,
    MediaReady,
)
from video.evidence.package import PackageBroken, PackageStopped, SealedPackage, Signer

log = logging.getLogger(__name__)
_AGAIN_S: Final = 10.0


class EvidenceMedia(Protocol):
    """The media process, as evidence sees it."""

    @property
    def is_ready(self) -> bool:
        """Whether it takes commands."""
        ...

    def tell(self, command: MediaCommand) -> None:
        """Say a command. Raises MediaUnavailable."""
        ...


class EvidenceSigner(Signer, Protocol):
    """The city's evidence key."""

    @property
    def fingerprint(self) -> str:
        """Of its public key. Raises StorageError."""
        ...


class PackageBuilding:
    """`hear` takes what the media process says; `begin_due` is asked again and again."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        register: Register,
        gate: Gate,
        media: EvidenceMedia,
        book: PackageBook,
        signer: EvidenceSigner,
        folder: Path,
        software: str,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._register = register
        self._gate = gate
        self._media = media
        self._book = book
        self._signer = signer
        self._folder = folder
        self._software = software
        self._progress: dict[str, tuple[int, int]] = {}
        self._permits: dict[str, tuple[Permit, ...]] = {}  # of builds that the media process was told of
        self._try_at: dict[str, float] = {}
        self._stopped: set[str] = set()  # sealing ends at the next piece
        self._tasks = Tasks("evidence")
        self._is_closed = False
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="evidence")

    async def close(self) -> None:
        """End what runs; a build goes on at the next start."""
        self._is_closed = True
        self._stopped.update(kept.request.id for kept in self._book.all())
        await self._tasks.close()
        self._disk.shutdown(cancel_futures=True)

    def hear(self, event: MediaEvent) -> None:
        """How the clips of packages fare."""
        match event:
            case MediaReady():
                self._permits.clear()  # it knows nothing of what it was told before it died
                self._try_at.clear()
            case EvidenceProgress():
                self._progress[event.id] = (event.done_bytes, event.total_bytes)
            case EvidenceClips() if not self._is_closed:
                self._tasks.start(self._take(event), name=f"clips of {event.id}")
            case _:
                pass

    def progress_of(self, kept: KeptPackage) -> tuple[int, int]:
        """Bytes done, bytes in all."""
        return self._progress.get(kept.request.id, (kept.package.done_bytes, kept.package.total_bytes))

    async def begin_due(self, kept: KeptPackage) -> None:
        """Have its clips written, unless they are being written or the media process is away. Raises StorageError."""
        key, now = kept.request.id, self._clock.monotonic()
        if key not in self._permits and self._media.is_ready and self._try_at.get(key, now) <= now:
            self._try_at[key] = now + _AGAIN_S
            await self._begin(kept)

    def hasten(self, key: str) -> None:
        """Try at the next occasion, not when it is due."""
        self._try_at.pop(key, None)

    def stop(self, key: str) -> None:
        """Write no more of it."""
        self._stopped.add(key)
        if self._permits.pop(key, None) is not None:
            try:
                self._media.tell(CancelEvidence(id=key))
            except MediaUnavailable as error:
                log.info("the evidence package %s is not being built any more: %s", key, error)

    async def destroy(self, key: str) -> int:
        """Remove all files of a package; how many are left."""
        self._progress.pop(key, None)
        return await asyncio.get_running_loop().run_in_executor(self._disk, destroy, self._folder / key)

    async def _begin(self, kept: KeptPackage) -> None:
        """Enter the extraction of each camera, then have the clips written, masked as they are masked now."""
        key = kept.request.id
        async with self._book.turn(key):
            if not self._book.is_current(kept):
                return
            viewer = Viewer(user=kept.package.requested_by, purpose=kept.purpose)
            try:
                permits = await self._gate.admit_all(viewer, asks_of(kept, "extract"))
                kept = self._book.note_entries(kept, [permit.seq for permit in permits])
                permits = tuple(self._gate.current(permit) for permit in permits)
                parts = tuple(
                    FootagePart(
                        camera_id=part.camera_id,
                        since=part.since,
                        until=part.until,
                        masks=permit.masks,
                        label=f"{permit.camera.code} {permit.camera.name}".strip(),
                    )
                    for part, permit in zip(kept.request.parts, permits, strict=True)
                )
                folder = self._folder / key / "clips"
                lock_id = kept.request.lock_id
                self._stopped.discard(key)
                self._media.tell(BuildEvidence(id=key, folder=str(folder), parts=parts, lock_id=lock_id))
                self._permits[key] = permits
            except ViewingRefused as error:
                await self._fail(kept, error.said)
            except MediaUnavailable as error:
                log.warning("the evidence package %s waits for the video service: %s", key, error)

    async def _take(self, made: EvidenceClips) -> None:
        async with self._book.turn(made.id):
            kept, permits = self._book.get(made.id), self._permits.pop(made.id, None)
            if kept is None or kept.package.state is not EvidenceState.BUILDING or permits is None:
                return
            if made.trouble == "cancelled":
                return  # not by us: the media process is leaving, and is told again when it is back
            if made.trouble:
                await self._fail(kept, _clip_words(made))
                return
            try:
                if any(self._gate.current(permit).masks != permit.masks for permit in permits):
                    self._try_at.pop(made.id, None)  # masks were drawn meanwhile: everything anew with them
                    return
            except ViewingRefused as error:
                await self._fail(kept, error.said)
                return
            hashes = [clip.sha256 for clip in made.clips]
            kept = await self._book.save(kept, "evidence_extracted", {"clips": len(hashes)}, proof={"clips": hashes})
        await self._seal(kept, made)

    async def _seal(self, kept: KeptPackage, made: EvidenceClips) -> None:
        key, folder = kept.request.id, self._folder / kept.request.id
        journal = await journal_of(self._storage, kept, kept.seqs)
        cameras = [camera for one in kept.camera_ids if (camera := self._register.get(one)) is not None]
        now = self._clock.now()
        facts = facts_of(kept, cameras, journal, commune=self._commune, at=now, software=self._software)
        loop = asyncio.get_running_loop()
        try:
            sealed = await loop.run_in_executor(
                self._disk, lambda: seal(folder, kept, facts, made, self._signer, lambda: key in self._stopped)
            )
        except PackageStopped:
            return
        except (OSError, PackageBroken, StorageError) as error:
            if isinstance(error, PackageBroken):
                await loop.run_in_executor(self._disk, drop_clips, folder)
            async with self._book.turn(key):
                if self._book.is_current(kept):
                    await self._fail(kept, _words(error))
            return
        async with self._book.turn(key):
            if not self._book.is_current(kept):
                return
            await self._ready(kept, made, sealed)
        await loop.run_in_executor(self._disk, drop_clips, folder)

    async def _ready(self, kept: KeptPackage, made: EvidenceClips, sealed: SealedPackage) -> None:
        now = self._clock.now()
        proof: dict[str, object] = {"bytes": sealed.bytes, "sha256": sealed.sha256, "key": kept.package.key_fingerprint}
        self._progress.pop(kept.request.id, None)
        changes: dict[str, object] = {
            "state": EvidenceState.READY,
            **told(NOTHING),
            "file_name": file_name(kept),
            "bytes": sealed.bytes,
            "sha256": sealed.sha256,
            "done_bytes": sealed.bytes,
            "total_bytes": sealed.bytes,
            "is_masked": any(clip.masks for clip in made.clips),
            "clips": len(made.clips),
            "gaps": len(made.gaps),
            "ready_at": now,
            "expires_at": now + KEPT,
        }
        await self._book.save(kept, "evidence_ready", changes, proof=proof)

    async def _fail(self, kept: KeptPackage, said: Said) -> None:
        await self._book.save(kept, "evidence_failed", {"state": EvidenceState.FAILED, **told(said)})

    def _commune(self, code: str) -> str:
        return next((one.name for one in self._register.communes() if one.code == code), code)


def _words(error: Exception) -> Said:
    if isinstance(error, OSError):
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return say("evidence_disk")
        return say("evidence_disk_error", reason=error.strerror)
    return say("evidence_broken", reason=error)


def _clip_words(made: EvidenceClips) -> Said:
    """Why the media process gave no clips."""
    code = f"evidence_{made.trouble}"
    return say(code, **made.trouble_args) if code in TEXTS else quoted(made.trouble)
