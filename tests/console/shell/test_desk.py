"""The desk: every screen has its bar, everything greys when the link is lost, nothing is left when it closes."""

import datetime as dt
import time

from pytestqt.qtbot import QtBot

from console.kit.panel_registry import load_panels
from console.shell.desk import Desk, Places
from console.shell.menus import MenuWishes
from console.shell.screen_window import configure_docking
from console.shell.workspaces import DEFAULTS, decode, encode
from console.store.link import LinkStage
from contract.alarms import Priority
from tests.console.conftest import Bench
from tools.screenshots import sample_city


def _nothing(*_ignored: object) -> None:
    return


def _desk(bench: Bench, name: str) -> Desk:
    configure_docking()
    desk = Desk(load_panels(), bench.context, Places(3, 1280, 800), MenuWishes(*([_nothing] * 12)), _nothing)
    desk.open(DEFAULTS[name], tuple(DEFAULTS))
    return desk


async def test_three_screens_each_with_the_alarm_bar(bench: Bench, qtbot: QtBot) -> None:
    desk = _desk(bench, "operator-3-screens")
    assert len(desk.screens) == 3
    assert [sorted(screen.panels) for screen in desk.screens] == [
        ["alarms", "assets", "card", "journal"],
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
    again = Desk(load_panels(), bench.context, Places(1, 1280, 800), MenuWishes(*([_nothing] * 12)), _nothing)
    again.open(kept, ())
    assert sorted(again.screens[0].panels) == ["alarms", "assets", "cameras", "card", "map"]
    await again.close()


async def test_a_desk_opens_quickly(bench: Bench, qtbot: QtBot) -> None:
    began = time.monotonic()
    desk = _desk(bench, "operator")
    assert time.monotonic() - began < 5
    await desk.close()
