"""What the sample city answers to a search, and which of its cameras turn."""

import math
from collections.abc import Iterable

from contract.assets import Asset
from contract.commands import CommandState
from contract.places import (
    LookingCamera,
    LookOutcome,
    LookRequest,
    NearbyAsset,
    NearbyAssets,
    PlaceHit,
    PlaceHits,
    PlaceKind,
)


def places(assets: Iterable[Asset], text: str, near: tuple[float, float] | None, limit: int) -> PlaceHits:
    """Streets in which equipment stands that holds every word, then that equipment, near before far."""
    words = text.casefold().split()
    found = [asset for asset in assets if asset.line is None and all(word in _words_of(asset) for word in words)]
    if near is not None:
        found.sort(key=lambda asset: _metres(asset, *near))
    streets = {asset.street: asset for asset in found if asset.street}
    hits = [
        PlaceHit(kind=PlaceKind.STREET, label=name, detail="Dijon", lon=asset.lon, lat=asset.lat)
        for name, asset in sorted(streets.items())
        if all(word in name.casefold() for word in words)
    ]
    hits += [
        PlaceHit(
            kind=PlaceKind.ASSET,
            label=asset.code,
            detail="",
            lon=asset.lon,
            lat=asset.lat,
            asset_id=asset.id,
            class_=asset.class_,
            commune=asset.commune,
        )
        for asset in found
    ]
    return PlaceHits(items=tuple(hits[:limit]), total=len(hits))


def nearest(assets: Iterable[Asset], class_: str, lon: float, lat: float, count: int) -> NearbyAssets:
    """By distance."""
    found = sorted((_metres(asset, lon, lat), asset.id, asset) for asset in assets if asset.class_ == class_)
    items = tuple(
        NearbyAsset(asset_id=asset.id, lon=asset.lon, lat=asset.lat, distance_m=metres)
        for metres, _, asset in found[:count]
    )
    return NearbyAssets(items=items, total=len(found))


def look(assets: Iterable[Asset], request: LookRequest) -> LookOutcome:
    """The two nearest cameras turn; the third is in the register only."""
    near = nearest(assets, "camera", request.lon, request.lat, 3).items
    return LookOutcome(
        cameras=tuple(
            LookingCamera(
                asset_id=camera.asset_id,
                distance_m=camera.distance_m,
                command_id=f"look-{camera.asset_id}" if index < 2 else None,
                state=CommandState.DEVICE_ACK if index < 2 else None,
                refusal="" if index < 2 else "it is in the register only",
            )
            for index, camera in enumerate(near)
        )
    )


def _words_of(asset: Asset) -> str:
    number = "" if asset.number is None else str(asset.number)
    return f"{asset.code} {asset.name} {asset.street} {number}".casefold()


def _metres(asset: Asset, lon: float, lat: float) -> float:
    return 111_190.0 * math.hypot((asset.lon - lon) * math.cos(math.radians(lat)), asset.lat - lat)
