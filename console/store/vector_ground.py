"""Lines of a vector base map as the map draws them. What the wire brings is checked: it is as hostile as any file."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from contract.base_maps import FeatureKind, VectorFeatures
from widgets.city_map import BaseLayer, LayerKind

_KINDS: Final = {
    FeatureKind.STREET: LayerKind.STREET,
    FeatureKind.OUTLINE: LayerKind.OUTLINE,
    FeatureKind.LABEL: LayerKind.LABEL,
}
_BROADEST: Final = 4.0


def ground_layers(base_map: str, features: Sequence[VectorFeatures]) -> tuple[BaseLayer, ...]:
    """One layer a kind. Raises ValueError when columns do not fit one another."""
    return tuple(_layer(f"{base_map}: {item.name}", item) for item in features)


def _layer(name: str, item: VectorFeatures) -> BaseLayer:
    lon, lat = _floats(item.lon), _floats(item.lat)
    if len(item.offsets) % 8:
        raise ValueError("offsets are cut off")
    offsets = np.frombuffer(item.offsets, "<i8").astype(np.int64)
    count = len(item.names)
    if len(lon) != len(lat) or len(offsets) != count + 1:
        raise ValueError("columns of different lengths")
    if offsets[0] != 0 or offsets[-1] != len(lon) or bool((np.diff(offsets) < 0).any()):
        raise ValueError("offsets that lead nowhere")
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise ValueError("places that are no numbers")
    weights = None if item.weights is None else _floats(item.weights)
    if weights is not None:
        if len(weights) != count:
            raise ValueError("weights of another length")
        weights = np.clip(np.nan_to_num(weights, nan=1.0), 1.0, _BROADEST)
    return BaseLayer(
        name=name,
        kind=_KINDS[item.kind],
        lon=lon,
        lat=lat,
        offsets=offsets,
        names=item.names,
        weights=weights,
        attribution=item.attribution,
    )


def _floats(raw: bytes) -> npt.NDArray[np.float64]:
    if len(raw) % 8:
        raise ValueError("a column is cut off")
    return np.frombuffer(raw, "<f8").astype(np.float64)
