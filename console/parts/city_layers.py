"""The register as the map wants it: looks of classes, names, streets, outlines, fields of view."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from console.store.placed import class_order
from contract.assets import Asset, AssetClass, Commune
from widgets.city_map import BaseLayer, ClassStyle, ConeColumns, Glyph, LayerKind
from widgets.texts import Texts

_GLYPHS: Final = {
    "streetlight": Glyph.DOT,
    "lighting_cabinet": Glyph.CABINET,
    "camera": Glyph.CAMERA,
    "junction": Glyph.JUNCTION,
    "building": Glyph.BUILDING,
    "car_park": Glyph.CAR_PARK,
    "parking_bay": Glyph.DOT,
    "vehicle": Glyph.VEHICLE,
    "message_sign": Glyph.SIGN,
    "bollard": Glyph.BOLLARD,
    "network_switch": Glyph.NETWORK,
}
CAMERA: Final = "camera"


def class_styles(classes: Mapping[str, AssetClass], tr: Texts) -> tuple[ClassStyle, ...]:
    """Looks of the classes that are drawn as assets, in the order of `class_order`."""
    styles: list[ClassStyle] = []
    for order, code in enumerate(class_order(classes)):
        glyph = _GLYPHS.get(code, Glyph.OTHER)
        label = tr.label(classes[code].label)
        styles.append(ClassStyle(code=code, label=label, glyph=glyph, order=0 if glyph is Glyph.DOT else 1 + order))
    return tuple(styles)


def camera_cones(assets: Iterable[Asset]) -> ConeColumns:
    """Fields of view of the cameras of which they are known."""
    cameras = [asset for asset in assets if asset.class_ == CAMERA and asset.range_m is not None]
    return ConeColumns(
        ids=np.array([asset.id for asset in cameras], np.uint32),
        azimuth_deg=np.array([asset.azimuth_deg or 0.0 for asset in cameras], np.float64),
        fov_deg=np.array([asset.fov_deg or 360.0 for asset in cameras], np.float64),
        range_m=np.array([asset.range_m or 0.0 for asset in cameras], np.float64),
    )


def asset_labels(assets: Iterable[Asset]) -> dict[int, str]:
    """Names worth a label: not the thousands of lamps, but what people call by name or number."""
    return {
        asset.id: label_of(asset) for asset in assets if asset.line is None and _GLYPHS.get(asset.class_) != Glyph.DOT
    }


def label_of(asset: Asset) -> str:
    """How people call an asset: a camera by its number, others by name, else by code."""
    if asset.class_ == CAMERA and asset.number is not None:
        return str(asset.number)
    return asset.name or asset.code


def base_layers(assets: Iterable[Asset], communes: Iterable[Commune], attribution: str) -> tuple[BaseLayer, ...]:
    """Streets of the register and outlines of communes; the map writes the names of communes itself."""
    streets = [asset for asset in assets if asset.line is not None and len(asset.line) > 1]
    rings = [(commune.name, ring) for commune in communes for ring in commune.outline if len(ring) > 2]
    layers: list[BaseLayer] = []
    if streets:
        weights = np.array([_street_weight(street) for street in streets], np.float64)
        lines = [street.line or () for street in streets]
        names = tuple(street.name or street.street for street in streets)
        layers.append(_lines("streets", LayerKind.STREET, lines, names, weights, attribution))
    if rings:
        names = tuple(name for name, _ring in rings)
        layers.append(_lines("communes", LayerKind.OUTLINE, [ring for _name, ring in rings], names, None, attribution))
    return tuple(layers)


def _lines(
    name: str,
    kind: LayerKind,
    lines: Sequence[Sequence[tuple[float, float]]],
    names: tuple[str, ...],
    weights: "np.ndarray[tuple[int], np.dtype[np.float64]] | None",
    attribution: str,
) -> BaseLayer:
    points = np.array([point for line in lines for point in line], np.float64).reshape(-1, 2)
    offsets = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    return BaseLayer(
        name=name,
        kind=kind,
        lon=np.ascontiguousarray(points[:, 0]),
        lat=np.ascontiguousarray(points[:, 1]),
        offsets=offsets,
        names=names,
        weights=weights,
        attribution=attribution,
    )


def _street_weight(street: Asset) -> float:
    given = street.extra.get("weight") or street.extra.get("rank") or ""
    return float(given) if given in {"1", "2", "3", "4"} else 1.0
