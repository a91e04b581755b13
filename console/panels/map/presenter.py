"""What the map says of an asset."""

from console.kit.ports import AssetLookup, Catalogue, StateLookup
from contract.assets import Asset
from contract.stream import Visual
from widgets.texts import Texts


class MapPresenter:
    """No Qt: words of the map panel."""

    def __init__(self, assets: AssetLookup, states: StateLookup, catalogue: Catalogue, tr: Texts) -> None:
        self._assets = assets
        self._states = states
        self._catalogue = catalogue
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
