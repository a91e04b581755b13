"""Workspaces: kept, restored on the same screens, moved when a screen is gone."""

from pathlib import Path

import pytest

from console.kit.errors import BackendSilent
from console.kit.panel_registry import load_panels
from console.kit.panel_spec import kind_of
from console.shell.default_workspaces import DEFAULTS, GOLDEN, default_for
from console.shell.screen_matching import ScreenPlace, assign_screens
from console.shell.workspace_shelf import Kept, WorkspaceShelf
from console.shell.workspaces import ScreenLayout, WorkspaceLayout, decode, encode
from contract.api import Workspace, WorkspaceList
from tools.screenshots.sample_client import SampleClient

LEFT, RIGHT = ScreenPlace("HDMI-1", 0, 0, 1920, 1080), ScreenPlace("DP-2", 1920, 0, 1920, 1080)


def test_default_workspaces_name_panels_that_exist() -> None:
    for layout in DEFAULTS.values():
        for screen in layout.screens:
            assert {kind_of(placed.panel_id) for placed in screen.panels} <= set(load_panels())
            assert set(screen.sizes) <= {placed.panel_id for placed in screen.panels}


def test_windows_go_back_to_the_screens_they_were_on() -> None:
    screens = (ScreenLayout(panels=(), screen_name="DP-2"), ScreenLayout(panels=(), screen_name="HDMI-1"))
    assert assign_screens(screens, (LEFT, RIGHT)) == [1, 0]


def test_an_unplugged_screen_hands_its_window_to_one_that_is_there() -> None:
    screens = (ScreenLayout(panels=(), screen_name="HDMI-1"), ScreenLayout(panels=(), screen_name="DP-2"))
    assert assign_screens(screens, (LEFT,)) == [0, 0]


def test_new_screens_are_filled_from_the_left() -> None:
    assert assign_screens(DEFAULTS["operator-3-screens"].screens, (LEFT, RIGHT)) == [0, 1, 0]


def test_a_layout_survives_its_writing() -> None:
    layout = DEFAULTS["supervisor"]
    assert decode(encode(layout)) == layout


@pytest.mark.parametrize(
    ("role", "screens", "name"),
    [("operator", 1, "operator"), ("operator", 3, "operator-3-screens"), ("supervisor", 3, "supervisor")],
)
def test_everyone_starts_somewhere_sensible(role: str, screens: int, name: str) -> None:
    assert default_for(role, screens) == name


async def test_a_kept_workspace_comes_back_from_the_backend(tmp_path: Path) -> None:
    client = SampleClient()
    mine = WorkspaceLayout(name="night", screens=DEFAULTS[GOLDEN].screens)
    assert await WorkspaceShelf(client, tmp_path / "here").keep(mine) is Kept.EVERYWHERE
    other_machine = WorkspaceShelf(client, tmp_path / "there")
    await other_machine.load()
    assert other_machine.get("night") == mine
    assert "night" in other_machine.names


class Silent(SampleClient):
    """A backend that does not answer."""

    async def workspaces(self) -> WorkspaceList:
        raise BackendSilent("no")

    async def keep_workspace(self, workspace: Workspace) -> None:
        raise BackendSilent("no")


async def test_without_the_backend_the_local_copy_serves(tmp_path: Path) -> None:
    mine = WorkspaceLayout(name="nuit / été", screens=DEFAULTS[GOLDEN].screens)
    assert await WorkspaceShelf(Silent(), tmp_path).keep(mine) is Kept.HERE
    shelf = WorkspaceShelf(Silent(), tmp_path)
    await shelf.load()
    assert shelf.get("nuit / été") == mine


async def test_a_broken_workspace_gives_the_golden_one(tmp_path: Path) -> None:
    client = SampleClient()
    client.kept_workspaces["mine"] = Workspace(name="mine", content="{broken")
    (tmp_path / "other.json").write_text("[]")
    shelf = WorkspaceShelf(client, tmp_path)
    await shelf.load()
    assert shelf.get("mine") == DEFAULTS[GOLDEN]


@pytest.mark.parametrize("name", ["operator", "operator-3-screens", "supervisor"])
def test_whoever_keeps_a_shift_has_the_logbook_at_hand(name: str) -> None:
    placed = [panel.panel_id for screen in DEFAULTS[name].screens for panel in screen.panels]
    assert "logbook" in placed
    assert len(placed) == len(set(placed))


def test_delivered_workspaces_name_only_panels_that_there_are_and_neighbours_that_stand_already() -> None:
    specs = load_panels()
    for layout in DEFAULTS.values():
        for screen in layout.screens:
            stands: list[str] = []
            for placed in screen.panels:
                assert kind_of(placed.panel_id) in specs
                assert not placed.beside or placed.beside in stands
                stands.append(placed.panel_id)
            assert set(screen.sizes) | set(screen.kept) <= set(stands)
