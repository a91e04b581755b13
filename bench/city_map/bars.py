"""What the map has to reach, by the names of its figures. Ratios of one run gate; absolute figures are told."""

from __future__ import annotations

from typing import Final

from bench.report import Bar


def _ratio(limit: float) -> Bar:
    return Bar(limit, gates=True)


BARS: Final = {
    "pan_vs_leaflet_35k": _ratio(0.167),
    "pan_vs_floor_35k": _ratio(8),
    "pan_vs_leaflet_350k": _ratio(0.05),
    "pan_vs_qgis_350k": _ratio(0.083),
    "growth_350k_vs_35k": _ratio(5),
    "memory_vs_web": _ratio(0.34),
    "two_maps_vs_one": _ratio(2.2),
    "hit_exact_share": Bar(1, "at least", gates=True),
    "pan_p99_35k_ms": Bar(33),
    "pan_p99_350k_ms": Bar(80),
    "cpu_updates_35k_percent": Bar(30),
    "cpu_updates_350k_x10_percent": Bar(30),
    "gap_updates_p99_ms": Bar(50),
    "gap_updates_350k_p99_ms": Bar(80),
    "first_map_35k_s": Bar(1.5),
    "hit_ms": Bar(0.5),
    "idle_cpu_percent": Bar(1),
}
