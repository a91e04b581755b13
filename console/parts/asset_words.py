"""An asset as one line of a list. No Qt."""

from console.kit.ports import Catalogue, StateLookup
from console.store.wording import class_text
from contract.assets import Asset
from contract.stream import Visual
from widgets.asset_lines import AssetLine
from widgets.texts import Texts


class AssetWords:
    """What lists say of an asset: name, class, place, state."""

    def __init__(self, states: StateLookup, catalogue: Catalogue, tr: Texts) -> None:
        self._states = states
        self._catalogue = catalogue
        self._tr = tr

    def line(self, asset: Asset) -> AssetLine:
        """One line, as things stand now."""
        visual = self._states.visual_of(asset.id)
        commune = self._catalogue.communes.get(asset.commune)
        place = ", ".join(part for part in (asset.street, "" if commune is None else commune.name) if part)
        number = "" if asset.number is None else f"{asset.number} · "
        return AssetLine(
            asset_id=asset.id,
            code=asset.code,
            name=f"{number}{asset.name or asset.code}",
            class_name=class_text(self._catalogue, asset.class_, self._tr),
            place=place,
            state=self._tr(f"visual.{visual.name.lower()}"),
            is_abnormal=visual > Visual.UNKNOWN,
        )
