"""Evidence packages in words, and the requests behind the buttons. No Qt."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from console.kit.formats import clock_time, day_and_time, number_text
from console.kit.ports import AssetLookup, Client
from console.kit.said import said_text
from contract.api import ApprovalRequest
from contract.evidence import EvidencePackage, EvidencePart, EvidenceRequest, EvidenceState
from widgets.texts import Texts

ACT: Final = "extract_evidence"
LONGEST: Final = dt.timedelta(hours=24)
UNDER_WAY: Final = frozenset({EvidenceState.WAITING, EvidenceState.BUILDING})
_FINGERPRINT_GROUP: Final = 8


class PackageLine(NamedTuple):
    """One package as a row, and what may be done with it."""

    id: str
    asked: str
    what: str
    requisition: str
    state: str
    share: float | None
    """How much is built, 0 to 1; None when that says nothing."""
    details: str
    may_fetch: bool
    may_stop: bool
    may_go_on: bool


class EvidencePresenter:
    """What the panel says and asks."""

    def __init__(self, assets: AssetLookup, client: Client, tr: Texts) -> None:
        self._assets = assets
        self._client = client
        self._tr = tr

    async def packages(self) -> Sequence[EvidencePackage]:
        """The newest page. Raises RequestFailed."""
        return (await self._client.evidence()).items

    async def fingerprint(self) -> str:
        """The key's fingerprint in groups that can be read out. Raises RequestFailed."""
        text = await self._client.evidence_fingerprint()
        groups = [text[at : at + _FINGERPRINT_GROUP] for at in range(0, len(text), _FINGERPRINT_GROUP)]
        return " ".join(groups)

    async def order(
        self,
        cameras: Sequence[int],
        since: dt.datetime,
        until: dt.datetime,
        requisition: str,
        reason: str,
        incident: str,
    ) -> EvidencePackage:
        """Ask a second person and order the package; it is built once he agrees. Raises RequestFailed."""
        parts = tuple(EvidencePart(camera_id=one, since=since, until=until) for one in cameras)
        request = EvidenceRequest(
            id=str(uuid.uuid4()),
            parts=parts,
            requisition=requisition,
            reason=reason,
            approval_id="",
            incident=incident,
        )
        payload: dict[str, object] = msgspec.to_builtins(request)
        del payload["id"], payload["approval_id"]
        approval = await self._client.request_approval(ApprovalRequest(act=ACT, payload=payload, reason=reason))
        return await self._client.request_evidence(msgspec.structs.replace(request, approval_id=approval.id))

    async def stop(self, package_id: str) -> None:
        """Build no more for now. Raises RequestFailed."""
        await self._client.cancel_evidence(package_id)

    async def go_on(self, package_id: str) -> None:
        """Go on where it was stopped. Raises RequestFailed."""
        await self._client.resume_evidence(package_id)

    async def destroy(self, package_id: str) -> None:
        """Delete the file; the register keeps that it was. Raises RequestFailed."""
        await self._client.delete_evidence(package_id)

    async def fetch(self, package: EvidencePackage, target: Path, progress: Callable[[int, int], None]) -> None:
        """Into a file. Raises RequestFailed, OSError."""
        await self._client.fetch_evidence(package, target, progress)

    def camera_names(self, cameras: Sequence[int]) -> str:
        """Numbers and names."""
        return ", ".join(self._name(one) for one in cameras)

    def line(self, package: EvidencePackage, now: dt.datetime) -> PackageLine:
        """One package as a row."""
        share = package.done_bytes / package.total_bytes if package.total_bytes else None
        is_building = package.state is EvidenceState.BUILDING
        words = self._tr(f"evidence.state.{package.state.value}")
        if is_building and share is not None:
            words = self._tr("evidence.state.building_share", percent=int(100 * share))
        return PackageLine(
            id=package.id,
            asked=day_and_time(package.requested_at, now),
            what=self._what(package),
            requisition=package.requisition,
            state=words,
            share=share if is_building else None,
            details=self._details(package),
            may_fetch=package.state is EvidenceState.READY,
            may_stop=is_building,
            may_go_on=package.state in {EvidenceState.PAUSED, EvidenceState.FAILED},
        )

    def file_name(self, package: EvidencePackage) -> str:
        """What the file is called when it is fetched."""
        return package.file_name or f"evidence-{package.id[:8]}.zip"

    def _what(self, package: EvidencePackage) -> str:
        cameras = self.camera_names([part.camera_id for part in package.parts])
        first = min((part.since for part in package.parts), default=None)
        last = max((part.until for part in package.parts), default=None)
        day = "" if first is None else f"{first.astimezone():%d/%m/%Y} "
        return f"{cameras} · {day}{clock_time(first)} → {clock_time(last)}"

    def _details(self, package: EvidencePackage) -> str:
        tr = self._tr
        lines = [tr("evidence.asked_by", who=package.requested_by, reason=package.reason)]
        if package.approved_by:
            lines.append(tr("evidence.approved_by", who=package.approved_by))
        elif package.state is EvidenceState.WAITING:
            lines.append(tr("evidence.waits"))
        if package.state is EvidenceState.READY:
            lines.append(
                tr("evidence.holds", clips=package.clips, size=number_text(round(package.bytes / 1e6, 1), tr.language))
            )
            if package.is_masked:
                lines.append(tr("evidence.is_masked"))
            if package.gaps:
                lines.append(tr("evidence.has_gaps", count=package.gaps))
            lines.append(f"SHA-256 {package.sha256}")
            if package.expires_at is not None:
                lines.append(tr("evidence.until", time=f"{package.expires_at.astimezone():%d/%m/%Y %H:%M}"))
        if package.detail:
            lines.append(said_text(package.detail_code, package.detail_args, package.detail, tr))
        return "\n".join(lines)

    def _name(self, camera_id: int) -> str:
        asset = self._assets.get(camera_id)
        if asset is None:
            return str(camera_id)
        number = "" if asset.number is None else f"{asset.number} · "
        return f"{number}{asset.name or asset.code}"
