"""Where a mobile asset was last heard of, as a value. No Qt."""

from typing import NamedTuple


class LastPlace(NamedTuple):
    """Where a mobile asset was last heard of. `age_s` None: nobody knows since when.

    `is_older`: it was already there when this console began to listen, so that it may be older than `age_s`.
    """

    lon: float
    lat: float
    heading_deg: float | None
    age_s: float | None = None
    is_older: bool = False
