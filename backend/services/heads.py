"""Whether a camera's head turns."""

from typing import Final

from backend.services.live_state import LiveState
from contract.assets import Asset
from contract.points import Quality

_YES: Final = frozenset({"yes", "true", "1", "oui"})


def is_ptz(camera: Asset, live: LiveState) -> bool:
    """As the camera itself says, else as the register has it (`extra.ptz` = "yes")."""
    point = live.point(camera.id, "is_ptz")
    if point is not None and isinstance(point.value, bool) and point.quality in {Quality.GOOD, Quality.STALE}:
        return point.value
    return camera.extra.get("ptz", "").casefold() in _YES
