"""A dispatcher looks for a crew: who is free, who is near, where one was, and stays with it on the map."""

from collections.abc import AsyncIterator

import pytest
from PySide6.QtGui import QGuiApplication

from console.kit.errors import RequestRefused
from console.panels.fleet.access_card import scanned
from console.panels.fleet.bar import EVERYBODY, MAP, NEAR, SELECTION
from console.panels.fleet.panel import FleetPanel
from console.panels.map.panel import MapPanel
from contract.fleet import DeviceAccess, Trail, VehicleStates, VehicleStatus
from tests.console.conftest import Bench
from tools.screenshots import fleet_panels
from widgets.fleet_lines import Wheels


@pytest.fixture
async def panel(bench: Bench) -> AsyncIterator[FleetPanel]:
    fleet_panels.join(bench.client, bench.stores)
    async with bench.shown(FleetPanel(bench.context), 820, 500) as panel:
        yield panel


async def asks(bench: Bench, panel: FleetPanel, near: str) -> None:
    panel.bar.near.setCurrentIndex(NEAR.index(near))
    await bench.work_done()


async def test_each_vehicle_says_what_it_does_for_whom(panel: FleetPanel) -> None:
    assert len(panel.table.lines) == 22
    assert panel.bar.counts.text() == "22 vehicles: 10 moving, 5 stopped, 7 offline"
    first = panel.table.lines[0]
    assert (first.vehicle, first.service, first.crew, first.speed) == (
        "Benne à ordures 1", "Collecte", "Équipe 02", "12 km/h",
    )  # fmt: skip
    assert first.status.startswith("Moving")
    lost = next(line for line in panel.table.lines if line.wheels is Wheels.LOST)
    assert lost.speed == "", "how fast it was half an hour ago is no news"


async def test_the_list_is_searched_and_filtered(panel: FleetPanel) -> None:
    panel.bar.search.setText("police 04")
    assert [line.service for line in panel.table.lines] == ["Police municipale"]
    panel.bar.search.clear()
    panel.bar.status.setCurrentIndex(panel.bar.status.findData(VehicleStatus.OFFLINE))
    assert {line.wheels for line in panel.table.lines} == {Wheels.LOST}
    panel.bar.search.setText("no such thing")
    assert not panel.table.isVisible()


async def test_who_is_nearest_is_measured_straight_and_says_so(bench: Bench, panel: FleetPanel) -> None:
    bench.stores.selection.select(bench.asset("ARM-003").id)
    await asks(bench, panel, SELECTION)
    assert "as the crow flies (not along streets)" in panel.nearest.text()
    assert not panel.table.isColumnHidden(2)
    known = [line for line in panel.table.lines if line.wheels not in {Wheels.LOST, Wheels.NEVER}]
    assert list(panel.table.lines[: len(known)]) == known, "who is lost comes last, however near it was"
    assert known[0].vehicle in panel.nearest.text()
    order = [line.asset_id for line in panel.table.lines]
    bench.stores.selection.select(panel.table.lines[3].asset_id)
    panel.refresh()
    await bench.work_done()
    assert [line.asset_id for line in panel.table.lines] == order, "rows stay under the pointer"
    await asks(bench, panel, EVERYBODY)
    assert panel.table.isColumnHidden(2)
    assert not panel.nearest.isVisible()


async def test_who_is_nearest_is_asked_right_after_an_answer_that_is_awaited(bench: Bench, panel: FleetPanel) -> None:
    bench.stores.selection.select(bench.asset("ARM-003").id)
    panel.refresh()
    await asks(bench, panel, SELECTION)
    assert panel.table.lines[0].distance, "the earlier question is not answered in its place"


async def test_without_a_selection_or_a_map_it_says_what_to_do(bench: Bench, panel: FleetPanel) -> None:
    await asks(bench, panel, SELECTION)
    assert "select an asset or an alarm first" in panel.notice.text
    await asks(bench, panel, MAP)
    assert "open one first" in panel.notice.text
    assert panel.bar.near.currentData() == EVERYBODY


async def test_the_map_follows_and_draws_where_it_was(bench: Bench, panel: FleetPanel) -> None:
    async with bench.shown(MapPanel(bench.context), 700, 500) as city:
        vehicle = panel.table.lines[4].asset_id
        bench.stores.flush()
        panel.table.selectRow(4)
        assert bench.stores.selection.asset_id == vehicle
        panel.vehicle.follow.click()
        assert city.city_map.following.asset_id == vehicle
        panel.vehicle.show_way.click()
        await bench.work_done()
        (asked,) = bench.client.ways_asked
        assert asked[0] == vehicle
        assert (asked[2] - asked[1]).total_seconds() == 3_600
        assert bench.stores.fleet.way_of == vehicle
        assert "The journal keeps that you asked" in panel.notice.text
        panel.vehicle.hide_way.click()
        assert bench.stores.fleet.way_of == 0
        assert not panel.vehicle.hide_way.isVisible()


async def test_who_may_not_know_where_it_was_is_told_why(
    bench: Bench, panel: FleetPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> Trail:
        raise RequestRefused(403, "You may not.")

    monkeypatch.setattr(bench.client, "vehicle_trail", refuse)
    panel.table.selectRow(0)
    panel.vehicle.show_way.click()
    await bench.work_done()
    assert "that takes the right to operate it" in panel.notice.text
    assert bench.stores.fleet.way_of == 0


async def test_a_city_without_vehicles_says_what_to_do(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def none() -> VehicleStates:
        return VehicleStates(items=())

    monkeypatch.setattr(bench.client, "vehicles", none)
    async with bench.shown(FleetPanel(bench.context), 820, 500) as panel:
        assert not panel.table.isVisible()
        assert "connect its phones or trackers" in panel.empty.text()


async def test_who_sets_up_a_phone_is_shown_its_address_and_token_to_type_or_scan(
    bench: Bench, panel: FleetPanel
) -> None:
    vehicle = panel.table.lines[0]
    bench.stores.selection.select(vehicle.asset_id)
    assert panel.access.isHidden()
    panel.vehicle.access.click()
    await bench.work_done()
    assert panel.access.is_open
    assert vehicle.vehicle in panel.access.title.text()
    assert panel.access.address.text() == "https://fleet.example:5055/sample"
    assert panel.access.token.text() == "sample"
    assert not panel.access.topic.isVisible()
    assert not panel.access.code.pixmap().isNull()
    panel.access.copy_button.click()
    assert "https://fleet.example:5055/sample" in QGuiApplication.clipboard().text()
    bench.stores.selection.select(panel.table.lines[1].asset_id)
    assert panel.access.isHidden(), "it is the access of another vehicle"
    assert panel.access.token.text() == ""


async def test_the_code_says_all_a_phone_needs_that_speaks_mqtt() -> None:
    access = DeviceAccess(asset_id=1, device="v1", url="mqtts://city:8883", token="abc", topic="owntracks/v1/abc")
    assert scanned(access) == "mqtts://city:8883\nowntracks/v1/abc"


async def test_the_access_is_refused_in_words(bench: Bench, panel: FleetPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(_asset_id: int) -> DeviceAccess:
        raise RequestRefused(403, "Forbidden")

    monkeypatch.setattr(bench.client, "vehicle_access", refused)
    bench.stores.selection.select(panel.table.lines[0].asset_id)
    panel.vehicle.access.click()
    await bench.work_done()
    assert not panel.access.is_open
    assert "right to configure" in panel.notice.text
