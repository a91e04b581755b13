"""From weighted places to a smooth field over a part of the map. No painting here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from widgets.city_map.heat import HeatColumns, HeatKind
from widgets.city_map.mercator import EARTH_RADIUS_M, is_on_map, project
from widgets.city_map.values import Float64s
from widgets.city_map.view.viewport import Viewport

CELL_PX: Final = 8
_SIGMA_CELLS: Final = 3.2
_TILE_CELLS: Final = 32
_REACH_CELLS: Final = math.ceil(3 * _SIGMA_CELLS)

Field = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class HeatArea:
    """Cells of a part of the map, aligned to tiles of the scale: a pan within it changes nothing."""

    column: int
    line: int
    across: int
    down: int
    scale: float

    def holds(self, view: Viewport) -> bool:
        """True when the view lies within."""
        return self.scale == view.scale and (
            self.column * CELL_PX <= view.left
            and self.line * CELL_PX <= view.top
            and (self.column + self.across) * CELL_PX >= view.left + view.device_width
            and (self.line + self.down) * CELL_PX >= view.top + view.device_height
        )


def area_around(view: Viewport) -> HeatArea:
    """The tiles of the view and an eighth of a screen around it."""
    tile = _TILE_CELLS * CELL_PX
    wide, high = view.device_width // 8, view.device_height // 8
    left, top = (view.left - wide) // tile, (view.top - high) // tile
    right = (view.left + view.device_width + wide) // tile + 1
    bottom = (view.top + view.device_height + high) // tile + 1
    return HeatArea(
        left * _TILE_CELLS, top * _TILE_CELLS, (right - left) * _TILE_CELLS, (bottom - top) * _TILE_CELLS, view.scale
    )


class HeatField:
    """Places in mercator metres with what they weigh; what makes no sense is left out."""

    def __init__(self, columns: HeatColumns) -> None:
        self.columns = columns
        size = min(columns.lon.size, columns.lat.size, columns.weight.size)
        lon, lat, weight = columns.lon[:size], columns.lat[:size], columns.weight[:size]
        fit = is_on_map(lon, lat) & np.isfinite(weight) & (weight >= 0)
        self.x, self.y = project(lon[fit], lat[fit])
        self.weight: Float64s = weight[fit]

    def over(self, area: HeatArea) -> Field:
        """Values of the cells: weight per square kilometre, or mean weight; 0 where there is nothing."""
        across, down = area.across + 2 * _REACH_CELLS, area.down + 2 * _REACH_CELLS
        column = np.floor(self.x * area.scale / CELL_PX).astype(np.int64) - area.column + _REACH_CELLS
        line = np.floor(self.y * area.scale / CELL_PX).astype(np.int64) - area.line + _REACH_CELLS
        inside = (column >= 0) & (column < across) & (line >= 0) & (line < down)
        flat = line[inside] * across + column[inside]
        weights = np.bincount(flat, self.weight[inside], across * down)
        total = _smoothed(weights.reshape(down, across).astype(np.float64))
        if self.columns.kind is HeatKind.AVERAGE:
            number = _smoothed(np.bincount(flat, minlength=across * down).reshape(down, across).astype(np.float64))
            near = number > 1e-3
            total = np.where(near, total / np.maximum(number, 1e-9), 0.0).astype(np.float32)
        else:
            total = total / _cell_km2(area)
        inner = slice(_REACH_CELLS, -_REACH_CELLS)
        return np.ascontiguousarray(total[inner, inner])

    def maximum(self, field: Field) -> float:
        """The value drawn strongest."""
        if self.columns.maximum is not None and self.columns.maximum > 0:
            return self.columns.maximum
        return max(float(field.max(initial=0.0)), 1e-9)


def _smoothed(cells: Float64s) -> Field:
    # The kernel keeps the sum: what lies in a neighbourhood is spread, none of it is lost.
    side = 2 * _REACH_CELLS + 1
    blurred = cv2.GaussianBlur(cells.astype(np.float32), (side, side), _SIGMA_CELLS, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(blurred, np.float32)


def _cell_km2(area: HeatArea) -> Field:
    """Line by line: the further north, the smaller the ground under a cell."""
    middles = (area.line + np.arange(-_REACH_CELLS, area.down + _REACH_CELLS) + 0.5) * CELL_PX / area.scale
    side_m = CELL_PX / area.scale / np.cosh(middles / EARTH_RADIUS_M)
    return np.asarray(side_m * side_m / 1e6, np.float32).reshape(-1, 1)
