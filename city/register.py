"""The city's register as it grows: gives out ids, fills in each class's service."""

import datetime as dt
from typing import Final

from contract.assets import Asset

# The services that own each class; the product's table of classes says the same.
SERVICES: Final = {
    "streetlight": "lighting",
    "lighting_cabinet": "lighting",
    "lighting_gateway": "lighting",
    "camera": "video_protection",
    "junction": "traffic",
    "message_sign": "traffic",
    "car_park": "parking",
    "parking_bay": "parking",
    "environment_sensor": "environment",
    "vehicle": "fleet",
    "building": "buildings",
    "bollard": "access",
    "network_switch": "network",
    "street": "roads",
}


class Register:
    """Assets in the order of their ids, which count from 1."""

    def __init__(self) -> None:
        self.assets: list[Asset] = []

    def add(
        self,
        class_: str,
        code: str,
        place: tuple[float, float],
        *,
        name: str,
        commune: str,
        commissioned: dt.date | None,
        street: str = "",
        number: int | None = None,
        azimuth_deg: float | None = None,
        fov_deg: float | None = None,
        range_m: float | None = None,
        height_m: float | None = None,
        feeder: Asset | None = None,
        parent: Asset | None = None,
        serial: str = "",
        line: tuple[tuple[float, float], ...] | None = None,
        extra: dict[str, str] | None = None,
    ) -> Asset:
        """A new asset at (lon, lat); `feeder` is its parent and what feeds it, `parent` what it is a part of."""
        feeder_id = None if feeder is None else feeder.id
        asset = Asset(
            id=len(self.assets) + 1,
            code=code,
            class_=class_,
            lon=place[0],
            lat=place[1],
            name=name,
            number=number,
            street=street,
            commune=commune,
            service=SERVICES[class_],
            azimuth_deg=azimuth_deg,
            fov_deg=fov_deg,
            range_m=range_m,
            height_m=height_m,
            parent=feeder_id if parent is None else parent.id,
            supply_parent=feeder_id,
            serial=serial,
            commissioned=commissioned,
            line=line,
            extra={} if extra is None else extra,
        )
        self.assets.append(asset)
        return asset

    def replace(self, asset: Asset) -> Asset:
        """An asset that is known better by now."""
        self.assets[asset.id - 1] = asset
        return asset


def titled(name: str) -> str:
    """With a capital, as on a street sign."""
    return name[:1].upper() + name[1:]
