"""Requests about pictures: why one watches, tickets, stills, masks, heads, second persons."""

from urllib.parse import quote

from backend_client.session import Session
from console.shell.asking import asked
from contract.api import Approval, ApprovalList, ApprovalRequest, ViewRequest, ViewTicket
from contract.footage import FootageRequest, FootageTicket, PurposeRequest, StillRequest, ViewingPurpose
from contract.leases import Lease, LeaseRequest
from contract.masks import LiftRequest, MaskChange, MaskLift, MaskSheet


class ViewingRequests:
    """console.kit.viewing_ports.ViewingCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def view(self, asset_id: int, request: ViewRequest) -> ViewTicket:
        """A live picture; the viewing is entered in the register."""
        return await asked(self._session.post_for(f"/cameras/{asset_id}/view", request, ViewTicket))

    async def view_footage(self, asset_id: int, request: FootageRequest) -> FootageTicket:
        """Recordings of one period; a reason must have been said."""
        return await asked(self._session.post_for(f"/cameras/{asset_id}/footage/view", request, FootageTicket))

    async def still(self, asset_id: int, request: StillRequest) -> bytes:
        """One picture as JPEG; a reason must have been said."""
        return await asked(self._session.post_bytes(f"/cameras/{asset_id}/still", request))

    async def viewing_purpose(self) -> ViewingPurpose:
        """Why this login watches."""
        return await asked(self._session.get("/viewing-purpose", ViewingPurpose))

    async def say_purpose(self, request: PurposeRequest) -> ViewingPurpose:
        """Say why, for the rest of the shift or until it is said anew."""
        return await asked(self._session.put_for("/viewing-purpose", request, ViewingPurpose))

    async def masks(self, asset_id: int) -> MaskSheet:
        """What is covered on a camera, and one's own lift."""
        return await asked(self._session.get(f"/cameras/{asset_id}/masks", MaskSheet))

    async def change_masks(self, asset_id: int, change: MaskChange) -> MaskSheet:
        """Draw others; uncovering anything takes an approval."""
        return await asked(self._session.put_for(f"/cameras/{asset_id}/masks", change, MaskSheet))

    async def lift_masks(self, asset_id: int, request: LiftRequest) -> MaskLift:
        """See a camera bare for a while; ask for its picture anew afterwards."""
        return await asked(self._session.post_for(f"/cameras/{asset_id}/masks/lift", request, MaskLift))

    async def give_up_lift(self, asset_id: int) -> None:
        """The masks come back now."""
        await asked(self._session.delete(f"/cameras/{asset_id}/masks/lift"))

    async def lease(self, asset_id: int) -> Lease:
        """Who moves a camera's head."""
        return await asked(self._session.get(f"/cameras/{asset_id}/lease", Lease))

    async def change_lease(self, asset_id: int, act: str) -> Lease:
        """take, renew, release or take_over."""
        return await asked(self._session.post_for(f"/cameras/{asset_id}/lease", LeaseRequest(act=act), Lease))

    async def request_approval(self, request: ApprovalRequest) -> Approval:
        """Ask for a second person."""
        return await asked(self._session.post_for("/approvals", request, Approval))

    async def approval(self, approval_id: str) -> Approval:
        """One's own request, as it stands."""
        return await asked(self._session.get(f"/approvals/{quote(approval_id, safe='')}", Approval))

    async def approvals(self) -> ApprovalList:
        """What waits for a second person, or to be used."""
        return await asked(self._session.get("/approvals", ApprovalList))

    async def approve(self, approval_id: str) -> Approval:
        """Be the second person."""
        return await asked(self._session.post_for(f"/approvals/{quote(approval_id, safe='')}/approve", None, Approval))
