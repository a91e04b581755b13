"""The workspace on the desk: given at start, by the hour, added to; what is the team's is left as the team has it."""

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from console.kit.panel_registry import load_panels
from console.shell.arrangement import Arrangement
from console.shell.default_workspaces import DEFAULTS
from console.shell.desk import Desk
from console.shell.dock_field import configure_docking
from console.shell.menus import MenuWishes
from console.shell.workspace_hours import Habits, with_line
from console.shell.workspaces import decode, encode
from contract.workspaces import GoldenWorkspace
from tests.console.conftest import Bench
from tests.console.shell.imaginary_screens import ImaginaryScreens, screen
from tools.screenshots import sample_city

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def _nothing(*_ignored: object) -> None:
    return


class Room:
    """A seat without an application: a clock by hand, one screen."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench, self.folder = bench, folder
        self.now = sample_city.NOW.astimezone().replace(hour=12, minute=0, second=0)
        self.screens = ImaginaryScreens(screen("DP-1", 0))
        context = bench.context
        self.arrangement = Arrangement(
            self._desk, self.screens, context.ticker, lambda: self.now, lambda: context.texts, context.tasks
        )

    def _desk(self) -> Desk:
        configure_docking()
        wishes = MenuWishes(*([_nothing] * 13))
        return Desk(load_panels(), self.bench.context, self.screens, wishes, _nothing)

    async def enter(self, *, asked: str = "", last: str = "", role: str = "operator") -> None:
        """Log in."""
        client = self.bench.client
        await self.arrangement.enter(client, self.folder, "anne", role, asked=asked, last=last)

    @property
    def name(self) -> str:
        """What is open."""
        assert self.arrangement.desk is not None
        return self.arrangement.desk.workspace_name

    @property
    def said(self) -> str:
        """What it says."""
        assert self.arrangement.desk is not None
        return self.arrangement.desk.screens[0].notice.text


@pytest.fixture
async def room(bench: Bench, qtbot: QtBot, tmp_path: Path) -> AsyncIterator[Room]:
    """At noon."""
    assert qtbot is not None
    made = Room(bench, tmp_path)
    yield made
    await made.arrangement.leave(keeps=False)


async def _lock(bench: Bench, name: str, like: str, hours: tuple[int, int] | None = None) -> None:
    start, end = hours or (None, None)
    content = encode(DEFAULTS[like])
    golden = GoldenWorkspace(team="operator", name=name, content=content, from_minute=start, to_minute=end)
    await bench.client.set_golden_workspace(golden)


async def test_the_golden_workspace_is_given_at_each_start_as_the_team_has_it(room: Room, bench: Bench) -> None:
    await _lock(bench, "poste", "supervisor")
    await room.enter(last="wall")
    assert room.name == "poste"
    desk = room.arrangement.desk
    assert desk is not None
    journal = desk.panel("journal")
    assert journal is not None
    journal.dock.requestCloseDockWidget()
    await room.arrangement.keep()
    assert "locked by your team" in room.said
    await room.arrangement.leave(keeps=True)
    assert not bench.client.kept_workspaces, "nobody's copy of what is locked"
    await room.enter(last="poste")
    assert room.arrangement.desk is not None
    assert room.arrangement.desk.panel("journal") is not None


async def test_ones_own_is_kept_when_one_leaves(room: Room, bench: Bench) -> None:
    await room.enter()
    assert room.arrangement.desk is not None
    room.arrangement.desk.open_panel("layers")
    await room.arrangement.leave(keeps=True)
    kept = decode(bench.client.kept_workspaces["operator"].content)
    assert "layers" in {placed.panel_id for placed in kept.screens[0].panels}


async def test_the_hour_is_announced_and_one_may_stay(room: Room) -> None:
    await room.enter()
    await room.arrangement.set_habits(with_line(Habits(), 22 * 60, "wall"))
    # The plan has one line, so it holds all day already: nothing changes under the operator's hands.
    assert room.name == "operator"
    await room.arrangement.set_habits(with_line(with_line(Habits(), 22 * 60, "wall"), 6 * 60, "operator"))
    room.now += dt.timedelta(hours=10)
    room.arrangement.look_at_the_hour()
    assert "It is time for workspace “Picture wall”" in room.said
    assert room.name == "operator", "not at once"
    room.arrangement.stay()
    room.arrangement.look_at_the_hour()
    assert room.name == "operator"
    assert not room.arrangement.is_switching


async def test_what_the_hour_asks_for_is_opened_and_what_is_in_both_goes_on_as_it_is(
    room: Room, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, bench: Bench
) -> None:
    monkeypatch.setattr("console.shell.arrangement.WARNING_S", 0)
    await _lock(bench, "nuit", "supervisor", (22 * 60, 6 * 60))
    await room.enter()
    assert room.name == "operator"
    assert room.arrangement.desk is not None
    alarms = room.arrangement.desk.panel("alarms")
    room.now += dt.timedelta(hours=11)
    room.arrangement.look_at_the_hour()
    qtbot.waitUntil(lambda: not room.arrangement.is_switching)
    await bench.work_done()
    assert room.name == "nuit"
    assert room.arrangement.desk.panel("alarms") is alarms
    assert room.arrangement.desk.panel("cameras") is None


async def test_who_logs_in_at_night_has_the_nights_workspace(room: Room, bench: Bench) -> None:
    await _lock(bench, "nuit", "supervisor", (22 * 60, 6 * 60))
    room.now += dt.timedelta(hours=11)
    await room.enter(last="wall")
    assert room.name == "nuit"


async def test_another_layout_is_added_beside_mine(room: Room) -> None:
    await room.enter()
    desk = room.arrangement.desk
    assert desk is not None
    mine = dict(desk.screens[0].panels)
    room.arrangement.add_workspace("supervisor")
    panels = desk.screens[0].panels
    assert {"approvals", "evidence", "alarm_health"} <= set(panels)
    assert all(panels[panel_id] is hosted for panel_id, hosted in mine.items())
    assert "stand beside yours" in room.said
    room.arrangement.add_workspace("supervisor")
    assert "open already" in room.said


async def test_kept_under_another_name_one_goes_on_under_it(room: Room, bench: Bench) -> None:
    await room.enter()
    await room.arrangement.keep_as("mon poste")
    assert room.name == "mon poste"
    assert "mon poste" in bench.client.kept_workspaces
    assert room.arrangement.desk is not None
    assert "mon poste" in room.arrangement.desk.screens[0].windowTitle()
    await room.arrangement.restore()
    kept = decode(bench.client.kept_workspaces["mon poste"].content)
    assert msgspec.structs.replace(kept, screens=()).name == "mon poste"
