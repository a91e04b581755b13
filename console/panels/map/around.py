"""What is around a place: the nearest of a kind, and cameras that look there. No Qt."""

import uuid
from collections.abc import Sequence
from typing import Final

import msgspec

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.formats import distance_text
from console.kit.ports import AssetLookup, Client
from console.kit.said import said_text
from contract.places import LookingCamera, LookRequest, NearbyAsset
from widgets.texts import Texts

_MOST_REASONS: Final = 3


class Nearby(msgspec.Struct, frozen=True):
    """One near asset in words: "VEH-012 · Police 12, 340 m"."""

    asset_id: int
    lon: float
    lat: float
    distance_m: float
    text: str


class Looked(msgspec.Struct, frozen=True):
    """What became of a "look here": `text` is for the notice, `turned` the cameras that turn, nearest first."""

    text: str
    turned: tuple[int, ...] = ()
    is_failure: bool = False


class Around:
    """Asks the backend and puts its answers into words. Nothing here raises RequestFailed but `nearest`."""

    def __init__(self, client: Client, assets: AssetLookup, tr: Texts) -> None:
        self._client = client
        self._assets = assets
        self._tr = tr

    async def nearest(self, class_: str, lon: float, lat: float, count: int = 5) -> Sequence[Nearby]:
        """The nearest of a class, nearest first. Raises RequestFailed."""
        found = await self._client.nearest_assets(class_, lon, lat, count)
        return [self._nearby(item) for item in found.items]

    async def look_here(self, lon: float, lat: float, *, look_id: str = "") -> Looked:
        """Turn all cameras that can; an id that is used again (a second try) turns none twice."""
        request = LookRequest(lon=lon, lat=lat, id=look_id or str(uuid.uuid4()))
        try:
            outcome = await self._client.look(request)
        except RequestFailed as error:
            return Looked(failure_text(error, self._tr), is_failure=True)
        turned = tuple(camera.asset_id for camera in outcome.cameras if not camera.refusal)
        refused = [camera for camera in outcome.cameras if camera.refusal]
        if not outcome.cameras:
            return Looked(self._tr("places.look_none"), is_failure=True)
        lines: list[str] = []
        if turned:
            key = "places.look_one" if len(turned) == 1 else "places.look_many"
            names = ", ".join(self._name(asset_id) for asset_id in turned)
            lines.append(self._tr(key, count=len(turned), names=names))
        else:
            lines.append(self._tr("places.look_all_refused"))
        lines += [self._reason(camera) for camera in refused[:_MOST_REASONS]]
        if len(refused) > _MOST_REASONS:
            lines.append(self._tr("places.look_more", count=len(refused) - _MOST_REASONS))
        return Looked("\n".join(lines), turned, is_failure=not turned)

    def _reason(self, camera: LookingCamera) -> str:
        why = said_text(camera.refusal_code, camera.refusal_args, camera.refusal, self._tr)
        return self._tr("places.look_refused", camera=self._name(camera.asset_id), reason=why)

    def _nearby(self, item: NearbyAsset) -> Nearby:
        key = "places.near_live" if item.is_live else "places.near"
        text = self._tr(key, name=self._name(item.asset_id), distance=distance_text(item.distance_m, self._tr))
        return Nearby(item.asset_id, item.lon, item.lat, item.distance_m, text)

    def _name(self, asset_id: int) -> str:
        asset = self._assets.get(asset_id)
        if asset is None:
            return f"#{asset_id}"
        return asset.code if not asset.name else f"{asset.code} · {asset.name}"
