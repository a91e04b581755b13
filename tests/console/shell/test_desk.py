"""The desk: every screen has its bar, everything greys when the link is lost, nothing is left when it closes."""

import datetime as dt
import time
from dataclasses import replace

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.kit.panel_registry import load_panels
from console.panels.cameras.panel import CamerasPanel
from console.shell.default_workspaces import DEFAULTS
from console.shell.desk import Desk, Places
from console.shell.dock_field import configure_docking
from console.shell.menus import MenuWishes
from console.shell.workspaces import carried_over, decode, encode, kept_of
from console.store.link import LinkStage
from contract.alarms import Priority
from contract.api import ApprovalRequest
from tests.console.conftest import Bench
from tests.eventually import eventually
from tools.screenshots import sample_city


def _nothing(*_ignored: object) -> None:
    return


def _desk(bench: Bench, name: str) -> Desk:
    configure_docking()
    desk = Desk(load_panels(), bench.context, Places(3, 1280, 800), MenuWishes(*([_nothing] * 13)), _nothing)
    desk.open(DEFAULTS[name], tuple(DEFAULTS))
    return desk


async def test_three_screens_each_with_the_alarm_bar(bench: Bench, qtbot: QtBot) -> None:
    desk = _desk(bench, "operator-3-screens")
    assert len(desk.screens) == 3
    assert [sorted(screen.panels) for screen in desk.screens] == [
        ["alarms", "assets", "card", "handover", "journal", "logbook"],
        ["map"],
        ["cameras"],
    ]
    for screen in desk.screens:
        assert "Fire alarm" in screen.alarm_bar.headline_text
        assert screen.alarm_bar.count_text(Priority.P4) == "2 low"
        assert screen.alarm_bar.link_text == "Live"
    await desk.close()


async def test_a_lost_link_greys_every_panel_and_says_since_when_then_all_lives_again(
    bench: Bench, qtbot: QtBot
) -> None:
    desk = _desk(bench, "operator")
    assert all(not hosted.veil_text for hosted in desk.screens[0].panels.values())
    link = bench.stores.link
    link.take_stage(LinkStage.LOST, "closed")
    link.silence_from(sample_city.NOW - dt.timedelta(seconds=6))
    link.flush()
    since = (sample_city.NOW - dt.timedelta(seconds=6)).astimezone().strftime("%H:%M:%S")
    assert all(since in hosted.veil_text for hosted in desk.screens[0].panels.values())
    assert since in desk.screens[0].alarm_bar.link_text
    link.take_stage(LinkStage.LIVE, "")
    link.heard(sample_city.NOW)
    link.flush()
    assert all(not hosted.veil_text for hosted in desk.screens[0].panels.values())
    await desk.close()


async def test_the_bar_leads_to_the_most_urgent_alarm(bench: Bench, qtbot: QtBot) -> None:
    desk = _desk(bench, "operator")
    desk.screens[0].alarm_bar.choose_headline()
    assert bench.stores.selection.asset_id == bench.asset("B006").id
    assert bench.stores.selection.alarm_id == 2
    await desk.close()


async def test_a_closed_panel_is_gone_and_can_be_opened_again(bench: Bench, qtbot: QtBot) -> None:
    desk = _desk(bench, "operator")
    first = desk.panel("journal")
    assert first is not None
    first.dock.requestCloseDockWidget()
    assert desk.panel("journal") is None
    assert first.tasks.is_closed or first.tasks.running_count >= 0
    again = desk.open_panel("journal")
    assert again is not None
    assert again is not first
    await desk.close()
    assert first.tasks.is_closed
    assert again.tasks.is_closed


async def test_a_layout_is_kept_and_restored(bench: Bench, qtbot: QtBot) -> None:
    desk = _desk(bench, "operator")
    journal = desk.panel("journal")
    assert journal is not None
    journal.dock.requestCloseDockWidget()
    kept = decode(encode(desk.layout_now()))
    await desk.close()
    again = Desk(load_panels(), bench.context, Places(1, 1280, 800), MenuWishes(*([_nothing] * 13)), _nothing)
    again.open(kept, ())
    assert sorted(again.screens[0].panels) == ["alarms", "assets", "cameras", "card", "handover", "logbook", "map"]
    await again.close()


async def test_a_desk_opens_quickly(bench: Bench, qtbot: QtBot) -> None:
    began = time.monotonic()
    desk = _desk(bench, "operator")
    assert time.monotonic() - began < 5
    await desk.close()


async def test_under_the_veil_the_bar_is_grey_and_nothing_flashes(bench: Bench, qtbot: QtBot) -> None:
    desk = _desk(bench, "operator")
    clock = bench.context.ticker.frame_clock
    bar = desk.screens[0].alarm_bar
    before = _saturated(bar)
    assert before > 0
    bench.stores.link.take_stage(LinkStage.LOST, "closed")
    bench.stores.link.silence_from(sample_city.NOW - dt.timedelta(seconds=6))
    bench.stores.link.flush()
    assert clock.is_flash_on()
    qtbot.wait(700)
    assert clock.is_flash_on()
    words = bar.link_text
    assert "lost" in words
    assert _saturated(bar) < before / 2
    await desk.close()


async def test_a_workspace_keeps_cameras_and_view_and_hands_them_to_the_next(bench: Bench, qtbot: QtBot) -> None:
    desk = _desk(bench, "operator")
    wall, city = desk.panel("cameras"), desk.panel("map")
    assert wall is not None
    assert city is not None
    wall.take_kept({"size": 1, "cameras": [bench.asset("CAM-009").id]})
    city.take_kept({"lon": 5.05, "lat": 47.33, "metres_per_pixel": 2.0})
    kept = decode(encode(desk.layout_now()))
    await desk.close()
    assert kept_of(kept)["cameras"]["cameras"] == [bench.asset("CAM-009").id]
    assert kept_of(kept)["map"]["lon"] == 5.05
    three = carried_over(DEFAULTS["operator-3-screens"], kept_of(kept))
    carried = three.screens[2].kept["cameras"]
    assert (carried["size"], carried["cameras"]) == (9, [bench.asset("CAM-009").id])
    wider = CamerasPanel(bench.context)
    wider.take_state(carried)
    assert wider.wall.size == 9
    assert wider.wall.cameras[0] == bench.asset("CAM-009").id
    wider.close()
    assert three.screens[1].kept["map"]["metres_per_pixel"] == 2.0


async def test_what_another_version_kept_is_left_out_not_fatal(bench: Bench, qtbot: QtBot) -> None:
    desk = _desk(bench, "operator")
    wall = desk.panel("cameras")
    assert wall is not None
    before = wall.kept
    wall.take_kept({"size": "many", "cameras": {"a": 1}})
    assert wall.kept == before
    await desk.close()


def _saturated(bar: QWidget) -> int:
    image = bar.grab().toImage()
    colours = (image.pixelColor(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2))
    return sum(colour.hsvSaturationF() > 0.5 and colour.valueF() > 0.4 for colour in colours)


async def test_a_second_map_stands_beside_the_first_and_keeps_its_own_view(bench: Bench, qtbot: QtBot) -> None:
    desk = _desk(bench, "operator")
    first, second = desk.panel("map"), desk.open_another("map")
    third = desk.open_another("map")
    assert first is not None
    assert second is not None
    assert third is not None
    assert [first.panel_id, second.panel_id, third.panel_id] == ["map", "map:2", "map:3"]
    assert second.dock.windowTitle() == "Map 2"
    second.take_kept({"lon": 5.01, "lat": 47.31, "metres_per_pixel": 3.0})
    kept = decode(encode(desk.layout_now()))
    await desk.close()
    again = Desk(load_panels(), bench.context, Places(1, 1280, 800), MenuWishes(*([_nothing] * 13)), _nothing)
    again.open(kept, ())
    restored = again.panel("map:2")
    assert restored is not None
    assert restored.kept["lon"] == 5.01
    assert {panel_id for panel_id in again.screens[0].panels if panel_id.startswith("map")} == {"map", "map:2", "map:3"}
    restored.dock.requestCloseDockWidget()
    opened = again.open_another("map")
    assert opened is not None
    assert opened.panel_id == "map:2"
    await again.close()


async def test_only_panels_that_may_stand_several_times_do(bench: Bench, qtbot: QtBot) -> None:
    desk = _desk(bench, "operator")
    assert desk.open_panel("alarms:2") is None
    assert desk.open_panel("nothing:2") is None
    await desk.close()


async def test_a_panel_that_is_opened_later_shares_a_place_and_never_covers_the_alarms(
    bench: Bench, qtbot: QtBot
) -> None:
    desk = _desk(bench, "operator")
    layers, card, alarms = desk.open_panel("layers"), desk.panel("card"), desk.panel("alarms")
    assert layers is not None
    assert card is not None
    assert alarms is not None
    assert layers.dock.dockAreaWidget() is card.dock.dockAreaWidget()
    chosen = desk.open_panel("selection")
    assert chosen is not None
    assert chosen.dock.dockAreaWidget() is not alarms.dock.dockAreaWidget()
    assert alarms.is_in_sight
    await desk.close()


async def test_playback_takes_the_room_of_the_wall_not_of_a_narrow_list(bench: Bench, qtbot: QtBot) -> None:
    desk = _desk(bench, "operator")
    playback, wall = desk.open_panel("footage"), desk.panel("cameras")
    assert playback is not None
    assert wall is not None
    assert playback.dock.dockAreaWidget() is wall.dock.dockAreaWidget()
    await desk.close()


async def test_a_supervisor_is_told_what_waits_for_a_second_person_while_the_card_is_in_front(
    bench: Bench, qtbot: QtBot
) -> None:
    said: list[str] = []
    context = replace(bench.context, announce=said.append)
    request = ApprovalRequest(act="extract_evidence", payload={"requisition": "TJ 9"}, reason="r")
    await bench.client.request_approval(request)
    configure_docking()
    desk = Desk(load_panels(), context, Places(1, 1280, 800), MenuWishes(*([_nothing] * 13)), _nothing)
    desk.open(DEFAULTS["supervisor"], tuple(DEFAULTS))
    approvals, card = desk.panel("approvals"), desk.panel("card")
    assert approvals is not None
    assert card is not None
    await eventually(lambda: approvals.tasks.running_count == 0)
    assert card.is_in_sight
    assert not approvals.is_in_sight
    assert any("extract evidence" in words for words in said)
    await desk.close()
