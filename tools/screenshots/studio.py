"""Opens real screens on sample stores and takes their pictures."""

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication

from console.kit.panel_registry import load_panels
from console.kit.panel_spec import Area
from console.kit.task_bag import TaskBag
from console.kit.ticker import Ticker
from console.kit.translations import Translations
from console.panels.layers.panel import LayersPanel
from console.panels.map.panel import MapPanel
from console.shell.default_workspaces import DEFAULTS
from console.shell.desk import Desk, Places
from console.shell.dock_field import configure_docking
from console.shell.login_window import LoginWindow
from console.shell.menus import MenuWishes
from console.shell.workspaces import PlacedPanel, ScreenLayout, WorkspaceLayout
from console.store.context import Context
from console.store.link import LinkStage
from console.store.stores import Stores
from contract.stream import WatchedClaims, WatchedPoints
from tools.screenshots import (
    administration_panels,
    alarm_panels,
    at_hand_shots,
    fleet_panels,
    import_panels,
    parking_panels,
    register_panels,
    rule_panels,
    sample_city,
    sample_looks,
    video_panels,
    walls,
    workspace_shots,
)
from tools.screenshots.sample_classes import classes
from tools.screenshots.sample_client import SampleClient
from tools.screenshots.sample_pictures import SamplePictures
from widgets.frame_clock import FrameClock
from widgets.look import load_fonts, load_palette, style_sheet

_SIZES = {
    "map": (900, 640),
    "administration": (1180, 760),
    "on_call": (1100, 760),
    "alarm_rules": (1180, 760),
    "alarms": (640, 640),
    "area": (1280, 720),
    "card": (460, 760),
    "asset_file": (520, 860),
    "stock_take": (900, 560),
    "communes": (620, 700),
    "cameras": (900, 560),
    "assets": (760, 520),
    "journal": (760, 420),
    "logbook": (760, 620),
    "alarm_health": (880, 1180),
    "layers": (440, 860),
    "supply": (620, 860),
    "imports": import_panels.SIZE,
    **video_panels.SIZES,
}
_SIZE = (800, 600)
_LAYERS_PAGES = ("layers-content", "layers-communes", "layers-base-maps", "layers-display", "layers-places")
LAYERS_AND_MAP = WorkspaceLayout(
    name="layers",
    screens=(
        ScreenLayout(
            panels=(PlacedPanel("map", Area.CENTER), PlacedPanel("layers", Area.RIGHT)), sizes={"layers": (77, 23)}
        ),
    ),
)
_SETTLE_S = 0.5
_SETTLE_ROUNDS = 40
"""On a busy machine half a second holds few of them, and a panel is drawn before it is laid out."""
_TILES_WITHIN_S = 6.0
_PAST_MINUTES = -38.0  # from where a replay begins
_NOTHING: Callable[..., None] = lambda *_ignored: None  # noqa: E731  # wishes nobody makes here


def panel_size(panel_id: str) -> tuple[int, int]:
    """How large a panel is in its picture: wide, high."""
    return _SIZES.get(panel_id, _SIZE)


class Studio:
    """One look (theme and language); pictures by name."""

    def __init__(self, qt: QApplication, *, theme: str, language: str, zoom_percent: int = 100) -> None:
        self._qt = qt
        self._specs = load_panels()
        self._palette = load_palette(theme)
        self._texts = Translations(language)
        self._frame_clock = FrameClock()
        self._ticker = Ticker(self._frame_clock)
        self.client = SampleClient()
        self.stores = Stores(lambda: sample_city.NOW, lambda: 100.0)  # a slow machine is no silent backend
        self._tasks = TaskBag("studio")
        load_fonts()
        configure_docking()
        qt.setStyleSheet(style_sheet(self._palette, zoom_percent))
        self._fill()

    @property
    def names(self) -> Sequence[str]:
        """Every picture there is."""
        panels = [f"panel-{panel_id}" for panel_id in self._specs]
        return [
            *panels,
            *(f"workspace-{name}" for name in DEFAULTS),
            "workspace-lost-link",
            "workspace-replay",
            *_LAYERS_PAGES,
            *walls.LAYOUTS,
            *video_panels.SHOTS,
            *alarm_panels.SHOTS,
            *rule_panels.SHOTS,
            *administration_panels.SHOTS,
            *register_panels.SHOTS,
            *import_panels.SHOTS,
            *fleet_panels.SHOTS,
            *parking_panels.SHOTS,
            "login",
            *at_hand_shots.SHOTS,
            *workspace_shots.SHOTS,
        ]

    async def shoot(self, name: str, file: Path) -> list[Path]:
        """Take one picture, or one a screen."""
        if name in _LAYERS_PAGES:
            return await self._shoot_layers(name, file)
        if name in walls.LAYOUTS:
            await walls.shoot(name, file, self._context(), self._settle)
            return [file]
        if name in video_panels.SHOTS:
            await video_panels.prepare(self.client)
            return await self._shoot_panel(video_panels.SHOTS[name][0], file, name)
        if name in alarm_panels.SHOTS:
            return await self._shoot_panel("alarms", file, name)
        if name in register_panels.SHOTS:
            return await self._shoot_panel("assets", file, name)
        if name in fleet_panels.SHOTS:
            return await self._shoot_panel("fleet", file, name)
        if name in parking_panels.SHOTS:
            return await self._shoot_panel("parking", file, name)
        if name in import_panels.SHOTS:
            return await self._shoot_panel("imports", file, name)
        if name in administration_panels.SHOTS:
            return await self._shoot_panel("administration", file, name)
        if name in rule_panels.SHOTS:
            return await self._shoot_panel("alarm_rules", file, name)
        if name in at_hand_shots.SHOTS:
            await at_hand_shots.shoot(name, file, self._specs, self._context(), self._settle)
            return [file]
        kind, _, rest = name.partition("-")
        if kind == "panel":
            return await self._shoot_panel(rest, file)
        if kind == "workspace":
            return await self._shoot_workspace(rest, file)
        window = workspace_shots.window(name, self._texts) if name in workspace_shots.SHOTS else self._login()
        window.show()
        await self._settle()
        window.grab().save(str(file))
        if isinstance(window, LoginWindow):
            window.finish()
        window.close()
        window.deleteLater()
        return [file]

    async def close(self) -> None:
        """Let go of everything."""
        await self._tasks.close()
        await self.stores.leave()
        self._frame_clock.close()
        self.stores.deleteLater()

    async def _shoot_panel(self, panel_id: str, file: Path, staged: str = "") -> list[Path]:
        screen = ScreenLayout(panels=(PlacedPanel(panel_id, self._specs[panel_id].area),))
        desk = self._desk(WorkspaceLayout(name=panel_id, screens=(screen,)), panel_size(panel_id))
        try:
            await self._settle()
            if staged in rule_panels.SHOTS or staged in administration_panels.SHOTS:
                stager_of_pages = rule_panels if staged in rule_panels.SHOTS else administration_panels
                stager_of_pages.stage(desk, staged)
                await self._settle()
                stager_of_pages.stage_chosen(desk, staged)
                await self._settle()
            elif staged in fleet_panels.SHOTS:
                fleet_panels.stage(desk, staged, self.client, self.stores)
                await self._settle()
            elif staged in parking_panels.SHOTS:
                parking_panels.stage(desk, staged, self.client, self.stores)
                await self._settle()
            elif staged in import_panels.SHOTS:
                import_panels.stage(desk, staged, self.client)
                await self._settle()
                import_panels.stage_chosen(desk, staged)
                await self._settle()
            elif staged in register_panels.SHOTS:
                register_panels.stage(desk, staged)
                await self._settle()
            elif staged:
                stager = alarm_panels if staged in alarm_panels.SHOTS else video_panels
                stager.stage(desk, staged, self.client, self.stores)
                await self._settle()
            hosted = desk.panel(panel_id)
            if hosted is not None:
                window = desk.screens[0]
                corner = hosted.dock.mapTo(window, hosted.dock.rect().topLeft())
                window.grab(QRect(corner, hosted.dock.size())).save(str(file))
        finally:
            await desk.close()
        return [file]

    async def _shoot_workspace(self, name: str, file: Path) -> list[Path]:
        layout = DEFAULTS.get(name) or DEFAULTS["operator"]
        desk = self._desk(layout, (1920, 1080))
        if name == "lost-link":
            self.stores.link.take_stage(LinkStage.LOST, "")
            self.stores.link.silence_from(sample_city.NOW - dt.timedelta(seconds=48))
        try:
            if name == "replay":
                await self._show_the_past(desk)
            await self._settle()
            files = [
                file if len(desk.screens) == 1 else file.with_stem(f"{file.stem}-{n}")
                for n in range(1, 1 + len(desk.screens))
            ]
            for screen, path in zip(desk.screens, files, strict=True):
                screen.grab().save(str(path))
        finally:
            await desk.close()
            self._alive()
        return files

    async def _show_the_past(self, desk: Desk) -> None:
        hosted = desk.panel("map")
        if hosted is not None and isinstance(hosted.panel, MapPanel):
            hosted.panel.replay.toggle()
            await self._settle()
            hosted.panel.replay.past.step(_PAST_MINUTES)

    async def _shoot_layers(self, name: str, file: Path) -> list[Path]:
        """A map with its layers beside it, one picture a page."""
        await self.stores.meet(self.client, self._tasks)
        desk = self._desk(LAYERS_AND_MAP, (1920, 1080))
        try:
            hosted, active = desk.panel("layers"), self.stores.maps.active
            if hosted is not None and isinstance(hosted.panel, LayersPanel) and active is not None:
                page = _LAYERS_PAGES.index(name)
                hosted.panel.tabs.setCurrentIndex(page)
                active.set_look(sample_looks.LOOKS[page])
                self.stores.map_shelf.set_bookmarks(sample_looks.BOOKMARKS)
            hosted_map = desk.panel("map")
            until = time.monotonic() + _TILES_WITHIN_S
            await self._settle()
            while hosted_map is not None and isinstance(hosted_map.panel, MapPanel) and time.monotonic() < until:
                await self._settle()
                if hosted_map.panel.city_map.is_settled():
                    break
            desk.screens[0].grab().save(str(file))
        finally:
            await desk.close()
        return [file]

    def _desk(self, layout: WorkspaceLayout, size: tuple[int, int]) -> Desk:
        places = Places(len(layout.screens), *size)
        desk = Desk(self._specs, self._context(), places, _no_wishes(), lambda _name, _error: None)
        desk.open(layout, tuple(DEFAULTS))
        self._select_lamp()
        return desk

    def _context(self) -> Context:
        return Context(
            stores=self.stores,
            client=self.client,
            pictures=SamplePictures(),
            texts=self._texts,
            palette=self._palette,
            ticker=self._ticker,
            clock=lambda: sample_city.NOW,
            tasks=self._tasks,
            announce=_NOTHING,
            open_panel=_NOTHING,
        )

    def _fill(self) -> None:
        self.stores.catalogue.take(classes(), sample_city.communes())
        for message in sample_city.messages():
            self.stores.message(message)
        self._alive()
        self.stores.flush()

    def _alive(self) -> None:
        self.stores.link.take_stage(LinkStage.LIVE, "")
        self.stores.link.heard(sample_city.NOW)
        self.stores.flush()

    def _select_lamp(self) -> None:
        lamp = next(asset for asset in self.client.assets.values() if asset.code == "PL-004-12")
        cabinet = next(asset for asset in self.client.assets.values() if asset.code == "ARM-003")
        self.stores.selection.go_to(cabinet.id)
        self.stores.watched.watch((lamp.id,))
        self.stores.message(WatchedPoints(lamp.id, self.client.points(lamp)))
        self.stores.message(WatchedClaims(lamp.id, self.client.claims(lamp)))
        self.stores.selection.select(lamp.id)
        self.stores.flush()

    def _login(self) -> LoginWindow:
        window = LoginWindow(self._palette, self._texts)
        window.show_server("http://127.0.0.1:41873")
        window.show_first_password("admin", "corbeau-talus-mistral-42")
        window.show_demo_accounts({"operateur": "", "superviseur": "", "admin": ""})
        window.show_memory_only(self._texts("login.memory_only"))
        window.set_busy(False)
        return window

    async def _settle(self) -> None:
        until, rounds = time.monotonic() + _SETTLE_S, 0
        while time.monotonic() < until or rounds < _SETTLE_ROUNDS:
            rounds += 1
            self._qt.processEvents()
            self.stores.flush()
            await asyncio.sleep(0.01)


def _no_wishes() -> MenuWishes:
    return MenuWishes(*([_NOTHING] * 13))
