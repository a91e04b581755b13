"""Where an asset lies for rights: its commune, its class, and the service that answers for it."""

from collections.abc import Mapping
from typing import NamedTuple

from contract.assets import Asset, AssetClass


class RightsPlace(NamedTuple):
    """Assets of one place are seen, operated and changed by the same people."""

    commune: str
    class_: str
    service: str


def service_of(asset: Asset, classes: Mapping[str, AssetClass]) -> str:
    """The service that answers for an asset."""
    return asset.service or service_of_class(asset.class_, classes)


def service_of_class(class_: str, classes: Mapping[str, AssetClass]) -> str:
    """The service that answers for what names none of its own; empty where nobody knows the class."""
    known = classes.get(class_)
    return "" if known is None else known.service


def place_of(asset: Asset, classes: Mapping[str, AssetClass]) -> RightsPlace:
    """Where it lies."""
    return RightsPlace(asset.commune, asset.class_, service_of(asset, classes))
