"""What is on the map, without any pixel: assets, classes, communes, names, fields of view."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from widgets.city_map.mercator import ground_scale, project_point
from widgets.city_map.scene.badges import COMMUNE_MPP, BadgeColumns, badges_by_cell, badges_by_commune, cell_size
from widgets.city_map.scene.columns import AssetStore
from widgets.city_map.scene.commune_groups import CommuneGroups
from widgets.city_map.scene.counting import NO_STYLE, counted
from widgets.city_map.scene.detail import disc_classes
from widgets.city_map.scene.grid import GridIndex
from widgets.city_map.scene.meaning import Meaning
from widgets.city_map.scene.motions import Motions
from widgets.city_map.scene.trails import Trails
from widgets.city_map.scene.visibility import Visibility, is_alarm, worst_and_nearest
from widgets.city_map.state import FIRST_ALARM, UNACKNOWLEDGED, AssetVisual
from widgets.city_map.values import (
    AssetColumns,
    AssetsInView,
    Bytes,
    ClassStyle,
    ConeColumns,
    CountsInView,
    Float32s,
    Float64s,
    Glyph,
    MapFilter,
    Mask,
    Rows,
    UInt32s,
)
from widgets.city_map.view.viewport import Viewport

Cone = tuple[float, float, float]
Places = tuple[Float64s, Float64s]


class Scene:
    """Keeps columns and grid in step and answers what stands where."""

    def __init__(self) -> None:
        self.store = AssetStore()
        self.index = GridIndex()
        self.visibility = Visibility(self.store)
        self.meaning = Meaning(self.store)
        self.communes = CommuneGroups()
        self.motions = Motions()
        self.trails = Trails()
        self._is_vehicle: Mask = np.zeros(256, np.bool_)
        self.styles: tuple[ClassStyle, ...] = ()
        self.labels: dict[int, str] = {}
        self.cones: dict[int, Cone] = {}
        self.commune_names: tuple[str, ...] = ()
        self.commune_centres: tuple[tuple[float, float], ...] = ()
        self.alarm_version = 0
        """Grows when the alarms shown may differ from those before."""
        self.badge_zoom = 1.0
        """How much larger than usual badges are drawn: they want more room."""
        self._counted: tuple[Viewport, CountsInView] | None = None
        self._badges: BadgeColumns | None = None
        self._badges_for: tuple[int, float, float, bool] | None = None
        self._badges_area = (0.0, 0.0, 0.0, 0.0)

    def style_of(self, row: int) -> ClassStyle:
        """The style of an asset; a plain one when its class was never announced."""
        index = int(self.store.class_index[row])
        return self.styles[index] if index < len(self.styles) else NO_STYLE

    def set_styles(self, styles: Sequence[ClassStyle]) -> None:
        self._counted = None
        self.styles = tuple(styles)[:256]
        self.visibility.set_styles(self.styles)
        self.alarm_version += 1
        self._is_vehicle[:] = False
        self._is_vehicle[[at for at, style in enumerate(self.styles) if style.glyph is Glyph.VEHICLE]] = True

    def set_filter(self, wanted: MapFilter) -> None:
        self._counted = None
        self.visibility.set_filter(wanted)
        self.alarm_version += 1

    def set_flag(self, flag: int, ids: UInt32s) -> Places:
        """Exactly these ids are SUPPRESSED, or PENDING; answers the places whose picture changed."""
        self._counted = None
        rows = self.meaning.set_flag(flag, ids)
        self.visibility.apply_to(rows)
        if rows.size and bool(np.any(self.store.visual[rows] >= FIRST_ALARM)):
            self.alarm_version += 1
        return self.store.x[rows], self.store.y[rows]

    def set_communes(self, names: Sequence[str], centroids: Sequence[tuple[float, float]]) -> None:
        """Names and centres (lon, lat) by commune_index."""
        pairs = list(zip(names, centroids, strict=False))
        self.commune_names = tuple(name for name, _ in pairs)
        self.commune_centres = tuple(project_point(lon, lat) for _, (lon, lat) in pairs)
        self.communes.set_centres(list(self.commune_centres))
        self.alarm_version += 1

    def set_labels(self, labels: Mapping[int, str]) -> None:
        self.labels = dict(labels)

    def set_cones(self, columns: ConeColumns) -> None:
        """Replace the fields of view; those that are no numbers or look nowhere are left out."""
        size = min(columns.ids.size, columns.azimuth_deg.size, columns.fov_deg.size, columns.range_m.size)
        azimuth, fov, reach = (c[:size] for c in (columns.azimuth_deg, columns.fov_deg, columns.range_m))
        fit = np.isfinite(azimuth) & (fov > 0) & (fov <= 360) & (reach > 0) & (reach <= 20_000)
        self.cones = {
            int(columns.ids[i]): (float(azimuth[i]), float(fov[i]), float(reach[i]))
            for i in np.flatnonzero(fit).tolist()
        }

    def replace_assets(self, columns: AssetColumns) -> None:
        self._counted = None
        self.store.replace_all(columns)
        self.visibility.apply_to_all()
        self.meaning.reapply()
        self._index_anew()

    def upsert_assets(self, columns: AssetColumns) -> Places:
        """Answers every place whose picture changed, before and after."""
        self._counted = None
        rows, _ = self.store.rows_of(columns.ids)
        old = self.store.x[rows].copy(), self.store.y[rows].copy()
        known, fresh = self.store.upsert(columns)
        rows = np.concatenate((known, fresh))
        self.visibility.apply_to(rows)
        if fresh.size:
            self.meaning.reapply()
        if fresh.size > 2_000:
            self._index_anew()
        else:
            self.index.moved(rows, self.store.x, self.store.y)
        self.alarm_version += 1
        return _joined(old, (self.store.x[rows], self.store.y[rows]))

    def remove_assets(self, ids: UInt32s) -> Places:
        """Answers the places that are empty now."""
        self._counted = None
        rows, _ = self.store.rows_of(ids)
        old = self.store.x[rows].copy(), self.store.y[rows].copy()
        if self.store.remove(ids):
            self._index_anew()
        return old

    def let_go(self) -> None:
        """Nobody will ask again: keep nothing that is large."""
        self.store.let_go()
        self._index_anew()
        self.labels, self.cones = {}, {}
        self.meaning.set_details({})
        self.meaning.heat = self.meaning.supply = self._badges = self._counted = None

    def set_states(self, ids: UInt32s, states: Bytes) -> Places:
        """Answers the places whose picture changed."""
        self._counted = None
        known, _ = self.store.rows_of(ids)
        had_alarm = bool(np.any(self.store.visual[known] >= FIRST_ALARM))
        rows = self.store.set_states(ids, states)
        self.visibility.apply_to(rows)
        if rows.size and self.motions.ids.size:
            self.motions.halt(self.store.ids[rows[self._is_lost(rows)]])
        if rows.size and (had_alarm or bool(np.any(self.store.visual[rows] >= FIRST_ALARM))):
            self.alarm_version += 1
        return self.store.x[rows], self.store.y[rows]

    def set_levels(self, ids: UInt32s, levels: Bytes) -> Places:
        """Answers the places whose picture changed."""
        rows = self.store.set_levels(ids, levels)
        return self.store.x[rows], self.store.y[rows]

    def move_assets(self, ids: UInt32s, lon: Float64s, lat: Float64s, heading_deg: Float32s) -> Places:
        """Answers the places left and the places reached."""
        self._counted = None
        size = min(ids.size, lon.size, lat.size, heading_deg.size)
        rows, mask = self.store.locate(ids[:size], lon[:size], lat[:size])
        old = self.store.x[rows].copy(), self.store.y[rows].copy()
        self.store.move(rows, lon[:size][mask], lat[:size][mask], heading_deg[:size][mask])
        if rows.size:
            self._note_motion(rows)
            self.index.moved(rows, self.store.x, self.store.y)
            self.alarm_version += int(np.any(self.store.visual[rows] >= FIRST_ALARM))
        return _joined(old, (self.store.x[rows], self.store.y[rows]))

    def places_of(self, rows: Rows) -> Places:
        """Where assets are shown now: vehicles on their way from one position to the next."""
        return self.motions.placed(self.store.ids[rows], self.store.x[rows], self.store.y[rows])

    def place_of(self, row: int) -> tuple[float, float]:
        """Where one asset is shown now."""
        x, y = self.places_of(np.array([row]))
        return float(x[0]), float(y[0])

    def has_vehicle_icons(self, view: Viewport) -> bool:
        """True at scales where vehicles are more than discs."""
        mpp = view.metres_per_pixel
        return any(style.glyph is Glyph.VEHICLE and mpp <= style.icon_mpp for style in self.styles)

    def has_commune_badges(self, view: Viewport) -> bool:
        """True at scales where a badge stands for a commune."""
        return view.metres_per_pixel > COMMUNE_MPP and self.communes.is_usable

    def badges(self, view: Viewport) -> BadgeColumns:
        """All alarms of the city as markers for this scale; their counts add up to all alarms."""
        if self.has_commune_badges(view):
            groups = self.communes.at_scale(view.units, self.badge_zoom)
            return badges_by_commune(self.store, self.communes.centres, groups)
        return badges_by_cell(self.store, view.units, zoom=self.badge_zoom)

    def badges_near(self, view: Viewport) -> BadgeColumns:
        """Those of the view and of half a screen around it: the same as in `badges`, kept while panning."""
        by_commune = self.has_commune_badges(view)
        size = 0.0 if by_commune else cell_size(view.units, self.badge_zoom)
        key = (self.alarm_version, size or view.units, self.badge_zoom, by_commune)
        if self._badges is None or self._badges_for != key or not _holds(self._badges_area, view.bounds):
            self._badges_for, self._badges_area = key, _around(view)
            self._badges = (
                self.badges(view)
                if by_commune
                else badges_by_cell(self.store, view.units, self._badges_area, self.badge_zoom)
            )
        return self._badges

    def has_unacknowledged(self) -> bool:
        """True when an alarm that is shown waits for somebody."""
        return bool(np.any(self.store.state[self.store.alarm_rows()] & UNACKNOWLEDGED))

    def icon_rows(self, view: Viewport) -> Rows:
        """Rows in view that are drawn as icons at this scale, the most important last."""
        is_disc, is_shown = disc_classes(self.styles, view.metres_per_pixel)
        if bool(is_disc.all()) or self.store.count == 0:
            return np.empty(0, np.int64)
        margin = 20 * view.units
        x0, y0, x1, y1 = view.bounds
        rows = self.index.in_rectangle(x0 - margin, y0 - margin, x1 + margin, y1 + margin)
        classes = self.store.class_index[rows]
        wanted = (
            self.store.is_shown[rows]
            & ~is_disc[classes]
            & (is_shown[classes] | (self.store.visual[rows] >= AssetVisual.FAULT))
        )
        rows = rows[wanted]
        order = np.zeros(256, np.int64)
        order[: len(self.styles)] = [style.order for style in self.styles]
        keys = (self.store.ids[rows], order[self.store.class_index[rows]], self.store.visual[rows])
        return rows[np.lexsort(keys)]

    def pick(self, view: Viewport, px: float, py: float, radius_px: float) -> int | None:
        """The row of the asset nearest to a pixel, among those that can be seen."""
        x, y = view.to_world(px, py)
        if self.motions.ids.size and self.has_vehicle_icons(view):
            under_way = self.store.row_of(self.motions.nearest(x, y, radius_px * view.units))
            if under_way is not None and self.store.is_shown[under_way]:
                return under_way
        return self.index.nearest(x, y, radius_px * view.units, self._visible(view))

    def rows_in_view(self, view: Viewport) -> Rows:
        """What stands in the view and passes the filter."""
        rows = self.index.in_rectangle(*view.bounds)
        return rows[self.store.is_shown[rows]]

    def in_view(self, view: Viewport, limit: int) -> AssetsInView:
        """What stands in the view as a table."""
        rows = self.rows_in_view(view)
        away = np.hypot(self.store.x[rows] - view.x, self.store.y[rows] - view.y) * ground_scale(view.y)
        visual = self.store.visual[rows]
        rank = np.where(is_alarm(self.store.state[rows]), visual, np.minimum(visual, np.uint8(AssetVisual.FAULT)))
        first = worst_and_nearest(rank, away, limit)
        total, rows = int(rows.size), rows[first]
        return AssetsInView(self.store.ids[rows], self.store.visual[rows], self.store.level[rows], away[first], total)

    def counts(self, view: Viewport) -> CountsInView:
        """Exact numbers of what stands in the view; asked again while nothing changed they cost nothing."""
        if self._counted is None or self._counted[0] != view:
            rows = slice(None) if self._is_all_in(view) else self.rows_in_view(view)
            found = counted(self.store.class_index[rows], self.store.state[rows], self.styles)
            self._counted = (view, found)
        return self._counted[1]

    def alarms_by_importance(self) -> list[int]:
        """Ids in alarm: not acknowledged first, then worst first, then by id."""
        rows = self.store.alarm_rows()
        flashing = (self.store.state[rows] & UNACKNOWLEDGED) != 0
        keys = (self.store.ids[rows], -self.store.visual[rows].astype(np.int64), ~flashing)
        return [int(i) for i in self.store.ids[rows[np.lexsort(keys)]]]

    def noteworthy(self, view: Viewport) -> list[int]:
        """Ids in view that stand out, worst first: alarms and whatever is drawn as an icon."""
        rows = self.rows_in_view(view)
        alarms = rows[is_alarm(self.store.state[rows])]
        shown = np.unique(np.concatenate((alarms, np.intersect1d(self.icon_rows(view), rows))))
        order = np.lexsort((self.store.ids[shown], -self.store.visual[shown].astype(np.int64)))
        return [int(i) for i in self.store.ids[shown[order]]]

    def _is_all_in(self, view: Viewport) -> bool:
        extent, (x0, y0, x1, y1) = self.extent(), view.bounds
        if extent is None or not self.store.is_shown.all():
            return False
        return x0 <= extent[0] and y0 <= extent[1] and extent[2] < x1 and extent[3] < y1

    def extent(self) -> tuple[float, float, float, float] | None:
        """The rectangle that holds all assets, None when there are none."""
        if self.store.count == 0:
            return None
        x, y = self.store.x, self.store.y
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())

    def _visible(self, view: Viewport) -> Mask | None:
        _, is_shown = disc_classes(self.styles, view.metres_per_pixel)
        passes = None if self.visibility.filter.is_open else self.store.is_shown
        if bool(is_shown.all()):
            return passes
        seen = is_shown[self.store.class_index] | (self.store.visual >= AssetVisual.FAULT)
        return seen if passes is None else seen & passes

    def forget_ways(self, ids: UInt32s) -> None:
        """They are where they are at once, and did not drive there."""
        self.motions.halt(ids)
        self.trails.forget(ids)

    def _note_motion(self, rows: Rows) -> None:
        rows = rows[self._is_vehicle[self.store.class_index[rows]]]
        if rows.size:
            ids, x, y = self.store.ids[rows], self.store.x[rows], self.store.y[rows]
            self.motions.note(ids, x, y)
            self.motions.halt(ids[self._is_lost(rows)])
            self.trails.note(ids, x, y, self.motions.now())

    def _is_lost(self, rows: Rows) -> Mask:
        visual = self.store.visual[rows]
        lost: Mask = (visual == AssetVisual.STALE) | (visual == AssetVisual.UNKNOWN)
        return lost

    def _index_anew(self) -> None:
        self.index.rebuild(self.store.x, self.store.y)
        self.motions.keep_only(lambda ids: self.store.rows_of(ids)[1])
        self.trails.keep_only(self.motions.ids)
        self.alarm_version += 1


def cone_outline(x: float, y: float, cone: Cone, ground_scale: float) -> list[tuple[float, float]]:
    """The field of view of a camera as a polygon in mercator metres."""
    azimuth, fov, reach = cone
    reach /= ground_scale
    steps = max(4, math.ceil(fov / 8))
    points = [] if fov >= 360 else [(x, y)]
    for i in range(steps + 1):
        turn = math.radians(azimuth - fov / 2 + fov * i / steps)
        points.append((x + reach * math.sin(turn), y - reach * math.cos(turn)))
    return points


def _joined(one: Places, other: Places) -> Places:
    return np.concatenate((one[0], other[0])), np.concatenate((one[1], other[1]))


def _around(view: Viewport) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = view.bounds
    wide, high = (x1 - x0) / 2, (y1 - y0) / 2
    return x0 - wide, y0 - high, x1 + wide, y1 + high


def _holds(outer: tuple[float, float, float, float], inner: tuple[float, float, float, float]) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]
