"""What a camera says of itself when it is asked: who made it, its streams, its presets and tours, its picture."""

import msgspec


class CameraPreset(msgspec.Struct, frozen=True):
    """A stored direction of a head."""

    token: str
    name: str


class CameraTour(msgspec.Struct, frozen=True):
    """A round of presets that the camera runs by itself. `state`: idle, running, paused, or what the camera says."""

    token: str
    name: str
    state: str = ""


class CameraStream(msgspec.Struct, frozen=True, kw_only=True):
    """One way to watch it; zeros where the camera does not say."""

    name: str
    codec: str = ""
    width: int = 0
    height: int = 0
    pictures_per_second: float = 0
    kilobits_per_second: int = 0
    has_audio: bool = False


class ImagingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the camera makes its picture, in its own units; None or empty where it does not say."""

    brightness: float | None = None
    contrast: float | None = None
    saturation: float | None = None
    sharpness: float | None = None
    exposure: str = ""
    white_balance: str = ""
    focus: str = ""
    infrared_cut: str = ""
    backlight: str = ""
    wide_dynamic_range: str = ""


class CameraDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Asked of the camera at this moment. `missing`: what it did not answer, in words."""

    camera_id: int
    manufacturer: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""
    clock_offset_s: float | None = None
    has_ptz: bool = False
    has_events: bool = False
    streams: tuple[CameraStream, ...] = ()
    presets: tuple[CameraPreset, ...] = ()
    tours: tuple[CameraTour, ...] = ()
    imaging: ImagingSettings | None = None
    missing: tuple[str, ...] = ()
