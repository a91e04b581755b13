"""Which field of an asset names its feeder. No Qt."""

from contract.assets import Asset, FeedKind


def feeder_of(asset: Asset, kind: FeedKind) -> int | None:
    """What feeds an asset with power, or carries its network; None when that is not known."""
    return asset.supply_parent if kind is FeedKind.POWER else asset.network_parent
