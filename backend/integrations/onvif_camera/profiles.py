"""Which of a camera's profiles serves which need."""

from collections.abc import Sequence
from typing import Final

from backend.devkit.errors import CommandRefused
from backend.integrations.onvif_camera.readers import Profile

_SMALLEST_SUB_WIDTH: Final = 320  # below that a tile shows nothing a guard could use


def profiles_of_source(profiles: Sequence[Profile], source: str) -> tuple[Profile, ...]:
    """The profiles of a video source; without a name, those of the first source."""
    if not source:
        source = profiles[0].source if profiles else ""
    return tuple(profile for profile in profiles if source in {profile.source, profile.source_configuration})


def choose_profile(profiles: Sequence[Profile], stream: str) -> Profile:
    """For "main" the biggest picture, for "sub" the smallest useful one; H.264 before others. Raises CommandRefused."""
    if stream not in {"main", "sub"}:
        raise CommandRefused(f"a camera has the streams main and sub, not {stream[:20]!r}")
    coded = [profile for profile in profiles if profile.encoding == "H264"]
    candidates = sorted(coded or profiles, key=_size)
    if not candidates:
        raise CommandRefused("the camera offers no video of this source")
    if stream == "main":
        return candidates[-1]
    return next((one for one in candidates if one.width >= _SMALLEST_SUB_WIDTH), candidates[-1])


def movable_profile(profiles: Sequence[Profile]) -> Profile:
    """A profile through which the head obeys. Raises CommandRefused."""
    for profile in profiles:
        if profile.has_ptz:
            return profile
    raise CommandRefused("this camera does not move")


def _size(profile: Profile) -> int:
    return profile.width * profile.height
