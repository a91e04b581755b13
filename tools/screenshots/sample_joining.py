"""Assets of one more class come to the sample city."""

from collections.abc import Sequence

from console.store.stores import Stores
from contract.assets import Asset, AssetClass
from contract.stream import AssetsBody, Changes, Topic, TopicKind
from tools.screenshots import sample_city
from tools.screenshots.sample_classes import classes
from tools.screenshots.sample_client import SampleClient

_COMMUNE = "21231"


def join(client: SampleClient, stores: Stores, class_: AssetClass, assets: Sequence[Asset]) -> None:
    """The console sees them as it would see new ones of a city; all lie in one commune."""
    client.assets |= {asset.id: asset for asset in assets}
    stores.catalogue.take((*classes(), class_), sample_city.communes())
    stores.message(Changes(Topic(TopicKind.ASSETS, _COMMUNE, class_.code), 1, AssetsBody(tuple(assets)), 0))
    stores.flush()
