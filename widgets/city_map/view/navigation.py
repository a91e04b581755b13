"""How the view moves: glide, zoom about a point, throw with inertia. No Qt, time comes in."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace
from typing import Final

from widgets.city_map.view.viewport import MAX_UNITS, MIN_UNITS, Viewport

_ZOOM_TIME_S: Final = 0.055
_GLIDE_S: Final = 0.38
_FRICTION_S: Final = 0.22
_STOP_PX_PER_S: Final = 14.0
_THROW_WINDOW_S: Final = 0.09


@dataclass(frozen=True, slots=True)
class _Glide:
    start: Viewport
    end: Viewport
    began: float


@dataclass(frozen=True, slots=True)
class _Zoom:
    px: float
    py: float
    units: float


class Navigator:
    """Holds the view; `step` moves it on and says whether there is more to come."""

    def __init__(self, view: Viewport) -> None:
        self.view = view
        self._glide: _Glide | None = None
        self._zoom: _Zoom | None = None
        self._velocity = (0.0, 0.0)
        self._last_step = 0.0
        self._trail: deque[tuple[float, float, float]] = deque(maxlen=12)

    @property
    def is_moving(self) -> bool:
        """True while `step` has something to do."""
        return self._glide is not None or self._zoom is not None or self._velocity != (0.0, 0.0)

    @property
    def is_gliding(self) -> bool:
        """True while on the way to a place that was asked for."""
        return self._glide is not None

    @property
    def is_zooming(self) -> bool:
        """True while the scale is changing."""
        if self._glide is not None:
            return self._glide.start.units != self._glide.end.units
        return self._zoom is not None

    @property
    def destination(self) -> Viewport:
        """Where the view will come to rest, inertia apart."""
        if self._glide is not None:
            return self._glide.end
        if self._zoom is not None:
            return self.view.zoomed_about(self._zoom.px, self._zoom.py, self._zoom.units)
        return self.view

    def jump(self, view: Viewport) -> None:
        """Be there at once; a place that is none is ignored."""
        self.stop()
        if _is_somewhere(view):
            self.view = view

    def resize(self, width: int, height: int, pixel_ratio: float) -> None:
        """The window has another size; who is on the way somewhere goes on."""
        if self._glide is None:
            self.jump(replace(self.view, width=width, height=height, pixel_ratio=pixel_ratio))
            return
        start, end = (
            replace(view, width=width, height=height, pixel_ratio=pixel_ratio)
            for view in (self._glide.start, self._glide.end)
        )
        self.view = replace(self.view, width=width, height=height, pixel_ratio=pixel_ratio)
        self._glide = _Glide(start, end, self._glide.began)

    def stop(self) -> None:
        """Stay where the view is now."""
        self._glide = self._zoom = None
        self._velocity = (0.0, 0.0)

    def glide(self, end: Viewport, now: float) -> None:
        """Go there smoothly; a place that is none is ignored."""
        self.stop()
        if end != self.view and _is_somewhere(end):
            self._glide = _Glide(self.view, end, now)

    def zoom(self, factor: float, px: float, py: float, now: float) -> None:
        """Change the scale about a pixel; several wishes add up. Factor below 1 goes nearer."""
        if math.isnan(factor):
            return
        target = self._zoom.units if self._zoom is not None else self.view.units
        self._glide = None
        self._velocity = (0.0, 0.0)
        if self._zoom is None:
            self._last_step = now
        self._zoom = _Zoom(px, py, min(max(target * factor, MIN_UNITS), MAX_UNITS))

    def zoom_now(self, factor: float, px: float, py: float) -> None:
        """Change the scale about a pixel at once: fingers hold the ground."""
        self.stop()
        self.view = self.view.zoomed_about(px, py, self.view.units * factor)

    def drag(self, dx: float, dy: float, now: float) -> None:
        """The ground follows the hand by this many pixels."""
        self._glide = self._zoom = None
        self._velocity = (0.0, 0.0)
        self._trail.append((now, dx, dy))
        self._shift(dx, dy)

    def let_go(self, now: float) -> None:
        """The hand leaves: the ground glides on with the speed it had."""
        recent = [entry for entry in self._trail if now - entry[0] <= _THROW_WINDOW_S]
        self._trail.clear()
        if len(recent) < 2:
            return
        span = max(now - recent[0][0], 0.016)
        vx, vy = sum(e[1] for e in recent) / span, sum(e[2] for e in recent) / span
        if math.hypot(vx, vy) > 120:
            self._velocity = (vx, vy)
            self._last_step = now

    def step(self, now: float) -> bool:
        """Move on to this moment; True while there is more to come."""
        passed = min(max(now - self._last_step, 0.0), 0.1)
        self._last_step = now
        if self._glide is not None:
            self._step_glide(self._glide, now)
        elif self._zoom is not None:
            self._step_zoom(self._zoom, passed)
        elif self._velocity != (0.0, 0.0):
            self._step_throw(passed)
        return self.is_moving

    def _step_glide(self, glide: _Glide, now: float) -> None:
        share = min(max((now - glide.began) / _GLIDE_S, 0.0), 1.0)
        if share >= 1.0:
            self.view, self._glide = glide.end, None
            return
        eased = share * share * (3 - 2 * share)
        start, end = glide.start, glide.end
        # A glide over the ground keeps its scale to the last bit: another scale is another set of tiles.
        is_level = start.units == end.units
        units = end.units if is_level else math.exp(math.log(start.units) * (1 - eased) + math.log(end.units) * eased)
        # The place moves with the scale, so that going near does not rush over the ground at the end.
        span = end.units - start.units
        along = eased if abs(span) < 1e-9 else (units - start.units) / span
        x, y = start.x + (end.x - start.x) * along, start.y + (end.y - start.y) * along
        self.view = self.view.with_units(units).moved_to(x, y)

    def _step_zoom(self, zoom: _Zoom, passed: float) -> None:
        gap = math.log(zoom.units / self.view.units)
        if abs(gap) < 0.004:
            self.view, self._zoom = self.view.zoomed_about(zoom.px, zoom.py, zoom.units), None
            return
        units = self.view.units * math.exp(gap * (1 - math.exp(-passed / _ZOOM_TIME_S)))
        self.view = self.view.zoomed_about(zoom.px, zoom.py, units)

    def _step_throw(self, passed: float) -> None:
        vx, vy = self._velocity
        self._shift(vx * passed, vy * passed)
        fade = math.exp(-passed / _FRICTION_S)
        self._velocity = (vx * fade, vy * fade)
        if math.hypot(*self._velocity) < _STOP_PX_PER_S:
            self._velocity = (0.0, 0.0)

    def _shift(self, dx: float, dy: float) -> None:
        view = self.view
        self.view = view.moved_to(view.x - dx * view.units, view.y - dy * view.units)


def _is_somewhere(view: Viewport) -> bool:
    return math.isfinite(view.x) and math.isfinite(view.y) and math.isfinite(view.units)
