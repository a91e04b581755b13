"""What stands on the QR label of an asset. No Qt."""

from typing import Final
from urllib.parse import quote

from console.kit.ports import Catalogue
from console.store.wording import class_text
from contract.assets import Asset
from contract.stock_take import LABEL_PREFIX
from widgets.texts import Texts

_LONGEST: Final = 60


def label_content(asset: Asset) -> str:
    """What a scanner reads: it names the asset for good, whoever's server answers."""
    return f"{LABEL_PREFIX}{asset.class_}:{quote(asset.code, safe='-._~')}"


def label_lines(asset: Asset, catalogue: Catalogue, tr: Texts) -> tuple[str, ...]:
    """Class, name, street, commune: those that are known."""
    commune = catalogue.communes.get(asset.commune)
    number = "" if asset.number is None else tr("asset_file.labels.number", number=asset.number)
    parts = (class_text(catalogue, asset.class_, tr), number, asset.name, asset.street)
    lines = [*parts, "" if commune is None else commune.name]
    return tuple(line[:_LONGEST] for line in lines if line)
