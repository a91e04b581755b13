"""Base maps as the layers panel lists them."""

from collections.abc import Sequence

from console.panels.layers.base_map_page import GroundLine
from console.store.base_maps import BaseMapStore, is_raster
from console.store.ground_order import used_grounds
from console.store.map_look import MapLook
from console.store.wording import trouble_text
from contract.base_maps import BaseMap
from widgets.texts import Texts


def ground_lines(look: MapLook, store: BaseMapStore, tr: Texts) -> Sequence[GroundLine]:
    """Every base map, the lowest first."""
    lines: list[GroundLine] = []
    for use, base_map in used_grounds(look, store.items):
        if base_map is None:
            lines.append(GroundLine(use, tr("layers.register_ground"), tr("map.attribution"), can_dim=False))
            continue
        trouble = store.troubles.get(base_map.id)
        words = "" if trouble is None else trouble_text(base_map, trouble.failure, trouble.since, tr)
        lines.append(GroundLine(use, base_map.name, _about(base_map, tr), words, can_dim=is_raster(base_map)))
    return lines


def _about(base_map: BaseMap, tr: Texts) -> str:
    kind = tr("layers.remote" if base_map.is_remote else f"layers.{base_map.kind.value}")
    return " · ".join(part for part in (kind, base_map.attribution) if part)
