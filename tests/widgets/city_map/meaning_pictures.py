"""Pictures of what the map says, for the eye: `python -m tests.widgets.city_map.meaning_pictures FOLDER`."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from bench.city_map.feeding import furnish
from bench.generated_map import (
    CABINET,
    CAMERA,
    CAR_PARK,
    JUNCTION,
    LAMP,
    MIDDLE,
    SIGN,
    VEHICLE,
    GeneratedMap,
    generate,
)
from tests.widgets.city_map.screen import as_seen_by, rgb
from widgets.city_map import (
    DARK,
    LIGHT,
    UNACKNOWLEDGED,
    AssetDetail,
    AssetVisual,
    Bays,
    CameraDetail,
    CityMap,
    HeatColumns,
    JunctionMode,
    JunctionState,
    SignText,
    SupplyTree,
    VehicleDetail,
    ViewMode,
)
from widgets.frame_clock import FrameClock

_SIGNS = (("TRAVAUX RUE MONGE", "DEVIATION A38"), ("ACCIDENT ROCADE", "PRUDENCE"), ("PARKING DARCY", "123 PLACES"))
_BAYS = (Bays(123, 400), Bays(0, 220), Bays(None, 300), Bays(35, 35))
_CREWS = ("free", "on its way", "at work", "")
_STEPS = 12


def main(folder: Path) -> None:
    """City by night, by day, in a storm, at street level, at wall distance; dark and light; for every eye."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    city, clock = gathered(generate()), FrameClock()
    for theme_name, theme in (("dark", DARK), ("light", LIGHT)):
        shown = CityMap(clock, theme=theme)
        shown.resize(1920, 1080)
        feed(shown, city)
        shown.show()
        for name, prepare in SCENES.items():
            prepare(shown, city)
            _settle(application, shown)
            picture = shown.grab().toImage()
            picture.save(str(folder / f"{theme_name}_{name}.png"))
            if name == "storm":
                for eye in ("deuteranopia", "protanopia"):
                    _save(as_seen_by(rgb(picture), eye), folder / f"{theme_name}_{name}_{eye}.png")
        shown.close()
    clock.close()


def gathered(city: GeneratedMap) -> GeneratedMap:
    """The generated city with some of every class within one view."""
    rng = np.random.default_rng(3)
    lon, lat = city.columns.lon.copy(), city.columns.lat.copy()
    for kind, count in ((CAMERA, 8), (JUNCTION, 6), (SIGN, 4), (CAR_PARK, 4), (VEHICLE, 6), (CABINET, 3)):
        rows = np.flatnonzero(city.columns.class_index == kind)[:count]
        lon[rows] = MIDDLE[0] + rng.uniform(-0.003, 0.003, rows.size)
        lat[rows] = MIDDLE[1] + rng.uniform(-0.0011, 0.0011, rows.size)
    return replace(city, columns=replace(city.columns, lon=lon, lat=lat))


def feed(shown: CityMap, city: GeneratedMap) -> None:
    """Everything, with vehicles that have come some way."""
    furnish(shown, city)
    ids = city.columns.ids
    shown.meaning.set_details(_details(city))
    vehicles = np.flatnonzero(city.columns.class_index == VEHICLE)
    lon, lat = city.columns.lon[vehicles], city.columns.lat[vehicles]
    turn = np.radians(city.headings[vehicles].astype(np.float64))
    for step in range(_STEPS):
        back = 0.00007 * (step - _STEPS + 1)
        shown.move_assets(
            ids[vehicles], lon + 1.5 * back * np.sin(turn), lat + back * np.cos(turn), city.headings[vehicles]
        )


def _details(city: GeneratedMap) -> dict[int, AssetDetail]:
    details: dict[int, AssetDetail] = {}
    for number, (asset_id, kind) in enumerate(
        zip(city.columns.ids.tolist(), city.columns.class_index.tolist(), strict=True)
    ):
        if kind == CAMERA:
            details[asset_id] = CameraDetail(number % 3 == 0, number % 2 == 0, number % 5 == 0)
        elif kind == JUNCTION:
            details[asset_id] = JunctionState(tuple(JunctionMode)[number % 5], f"P{number % 7 + 1}")
        elif kind == SIGN:
            details[asset_id] = SignText(_SIGNS[number % 3])
        elif kind == CAR_PARK:
            details[asset_id] = _BAYS[number % 4]
        elif kind == VEHICLE:
            details[asset_id] = VehicleDetail(_CREWS[number % 4])
    return details


def _city_by_night(shown: CityMap, city: GeneratedMap) -> None:
    shown.set_view_mode(ViewMode.LIGHTING_NIGHT)
    shown.zoom_to_all(animate=False)


def _street_by_night(shown: CityMap, city: GeneratedMap) -> None:
    shown.go_to(*MIDDLE, 0.8, animate=False)


def _street_by_day(shown: CityMap, city: GeneratedMap) -> None:
    rng = np.random.default_rng(4)
    lamps = np.asarray(city.columns.class_index == LAMP, np.bool_)
    lit = lamps & (rng.random(lamps.size) < 0.04)
    levels = np.where(lit, rng.integers(20, 101, lamps.size), np.where(lamps, 0, 255)).astype(np.uint8)
    levels[lamps & (rng.random(lamps.size) < 0.03)] = 255
    shown.set_view_mode(ViewMode.LIGHTING_DAY)
    shown.set_levels(city.columns.ids, levels)


def _city_by_day(shown: CityMap, city: GeneratedMap) -> None:
    shown.zoom_to_all(animate=False)


def _street(shown: CityMap, city: GeneratedMap) -> None:
    ids, kinds = city.columns.ids, city.columns.class_index
    shown.set_view_mode(ViewMode.PLAIN)
    shown.set_levels(ids, city.levels)
    near = (np.abs(city.columns.lon - MIDDLE[0]) < 0.004) & (np.abs(city.columns.lat - MIDDLE[1]) < 0.002)
    fed = ids[(kinds == LAMP) & near]
    cabinet = int(ids[np.flatnonzero(kinds == CABINET)[0]])
    shown.meaning.set_supply_tree(SupplyTree(cabinet, fed[::3], fed[::9]))
    shown.meaning.set_suppressed(fed[::9])
    shown.meaning.set_pending(fed[1::12])
    shown.select(cabinet)
    shown.toggle_legend()
    shown.go_to(*MIDDLE, 0.4, animate=False)


def _wall(shown: CityMap, city: GeneratedMap) -> None:
    shown.toggle_legend()
    shown.set_text_zoom(2.0)


def _wall_city(shown: CityMap, city: GeneratedMap) -> None:
    shown.zoom_to_all(animate=False)


def _heat(shown: CityMap, city: GeneratedMap) -> None:
    shown.set_text_zoom(1.0)
    shown.meaning.set_supply_tree(None)
    chosen = np.random.default_rng(5).random(city.columns.ids.size) < 0.05
    places = city.columns.lon[chosen], city.columns.lat[chosen]
    shown.meaning.set_heat(HeatColumns(*places, np.ones(int(chosen.sum())), "Faults, last 30 days", "/km²"))


def _storm(shown: CityMap, city: GeneratedMap) -> None:
    rng = np.random.default_rng(6)
    shown.meaning.set_heat(None)
    states = city.states.copy()
    struck = rng.choice(states.size, 10_000, replace=False)
    states[struck] = rng.choice(
        np.arange(AssetVisual.ALARM_P4, AssetVisual.ALARM_P1 + 1), 10_000, p=(0.6, 0.25, 0.1, 0.05)
    )
    states[struck] |= np.where(rng.random(10_000) < 0.5, UNACKNOWLEDGED, 0).astype(np.uint8)
    shown.set_states(city.columns.ids, states)


def _storm_far(shown: CityMap, city: GeneratedMap) -> None:
    shown.go_to(*MIDDLE, 30.0, animate=False)


def _storm_near(shown: CityMap, city: GeneratedMap) -> None:
    shown.go_to(*MIDDLE, 3.0, animate=False)


SCENES = {
    "city_by_night": _city_by_night,
    "street_by_night": _street_by_night,
    "street_by_day": _street_by_day,
    "city_by_day": _city_by_day,
    "street": _street,
    "wall": _wall,
    "wall_city": _wall_city,
    "heat": _heat,
    "storm": _storm,
    "storm_far": _storm_far,
    "storm_near": _storm_near,
}


def _save(picture: np.ndarray[tuple[int, ...], np.dtype[np.int64]], path: Path) -> None:
    pixels = np.ascontiguousarray(picture.astype(np.uint8))
    high, wide = pixels.shape[:2]
    QImage(pixels.data, wide, high, wide * 3, QImage.Format.Format_RGB888).save(str(path))


def _settle(application: QApplication, shown: CityMap) -> None:
    until = time.monotonic() + 6
    while not shown.is_settled() and time.monotonic() < until:
        application.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
