"""From clips to a signed file: what the register and the journal know of it goes into the manifest."""

import datetime as dt
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import msgspec

from backend.ports import JournalQuery, Storage
from backend.services.approvals import GOOD_FOR
from backend.services.evidence.kept_package import KeptPackage
from contract.assets import Asset
from contract.journal import EntryKind, JournalEntry
from contract.media import EvidenceClips
from video.evidence.manifest import AskedPart, CameraFacts, JournalFact, PackageFacts
from video.evidence.package import SealedPackage, Signer, write_package

CLIPS_FOLDER: Final = "clips"
_MOST_APPROVALS: Final = 1000


def file_name(kept: KeptPackage) -> str:
    """What the package is called on disk and when it is fetched."""
    requisition = re.sub(r"[^A-Za-z0-9]+", "-", kept.request.requisition)[:40].strip("-") or "evidence"
    return f"beffroi_{requisition}_{kept.package.requested_at:%Y%m%d}_{kept.request.id[:8]}.zip"


async def journal_of(storage: Storage, kept: KeptPackage, seqs: Iterable[int]) -> tuple[JournalFact, ...]:
    """The entries about a package, oldest first: its approval, and those of these numbers."""
    entries: dict[int, JournalEntry] = {}
    query = JournalQuery(
        kinds=(EntryKind.APPROVAL,), since=kept.package.requested_at - 2 * GOOD_FOR, limit=_MOST_APPROVALS
    )
    for entry in await storage.journal(query):
        if entry.payload.get("approval") == kept.request.approval_id:
            entries[entry.seq] = entry
    for seq in seqs:
        for entry in await storage.journal(JournalQuery(before=seq + 1, limit=1)):
            if entry.seq == seq:
                entries[seq] = entry
    return tuple(_fact(entries[seq]) for seq in sorted(entries))


def facts_of(
    kept: KeptPackage,
    cameras: Iterable[Asset],
    journal: tuple[JournalFact, ...],
    *,
    commune: Callable[[str], str],
    at: dt.datetime,
    software: str,
) -> PackageFacts:
    """What the manifest says beside its clips."""
    package = kept.package
    return PackageFacts(
        package=package.id,
        requisition=package.requisition,
        reason=package.reason,
        incident=package.incident,
        requested_by=package.requested_by,
        approved_by=package.approved_by,
        requested_at=package.requested_at,
        built_at=at,
        software=software,
        key_fingerprint=package.key_fingerprint,
        lock=package.lock_id,
        cameras=tuple(
            CameraFacts(id=camera.id, code=camera.code, name=camera.name, place=_place(camera, commune))
            for camera in cameras
        ),
        asked=tuple(
            AskedPart(
                camera_id=part.camera_id, since=part.since.astimezone(dt.UTC), until=part.until.astimezone(dt.UTC)
            )
            for part in kept.request.parts
        ),
        journal=journal,
    )


def seal(
    folder: Path, kept: KeptPackage, facts: PackageFacts, made: EvidenceClips, signer: Signer, stop: Callable[[], bool]
) -> SealedPackage:
    """Write the file, in a thread that may wait for the disk. Raises OSError, PackageBroken, PackageStopped."""
    target = folder / file_name(kept)
    return write_package(target, facts, made, folder / CLIPS_FOLDER, signer, lambda _: not stop())


def drop_clips(folder: Path) -> None:
    """They are in the package, or no good any more."""
    shutil.rmtree(folder / CLIPS_FOLDER, ignore_errors=True)


def destroy(folder: Path) -> int:
    """Remove a package with all that was made for it; how many files are still there."""
    shutil.rmtree(folder, ignore_errors=True)
    return sum(1 for path in folder.rglob("*") if path.is_file()) if folder.exists() else 0


def _fact(entry: JournalEntry) -> JournalFact:
    return JournalFact(
        seq=entry.seq,
        at=entry.at,
        kind=entry.kind.value,
        actor=entry.actor,
        hash=entry.hash,
        payload=msgspec.to_builtins(entry.payload),
    )


def _place(camera: Asset, commune: Callable[[str], str]) -> str:
    return ", ".join(part for part in (camera.street, commune(camera.commune)) if part)
