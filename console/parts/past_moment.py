"""The moment of something that happened, on the cameras that may have seen it."""

import datetime as dt
from typing import Final

from console.store.context import Context
from console.store.wishes import MomentWish

BEFORE: Final = dt.timedelta(seconds=5)
"""Playback begins a little before what happened: what led to it is seen too."""


def show_past(context: Context, asset_id: int, at: dt.datetime) -> None:
    """Open playback at that moment: the camera itself, or those nearest to the asset."""
    asset = context.stores.assets.get(asset_id)
    if asset is None:
        return
    if asset.class_ == "camera":
        show_wish(context, MomentWish(at - BEFORE, camera_ids=(asset_id,)))
    else:
        show_wish(context, MomentWish(at - BEFORE, place=(asset.lon, asset.lat)))


def show_past_here(context: Context, lon: float, lat: float, at: dt.datetime) -> None:
    """Open playback at that moment, on the cameras nearest to a place."""
    show_wish(context, MomentWish(at - BEFORE, place=(lon, lat)))


def show_wish(context: Context, wish: MomentWish) -> None:
    """The panel is opened where it is not; then it is told."""
    context.open_panel("footage")
    context.stores.moments.show_moment(wish)
