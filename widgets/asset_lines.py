"""One line of an asset list, in words. No Qt, so that presenters can make it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AssetLine:
    """One asset."""

    asset_id: int
    code: str
    name: str
    class_name: str
    place: str
    state: str
    is_abnormal: bool
