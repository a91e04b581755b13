"""Screens that disappear and return (F65): windows go where they belong, nothing typed is lost."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.kit.panel_registry import load_panels
from console.kit.panel_spec import Area
from console.panels.alarms.panel import AlarmsPanel
from console.shell.default_workspaces import DEFAULTS
from console.shell.desk import Desk
from console.shell.dock_field import configure_docking
from console.shell.menus import MenuWishes
from console.shell.screen_matching import ScreenPlace, assign_screens, recognised, whole_area
from console.shell.workspaces import ScreenLayout, WorkspaceLayout, decode, encode
from tests.console.conftest import Bench
from tests.console.shell.imaginary_screens import HEIGHT, WIDTH, ImaginaryScreens, screen

# Screens in memory neither raise nor re-parent windows, and say so.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
LEFT, MIDDLE, RIGHT = screen("HDMI-1", 0, "A1"), screen("DP-1", 1, "B2", is_primary=True), screen("DP-2", 2, "C3")
NAMES = tuple(DEFAULTS)


def _nothing(*_ignored: object) -> None:
    return


class Seat:
    """A desk on imaginary screens."""

    def __init__(self, bench: Bench, *places: ScreenPlace) -> None:
        self.screens = ImaginaryScreens(*places)
        self.desk = Desk(load_panels(), bench.context, self.screens, MenuWishes(*([_nothing] * 13)), _nothing)

    def open(self, layout: WorkspaceLayout) -> None:
        """Open it."""
        configure_docking()
        self.desk.open(layout, NAMES)

    def unplug(self, name: str) -> ScreenPlace:
        """Pull a plug; the desk is told."""
        gone = self.screens.unplug(name)
        self.desk.screens_changed(NAMES)
        return gone

    def plug(self, place: ScreenPlace) -> None:
        """Put one in."""
        self.screens.plug(place)
        self.desk.screens_changed(NAMES)

    @staticmethod
    def settle() -> None:
        """Let widgets take their sizes."""
        for _ in range(3):
            QApplication.processEvents()

    @property
    def panels(self) -> dict[str, list[str]]:
        """Panels by the screen on which they stand."""
        found: dict[str, list[str]] = {}
        for window in self.desk.screens:
            middle = window.geometry().center()
            place = next(each for each in self.screens.now() if each.holds(middle.x(), middle.y()))
            found[place.name] = sorted(window.panels)
        return found


@pytest.fixture
def seat(bench: Bench, qtbot: QtBot) -> Seat:
    """Three screens side by side."""
    assert qtbot is not None
    return Seat(bench, LEFT, MIDDLE, RIGHT)


ON_THREE = {
    "HDMI-1": ["alarms", "assets", "card", "handover", "journal", "logbook"],
    "DP-1": ["map"],
    "DP-2": ["cameras"],
}


EVERY_PANEL = [panel_id for panels in ON_THREE.values() for panel_id in panels]


def _marked(name: str = "", serial: str = "", area: tuple[int, int, int, int] | None = None) -> ScreenLayout:
    return ScreenLayout(panels=(), screen_name=name, screen_serial=serial, screen_area=area)


def test_a_screen_is_known_by_its_serial_before_its_plug_and_by_its_place_at_last() -> None:
    swapped = (screen("HDMI-1", 0, "B2"), screen("DP-1", 1, "A1"))
    assert assign_screens((_marked("HDMI-1", "A1"), _marked("DP-1", "B2")), swapped) == [1, 0]
    exchanged = (screen("HDMI-1", 0, "Z9"), screen("DP-1", 1, "B2"))
    assert assign_screens((_marked("HDMI-1", "A1"), _marked("DP-1", "B2")), exchanged) == [0, 1]
    renamed = (screen("DP-7", 0), screen("DP-8", 1))
    assert recognised((_marked("HDMI-1", "", (WIDTH, 0, WIDTH, HEIGHT)),), renamed) == {0: 1}


def test_two_screens_that_tell_the_same_serial_are_told_apart_by_their_plugs() -> None:
    cheap = (screen("HDMI-1", 0, "000000"), screen("HDMI-2", 1, "000000"))
    assert assign_screens((_marked("HDMI-2", "000000"), _marked("HDMI-1", "000000")), cheap) == [1, 0]


def test_one_window_alone_goes_to_the_primary_screen() -> None:
    assert assign_screens((_marked(),), (LEFT, MIDDLE, RIGHT)) == [1]


@pytest.mark.parametrize("name", ["HDMI-1", "DP-1", "DP-2"])
async def test_whichever_screen_goes_the_others_keep_their_windows_and_its_panels_move_in(
    seat: Seat, name: str
) -> None:
    seat.open(DEFAULTS["operator-3-screens"])
    assert seat.panels == ON_THREE
    gone = seat.unplug(name)
    now = seat.panels
    assert sorted(panel for panels in now.values() for panel in panels) == sorted(EVERY_PANEL)
    for other in set(ON_THREE) - {name}:
        assert set(ON_THREE[other]) <= set(now[other]), "what stood there stands there"
    alarms = seat.desk.panel("alarms")
    assert alarms is not None
    assert alarms.is_in_sight
    assert any("3 screens" in window.notice.text for window in seat.desk.screens)
    seat.plug(gone)
    assert seat.panels == ON_THREE
    await seat.desk.close()


async def test_nothing_typed_is_lost_and_no_panel_is_made_anew_when_a_screen_goes_and_returns(seat: Seat) -> None:
    seat.open(DEFAULTS["operator-3-screens"])
    before = {panel_id: seat.desk.panel(panel_id) for panels in ON_THREE.values() for panel_id in panels}
    alarms = before["alarms"]
    assert alarms is not None
    assert isinstance(alarms.panel, AlarmsPanel)
    gone = seat.unplug("HDMI-1")
    assert {panel_id: seat.desk.panel(panel_id) for panel_id in before} == before
    assert alarms.panel.widget.isVisible()
    back = seat.unplug("DP-2")
    assert list(seat.panels) == ["DP-1"]
    assert {panel_id: seat.desk.panel(panel_id) for panel_id in before} == before
    seat.plug(back)
    seat.plug(gone)
    assert seat.panels == ON_THREE
    assert {panel_id: seat.desk.panel(panel_id) for panel_id in before} == before
    assert all(hosted is not None and not hosted.tasks.is_closed for hosted in before.values())
    await seat.desk.close()


async def test_what_is_opened_and_closed_meanwhile_stays_so(seat: Seat) -> None:
    seat.open(DEFAULTS["operator-3-screens"])
    gone = seat.unplug("DP-2")
    journal = seat.desk.panel("journal")
    assert journal is not None
    journal.dock.requestCloseDockWidget()
    assert seat.desk.open_panel("layers") is not None
    seat.plug(gone)
    assert seat.desk.panel("journal") is None
    assert seat.desk.panel("layers") is not None
    assert seat.panels["DP-2"] == ["cameras"]
    await seat.desk.close()


async def test_a_map_that_moves_in_has_half_of_the_screen_not_a_strip(seat: Seat) -> None:
    seat.open(DEFAULTS["operator-3-screens"])
    seat.unplug("DP-1")
    seat.settle()
    city, wall = seat.desk.panel("map"), seat.desk.panel("cameras")
    assert city is not None
    assert wall is not None
    assert abs(city.dock.width() - wall.dock.width()) < WIDTH / 10
    assert city.dock.height() > HEIGHT / 2
    await seat.desk.close()


async def test_a_kept_desk_finds_its_screens_again_though_the_cables_were_swapped(seat: Seat, bench: Bench) -> None:
    seat.open(DEFAULTS["operator-3-screens"])
    kept = decode(encode(seat.desk.layout_now()))
    await seat.desk.close()
    assert [each.screen_serial for each in kept.screens] == ["A1", "B2", "C3"]
    moved = Seat(bench, screen("HDMI-1", 0, "C3"), screen("DP-1", 1, "A1"), screen("DP-2", 2, "B2"))
    moved.open(kept)
    assert moved.panels == {"HDMI-1": ["cameras"], "DP-1": ON_THREE["HDMI-1"], "DP-2": ["map"]}
    await moved.desk.close()


async def test_another_resolution_fits_the_window_to_its_screen(seat: Seat) -> None:
    seat.open(DEFAULTS["operator-3-screens"])
    hosted = seat.desk.panel("map")
    seat.screens.unplug("DP-1")
    seat.plug(MIDDLE._replace(width=1000, height=700))
    assert seat.desk.panel("map") is hosted
    assert seat.desk.screens[1].geometry().size().toTuple() == (1000, 700)
    await seat.desk.close()


async def test_a_floating_panel_comes_home_when_its_screen_goes(seat: Seat) -> None:
    seat.open(DEFAULTS["operator-3-screens"])
    field = seat.desk.screens[1].docks
    field.float_panel("map")
    hosted = seat.desk.panel("map")
    assert hosted is not None
    assert hosted.floating_window is not None
    hosted.floating_window.move(RIGHT.x + 40, 40)
    seat.unplug("DP-2")
    hosted = seat.desk.panel("map")
    assert hosted is not None
    window = hosted.floating_window or seat.desk.screens[1]
    middle = window.geometry().center()
    assert any(place.holds(middle.x(), middle.y()) for place in seat.screens.now())
    await seat.desk.close()


async def test_a_wall_of_twelve_screens_is_one_canvas_and_so_is_one_large_screen(bench: Bench, qtbot: QtBot) -> None:
    wall = Seat(bench, *(screen(f"DP-{row}{column}", column, row=row) for row in range(3) for column in range(4)))
    wall.open(DEFAULTS["wall-4x3"])
    (window,) = wall.desk.screens
    assert window.geometry().getRect() == whole_area(wall.screens.now()) == (0, 0, 4 * WIDTH, 3 * HEIGHT)
    wall.settle()
    city, area = wall.desk.panel("map"), wall.desk.panel("area")
    assert city is not None
    assert area is not None
    assert abs(city.dock.width() - 2 * WIDTH) < WIDTH / 10
    assert abs(area.dock.width() - WIDTH) < WIDTH / 10
    gone = wall.unplug("DP-23")
    assert wall.desk.panel("map") is city
    wall.plug(gone)
    assert len(wall.desk.screens) == 1
    await wall.desk.close()
    one = Seat(bench, ScreenPlace("canvas", 0, 0, 3840, 1620))
    one.open(DEFAULTS["wall-4x3"])
    assert len(one.desk.screens) == 1
    assert sorted(one.desk.screens[0].panels) == ["alarms", "area", "cameras", "cameras:2", "cameras:3", "map"]
    await one.desk.close()


async def test_a_panel_goes_to_another_screen_as_it_is(seat: Seat) -> None:
    seat.open(DEFAULTS["operator-3-screens"])
    card = seat.desk.panel("card")
    seat.desk.to_screen("card", 1)
    assert seat.panels["DP-1"] == ["card", "map"]
    assert seat.desk.panel("card") is card
    assert card is not None
    assert card.is_in_sight
    card.dock.requestCloseDockWidget()
    assert seat.desk.panel("card") is None
    await seat.desk.close()


async def test_a_panel_is_maximised_and_put_back_as_it_stood(seat: Seat) -> None:
    seat.open(DEFAULTS["operator"])
    docks = seat.desk.screens[0].docks
    city, alarms = seat.desk.panel("map"), seat.desk.panel("alarms")
    assert city is not None
    assert alarms is not None
    seat.settle()
    before = city.dock.size(), alarms.dock.size()
    docks.maximise("map")
    seat.settle()
    assert docks.maximised == "map"
    assert not alarms.is_in_sight
    assert city.dock.width() > seat.desk.screens[0].width() - 40
    kept = decode(encode(seat.desk.layout_now()))
    assert kept.screens[0].maximised == "map"
    assert seat.desk.open_panel("alarms") is alarms
    seat.settle()
    assert alarms.panel.widget.isVisible(), "what is asked for is shown"
    assert (city.dock.size(), alarms.dock.size()) == before
    docks.maximise("alarms")
    alarms.dock.requestCloseDockWidget()
    assert city.is_in_sight
    await seat.desk.close()
    again = DEFAULTS["operator"]
    seat.open(kept)
    assert seat.desk.screens[0].docks.maximised == "map"
    seat.desk.screens[0].docks.restore()
    restored = seat.desk.panel("alarms")
    assert restored is not None
    assert restored.is_in_sight
    assert again.name == kept.name
    await seat.desk.close()


async def test_a_panel_floats_docks_splits_and_becomes_a_tab(seat: Seat) -> None:
    seat.open(DEFAULTS["operator"])
    docks = seat.desk.screens[0].docks
    card, city = seat.desk.panel("card"), seat.desk.panel("map")
    assert card is not None
    assert city is not None
    docks.float_panel("card")
    assert card.floating_window is not None
    assert card.floating_window.isVisible()
    kept = decode(encode(seat.desk.layout_now()))
    docks.float_panel("card")
    assert not card.is_floating
    docks.move("card", Area.CENTER, "map")
    assert card.dock.dockAreaWidget() is city.dock.dockAreaWidget()
    docks.move("card", Area.BOTTOM)
    seat.settle()
    assert card.dock.dockAreaWidget() is not city.dock.dockAreaWidget()
    assert card.dock.width() > seat.desk.screens[0].width() - 40
    await seat.desk.close()
    seat.open(kept)
    restored = seat.desk.panel("card")
    assert restored is not None
    assert restored.is_floating
    assert restored.floating_window is not None
    await seat.desk.close()
