"""A workspace for three screens on fewer: every panel can be found, nothing kept is lost."""

from pytestqt.qtbot import QtBot

from console.kit.panel_registry import load_panels
from console.shell.default_workspaces import DEFAULTS
from console.shell.desk import Desk, Places
from console.shell.dock_field import configure_docking
from console.shell.folding import folded
from console.shell.menus import MenuWishes
from console.shell.workspaces import WorkspaceLayout, kept_of, panels_of
from tests.console.conftest import Bench

AREAS = {panel_id: spec.area for panel_id, spec in load_panels().items()}
THREE = DEFAULTS["operator-3-screens"]


def _nothing(*_ignored: object) -> None:
    return


def _desk(bench: Bench, layout: WorkspaceLayout, screens: int) -> Desk:
    configure_docking()
    desk = Desk(load_panels(), bench.context, Places(screens, 1280, 800), MenuWishes(*([_nothing] * 13)), _nothing)
    desk.open(layout, ())
    return desk


def _panels(layout: WorkspaceLayout) -> list[str]:
    return sorted(panel_id for screen in layout.screens for panel_id in panels_of(screen))


def test_on_enough_screens_nothing_folds() -> None:
    assert folded(THREE, Places(3).now(), AREAS) is THREE
    assert folded(THREE, Places(4).now(), AREAS) is THREE


def test_on_two_screens_map_and_cameras_share_the_second() -> None:
    two = folded(THREE, Places(2).now(), AREAS)
    assert two.screens[0] == THREE.screens[0]
    assert panels_of(two.screens[1]) == ["map", "cameras"]
    assert two.screens[1].kept["cameras"] == {"size": 9}


def test_on_one_screen_panels_stand_as_in_the_golden_workspace() -> None:
    one = folded(THREE, Places(1).now(), AREAS)
    assert _panels(one) == _panels(THREE)
    assert one.screens[0].panels == DEFAULTS["operator"].screens[0].panels


async def test_a_lost_screen_loses_no_panel_and_spreads_out_again_when_it_is_back(bench: Bench, qtbot: QtBot) -> None:
    desk = _desk(bench, THREE, 3)
    wall = desk.panel("cameras")
    assert wall is not None
    on_the_wall = wall.kept["cameras"]
    whole = desk.layout_now()
    await desk.close()

    desk = _desk(bench, whole, 1)
    assert len(desk.screens) == 1
    assert sorted(desk.screens[0].panels) == _panels(THREE)
    assert "3 screens" in desk.screens[0].notice.text
    again = desk.layout_now()
    await desk.close()
    assert len(again.screens) == 3
    assert [screen.dock_state for screen in again.screens] == [screen.dock_state for screen in whole.screens]
    assert kept_of(again)["cameras"]["cameras"] == on_the_wall

    desk = _desk(bench, again, 3)
    assert [sorted(screen.panels) for screen in desk.screens][1:] == [["map"], ["cameras"]]
    await desk.close()
