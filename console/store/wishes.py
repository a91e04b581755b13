"""Moments somebody wishes to see, and periods to be taken out. No Qt, so that presenters can make them."""

import datetime as dt
from typing import NamedTuple


class MomentWish(NamedTuple):
    """See this moment: on these cameras, or on those nearest to a place (lon, lat)."""

    at: dt.datetime
    camera_ids: tuple[int, ...] = ()
    place: tuple[float, float] | None = None


class Extraction(NamedTuple):
    """These cameras, from then to then, as evidence."""

    camera_ids: tuple[int, ...]
    since: dt.datetime
    until: dt.datetime
