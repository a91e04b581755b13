"""From zeep's values to ours. Whatever is missing raises, and the caller turns that into ProtocolError."""

import datetime as dt
import math
from typing import Any, Final

import msgspec

from backend.integrations.onvif_camera.aim import Node, Position, Space
from backend.integrations.onvif_camera.protocol import EVENTS, IMAGING, MEDIA, PTZ, Vector, one_line
from contract.cameras import CameraTour, ImagingSettings

_MAX_SERVICES: Final = 50
_MAX_PROFILES: Final = 64
_MAX_PRESETS: Final = 500
_MAX_SPACES: Final = 32
_MAX_TOURS: Final = 64
_HALF_A_SECOND_US: Final = 500_000  # cameras cut their time to the second


class Identity(msgspec.Struct, frozen=True):
    """Who made the camera."""

    manufacturer: str
    model: str
    firmware: str
    serial: str


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One way to watch a video source; `width` and `height` are 0 when the camera does not say."""

    token: str
    source: str
    source_configuration: str
    encoding: str
    width: int
    height: int
    has_ptz: bool
    head: str = ""  # token of its PTZ node
    pictures_per_second: float = 0
    kilobits_per_second: int = 0
    has_audio: bool = False


class PullPoint(msgspec.Struct, frozen=True):
    """Where events are fetched, and what must be repeated in each question's header."""

    address: str
    reference: tuple[object, ...]
    ends_in_s: float


def ignore(_answer: Any) -> None:
    """For operations whose answer says only that it was done."""


def read_clock(answer: Any) -> dt.datetime:
    """The camera's UTC time."""
    day, time = answer.UTCDateTime.Date, answer.UTCDateTime.Time
    second = min(time.Second, 59)  # a leap second is 60
    return dt.datetime(day.Year, day.Month, day.Day, time.Hour, time.Minute, second, _HALF_A_SECOND_US, dt.UTC)


def read_services(answer: Any) -> dict[str, str]:
    """Addresses by namespace."""
    items = [item for item in answer[:_MAX_SERVICES] if item.Namespace and item.XAddr]
    return {str(item.Namespace): str(item.XAddr) for item in items}


def read_capabilities(answer: Any) -> dict[str, str]:
    """Addresses by namespace, from GetCapabilities."""
    offered = {MEDIA: answer.Media, PTZ: answer.PTZ, EVENTS: answer.Events, IMAGING: answer.Imaging}
    return {namespace: str(item.XAddr) for namespace, item in offered.items() if item is not None and item.XAddr}


def read_identity(answer: Any) -> Identity:
    """GetDeviceInformation."""
    words = (answer.Manufacturer, answer.Model, answer.FirmwareVersion, answer.SerialNumber)
    return Identity(*(one_line(str(word or "")) for word in words))


def read_profiles(answer: Any) -> tuple[Profile, ...]:
    """GetProfiles, those with a picture."""
    profiles = (_read_profile(item) for item in answer[:_MAX_PROFILES])
    return tuple(profile for profile in profiles if profile is not None)


def read_uri(answer: Any) -> str:
    """GetStreamUri, GetSnapshotUri."""
    return str(answer.Uri or "")


def read_presets(answer: Any) -> dict[str, str]:
    """Names by token."""
    presets: list[Any] = list(answer or ())[:_MAX_PRESETS]
    return {str(item.token): one_line(str(item.Name or item.token)) for item in presets}


def read_preset_token(answer: Any) -> str:
    """SetPreset: the token of what was stored."""
    return str(answer or "")


def read_tours(answer: Any) -> tuple[CameraTour, ...]:
    """GetPresetTours."""
    tours: list[Any] = list(answer or ())[:_MAX_TOURS]
    return tuple(
        CameraTour(str(item.token or ""), one_line(str(item.Name or item.token or "")), _tour_state(item))
        for item in tours
    )


def read_imaging(answer: Any) -> ImagingSettings:
    """GetImagingSettings."""
    return ImagingSettings(
        brightness=_finite(answer.Brightness),
        contrast=_finite(answer.Contrast),
        saturation=_finite(answer.ColorSaturation),
        sharpness=_finite(answer.Sharpness),
        exposure=_mode(answer.Exposure),
        white_balance=_mode(answer.WhiteBalance),
        focus=_mode(answer.Focus, "AutoFocusMode"),
        infrared_cut=one_line(str(answer.IrCutFilter or "")),
        backlight=_mode(answer.BacklightCompensation),
        wide_dynamic_range=_mode(answer.WideDynamicRange),
    )


def read_position(answer: Any) -> Vector | None:
    """GetStatus; None when the camera does not say where it looks."""
    at = answer.Position
    if at is None or at.PanTilt is None:
        return None
    return Vector(float(at.PanTilt.x), float(at.PanTilt.y), float(at.Zoom.x) if at.Zoom else 0.0)


def read_first_node(answer: Any) -> Node:
    """GetNodes, of a camera with one head."""
    return read_node(answer[0])


def read_node(answer: Any) -> Node:
    """GetNode."""
    spaces = answer.SupportedPTZSpaces
    return Node(
        token=str(answer.token or ""),
        pan_tilt=tuple(_read_space(item) for item in list(spaces.AbsolutePanTiltPositionSpace or ())[:_MAX_SPACES]),
        zoom=tuple(_read_space(item) for item in list(spaces.AbsoluteZoomPositionSpace or ())[:_MAX_SPACES]),
    )


def read_pull_point(answer: Any, *, asked_s: float) -> PullPoint:
    """CreatePullPointSubscription; cameras that tell no times are taken to grant what was asked."""
    reference = answer.SubscriptionReference
    parameters = reference.ReferenceParameters
    now, until = answer.CurrentTime, answer.TerminationTime
    granted_s = (until - now).total_seconds() if now and until else asked_s
    return PullPoint(
        str(reference.Address["_value_1"]),
        tuple(parameters["_value_1"] or ()) if parameters is not None else (),
        min(max(granted_s, 5.0), asked_s),
    )


def vector_argument(vector: Vector) -> dict[str, dict[str, float]]:
    """A PTZ vector as zeep takes it."""
    return {"PanTilt": {"x": vector.pan, "y": vector.tilt}, "Zoom": {"x": vector.zoom}}


def place_argument(position: Position) -> dict[str, dict[str, object]]:
    """A place with its spaces as zeep takes it."""
    place: dict[str, dict[str, object]] = {"PanTilt": {"x": position.pan, "y": position.tilt, "space": position.space}}
    if position.zoom is not None:
        place["Zoom"] = {"x": position.zoom, "space": position.zoom_space}
    return place


def _tour_state(item: Any) -> str:
    status = item.Status
    return one_line(str(status.State or "")).lower() if status is not None else ""


def _finite(value: Any) -> float | None:
    return float(value) if value is not None and math.isfinite(float(value)) else None


def _mode(group: Any, name: str = "Mode") -> str:
    return "" if group is None else one_line(str(getattr(group, name, "") or ""))


def _read_space(item: Any) -> Space:
    x, y = item.XRange, getattr(item, "YRange", None)
    y_min, y_max = (0.0, 0.0) if y is None else (float(y.Min), float(y.Max))
    limits = (float(x.Min), float(x.Max), y_min, y_max)
    if not all(math.isfinite(limit) for limit in limits):
        raise ValueError("a PTZ space without limits")
    return Space(str(item.URI or ""), *limits)


def _read_profile(item: Any) -> Profile | None:
    encoder, source = item.VideoEncoderConfiguration, item.VideoSourceConfiguration
    if encoder is None or source is None or not item.token:
        return None
    size, rate = encoder.Resolution, encoder.RateControl
    return Profile(
        token=str(item.token),
        source=str(source.SourceToken or ""),
        source_configuration=str(source.token or ""),
        encoding=str(encoder.Encoding or ""),
        width=int(size.Width or 0) if size is not None else 0,
        height=int(size.Height or 0) if size is not None else 0,
        has_ptz=item.PTZConfiguration is not None,
        pictures_per_second=float(rate.FrameRateLimit or 0) if rate is not None else 0,
        kilobits_per_second=int(rate.BitrateLimit or 0) if rate is not None else 0,
        has_audio=item.AudioEncoderConfiguration is not None,
        head=str(item.PTZConfiguration.NodeToken or "") if item.PTZConfiguration is not None else "",
    )
