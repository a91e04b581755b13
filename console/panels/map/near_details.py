"""What is known of single assets near by, as the map draws it. What was never heard stays unknown. No Qt."""

from collections.abc import Mapping
from typing import Final

from contract.assets import Asset
from contract.points import PointValue, Quality, Value
from widgets.city_map import (
    AssetDetail,
    Bays,
    CameraDetail,
    JunctionMode,
    JunctionState,
    SignText,
    VehicleDetail,
)

DETAILED: Final = frozenset({"message_sign", "junction", "car_park", "camera", "vehicle"})
_YES: Final = frozenset({"yes", "true", "1", "oui"})
_MOST_LINES: Final = 6
_LONGEST_LINE: Final = 40
_LONGEST_WORD: Final = 24

Points = Mapping[str, PointValue]


def detail_of(asset: Asset, points: Points) -> AssetDetail | None:
    """The detail of an asset; None when there is nothing to say of it."""
    match asset.class_:
        case "message_sign":
            return _sign(points)
        case "junction":
            return _junction(points)
        case "car_park":
            return Bays(_count(points, "free_bays"), _count(points, "total_bays"))
        case "camera":
            is_ptz = _known(points, "is_ptz")
            return CameraDetail(
                is_ptz=asset.extra.get("ptz", "").casefold() in _YES if is_ptz is None else is_ptz is True,
                is_recording=_known(points, "is_recording") is True,
                is_masked=_known(points, "is_masked") is True,
            )
        case "vehicle":
            status = _known(points, "status")
            return VehicleDetail(status[:_LONGEST_WORD]) if isinstance(status, str) and status else None
        case _:
            return None


def _sign(points: Points) -> SignText | None:
    text = _known(points, "text")
    if not isinstance(text, str):
        return None
    return SignText(tuple(line[:_LONGEST_LINE] for line in text.splitlines()[:_MOST_LINES]))


def _junction(points: Points) -> JunctionState:
    mode, plan = _known(points, "mode"), _known(points, "plan")
    known = mode if isinstance(mode, str) and mode in {each.value for each in JunctionMode} else "unknown"
    words = "" if plan is None else str(plan)
    return JunctionState(JunctionMode(known), words[:_LONGEST_WORD] if known == "running" else "")


def _count(points: Points, name: str) -> int | None:
    value = _known(points, name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 100_000:
        return None
    return int(value)


def _known(points: Points, name: str) -> Value:
    """A value that may be believed; a stale or failed one says nothing of now."""
    point = points.get(name)
    return point.value if point is not None and point.quality is Quality.GOOD else None
