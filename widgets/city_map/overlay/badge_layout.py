"""Where badges are drawn so that none covers another: each inside its own square where a neighbour is near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from widgets.city_map.scene.badges import BadgeColumns
from widgets.city_map.values import Float64s, Mask, Rows
from widgets.city_map.view.viewport import Viewport

_GAP_PX: Final = 1.0
_UNDER_NAME_PX: Final = 11.0


@dataclass(frozen=True, slots=True)
class BadgeSizes:
    """Logical pixels of each badge, with and without the split by priority."""

    width: Float64s
    height: Float64s
    split_width: Float64s
    split_height: Float64s


@dataclass(frozen=True, slots=True)
class BadgeLayout:
    """Parallel to the badges: middles in mercator metres for one scale, sizes in logical pixels."""

    x: Float64s
    y: Float64s
    width: Float64s
    height: Float64s
    has_split: Mask


def lay_out(badges: BadgeColumns, sizes: BadgeSizes, units: float, zoom: float) -> BadgeLayout:
    """The split is shown where the square, or the room between communes, is wide enough for it."""
    several = badges.count > 1
    mixed = several & ((badges.by_priority > 0).sum(axis=1) > 1)
    if badges.cell == 0.0:
        shown = mixed & _has_room_around(badges, sizes, units, zoom)
        width, height = _chosen(sizes, shown)
        y = badges.y + np.where(several, (height / 2 + _UNDER_NAME_PX * zoom) * units, 0.0)
        return BadgeLayout(badges.x, y, width, height, shown)
    cell_px = badges.cell / units
    shown = mixed & (sizes.split_width + 2 * _GAP_PX <= cell_px) & (cell_px >= 116 * zoom)
    width, height = _chosen(sizes, shown)
    column, line = badges.squares()
    left, right, above, below = _neighbours(column, line)
    x = _held(badges.x / units, column.astype(np.float64) * cell_px, cell_px, width, left, right) * units
    y = _held(badges.y / units, line.astype(np.float64) * cell_px, cell_px, height, above, below) * units
    return BadgeLayout(x, y, width, height, shown)


def seen(layout: BadgeLayout, view: Viewport) -> Rows:
    """Indexes of badges that reach into the view."""
    x0, y0, x1, y1 = view.bounds
    wide, high = layout.width * view.units, layout.height * view.units
    return np.flatnonzero(
        (layout.x + wide > x0) & (layout.x - wide < x1) & (layout.y + high > y0) & (layout.y - high < y1)
    )


def _has_room_around(badges: BadgeColumns, sizes: BadgeSizes, units: float, zoom: float) -> Mask:
    """True where the split fits without covering a neighbour, its split or its name."""
    across = np.abs(badges.x[:, None] - badges.x[None, :]) / units
    down = np.abs(badges.y[:, None] - badges.y[None, :]) / units
    wide = (sizes.split_width[:, None] + sizes.split_width[None, :]) / 2 + 4 * zoom
    high = np.maximum(sizes.split_height[:, None], sizes.split_height[None, :]) + 2 * _UNDER_NAME_PX * zoom
    touches = (across < wide) & (down < high)
    np.fill_diagonal(touches, val=False)
    has_room: Mask = np.logical_not(np.any(touches, axis=1))
    return has_room


def _chosen(sizes: BadgeSizes, shown: Mask) -> tuple[Float64s, Float64s]:
    width = np.where(shown, sizes.split_width, sizes.width)
    return width, np.where(shown, sizes.split_height, sizes.height)


def _held(at: Float64s, start: Float64s, cell: float, size: Float64s, before: Mask, after: Mask) -> Float64s:
    """Kept within its square on the sides where another one stands."""
    room = np.maximum(size / 2 + _GAP_PX, 0.0)
    low = np.where(before, start + room, -np.inf)
    high = np.where(after, start + cell - room, np.inf)
    return np.maximum(np.minimum(at, high), np.minimum(low, np.where(after, start + cell / 2, np.inf)))


def _neighbours(column: Rows, line: Rows) -> tuple[Mask, Mask, Mask, Mask]:
    """Is there another badge in one of the three squares to the left, to the right, above, below."""
    key = column * 4_294_967_296 + line

    def has(dx: int, dy: int) -> Mask:
        wanted = key + dx * 4_294_967_296 + dy
        found: Mask = np.isin(wanted, key)
        return found

    return (
        has(-1, -1) | has(-1, 0) | has(-1, 1),
        has(1, -1) | has(1, 0) | has(1, 1),
        has(-1, -1) | has(0, -1) | has(1, -1),
        has(-1, 1) | has(0, 1) | has(1, 1),
    )
