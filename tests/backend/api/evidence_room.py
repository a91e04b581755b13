"""Two persons who manage cameras, and a media process whose clips are real."""

import asyncio
import datetime as dt
import uuid
from pathlib import Path

import msgspec

from backend.ports import JournalQuery
from backend.services.evidence.desk import Evidence
from backend_client.session import Session
from contract.api import Approval, ApprovalRequest
from contract.evidence import EvidencePackage, EvidencePart, EvidenceRequest, EvidenceState
from contract.journal import EntryKind, JournalEntry
from contract.media import BuildEvidence, CancelEvidence, MediaCommand
from contract.rights import Grant, Level
from media.evidence.building import EvidenceBuilding
from media.pictures.workers import PictureWorkers
from tests.backend.api.serving import ServedCity
from tests.backend.api.two_communes import DIJON, TwoCommunes
from tests.eventually import eventually
from tests.video.footage.films import NOON, record
from video.clocks import monotonic
from video.footage.footage_writer import SegmentLimits

SECONDS = 6


class EvidenceRoom:
    """Camera recordings end just before the city's present."""

    def __init__(self, served: ServedCity, footage: Path) -> None:
        self.served = served
        self.city: TwoCommunes = served.city
        self.footage = footage
        self.desk: Evidence = self.city.evidence
        self.camera = self.city.camera(DIJON)
        self.pictures = PictureWorkers(processes=1)
        self.clips = self._building()
        self.is_deaf = False
        self.city.media.when_told = self._told
        self._looking: asyncio.Task[None] | None = None

    def _building(self) -> EvidenceBuilding:
        return EvidenceBuilding(self.footage, self.pictures, self.city.media.says, clock=monotonic)

    def _told(self, command: MediaCommand) -> None:
        if self.is_deaf:
            return
        if isinstance(command, BuildEvidence):
            self.clips.build(command)
        if isinstance(command, CancelEvidence):
            self.clips.cancel(command)

    @property
    def builds(self) -> list[BuildEvidence]:
        """What the media process was told to build."""
        return [command for command in self.city.media.told if isinstance(command, BuildEvidence)]

    async def open(self) -> None:
        for name, level in (("asker", Level.MANAGE), ("second", Level.MANAGE), ("viewer", Level.OPERATE)):
            await self.city.account(name, [Grant(level=level)])
        self.asker = await self.served.login("asker")
        self.second = await self.served.login("second")
        self._looking = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        while True:
            await self.desk.look()
            await asyncio.sleep(0.02)

    def record(self, seconds: int = SECONDS, camera_id: int | None = None, file_s: float = 2) -> None:
        record(self.footage, camera_id or self.camera.id, seconds=seconds, limits=SegmentLimits(seconds=file_s))

    async def restart(self) -> None:
        """The backend dies and comes back with what storage kept."""
        await self.desk.close()
        self.desk = self.city.evidence_desk()
        self.city.media.listen(self.desk.hear)
        await self.desk.load()

    async def restart_media(self) -> None:
        """The media process dies and comes back."""
        await self.clips.close()
        self.clips = self._building()
        self.city.media.says(await self.city.media.until_ready())

    async def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self.desk.close()
        await self.clips.close()
        await self.pictures.close()

    # --- people

    def wish(self, *, cameras: tuple[int, ...] = (), **more: object) -> EvidenceRequest:
        """A request without its approval."""
        since = dt.datetime.fromtimestamp(NOON, dt.UTC)
        parts = tuple(
            EvidencePart(camera_id=number, since=since, until=since + dt.timedelta(seconds=SECONDS))
            for number in cameras or (self.camera.id,)
        )
        wish = EvidenceRequest(
            id=str(uuid.uuid4()), parts=parts, requisition="PV 2026/1234", reason="vol", approval_id=""
        )
        return msgspec.structs.replace(wish, **more)

    async def ask_second(self, wish: EvidenceRequest, by: Session | None = None) -> EvidenceRequest:
        """Ask for the second person; returns the request that names the approval."""
        payload = msgspec.to_builtins(wish)
        del payload["approval_id"], payload["id"]
        body = ApprovalRequest(act="extract_evidence", payload=payload, reason=wish.reason)
        approval = await (by or self.asker).post_for("/approvals", body, Approval)
        return msgspec.structs.replace(wish, approval_id=approval.id)

    async def agree(self, wish: EvidenceRequest) -> None:
        await self.second.post_for(f"/approvals/{wish.approval_id}/approve", None, Approval)

    async def order(self, wish: EvidenceRequest | None = None) -> EvidencePackage:
        """Asked, agreed to and ordered."""
        asked = await self.ask_second(wish or self.wish())
        await self.agree(asked)
        return await self.asker.post_for("/evidence", asked, EvidencePackage)

    async def package(self, package_id: str) -> EvidencePackage:
        return await self.asker.get(f"/evidence/{package_id}", EvidencePackage)

    async def until(self, package_id: str, state: EvidenceState) -> EvidencePackage:
        """Wait until it is so."""
        await eventually(lambda: self._state(package_id) == state, f"{state} of {self.desk.get(package_id)}")
        return self.shown(package_id)

    def shown(self, package_id: str) -> EvidencePackage:
        kept = self.desk.get(package_id)
        assert kept is not None
        return self.desk.shown(kept)

    def _state(self, package_id: str) -> EvidenceState | None:
        found = self.desk.get(package_id)
        return None if found is None else found.package.state

    async def register(self, package_id: str) -> list[JournalEntry]:
        """The register's entries about a package, oldest first."""
        entries = await self.city.storage.journal(JournalQuery(kinds=(EntryKind.VIEWING,), limit=1000))
        return [entry for entry in reversed(entries) if entry.payload.get("evidence") == package_id]
