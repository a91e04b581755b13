"""Pictures, masks and heads of the sample city, without a wire."""

import base64
import datetime as dt
import hashlib

import msgspec

from console.kit.errors import RequestRefused
from contract.api import Approval, ApprovalList, ApprovalRequest, ViewRequest, ViewTicket
from contract.footage import FootageRequest, FootageTicket, PurposeRequest, StillRequest, ViewingPurpose
from contract.leases import LEASE_S, Lease
from contract.masks import LiftRequest, MaskChange, MaskLift, MaskSheet

GREY_JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////////"
    "////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z"
)


class SampleViewing:
    """console.kit.viewing_ports.ViewingCalls; keeps what it was asked."""

    def __init__(self, now: dt.datetime) -> None:
        self._at = now
        self.refusal: RequestRefused | None = None
        self.purpose = ViewingPurpose(reason="", is_routine=True)
        self.sheets: dict[int, MaskSheet] = {}
        self.leases: dict[int, Lease] = {}
        self.lease_acts: list[tuple[int, str]] = []
        self.viewed: list[tuple[int, ViewRequest]] = []
        self.footage_viewed: list[tuple[int, FootageRequest]] = []
        self.stills_taken: list[tuple[int, StillRequest]] = []
        self.waiting_approvals: list[Approval] = []

    async def view(self, asset_id: int, request: ViewRequest) -> ViewTicket:
        """An address where nothing listens."""
        self._refuse()
        self.viewed.append((asset_id, request))
        return ViewTicket(url=f"rtsp://127.0.0.1:9/live/{asset_id}/{request.stream}?ticket=sample", expires_in=30)

    async def view_footage(self, asset_id: int, request: FootageRequest) -> FootageTicket:
        """A door where nothing listens."""
        self._refuse()
        self.footage_viewed.append((asset_id, request))
        return FootageTicket(
            host="127.0.0.1",
            port=9,
            is_encrypted=False,
            ticket="sample",
            expires_in=30,
            is_masked=bool(self._sheet(asset_id).masks),
            server_time=self._at,
        )

    async def still(self, asset_id: int, request: StillRequest) -> bytes:
        """One grey pixel."""
        self._refuse()
        self.stills_taken.append((asset_id, request))
        return GREY_JPEG

    async def viewing_purpose(self) -> ViewingPurpose:
        """What was said last."""
        self._refuse()
        return self.purpose

    async def say_purpose(self, request: PurposeRequest) -> ViewingPurpose:
        """Taken as it is."""
        self._refuse()
        self.purpose = ViewingPurpose(
            reason=request.reason,
            incident=request.incident,
            requisition=request.requisition,
            said_at=self._at,
            expires_at=self._at + dt.timedelta(hours=12),
        )
        return self.purpose

    async def masks(self, asset_id: int) -> MaskSheet:
        """As they were drawn."""
        self._refuse()
        return self._sheet(asset_id)

    async def change_masks(self, asset_id: int, change: MaskChange) -> MaskSheet:
        """Drawn as wished."""
        self._refuse()
        self.sheets[asset_id] = MaskSheet(
            camera_id=asset_id,
            version=change.version + 1,
            masks=change.masks,
            changed_at=self._at,
            changed_by="m.lambert",
        )
        return self.sheets[asset_id]

    async def lift_masks(self, asset_id: int, request: LiftRequest) -> MaskLift:
        """Lifted as wished."""
        self._refuse()
        lift = MaskLift(
            camera_id=asset_id,
            user="m.lambert",
            approved_by="p.durand",
            reason=request.reason,
            until=self._at + dt.timedelta(minutes=request.minutes),
        )
        self.sheets[asset_id] = msgspec.structs.replace(self._sheet(asset_id), lift=lift)
        return lift

    async def give_up_lift(self, asset_id: int) -> None:
        """Masked again."""
        self._refuse()
        self.sheets[asset_id] = msgspec.structs.replace(self._sheet(asset_id), lift=None)

    async def lease(self, asset_id: int) -> Lease:
        """Nobody's, unless a test or an act says otherwise."""
        self._refuse()
        return self.leases.get(asset_id) or Lease(camera_id=asset_id)

    async def change_lease(self, asset_id: int, act: str) -> Lease:
        """Given as wished."""
        self._refuse()
        self.lease_acts.append((asset_id, act))
        token = (await self.lease(asset_id)).token + 1
        held = Lease(
            camera_id=asset_id,
            token=token,
            holder="m.lambert",
            holder_name="Marie Lambert",
            until=self._at + dt.timedelta(seconds=LEASE_S),
            is_mine=True,
        )
        self.leases[asset_id] = Lease(camera_id=asset_id, token=token) if act == "release" else held
        return self.leases[asset_id]

    async def request_approval(self, request: ApprovalRequest) -> Approval:
        """Waits for a second person."""
        self._refuse()
        approval = Approval(
            id=f"00000000-0000-4000-8000-{len(self.waiting_approvals):012d}",
            act=request.act,
            payload_hash=hashlib.sha256(msgspec.json.encode(request.payload)).hexdigest(),
            payload=request.payload,
            requester="m.lambert",
            reason=request.reason,
            requested_at=self._at,
            expires_at=self._at + dt.timedelta(minutes=5),
        )
        self.waiting_approvals.append(approval)
        return approval

    async def approval(self, approval_id: str) -> Approval:
        """As it stands."""
        return next(one for one in self.waiting_approvals if one.id == approval_id)

    async def approvals(self) -> ApprovalList:
        """Those asked for."""
        self._refuse()
        return ApprovalList(items=tuple(self.waiting_approvals), next=None, total=len(self.waiting_approvals))

    async def approve(self, approval_id: str) -> Approval:
        """Agreed by a second person."""
        self._refuse()
        place = [approval.id for approval in self.waiting_approvals].index(approval_id)
        agreed = msgspec.structs.replace(self.waiting_approvals[place], approver="p.durand", approved_at=self._at)
        self.waiting_approvals[place] = agreed
        return agreed

    def _refuse(self) -> None:
        if self.refusal is not None:
            raise self.refusal

    def _sheet(self, asset_id: int) -> MaskSheet:
        return self.sheets.get(asset_id) or MaskSheet(camera_id=asset_id)
