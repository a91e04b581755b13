"""Two persons who work through all kills, and remember exactly what was confirmed to them."""

import asyncio
import datetime as dt
import functools
import random
import uuid
from collections.abc import Awaitable, Callable
from typing import Final

import aiohttp
import msgspec

from backend.devkit.clock import SystemClock
from backend.services.viewing.marks import ticket_mark
from backend_client.errors import ClientError
from backend_client.session import Session
from bench.video_kills.control_room import PASSWORD, PEOPLE
from bench.video_kills.patience import until
from contract.api import Approval, ApprovalRequest, ViewRequest, ViewTicket
from contract.evidence import EvidencePackage, EvidencePart, EvidenceRequest
from contract.footage import (
    Bookmark,
    BookmarkRequest,
    CameraFootage,
    FootageLock,
    FootageSpan,
    LockRequest,
    PlanChange,
    PurposeRequest,
    RecordingList,
    RecordingMode,
    RecordingPlan,
)
from contract.masks import Mask, MaskChange, MaskSheet

NOT_NOW: Final = (ClientError, OSError, aiohttp.ClientError, TimeoutError)
_REASON: Final = "killed at random"
_PAUSE_S: Final = 0.15
_PATIENCE_S: Final = 40.0
_MOST_PACKAGES: Final = 3
_MOST_SEALS: Final = 3


class Confirmed(msgspec.Struct):
    """What must be there at the end. A plan asked for without an answer may be in force as well."""

    bookmarks: dict[str, int] = {}
    plans: dict[int, list[RecordingPlan]] = {}
    masks: dict[int, list[str]] = {}
    packages: list[str] = []
    seals: list[str] = []
    viewings: list[str] = []
    """Marks of the tickets that were given out."""

    @property
    def count(self) -> int:
        """How many acts."""
        plans = sum(len(asked) for asked in self.plans.values())
        masks = sum(len(names) for names in self.masks.values())
        others = (self.bookmarks, self.packages, self.seals, self.viewings)
        return plans + masks + sum(len(one) for one in others)


class People:
    """`arrive`, then `work` until cancelled; whatever fails is simply tried again later, as people do."""

    def __init__(self, url: str, camera_ids: tuple[int, ...], chance: random.Random) -> None:
        self._sessions = [Session(url) for _ in PEOPLE]
        self._cameras = camera_ids
        self._chance = chance
        self._number = 0
        self.confirmed = Confirmed()

    @property
    def anne(self) -> Session:
        """Who asks."""
        return self._sessions[0]

    async def arrive(self) -> None:
        """Log in and say why, once the backend answers. Raises TimeoutError."""
        purpose = PurposeRequest(reason=_REASON)
        for session, name in zip(self._sessions, PEOPLE, strict=True):
            await self._insists(functools.partial(session.login, name, PASSWORD))
            await self._insists(functools.partial(session.put, "/viewing-purpose", purpose))

    async def plan_all(self) -> None:
        """Record every camera. Raises TimeoutError."""
        for camera in self._cameras:
            await self._insists(functools.partial(self.plan, camera))

    async def work(self) -> None:
        """One act after another."""
        acts = (self.plan, self.bookmark, self.bookmark, self.mask, self.view, self.view, self.order, self.seal)
        while True:
            act, camera = self._chance.choice(acts), self._chance.choice(self._cameras)
            await self._tries(functools.partial(act, camera))
            await asyncio.sleep(_PAUSE_S)

    async def close(self) -> None:
        """Leave."""
        for session in self._sessions:
            await session.close()

    async def plan(self, camera: int) -> None:
        """Record it so from now on."""
        self._number += 1
        plan = RecordingPlan(mode=RecordingMode.CONTINUOUS, stream="sub", kept_days=1 + self._number % 20)
        asked = self.confirmed.plans.setdefault(camera, [])
        asked.append(plan)
        await self.anne.put_for("/recordings", PlanChange(camera_ids=(camera,), plan=plan), RecordingList)
        asked[:] = [plan]

    async def bookmark(self, camera: int) -> None:
        """Of now."""
        self._number += 1
        spans = await self._spans(camera)
        request = BookmarkRequest(at=spans[-1].since, label=f"number {self._number}")
        made = await self.anne.post_for(f"/cameras/{camera}/bookmarks", request, Bookmark)
        self.confirmed.bookmarks[made.id] = camera

    async def mask(self, camera: int) -> None:
        """One more, beside those it has."""
        self._number += 1
        sheet = await self.anne.get(f"/cameras/{camera}/masks", MaskSheet)
        if len(sheet.masks) >= 8:
            return
        left = 0.5 + len(sheet.masks) / 20
        corners = ((left, 0.6), (left + 0.04, 0.6), (left + 0.04, 0.8), (left, 0.8))
        mask = Mask(id=f"m{self._number}", name=f"window {self._number}", corners=corners)
        change = MaskChange(version=sheet.version, masks=(*sheet.masks, mask), reason=_REASON)
        await self.anne.put_for(f"/cameras/{camera}/masks", change, MaskSheet)
        self.confirmed.masks.setdefault(camera, []).append(mask.id)

    async def cover(self, camera: int, mask: Mask) -> None:
        """The first mask of a camera."""
        change = MaskChange(version=0, masks=(mask,), reason=_REASON)
        await self.anne.put_for(f"/cameras/{camera}/masks", change, MaskSheet)
        self.confirmed.masks.setdefault(camera, []).append(mask.id)

    async def view(self, camera: int) -> str:
        """A ticket for live pictures, and its address."""
        ticket = await self.anne.post_for(f"/cameras/{camera}/view", ViewRequest(stream="sub"), ViewTicket)
        self.confirmed.viewings.append(ticket_mark(ticket.url.rpartition("ticket=")[2]))
        return ticket.url

    async def order(self, camera: int) -> None:
        """An evidence package of two seconds, under two persons."""
        if len(self.confirmed.packages) >= _MOST_PACKAGES:
            return
        part = EvidencePart(camera_id=camera, since=(span := await self._two_seconds(camera)).since, until=span.until)
        request = EvidenceRequest(
            id=str(uuid.uuid4()), parts=(part,), requisition="TJ 1", reason=_REASON, approval_id=""
        )
        payload = msgspec.to_builtins(request)
        approval = await self._agreed("extract_evidence", {k: v for k, v in payload.items() if k not in _OWN})
        asked = msgspec.structs.replace(request, approval_id=approval)
        await self.anne.post_for("/evidence", asked, EvidencePackage)
        self.confirmed.packages.append(request.id)

    async def seal(self, camera: int) -> None:
        """A sealed extraction of two seconds, under two persons."""
        if len(self.confirmed.seals) >= _MOST_SEALS:
            return
        span = await self._two_seconds(camera)
        request = LockRequest(
            camera_ids=(camera,),
            since=span.since,
            until=span.until,
            reason=_REASON,
            expires_at=span.until + dt.timedelta(days=3),
            approval_id="",
        )
        payload = msgspec.to_builtins(request)
        approval = await self._agreed("lock_footage", {k: v for k, v in payload.items() if k not in _OWN})
        asked = msgspec.structs.replace(request, approval_id=approval)
        made = await self.anne.post_for("/footage-locks", asked, FootageLock)
        self.confirmed.seals.append(made.id)

    async def _agreed(self, act: str, payload: dict[str, object]) -> str:
        wish = ApprovalRequest(act=act, payload=payload, reason=_REASON)
        approval = await self.anne.post_for("/approvals", wish, Approval)
        await self._sessions[1].post(f"/approvals/{approval.id}/approve", None)
        return approval.id

    async def _two_seconds(self, camera: int) -> FootageSpan:
        span = (await self._spans(camera))[0]
        return FootageSpan(since=span.since, until=min(span.until, span.since + dt.timedelta(seconds=2)))

    async def _spans(self, camera: int) -> tuple[FootageSpan, ...]:
        found = await footage(self.anne, camera)
        if not found.spans:
            raise TimeoutError("nothing is recorded yet")
        return found.spans

    async def _insists(self, act: Callable[[], Awaitable[object]]) -> None:
        if not await until(functools.partial(self._tries, act), _PATIENCE_S):
            raise TimeoutError("the backend does not answer")

    async def _tries(self, act: Callable[[], Awaitable[object]]) -> bool:
        try:
            await act()
        except NOT_NOW:
            return False
        return True


async def footage(session: Session, camera: int) -> CameraFootage:
    """The last half hour of a camera."""
    now = SystemClock().now()
    since, until = ((now - dt.timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z") for minutes in (30, 0))
    return await session.get(f"/cameras/{camera}/footage", CameraFootage, {"since": since, "until": until})


_OWN: Final = frozenset({"approval_id", "id"})
