"""A map in the past: unmistakable, moved by keys and hand, and live again as if nothing had been."""

import asyncio
import datetime as dt
import math
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from console.kit.errors import RequestRefused
from console.kit.translations import Translations
from console.panels.map import replay_words
from console.panels.map.panel import MapPanel
from console.panels.map.replaying import MapReplay
from console.parts.city_feed import CityFeed
from console.parts.map_words import map_texts
from contract.assets import Asset, AssetClass, Label
from contract.replay import ReplayGap
from contract.stream import AssetsBody, Changes, RightsChanged, StatesBody, Topic, TopicKind, Visual
from tests.console.conftest import Bench
from tools.screenshots import sample_city
from tools.screenshots.sample_classes import classes
from tools.screenshots.sample_replay import SamplePast
from widgets.city_map import DARK, CityMap

FLEET = Topic(TopicKind.ASSETS, "21231", "vehicle")
VEHICLES = range(7_000_000, 7_000_006)
DEPOT, LIVE = (5.04, 47.32), (5.05, 47.33)


class TracingMap(CityMap):
    """A map that says what it was told."""

    places: ClassVar[dict[int, tuple[float, float]]] = {}

    def move_assets(
        self,
        ids: npt.NDArray[np.uint32],
        lon: npt.NDArray[np.float64],
        lat: npt.NDArray[np.float64],
        heading_deg: npt.NDArray[np.float32],
    ) -> None:
        self._told(ids, lon, lat)
        super().move_assets(ids, lon, lat, heading_deg)

    def place_assets(
        self,
        ids: npt.NDArray[np.uint32],
        lon: npt.NDArray[np.float64],
        lat: npt.NDArray[np.float64],
        heading_deg: npt.NDArray[np.float32],
    ) -> None:
        self._told(ids, lon, lat)
        super().place_assets(ids, lon, lat, heading_deg)

    def _told(self, ids: npt.NDArray[np.uint32], lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> None:
        self.places.update(zip(ids.tolist(), zip(lon.tolist(), lat.tolist(), strict=True), strict=True))


@dataclass
class Seat:
    """One map in a window, and what was announced."""

    bench: Bench
    window: QWidget
    city_map: TracingMap
    replay: MapReplay
    said: list[str]

    async def loaded(self) -> None:
        while self.bench.context.tasks.running_count:
            await asyncio.sleep(0)

    async def into_the_past(self) -> None:
        QTest.keyClick(self.city_map, Qt.Key.Key_F7)
        await self.loaded()
        assert self.replay.is_past

    def place(self, asset_id: int) -> tuple[float, float]:
        """Where the map was last told that it is."""
        return self.city_map.places[asset_id]


@pytest.fixture
async def seat(bench: Bench) -> AsyncIterator[Seat]:
    vehicles = tuple(
        Asset(id=n, code=f"VEH-{n}", class_="vehicle", lon=DEPOT[0], lat=DEPOT[1], commune="21231", version=1)
        for n in VEHICLES
    )
    bench.client.assets |= {vehicle.id: vehicle for vehicle in vehicles}
    bench.client.past = SamplePast(bench.client.now, bench.client.assets.values())
    stores = bench.stores
    label = Label(fr="Véhicule", en="Vehicle")
    fleet = AssetClass(code="vehicle", label=label, icon="mdi6.truck", service="fleet", is_mobile=True)
    stores.catalogue.take((*classes(), fleet), sample_city.communes())
    stores.message(Changes(FLEET, 1, AssetsBody(vehicles), 0))
    first = np.array(VEHICLES[:1], "<u4").tobytes()
    moved = StatesBody(
        ids=b"", visuals=b"", levels=b"", versions=b"", move_ids=first,
        move_lon=np.array([LIVE[0]], "<f8").tobytes(), move_lat=np.array([LIVE[1]], "<f8").tobytes(),
        move_heading=np.array([90], "<f4").tobytes(),
    )  # fmt: skip
    stores.message(Changes(Topic(TopicKind.STATES, "21231", "vehicle"), 1, moved, 0))
    stores.flush()
    said: list[str] = []
    context = replace(bench.context, announce=said.append)
    window = QWidget()
    window.resize(1100, 700)
    city_map = TracingMap(context.ticker.frame_clock, texts=map_texts(context.texts), theme=DARK)
    feed = CityFeed(context, city_map)
    replay = MapReplay(context, city_map, feed, window)
    column = QVBoxLayout(window)
    column.addWidget(city_map, 1)
    column.addWidget(replay.bar)
    window.show()
    window.activateWindow()
    city_map.setFocus()
    yield Seat(bench, window, city_map, replay, said)
    replay.close()
    feed.close()
    window.close()
    window.deleteLater()


async def test_f7_shows_the_past_in_a_frame_that_nobody_misses(seat: Seat) -> None:
    assert seat.replay.bar.isHidden()
    await seat.into_the_past()
    assert seat.replay.bar.isVisible()
    frame = next(child for child in seat.city_map.findChildren(QWidget) if "REPLAY" in child.accessibleName())
    assert frame.isVisible()
    assert frame.size() == seat.city_map.size()
    assert "not live" in frame.accessibleName()
    assert any("no commands" in words for words in seat.said)


async def test_the_map_draws_the_states_and_places_of_then(seat: Seat) -> None:
    await seat.into_the_past()
    past = seat.bench.client.past
    at = past.now_ms - 40 * 60_000
    seat.replay.past.seek(at)
    await seat.loaded()
    vehicles = [seat.bench.client.assets[n] for n in VEHICLES]
    for number, vehicle in enumerate(vehicles):
        lon, lat, _ = past.place(number, vehicle, at)
        assert math.dist(seat.place(vehicle.id), (lon, lat)) < 1e-6
    alarms = [
        a
        for a in seat.bench.client.assets.values()
        if a.line is None and past.visual(a, at // 60_000 * 60_000) & 0x7F >= Visual.ALARM_P4
    ]
    assert alarms
    for asset in alarms:
        assert seat.replay.past.visual_of(asset.id) >= Visual.ALARM_P4


async def test_live_again_everything_is_where_it_is_now(seat: Seat) -> None:
    assert seat.place(VEHICLES[0]) == pytest.approx(LIVE)
    await seat.into_the_past()
    assert math.dist(seat.place(VEHICLES[0]), LIVE) > 1e-4
    seat.bench.stores.states.flush()
    QTest.keyClick(seat.city_map, Qt.Key.Key_F7)
    assert not seat.replay.is_past
    assert seat.place(VEHICLES[0]) == pytest.approx(LIVE)
    assert seat.place(VEHICLES[1]) == pytest.approx(DEPOT), "one that never said where it is stands in the register"
    assert seat.replay.bar.isHidden()
    assert not any(
        child.isVisible() and "REPLAY" in child.accessibleName() for child in seat.city_map.findChildren(QWidget)
    )


async def test_what_happens_live_does_not_reach_a_map_of_the_past(seat: Seat) -> None:
    await seat.into_the_past()
    lamp = next(asset.id for asset in seat.bench.client.assets.values() if asset.class_ == "streetlight")
    before = seat.replay.past.visual_of(lamp)
    body = StatesBody(
        ids=np.array([lamp], "<u4").tobytes(), visuals=bytes([Visual.ALARM_P1]), levels=b"\x05",
        versions=np.array([9], "<u4").tobytes(),
    )  # fmt: skip
    seat.bench.stores.message(Changes(Topic(TopicKind.STATES, "21231", "streetlight"), 9, body, 0))
    seat.bench.stores.flush()
    assert seat.bench.stores.states.visual_of(lamp) is Visual.ALARM_P1
    assert seat.replay.past.visual_of(lamp) is before


async def test_what_one_may_no_longer_see_leaves_the_past_as_well(seat: Seat) -> None:
    await seat.into_the_past()
    past = seat.replay.past
    assert past.visual_of(VEHICLES[0]) is not Visual.UNKNOWN or len(past.places().ids)
    for vehicle in VEHICLES:
        del seat.bench.client.assets[vehicle]
    seat.bench.client.past = SamplePast(seat.bench.client.now, seat.bench.client.assets.values())
    seat.bench.stores.message(RightsChanged((FLEET,)))
    seat.bench.stores.flush()
    assert len(past.places().ids) == 0, "at once"
    await seat.loaded()
    assert seat.replay.is_past
    assert not past.is_loading
    assert len(past.places().ids) == 0
    assert not set(VEHICLES) & set(past.all().ids.tolist())


async def test_keys_move_through_time(seat: Seat) -> None:
    await seat.into_the_past()
    timeline, past = seat.replay.bar.timeline, seat.replay.past
    timeline.setFocus()
    start = past.wanted_ms
    moves: list[tuple[Qt.Key, Callable[[], float]]] = [
        (Qt.Key.Key_Left, lambda: start - 60_000),
        (Qt.Key.Key_Right, lambda: start),
        (Qt.Key.Key_PageUp, lambda: start - 600_000),
        (Qt.Key.Key_PageDown, lambda: start),
        (Qt.Key.Key_Home, lambda: float(seat.bench.client.past.first_ms)),
        (Qt.Key.Key_End, lambda: float(seat.bench.client.past.last_ms)),
    ]
    for key, expected in moves:
        QTest.keyClick(timeline, key)
        await seat.loaded()
        assert past.shown_ms == expected()
    QTest.keyClick(timeline, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    await seat.loaded()
    assert seat.bench.stores.selection.asset_id is not None
    runs: list[bool] = []
    past.time_changed.connect(lambda: runs.append(past.is_playing))
    for _ in range(2):
        QTest.keyClick(timeline, Qt.Key.Key_Space)
    assert runs == [True, False]
    assert "Space" in timeline.accessibleDescription()


async def test_a_drag_over_the_scrubber_scrubs(seat: Seat) -> None:
    await seat.into_the_past()
    timeline, past = seat.replay.bar.timeline, seat.replay.past
    at = past.wanted_ms - 90_000
    place = QPoint(round(timeline.scale.x_of(at)), 40)
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseMove(timeline, place + QPoint(-40, 0))
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=place)
    await seat.loaded()
    assert past.shown_ms == pytest.approx(at, abs=45 * timeline.scale.ms_per_px)


async def test_a_refusal_is_told_in_words_and_the_map_stays_live(seat: Seat) -> None:
    seat.bench.client.refusal = RequestRefused(403, "You may not do this.", "It takes the right to operate.")
    QTest.keyClick(seat.city_map, Qt.Key.Key_F7)
    await seat.loaded()
    assert not seat.replay.is_past
    assert not seat.replay.button.isChecked()
    assert "operate" in seat.said[-1]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_gap_is_said_in_words(language: str) -> None:
    tr, zone = Translations(language), dt.timezone(dt.timedelta(hours=1))
    gap = ReplayGap(0, 3_600_000)
    words = replay_words.condition(tr, gap=gap, is_loading=False, trouble="", zone=zone)
    assert "01:00:00" in words
    assert "02:00:00" in words
    assert replay_words.condition(tr, gap=None, is_loading=False, trouble="", zone=zone) == ""
    assert "02:00:00" in replay_words.banner(3_600_000, tr, is_known=False, zone=zone)
    assert "02:00:00" in replay_words.moment(3_600_000, 3_660_000, tr, zone)


async def test_no_command_leaves_a_panel_that_shows_the_past(bench: Bench, qapp: QApplication) -> None:
    assert qapp is not None
    said: list[str] = []
    bench.context = replace(bench.context, announce=said.append)
    panel = bench.open("map")
    assert isinstance(panel, MapPanel)
    panel.widget.show()
    panel.replay.toggle()
    await bench.work_done()
    panel.guide.acts.turn_cameras(5.04, 47.32)
    await bench.work_done()
    assert bench.client.looked == []
    assert "back to live" in said[-1]
    panel.replay.toggle()
    panel.guide.acts.turn_cameras(5.04, 47.32)
    await bench.work_done()
    assert len(bench.client.looked) == 1
    panel.close()
    panel.widget.close()
