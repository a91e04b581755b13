"""What the map says of assets, places and of itself. No Qt."""

import math
from collections.abc import Collection

from console.kit.ports import AssetLookup, Catalogue, StateLookup
from console.store.bookmarks import LONGEST_NAME
from console.store.map_look import MapLook
from console.store.map_presets import Preset, preset_of
from contract.assets import Asset
from contract.stream import Visual
from widgets.texts import Texts

_NEAR = 0.004  # degrees of latitude, some 450 m


class MapPresenter:
    """No Qt: words of the map panel."""

    def __init__(self, assets: AssetLookup, states: StateLookup, catalogue: Catalogue, tr: Texts) -> None:
        self._assets = assets
        self._states = states
        self._catalogue = catalogue
        self._tr = tr

    def read_states(self, states: StateLookup) -> None:
        """From now on speak of these: live, or of the past."""
        self._states = states

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

    def place_name(self, lon: float, lat: float, selected: int | None, taken: Collection[str]) -> str:
        """A name for a place that nobody has yet: the selected asset's, else the nearest commune's."""
        asset = None if selected is None else self._assets.get(selected)
        if asset is not None and _distance(lon, lat, asset.lon, asset.lat) < _NEAR:
            name = asset.name or asset.street or asset.code
        else:
            communes = self._catalogue.communes.values()
            nearest = min(communes, key=lambda item: _distance(lon, lat, item.lon, item.lat), default=None)
            name = self._tr("map.bookmark_name") if nearest is None else nearest.name
        name = name[: LONGEST_NAME - 5]
        numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
        return next((each for each in (name, *numbered) if each not in taken), name)

    def look_text(self, look: MapLook) -> str:
        """What a map shows, when that is not everything."""
        preset = preset_of(look, self._catalogue.classes)
        if preset is Preset.EVERYTHING:
            return ""
        return self._tr("map.changed_look" if preset is None else f"layers.preset.{preset.value}")


def _distance(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """In degrees of latitude, near enough to compare."""
    return math.hypot((lon - other_lon) * math.cos(math.radians(lat)), lat - other_lat)
