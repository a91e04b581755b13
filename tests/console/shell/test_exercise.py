"""An exercise and the city are never taken for one another."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import web
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from PySide6QtAds import CFloatingDockContainer
from pytestqt.qtbot import QtBot

from console.kit.panel_registry import load_panels
from console.kit.translations import Translations
from console.panels.cameras.panel import CamerasPanel
from console.shell.at_hand import AtHand
from console.shell.connection import Connection
from console.shell.default_workspaces import DEFAULTS
from console.shell.desk import Desk, Places
from console.shell.dock_field import configure_docking
from console.shell.entrance import Entrance
from console.shell.menus import MenuWishes
from console.shell.workspace_window import WorkspaceWindow
from console.store.occasion import Occasion
from console.store.stores import Stores
from tests.console.conftest import Bench
from tools.screenshots import sample_city
from widgets.exercise_banner import ExerciseBanner
from widgets.look import THEMES, load_palette
from widgets.printed_page import write_pdf

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def _nothing(*_ignored: object) -> None:
    return


def _desk(bench: Bench, *, is_kiosk: bool = False) -> Desk:
    configure_docking()
    wishes = MenuWishes(*([_nothing] * 13))
    desk = Desk(load_panels(), bench.context, Places(3, 1280, 800), wishes, _nothing, is_kiosk=is_kiosk)
    desk.open(DEFAULTS["operator-3-screens"], ())
    return desk


@pytest.mark.parametrize("is_kiosk", [False, True])
async def test_every_screen_of_an_exercise_says_so_and_none_of_the_city(bench: Bench, *, is_kiosk: bool) -> None:
    bench.stores.occasion.take(is_exercise=True)
    played = _desk(bench, is_kiosk=is_kiosk)
    assert len(played.screens) == 3
    for window in played.screens:
        assert window.exercise.isVisible()
        assert window.exercise.words.startswith("EXERCISE")
        assert window.windowTitle().startswith("[EXERCISE]")
    await played.close()
    bench.stores.occasion.take(is_exercise=False)
    real = _desk(bench, is_kiosk=is_kiosk)
    for window in real.screens:
        assert window.exercise.isHidden()
        assert "EXERCISE" not in window.windowTitle()
    await real.close()


@pytest.mark.parametrize("is_exercise", [True, False])
async def test_no_window_at_all_can_be_taken_for_the_other(bench: Bench, *, is_exercise: bool) -> None:
    """Screens, floating panels, the wall over a screen, side windows."""
    bench.stores.occasion.take(is_exercise=is_exercise)
    desk = _desk(bench)
    QApplication.processEvents()
    for screen, panel_id in ((0, "alarms"), (0, "journal"), (1, "map")):
        desk.screens[screen].docks.float_panel(panel_id)
        (floating,) = [each for each in _windows() if isinstance(each, CFloatingDockContainer)]
        _is_marked(floating, is_exercise=is_exercise)
        floating.hide()
    cameras = desk.panel("cameras")
    assert cameras is not None
    assert isinstance(cameras.panel, CamerasPanel)
    cameras.panel.full_screen.toggle()
    at_hand = AtHand(load_panels(), bench.context.tasks, bench.stores)
    at_hand.furnish(desk, bench.context)
    at_hand.show_help()
    beside = WorkspaceWindow(bench.context.texts)
    desk.mark(beside)
    desk.mark(beside)
    beside.show()
    QApplication.processEvents()
    windows = [each for each in _windows() if not isinstance(each, CFloatingDockContainer)]
    assert len(windows) == 3 + 1 + 2
    for window in windows:
        _is_marked(window, is_exercise=is_exercise)
    floated = desk.panel("journal")
    assert floated is not None
    floated.blind("locked")
    assert any(not strip.isHidden() for strip in floated.dock.findChildren(ExerciseBanner)) is is_exercise
    desk.screens[0].docks.float_panel("journal")
    QApplication.processEvents()
    assert all(strip.isHidden() for strip in floated.dock.findChildren(ExerciseBanner)), "its screen says it"
    beside.close()
    at_hand.close()
    await desk.close()


def _is_marked(window: QWidget, *, is_exercise: bool) -> None:
    strips = [each for each in window.findChildren(ExerciseBanner) if each.isVisible() and each.window() is window]
    assert len(strips) == (1 if is_exercise else 0), window.windowTitle()
    assert window.windowTitle().startswith("[EXERCISE]") is is_exercise, window.windowTitle()


def test_whoever_opens_a_window_says_in_it_whether_it_is_an_exercise() -> None:
    """A window that is new in the code is marked too: by whoever makes it, or by the desk."""
    root = Path(__file__).parents[3] / "console"
    titled = {file for file in root.rglob("*.py") if "setWindowTitle(" in file.read_text("utf-8")}
    marked = {file for file in titled if re.search(r"exercise\.window|exercise_marks", file.read_text("utf-8"))}
    by_others = {file.relative_to(root).as_posix() for file in titled - marked}
    assert by_others == {"shell/shortcuts/window.py", "shell/workspace_window.py"}, (
        "AtHand and Desk.mark do it for these"
    )


def _windows() -> list[QWidget]:
    kinds = {Qt.WindowType.Window, Qt.WindowType.Dialog, Qt.WindowType.Tool}
    return [each for each in QApplication.topLevelWidgets() if each.isVisible() and each.windowType() in kinds]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [1920, 700, 260])
def test_it_is_told_by_words_and_stripes_not_by_colour(qtbot: QtBot, theme: str, width: int) -> None:
    banner = ExerciseBanner(load_palette(theme), Translations("fr"))
    qtbot.addWidget(banner)
    banner.show_exercise(is_exercise=True)
    banner.resize(width, banner.sizeHint().height())
    image = banner.grab().toImage()
    colours = [image.pixelColor(x, y) for x in range(image.width()) for y in range(0, image.height(), 3)]
    assert sum(each.hsvSaturationF() > 0.5 and each.valueF() > 0.4 for each in colours) < 0.02 * len(colours)
    middle = [image.pixelColor(x, image.height() // 2).lightness() > 127 for x in range(image.width())]
    changes = sum(before is not after for before, after in pairwise(middle))
    assert changes > width / 40, "without stripes it would be a plain bar"
    assert "EXERCICE" in banner.words
    assert "EXERCICE" in banner.accessibleName()


@pytest.mark.parametrize("is_exercise", [True, False])
async def test_the_login_window_knows_before_anybody_types(qtbot: QtBot, *, is_exercise: bool) -> None:
    async def health(_request: web.Request) -> web.Response:
        alive = {"status": "ok", "version": "1", "server_time": "2026-01-01T00:00:00Z", "asset_count": 0}
        return web.json_response({**alive, "is_exercise": is_exercise})

    application = web.Application()
    application.router.add_get("/api/v1/health", health)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    stores = Stores(lambda: sample_city.NOW, lambda: 100.0)
    told = list[Occasion]()

    async def entered(_connection: Connection) -> None:
        return

    entrance = Entrance(stores, None, entered, _nothing)
    stores.occasion.changed.connect(lambda: told.append(stores.occasion.occasion))
    entrance.show(load_palette("dark"), Translations("en"), "")
    assert entrance.window is not None
    assert stores.occasion.occasion is Occasion.UNKNOWN
    await entrance.meet(f"http://127.0.0.1:{runner.addresses[0][1]}")
    assert entrance.connection is not None
    await entrance.connection.ask_occasion()
    assert stores.occasion.is_exercise is is_exercise
    assert entrance.window.exercise.isVisible() is is_exercise
    assert entrance.window.windowTitle().startswith("[EXERCISE]") is is_exercise
    await entrance.close()
    await runner.cleanup()


def test_what_leaves_an_exercise_says_so_in_name_and_heading(bench: Bench, tmp_path: Path) -> None:
    occasion, texts = bench.stores.occasion, bench.context.texts
    assert (occasion.mark(texts), occasion.heading("Alarms", texts)) == ("", "Alarms")
    assert occasion.file_name("alarms.csv", texts) == "alarms.csv"
    occasion.take(is_exercise=True)
    assert occasion.file_name("alarms.csv", texts) == "EXERCISE alarms.csv"
    assert occasion.heading("Alarms", texts) == "EXERCISE, NOTHING IS REAL — Alarms"
    marked, plain = tmp_path / "marked.pdf", tmp_path / "plain.pdf"
    assert write_pdf("<p>.</p>", marked, "Handover", mark=occasion.mark(texts))
    assert write_pdf("<p>.</p>", plain, "Handover")
    assert "EXERCISE".encode("utf-16-be") in marked.read_bytes()  # the title that readers show
    assert "EXERCISE".encode("utf-16-be") not in plain.read_bytes()
