"""The map panel: fed with what changed, its look kept with the workspace, details near by, supply of the selection."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from console.panels.map.near_details import detail_of
from console.panels.map.panel import MapPanel
from console.store.map_look import BaseMapUse, HeatKind, MapLook, ViewKind
from console.store.states import StateStore
from contract.alarms import ShownState
from contract.assets import Asset
from contract.points import PointValue, Quality, Value
from contract.stream import AlarmsBody, AssetsBody, Changes, StatesBody, Topic, TopicKind, Visual, WatchedPoints
from tests.console.conftest import Bench
from widgets.city_map import (
    AssetColumns,
    AssetDetail,
    Bays,
    CameraDetail,
    HeatColumns,
    JunctionMode,
    JunctionState,
    RasterLayer,
    SignText,
    SupplyTree,
    VehicleDetail,
)

ASSETS = Topic(TopicKind.ASSETS, "21231", "all")


def _map(bench: Bench, qtbot: QtBot, panel_id: str = "map") -> MapPanel:
    panel = MapPanel(replace(bench.context, panel_id=panel_id))
    qtbot.addWidget(panel.widget)
    return panel


def _change(bench: Bench, *assets: Asset, removed: tuple[int, ...] = ()) -> None:
    bench.stores.message(Changes(ASSETS, 2, AssetsBody(assets, removed), 0))
    bench.stores.flush()


async def test_a_changed_asset_is_fed_alone(bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = _map(bench, qtbot)
    whole: list[object] = []
    monkeypatch.setattr(panel.city_map, "set_assets", whole.append)
    monkeypatch.setattr(panel.city_map.ground, "set_base_layers", whole.append)
    monkeypatch.setattr(panel.city_map, "set_labels", whole.append)
    fed: list[list[int]] = []
    upsert = panel.city_map.upsert_assets

    def upserted(columns: AssetColumns) -> None:
        fed.append(columns.ids.tolist())
        upsert(columns)

    monkeypatch.setattr(panel.city_map, "upsert_assets", upserted)
    lamp = bench.asset("PL-000-03")
    _change(bench, msgspec.structs.replace(lamp, lon=5.05, version=2))
    assert fed == [[lamp.id]]
    assert not whole, "one lamp does not rebuild the city"
    panel.close()


async def test_what_is_new_on_the_map_has_its_state_at_once_and_what_is_gone_is_gone(
    bench: Bench, qtbot: QtBot
) -> None:
    panel = _map(bench, qtbot)
    city_map = panel.city_map
    city_map.zoom_to_all(animate=False)
    before = city_map.counts_in_view()
    number = 900_001
    one = np.array([number], "<u4").tobytes()
    fault = np.array([int(Visual.FAULT)], np.uint8).tobytes()
    bench.stores.states.apply(StatesBody(ids=one, visuals=fault, levels=b"\xff", versions=one))
    bench.stores.flush()
    new = msgspec.structs.replace(bench.asset("PL-000-03"), id=number, code="PL-NEW")
    _change(bench, new)
    after = city_map.counts_in_view()
    assert after.total == before.total + 1
    assert sum(count for visual, count in after.by_state.items() if visual == int(Visual.FAULT)) == 1
    _change(bench, removed=(number,))
    assert city_map.counts_in_view().total == before.total
    panel.close()


async def test_what_a_map_shows_is_kept_with_the_workspace(bench: Bench, qtbot: QtBot) -> None:
    panel = _map(bench, qtbot)
    look = MapLook(
        hidden_classes=frozenset({"camera"}),
        view=ViewKind.LIGHTING_NIGHT,
        base_maps=(BaseMapUse(id="ortho", is_on=True),),
    )
    panel.opened.set_look(look)
    kept = msgspec.json.decode(msgspec.json.encode(panel.state()))
    again = _map(bench, qtbot, "map:2")
    again.take_state(kept)
    assert again.opened.look == look
    panel.close()
    again.close()


async def test_a_spoilt_look_is_said_and_the_place_is_kept(
    bench: Bench, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[str] = []
    panel = MapPanel(replace(bench.context, panel_id="map", announce=said.append))
    qtbot.addWidget(panel.widget)
    with caplog.at_level(logging.ERROR):
        panel.take_state(
            {"lon": 5.03, "lat": 47.33, "metres_per_pixel": 2.0, "look": {"hidden_states": "x", "heat": "faults"}}
        )
    assert panel.opened.look == MapLook(heat=HeatKind.FAULTS)
    assert len(said) == 1
    assert panel.city_map.view.lon_lat[0] == pytest.approx(5.03)
    assert not caplog.records
    panel.close()


async def test_of_two_maps_the_one_worked_on_goes_to_the_alarm(bench: Bench, qtbot: QtBot) -> None:
    first, second = _map(bench, qtbot), _map(bench, qtbot, "map:2")
    for panel in (first, second):
        panel.city_map.go_to(5.08, 47.30, 3.0, animate=False)
    bench.stores.maps.activate(second.opened)
    cabinet = bench.asset("ARM-003")
    bench.stores.selection.go_to(cabinet.id)
    assert first.city_map.view.lon_lat[0] == pytest.approx(5.08)
    assert second.city_map.view.lon_lat[0] == pytest.approx(cabinet.lon)
    assert first.city_map.selected == second.city_map.selected == cabinet.id
    first.close()
    second.close()


async def test_the_selected_cabinet_shows_what_it_feeds_and_that_it_is_cut_off(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = _map(bench, qtbot)
    trees: list[SupplyTree | None] = []
    monkeypatch.setattr(panel.city_map.meaning, "set_supply_tree", trees.append)
    dark, lit = bench.asset("ARM-003"), bench.asset("ARM-004")
    for cabinet, cut_off in ((dark, 40), (lit, 0)):
        bench.stores.selection.select(cabinet.id)
        tree = trees[-1]
        assert tree is not None
        assert (tree.parent_id, len(tree.fed_ids), len(tree.cut_off_ids)) == (cabinet.id, 40, cut_off)
    panel.opened.set_look(MapLook(has_supply_tree=False))
    assert trees[-1] is None
    panel.close()


async def test_alarms_that_another_explains_are_marked_so_until_one_stands_for_itself(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = _map(bench, qtbot)
    told: list[list[int]] = []

    def suppressed(ids: "np.ndarray[tuple[int], np.dtype[np.uint32]]") -> None:
        told.append(ids.tolist())

    monkeypatch.setattr(panel.city_map.meaning, "set_suppressed", suppressed)
    lamp = bench.asset("PL-003-00")
    explained = next(alarm for alarm in bench.stores.alarms.standing() if alarm.shown is ShownState.F_DSUPR)
    assert explained.asset_id == lamp.id
    own = msgspec.structs.replace(explained, id=77, kind="leakageDetected", shown=ShownState.B_UNACK)
    bench.stores.alarms.apply(Topic(TopicKind.ALARMS, "21231", "x"), AlarmsBody((own,)), is_snapshot=False)
    bench.stores.flush()
    assert told == [[]]
    panel.close()


async def test_what_is_only_known_of_now_is_not_shown_in_the_past(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = _map(bench, qtbot)
    trees: list[SupplyTree | None] = []
    heats: list[HeatColumns | None] = []
    monkeypatch.setattr(panel.city_map.meaning, "set_supply_tree", trees.append)
    monkeypatch.setattr(panel.city_map.meaning, "set_heat", heats.append)
    bench.stores.selection.select(bench.asset("ARM-003").id)
    panel.opened.set_look(MapLook(heat=HeatKind.FAULTS))
    assert _count(heats) == 7
    past = StateStore()
    panel.feed.take_states_from(past)
    panel.replay.mode_changed.emit(True)
    assert _count(heats) == 0
    tree = trees[-1]
    assert tree is not None
    assert len(tree.cut_off_ids) == 0
    panel.feed.take_states_from(bench.stores.states)
    panel.replay.mode_changed.emit(False)
    assert _count(heats) == 7
    panel.close()


async def test_details_are_watched_near_by_and_let_go_far_away(bench: Bench, qtbot: QtBot) -> None:
    panel = _map(bench, qtbot)
    watched: list[tuple[int, ...]] = []
    bench.stores.watched.wanted_changed.connect(watched.append)
    camera = bench.asset("CAM-003")
    with qtbot.waitExposed(panel.widget):
        panel.widget.show()
    panel.city_map.go_to(camera.lon, camera.lat, 0.5, animate=False)
    qtbot.waitUntil(lambda: bool(watched) and camera.id in watched[-1], timeout=3000)
    bench.stores.message(WatchedPoints(camera.id, {"is_recording": _point(value=True)}))
    bench.stores.flush()
    panel.city_map.zoom_to_all(animate=False)
    qtbot.waitUntil(lambda: watched[-1] == (), timeout=3000)
    panel.close()


async def test_base_maps_of_the_look_reach_the_map_and_a_broken_one_says_so(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = _map(bench, qtbot)
    tiles: list[list[str]] = []
    notices: list[list[str]] = []
    show = panel.city_map.ground.set_tile_sources

    def shown(layers: list[RasterLayer]) -> None:
        tiles.append([layer.source.id for layer in layers])
        show(layers)

    monkeypatch.setattr(panel.city_map.ground, "set_tile_sources", shown)
    monkeypatch.setattr(panel.city_map.readout, "set_notices", notices.append)
    await bench.stores.meet(bench.client, bench.context.tasks)
    await bench.work_done()
    while not bench.stores.base_maps.is_listed:
        await asyncio.sleep(0)
    assert not tiles, "nothing remote is asked for until somebody wants it"
    uses = (BaseMapUse(id="ign-plan", is_on=True), BaseMapUse(id="ortho", is_on=True))
    panel.opened.set_look(MapLook(base_maps=uses))
    qtbot.waitUntil(lambda: tiles == [["ign-plan", "ortho"]])
    assert len(notices[-1]) == 1
    assert notices[-1][0].startswith("Plan IGN: ")
    assert "rest of the map works" in notices[-1][0]
    panel.opened.set_look(MapLook())
    qtbot.waitUntil(lambda: tiles[-1] == [])
    assert notices[-1] == []
    panel.close()
    await bench.stores.leave()


async def test_the_heat_of_faults_follows_what_is_shown(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = _map(bench, qtbot)
    heats: list[HeatColumns | None] = []
    monkeypatch.setattr(panel.city_map.meaning, "set_heat", heats.append)
    panel.opened.set_look(MapLook(heat=HeatKind.FAULTS))
    assert _count(heats) == 7
    panel.opened.set_look(MapLook(heat=HeatKind.FAULTS, hidden_services=frozenset({"lighting"})))
    assert _count(heats) == 2
    panel.opened.set_look(MapLook())
    assert heats.pop() is None
    panel.close()


def _count(heats: list[HeatColumns | None]) -> int:
    shown = heats[-1]
    return 0 if shown is None else len(shown.lon)


def _point(*, value: Value, quality: Quality = Quality.GOOD) -> PointValue:
    return PointValue(value, quality, None, None)


@pytest.mark.parametrize(
    ("class_", "points", "detail"),
    [
        ("message_sign", {"text": _point(value="ROUTE\nBARRÉE")}, SignText(("ROUTE", "BARRÉE"))),
        ("message_sign", {"text": _point(value="ROUTE", quality=Quality.STALE)}, None),
        ("message_sign", {}, None),
        (
            "junction",
            {"mode": _point(value="running"), "plan": _point(value=3)},
            JunctionState(JunctionMode.RUNNING, "3"),
        ),
        ("junction", {"mode": _point(value="disco")}, JunctionState(JunctionMode.UNKNOWN)),
        ("junction", {}, JunctionState(JunctionMode.UNKNOWN)),
        ("car_park", {"free_bays": _point(value=12), "total_bays": _point(value=400)}, Bays(12, 400)),
        ("car_park", {"free_bays": _point(value=-4)}, Bays(None, None)),
        ("camera", {"is_ptz": _point(value=True), "is_masked": _point(value=None)}, CameraDetail(is_ptz=True)),
        ("vehicle", {"status": _point(value="en route")}, VehicleDetail("en route")),
        ("vehicle", {}, None),
        ("streetlight", {"text": _point(value="x")}, None),
    ],
)
def test_what_is_not_known_is_not_drawn(
    class_: str, points: Mapping[str, PointValue], detail: AssetDetail | None
) -> None:
    asset = Asset(id=1, code="X", class_=class_, lon=5.0, lat=47.0)
    assert detail_of(asset, points) == detail


async def test_in_a_narrow_bar_something_can_still_be_read_in_the_find_field(bench: Bench, qtbot: QtBot) -> None:
    panel = MapPanel(bench.context)
    qtbot.addWidget(panel.widget)
    panel.widget.resize(900, 500)
    panel.widget.show()
    legend = next(button for button in panel.bar.findChildren(QToolButton) if button.toolTip() == "Legend (L)")
    assert legend.isVisible()
    panel.widget.resize(310, 500)
    qtbot.waitUntil(lambda: not legend.isVisible() and panel.guide.search.box.width() >= 80, timeout=2000)
    panel.widget.resize(900, 500)
    qtbot.waitUntil(legend.isVisible, timeout=2000)
    panel.close()
