"""What the map says of an asset, and which cameras look at a place."""

from console.kit.ports import AssetLookup, Catalogue, Client, LinkView, StateLookup
from contract.assets import Asset
from contract.stream import Visual
from widgets.texts import Texts

_SHOWN_CAMERAS = 4


class MapPresenter:
    """No Qt: words and requests of the map panel."""

    def __init__(
        self, assets: AssetLookup, states: StateLookup, catalogue: Catalogue, client: Client, link: LinkView, tr: Texts
    ) -> None:
        self._assets = assets
        self._states = states
        self._catalogue = catalogue
        self._client = client
        self._link = link
        self._tr = tr

    def asset(self, asset_id: int) -> Asset | None:
        """One asset, when this console may see it."""
        return self._assets.get(asset_id)

    def tooltip(self, asset_id: int) -> str:
        """Name, kind and state in words; a level where one is known."""
        asset = self._assets.get(asset_id)
        if asset is None:
            return ""
        kind = self._catalogue.classes.get(asset.class_)
        lines = [f"{asset.name or asset.code}"]
        lines.append(asset.class_ if kind is None else self._tr.label(kind.label))
        visual = self._states.visual_of(asset_id)
        state = self._tr(f"visual.{visual.name.lower()}")
        level = self._states.level_of(asset_id)
        lines.append(f"{state} · {level}\u202f%" if level is not None and visual is Visual.NORMAL else state)
        if asset.street:
            lines.append(asset.street)
        return "\n".join(lines)

    def lost_text(self) -> str | None:
        """Since when nothing was heard, while the link is lost."""
        if self._link.is_live:
            return None
        since = self._link.lost_since
        return "" if since is None else self._tr("link.since", time=since.astimezone().strftime("%H:%M:%S"))

    async def cameras_near(self, lon: float, lat: float) -> tuple[int, ...]:
        """The cameras to show for a place, best first. Raises RequestFailed."""
        found = await self._client.nearest_cameras(lon, lat, _SHOWN_CAMERAS)
        return tuple(item.asset.id for item in found.items)
