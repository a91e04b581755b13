"""What a camera is and how it stands, asked piece by piece: what one answer lacks the others give."""

from collections.abc import Awaitable, Sequence
from typing import TypeVar

from backend.devkit.errors import CommandRefused, ProtocolError
from backend.integrations.onvif_camera.device import OnvifDevice
from backend.integrations.onvif_camera.readers import Identity, Profile
from backend.integrations.onvif_camera.soap import Service
from contract.cameras import CameraDetails, CameraPreset, CameraStream

T = TypeVar("T")


async def ask_details(device: OnvifDevice, camera_id: int, profiles: Sequence[Profile]) -> CameraDetails:
    """All of it. Raises LinkDown, LinkRefused, and CommandRefused or ProtocolError when it says not even who it is."""
    identity: Identity = await device.identity()
    clock_offset_s = await device.measure_clock()
    missing: list[str] = []
    moving = next((profile for profile in profiles if profile.has_ptz), None)
    presets: dict[str, str] = {}
    tours = imaging = None
    if moving is not None and device.has(Service.PTZ):
        presets = await _or_missing(device.presets(moving.token), "presets", missing) or {}
        tours = await _or_missing(device.tours(moving.token), "tours", missing)
    if profiles and device.has(Service.IMAGING):
        imaging = await _or_missing(device.imaging(profiles[0].source), "imaging", missing)
    return CameraDetails(
        camera_id=camera_id,
        manufacturer=identity.manufacturer,
        model=identity.model,
        firmware=identity.firmware,
        serial=identity.serial,
        clock_offset_s=clock_offset_s,
        has_ptz=moving is not None,
        has_events=device.has(Service.EVENTS),
        streams=tuple(_stream(profile) for profile in profiles),
        presets=tuple(CameraPreset(token, name) for token, name in presets.items()),
        tours=tours or (),
        imaging=imaging,
        missing=tuple(missing),
    )


async def _or_missing(question: Awaitable[T], what: str, missing: list[str]) -> T | None:
    try:
        return await question
    except (CommandRefused, ProtocolError) as error:
        missing.append(f"{what}: {error}")
        return None


def _stream(profile: Profile) -> CameraStream:
    return CameraStream(
        name=profile.token,
        codec=profile.encoding,
        width=profile.width,
        height=profile.height,
        pictures_per_second=profile.pictures_per_second,
        kilobits_per_second=profile.kilobits_per_second,
        has_audio=profile.has_audio,
    )
