"""Pictures of the map for the eye: `python -m tests.widgets.city_map.pictures FOLDER` writes them."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from bench.generated_map import NAMES, STYLES, generate
from widgets.city_map import DARK, LIGHT, CityMap
from widgets.frame_clock import FrameClock

SCALES = (("metropolis", 24.0), ("city", 13.0), ("district", 4.0), ("street", 0.9), ("corner", 0.35))


def main(folder: Path) -> None:
    """A city of 35,000 assets in dark and light at every scale, and with its link lost."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    sample, clock = generate(), FrameClock()
    ids, camera = sample.columns.ids, int(np.flatnonzero(sample.columns.class_index == 2)[3])
    for theme_name, theme in (("dark", DARK), ("light", LIGHT)):
        shown = CityMap(clock, theme=theme)
        shown.resize(1920, 1080)
        shown.set_classes(STYLES)
        shown.set_communes(NAMES, sample.centroids)
        shown.ground.set_base_layers(sample.layers)
        shown.set_assets(sample.columns)
        shown.set_states(ids, sample.states)
        shown.set_levels(ids, sample.levels)
        shown.move_assets(ids, sample.columns.lon, sample.columns.lat, sample.headings)
        shown.set_cones(sample.cones)
        shown.set_labels(sample.labels)
        shown.select(int(ids[camera]))
        shown.show()
        for name, metres in SCALES:
            where = (5.0470, 47.3262)
            if name == "corner":
                where = (float(sample.columns.lon[camera]), float(sample.columns.lat[camera]))
            shown.go_to(*where, metres, animate=False)
            _settle(application, shown)
            shown.grab().save(str(folder / f"map_{theme_name}_{name}.png"))
        shown.toggle_legend()
        shown.set_link_lost("since 14:03:22")
        shown.zoom_to_all(animate=False)
        _settle(application, shown)
        shown.grab().save(str(folder / f"map_{theme_name}_link_lost.png"))
        shown.close()
    clock.close()


def _settle(application: QApplication, shown: CityMap) -> None:
    until = time.monotonic() + 10
    while not shown.is_settled() and time.monotonic() < until:
        application.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
