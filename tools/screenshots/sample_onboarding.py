"""Cameras that are brought in to the sample city, without a wire."""

import msgspec

from console.kit.errors import RequestRefused
from contract.cameras import CameraDetails, CameraPreset, CameraStream, CameraTour, ImagingSettings
from contract.onboarding import CameraToAdd, FoundCamera, FoundCameras, Onboarding, OnboardingRow

_LIST = "5f0c"


class SampleOnboarding:
    """console.kit.onboarding_ports.OnboardingCalls; keeps what it was asked."""

    def __init__(self) -> None:
        self.tried: list[tuple[CameraToAdd, ...] | bytes] = []
        self.list = Onboarding(id=_LIST, state="trying", rows=(), done=0, total=0)
        self.details_refusal: RequestRefused | None = None

    async def camera_details(self, asset_id: int) -> CameraDetails:
        """A dome, unless it does not answer."""
        if self.details_refusal is not None:
            raise self.details_refusal
        return CameraDetails(
            camera_id=asset_id,
            manufacturer="Acme",
            model="Dome 4",
            firmware="2.1.7",
            serial="00:1b:63",
            clock_offset_s=-1.4,
            has_ptz=True,
            has_events=True,
            streams=(
                CameraStream(name="main", codec="H264", width=1920, height=1080, pictures_per_second=25,
                             kilobits_per_second=4000),
                CameraStream(name="sub", codec="H264", width=640, height=360, pictures_per_second=15,
                             kilobits_per_second=500),
            ),
            presets=(CameraPreset("1", "Entrée"), CameraPreset("2", "Parvis")),
            tours=(CameraTour("ronde", "Ronde de nuit", "idle"),),
            imaging=ImagingSettings(brightness=50, contrast=50, exposure="AUTO", infrared_cut="ON"),
        )  # fmt: skip

    async def discover_cameras(self, wait_s: float = 3.0) -> FoundCameras:
        """Two, one of them known."""
        del wait_s
        return FoundCameras(
            items=(
                FoundCamera(identity="urn:uuid:1", url="http://10.0.4.11/onvif/device_service", name="Dome Nord"),
                FoundCamera(
                    identity="urn:uuid:2", url="http://10.0.4.12/onvif/device_service", name="Gare", is_known=True
                ),
            )
        )

    async def try_cameras(self, cameras: tuple[CameraToAdd, ...]) -> Onboarding:
        """One failure, the rest is well."""
        self.tried.append(cameras)
        rows = tuple(
            OnboardingRow(row=number, code=one.code, name=one.name, url=one.url, state="ok", model="Acme Dome 4",
                          picture="h264 1920x1080", has_ptz=True, clock_offset_s=0.4)
            for number, one in enumerate(cameras, start=1)
        )  # fmt: skip
        self.list = Onboarding(id=_LIST, state="tried", rows=rows, done=len(rows), total=len(rows))
        return self.list

    async def try_camera_file(self, content: bytes) -> Onboarding:
        """A row a line."""
        self.tried.append(content)
        states = ("ok", "ok", "failed", "ok", "refused")
        details = ("", "", "wrong password: the camera refuses the user name or password", "", "it has no position")
        rows = tuple(
            OnboardingRow(row=number, code=f"N{number}", name=f"Caméra {number}", url="http://10.0.4.9/", state=state,
                          detail=detail, model="Acme Dome 4" if state == "ok" else "",
                          picture="h264 1920x1080" if state == "ok" else "")
            for number, (state, detail) in enumerate(zip(states, details, strict=True), start=1)
        )  # fmt: skip
        self.list = Onboarding(id=_LIST, state="tried", rows=rows, done=len(rows), total=len(rows))
        return self.list

    async def onboarding(self, list_id: str) -> Onboarding:
        """As it stands."""
        del list_id
        return self.list

    async def cancel_onboarding(self, list_id: str) -> Onboarding:
        """Cancelled."""
        del list_id
        self.list = msgspec.structs.replace(self.list, state="cancelled")
        return self.list

    async def accept_onboarding(self, list_id: str, *, includes_failed: bool = False) -> Onboarding:
        """Added."""
        del list_id
        wanted = {"ok", "failed"} if includes_failed else {"ok"}
        rows = tuple(
            msgspec.structs.replace(row, state="added") if row.state in wanted else row for row in self.list.rows
        )
        self.list = msgspec.structs.replace(self.list, state="added", rows=rows)
        return self.list
