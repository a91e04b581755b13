"""Where the map looks: a centre, a scale and a size in pixels. A value."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from widgets.city_map.mercator import ground_scale, unproject_point

MIN_UNITS: Final = 0.02
MAX_UNITS: Final = 400.0


@dataclass(frozen=True, slots=True)
class Viewport:
    """Units are mercator metres per logical pixel; `pixel_ratio` device pixels make a logical one."""

    x: float
    y: float
    units: float
    width: int
    height: int
    pixel_ratio: float = 1.0

    @property
    def scale(self) -> float:
        """Device pixels per mercator metre."""
        return self.pixel_ratio / self.units

    @property
    def device_width(self) -> int:
        return math.ceil(self.width * self.pixel_ratio)

    @property
    def device_height(self) -> int:
        return math.ceil(self.height * self.pixel_ratio)

    @property
    def left(self) -> int:
        """Global device pixel of the left edge: whole, so that a pan is a blit."""
        return round(self.x * self.scale - self.width * self.pixel_ratio / 2)

    @property
    def top(self) -> int:
        """Global device pixel of the top edge."""
        return round(self.y * self.scale - self.height * self.pixel_ratio / 2)

    @property
    def metres_per_pixel(self) -> float:
        """On the ground at the centre, per logical pixel."""
        return self.units * ground_scale(self.y)

    @property
    def lon_lat(self) -> tuple[float, float]:
        return unproject_point(self.x, self.y)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1 in mercator metres."""
        half_w, half_h = self.width * self.units / 2, self.height * self.units / 2
        return self.x - half_w, self.y - half_h, self.x + half_w, self.y + half_h

    def to_world(self, px: float, py: float) -> tuple[float, float]:
        """Logical pixel -> mercator metres."""
        return (px * self.pixel_ratio + self.left) / self.scale, (py * self.pixel_ratio + self.top) / self.scale

    def to_pixel(self, x: float, y: float) -> tuple[float, float]:
        """Mercator metres -> logical pixel."""
        return (x * self.scale - self.left) / self.pixel_ratio, (y * self.scale - self.top) / self.pixel_ratio

    def moved_to(self, x: float, y: float) -> Viewport:
        """The same scale around another centre, on the earth whatever is asked."""
        limit = 20_037_508.0
        return replace(self, x=min(max(x, -limit), limit), y=min(max(y, -limit), limit))

    def with_units(self, units: float) -> Viewport:
        """The same centre at another scale, within limits."""
        return replace(self, units=min(max(units, MIN_UNITS), MAX_UNITS))

    def zoomed_about(self, px: float, py: float, units: float) -> Viewport:
        """Another scale; the place under this logical pixel stays under it."""
        units = min(max(units, MIN_UNITS), MAX_UNITS)
        dx, dy = px - self.width / 2, py - self.height / 2
        shift = self.units - units
        return self.with_units(units).moved_to(self.x + dx * shift, self.y + dy * shift)

    def showing(self, x0: float, y0: float, x1: float, y1: float, margin: float = 1.12) -> Viewport:
        """Centre and scale so that this rectangle fills the view."""
        wide, high = (x1 - x0) * margin, (y1 - y0) * margin
        units = max(wide / max(self.width, 1), high / max(self.height, 1), 0.15)
        return self.with_units(units).moved_to((x0 + x1) / 2, (y0 + y1) / 2)
