"""Evidence packages of the sample city, without a wire."""

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import msgspec

from contract.evidence import EvidenceList, EvidencePackage, EvidencePart, EvidenceRequest, EvidenceState

_FINGERPRINT = "3f9a1c0e5b7d2468ace013579bdf02468ace13579bdf02468ace013579bdf024"


class SampleEvidence:
    """console.kit.evidence_ports.EvidenceCalls; keeps what it was asked."""

    def __init__(self, at: dt.datetime) -> None:
        self._evidence_at = at
        self.packages: dict[str, EvidencePackage] = {}

    def have_packages(self, camera_id: int) -> None:
        """One of each kind."""
        since = self._evidence_at - dt.timedelta(hours=3)
        part = EvidencePart(camera_id=camera_id, since=since, until=since + dt.timedelta(minutes=7))
        for number, state in enumerate(EvidenceState):
            ready = state is EvidenceState.READY
            package = EvidencePackage(
                id=f"10000000-0000-4000-8000-{number:012d}",
                parts=(part,),
                requisition=f"TJ Dijon 2026/{417 + number}",
                reason="Accident avec délit de fuite",
                requested_by="c.petit",
                approved_by="" if state is EvidenceState.WAITING else "p.durand",
                requested_at=self._evidence_at - dt.timedelta(minutes=5 * number),
                state=state,
                done_bytes=63_000_000,
                total_bytes=100_000_000,
                bytes=104_000_000 if ready else 0,
                sha256="ab" * 32 if ready else "",
                clips=1,
                gaps=1 if ready else 0,
                is_masked=ready,
                file_name="preuve-417.zip" if ready else "",
                expires_at=self._evidence_at + dt.timedelta(days=30) if ready else None,
                key_fingerprint=_FINGERPRINT,
            )
            self.packages[package.id] = package

    async def evidence(self, cursor: str | None = None) -> EvidenceList:
        """Newest first."""
        del cursor
        items = tuple(sorted(self.packages.values(), key=lambda one: one.requested_at, reverse=True))
        return EvidenceList(items=items, total=len(items))

    async def evidence_package(self, package_id: str) -> EvidencePackage:
        """One of them."""
        return self.packages[package_id]

    async def request_evidence(self, request: EvidenceRequest) -> EvidencePackage:
        """Waits for the second person."""
        package = EvidencePackage(
            id=request.id,
            parts=request.parts,
            requisition=request.requisition,
            reason=request.reason,
            requested_by="c.petit",
            approved_by="",
            requested_at=self._evidence_at,
            state=EvidenceState.WAITING,
            incident=request.incident,
        )
        self.packages[package.id] = package
        return package

    async def cancel_evidence(self, package_id: str) -> EvidencePackage:
        """Stopped."""
        return self._move(package_id, EvidenceState.PAUSED)

    async def resume_evidence(self, package_id: str) -> EvidencePackage:
        """Goes on."""
        return self._move(package_id, EvidenceState.BUILDING)

    async def delete_evidence(self, package_id: str) -> None:
        """Gone."""
        del self.packages[package_id]

    async def evidence_fingerprint(self) -> str:
        """The key's."""
        return _FINGERPRINT

    async def fetch_evidence(
        self, package: EvidencePackage, target: Path, progress: Callable[[int, int], None]
    ) -> None:
        """A small file."""
        await asyncio.to_thread(target.write_bytes, package.id.encode())
        progress(package.bytes, package.bytes)

    def _move(self, package_id: str, state: EvidenceState) -> EvidencePackage:
        moved = msgspec.structs.replace(self.packages[package_id], state=state)
        self.packages[package_id] = moved
        return moved
