"""Requests about cameras themselves: what one is, searching, trying and adding them."""

from urllib.parse import quote

from backend_client.session import Session
from console.shell.asking import asked
from contract.cameras import CameraDetails
from contract.onboarding import AcceptRequest, CameraToAdd, FoundCameras, Onboarding, OnboardingRequest

_LISTS = "/cameras/onboarding"


class OnboardingRequests:
    """console.kit.onboarding_ports.OnboardingCalls on a backend_client Session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def camera_details(self, asset_id: int) -> CameraDetails:
        """Asked of the camera at this moment."""
        return await asked(self._session.get(f"/cameras/{asset_id}/details", CameraDetails))

    async def discover_cameras(self, wait_s: float = 3.0) -> FoundCameras:
        """Who answers on the backend's network."""
        return await asked(self._session.get("/cameras/discovery", FoundCameras, {"wait_s": wait_s}))

    async def try_cameras(self, cameras: tuple[CameraToAdd, ...]) -> Onboarding:
        """Try what a person entered."""
        return await asked(self._session.post_for(_LISTS, OnboardingRequest(cameras=cameras), Onboarding))

    async def try_camera_file(self, content: bytes) -> Onboarding:
        """Try the cameras of a CSV file."""
        return await asked(self._session.post_file(f"{_LISTS}/file", content, Onboarding))

    async def onboarding(self, list_id: str) -> Onboarding:
        """How far a list is."""
        return await asked(self._session.get(f"{_LISTS}/{quote(list_id, safe='')}", Onboarding))

    async def cancel_onboarding(self, list_id: str) -> Onboarding:
        """Try no more of it."""
        return await asked(self._session.delete_for(f"{_LISTS}/{quote(list_id, safe='')}", Onboarding))

    async def accept_onboarding(self, list_id: str, *, includes_failed: bool = False) -> Onboarding:
        """Add its cameras."""
        request = AcceptRequest(includes_failed=includes_failed)
        return await asked(self._session.post_for(f"{_LISTS}/{quote(list_id, safe='')}/accept", request, Onboarding))
