"""Small cities for tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pytestqt.qtbot import QtBot

from widgets.city_map import AssetColumns, CityMap, ClassStyle, Glyph

PLACES = [(5.00, 47.30), (5.04, 47.32), (5.08, 47.34)]
STYLES = (
    ClassStyle("streetlight", "Street light", Glyph.DOT),
    ClassStyle("camera", "Camera", Glyph.CAMERA, 5, 3.0),
    ClassStyle("bollard", "Bollard", Glyph.BOLLARD, 1, 1.0, 2.0),
)


def columns(
    places: Sequence[tuple[float, float]],
    *,
    first_id: int = 1,
    classes: Sequence[int] | None = None,
    communes: Sequence[int] | None = None,
) -> AssetColumns:
    """Assets numbered from first_id at these places (lon, lat)."""
    count = len(places)
    return AssetColumns(
        ids=np.arange(first_id, first_id + count, dtype=np.uint32),
        lon=np.array([lon for lon, _ in places], np.float64),
        lat=np.array([lat for _, lat in places], np.float64),
        class_index=np.array(classes if classes is not None else [0] * count, np.uint8),
        commune_index=np.array(communes if communes is not None else [0] * count, np.uint16),
    )


def scattered(count: int, seed: int = 1, spread: float = 0.05) -> AssetColumns:
    """Assets of class 0 around Dijon."""
    rng = np.random.default_rng(seed)
    return columns(
        list(
            zip(
                (5.04 + rng.normal(0, spread, count)).tolist(),
                (47.32 + rng.normal(0, spread * 0.7, count)).tolist(),
                strict=True,
            )
        ),
        communes=rng.integers(0, 5, count).tolist(),
    )


def ids(*values: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint32]]:
    """Asset ids as the map wants them."""
    return np.array(values, np.uint32)


def octets(*values: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """States or levels as the map wants them."""
    return np.array(values, np.uint8)


def settle(qtbot: QtBot, city_map: CityMap) -> None:
    """Wait until the map has nothing left to do."""
    qtbot.waitUntil(city_map.is_settled, timeout=8000)
