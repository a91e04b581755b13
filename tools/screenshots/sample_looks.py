"""Looks of the sample city's map, one for each page of the layers panel, and places somebody kept."""

from typing import Final

from console.store.bookmarks import Bookmark
from console.store.ground_order import REGISTER
from console.store.map_look import BaseMapUse, HeatKind, MapLook, ViewKind
from contract.stream import Visual

LOOKS: Final = (
    MapLook(hidden_services=frozenset({"traffic"}), hidden_states=frozenset({Visual.UNKNOWN}), has_legend=True),
    MapLook(communes=frozenset({"21231"})),
    MapLook(
        base_maps=(
            BaseMapUse(id="ortho", is_on=True, opacity_percent=70, dim_percent=35),
            BaseMapUse(id="ign-plan", is_on=True),
            BaseMapUse(id="tram", is_on=True),
            BaseMapUse(id=REGISTER, is_on=True),
        )
    ),
    MapLook(view=ViewKind.LIGHTING_NIGHT, heat=HeatKind.FAULTS),
    MapLook(hidden_services=frozenset({"lighting"}), has_bookmarks=True),
)
BOOKMARKS: Final = tuple(
    Bookmark(id=f"place{number}", name=name, lon=lon, lat=lat, metres_per_pixel=2.0)
    for number, (name, lon, lat) in enumerate(
        (("Gare et place Darcy", 5.031, 47.3235), ("Parc de la Toison d'Or", 5.06, 47.345), ("Marché", 5.0415, 47.322))
    )
)
