"""Bringing cameras in: found on the network or listed in a file, each one tried, then added together."""

import msgspec

MOST_CAMERAS = 1_000


class FoundCamera(msgspec.Struct, frozen=True, kw_only=True):
    """A device that answered a search. `is_known`: a connection leads to it already."""

    identity: str
    url: str
    name: str = ""
    hardware: str = ""
    place: str = ""
    is_known: bool = False


class FoundCameras(msgspec.Struct, frozen=True, kw_only=True):
    """What a search found; hearsay until a camera is tried."""

    items: tuple[FoundCamera, ...]


class CameraToAdd(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A camera as a person enters it. `source`: its video source token, where one device has several."""

    code: str
    url: str
    lon: float
    lat: float
    name: str = ""
    number: int | None = None
    street: str = ""
    commune: str = ""
    user: str = ""
    password: str = ""
    source: str = ""

    def __repr__(self) -> str:
        """Without user and password."""
        return f"CameraToAdd({self.code!r})"


class OnboardingRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Try these; nothing is added before it is accepted."""

    cameras: tuple[CameraToAdd, ...]


class OnboardingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One camera. `state`: waiting, trying, ok, failed, refused (the row itself is wrong), added."""

    row: int
    code: str
    name: str = ""
    url: str = ""
    state: str = "waiting"
    detail: str = ""
    model: str = ""
    picture: str = ""
    """Codec and size of the picture that came: "h264 1280x720"."""
    has_ptz: bool = False
    clock_offset_s: float | None = None
    is_new: bool = True


class Onboarding(msgspec.Struct, frozen=True, kw_only=True):
    """A list under way. `state`: trying, tried, adding, added, cancelled."""

    id: str
    state: str
    rows: tuple[OnboardingRow, ...]
    done: int
    total: int
    detail: str = ""


class AcceptRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add those that were tried with success, and those that failed too if that is said."""

    includes_failed: bool = False
