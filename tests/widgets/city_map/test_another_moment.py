"""Positions of another moment: vehicles are there at once, and did not drive there."""

import numpy as np

from tests.widgets.city_map.samples import columns
from widgets.city_map import AssetVisual, ClassStyle, Glyph
from widgets.city_map.scene.scene import Scene

STYLES = (ClassStyle("vehicle", "Vehicle", Glyph.VEHICLE, 9, 8.0),)
NORTH = np.array([0.0], np.float32)
VEHICLE = np.array([1], np.uint32)


def test_a_vehicle_of_another_moment_neither_glides_nor_leaves_a_trail() -> None:
    scene = Scene()
    scene.set_styles(STYLES)
    scene.replace_assets(columns([(5.04, 47.32)]))
    scene.set_states(VEHICLE, np.array([AssetVisual.NORMAL], np.uint8))
    now = 100.0
    scene.motions.now = lambda: now
    for step in range(1, 4):
        now += 1.0
        scene.move_assets(VEHICLE, np.array([5.04 + step / 10_000]), np.array([47.32]), NORTH)
    assert scene.motions.moving()[0].size
    assert len(scene.trails.of(1, now)) > 1
    scene.move_assets(VEHICLE, np.array([5.0409]), np.array([47.3204]), NORTH)
    scene.forget_ways(VEHICLE)
    assert scene.motions.moving()[0].size == 0
    assert scene.trails.of(1, now) == []
