"""The demo city's story for pictures: a calm night, a cabinet that loses its supply, the way to it, three screens."""

import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import aiohttp
import msgspec
import platformdirs
import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.panels.alarms.panel import AlarmsPanel
from console.panels.cameras.panel import CamerasPanel
from console.panels.card.panel import CardPanel
from console.panels.footage.panel import FootagePanel
from console.panels.map.panel import MapPanel
from console.shell.application import ConsoleApplication
from console.shell.live_pictures import LivePictures
from console.shell.options import ConsoleOptions, parse
from console.store.map_presets import Preset, apply_preset
from contract.assets import Asset
from contract.city_plan import CityReady
from contract.stream import Visual
from tools.screenshots.flood_story import shoot_the_flood
from tools.screenshots.small_png import save_small
from widgets.footage_timeline import Period

_READY_WITHIN_S = 120.0
_SETTLE_S = 4.0
_REASON = "Contrôle après alarme"
_FED_TAB = 2


def shoot(folder: Path, home: Path) -> None:
    """Run console, backend and city with their data under `home`; write the pictures into `folder`."""
    qt = QApplication(sys.argv[:1])
    qt.setStyle("Fusion")
    qt.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(qt)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(_shoot(qt, folder, home))


async def _shoot(qt: QApplication, folder: Path, home: Path) -> None:
    pictures = LivePictures()
    await pictures.start()
    asked = parse(["--demo", "--lang", "fr", "--theme", "dark", "--workspace", "operator"])
    options = replace(asked, config_folder=home / "console", screenshots=folder, screen_count=3, keeps_login=False)
    console = ConsoleApplication(options, qt, pictures=pictures)
    try:
        await console.start()
        await _tell_the_story(Photographer(console, options, folder))
    finally:
        await console.close()
        await pictures.aclose()


class Photographer:
    """A console on the demo city, and the levers of its field devices."""

    def __init__(self, console: ConsoleApplication, options: ConsoleOptions, folder: Path) -> None:
        self.console = console
        self.options = options
        self._folder = folder

    async def until(self, is_so: Callable[[], bool], what: str, within_s: float = _READY_WITHIN_S) -> None:
        """Wait until it is so, else say what was waited for in vain."""
        ends = time.monotonic() + within_s
        while not is_so():
            if time.monotonic() > ends:
                raise TimeoutError(f"not within {within_s:.0f} s: {what}")
            await asyncio.sleep(0.5)

    def shoot(self, name: str) -> None:
        """A picture of every screen."""
        screens = () if self.console.desk is None else tuple(self.console.desk.screens)
        for number, screen in enumerate(screens, start=1):
            file = self._folder / (f"{name}.png" if len(screens) == 1 else f"{name}-{number}.png")
            save_small(screen.grab(), file)
            print(file, flush=True)

    async def pull(self, lever: str) -> None:
        """Do something to the field devices."""
        file = Path(platformdirs.user_data_dir("beffroi-demo")) / "city" / "ready.json"
        control = msgspec.json.decode(file.read_bytes(), type=CityReady).control_url
        async with aiohttp.ClientSession() as http, http.post(f"{control}{lever}", json={}) as answer:
            answer.raise_for_status()

    def city_is_heard(self) -> bool:
        """Whether nearly all of its lamps and cabinets answered."""
        assets, states = self.console.stores.assets, self.console.stores.states
        fed = [asset.id for asset in assets.all() if asset.class_ in {"streetlight", "lighting_cabinet"}]
        unknown = sum(states.visual_of(asset_id) is Visual.UNKNOWN for asset_id in fed)
        return bool(fed) and unknown <= len(fed) // 100

    def wall_is_live(self) -> bool:
        """Whether every tile in sight has a picture."""
        hosted = self.console.panel("cameras")
        panel = None if hosted is None else hosted.panel
        return isinstance(panel, CamerasPanel) and all(panel.tiles[tile].has_picture for tile in panel.wall.shown)


async def _tell_the_story(at: Photographer) -> None:
    console, stores = at.console, at.console.stores
    await at.until(lambda: console.desk is not None and stores.assets.count > 0, "the city is on the console")
    await at.until(at.city_is_heard, "the city's lamps are heard", 300)
    await at.until(at.wall_is_live, "the cameras are live")
    await asyncio.sleep(5 * _SETTLE_S)
    at.shoot("operator-dark-fr")
    cabinet = _cabinet_near_a_live_camera(console)
    await at.pull(f"/cabinets/{cabinet.code}/lose_supply")
    await at.until(lambda: bool(stores.alarms.of_asset(cabinet.id)), "the cabinet's alarm")
    await asyncio.sleep(_SETTLE_S)
    at.shoot("alarm-dark-fr")
    _enter_on_the_alarm(console, cabinet)
    await asyncio.sleep(2 * _SETTLE_S)
    at.shoot("main-path-dark-fr")
    card = console.panel("card")
    if card is not None and isinstance(card.panel, CardPanel):
        card.panel.tabs.setCurrentIndex(_FED_TAB)
    await asyncio.sleep(_SETTLE_S)
    at.shoot("feeds-dark-fr")
    await _shoot_the_map(at, cabinet)
    await _shoot_the_footage(at, cabinet)
    await console.relook(msgspec.structs.replace(console.preferences, theme="light", language="en"))
    await at.until(at.wall_is_live, "the cameras are live again")
    await asyncio.sleep(_SETTLE_S)
    at.shoot("operator-light-en")
    await console.relook(msgspec.structs.replace(console.preferences, theme="dark", language="fr"))
    await console.open_workspace("operator-3-screens")
    _widen_the_wall(console)
    await at.until(at.wall_is_live, "the cameras are live on their own screen")
    await asyncio.sleep(2 * _SETTLE_S)
    at.shoot("three-screens-dark-fr")
    await console.open_workspace("operator")
    await asyncio.sleep(_SETTLE_S)
    await shoot_the_flood(at)


async def _shoot_the_map(at: Photographer, cabinet: Asset) -> None:
    """The minutes before on the same map, then the whole city's lighting with the layers beside it."""
    console = at.console
    hosted = console.panel("map")
    if hosted is None or not isinstance(hosted.panel, MapPanel):
        return
    panel = hosted.panel
    panel.replay.toggle()
    await at.until(lambda: panel.replay.is_past, "the past is shown")
    await asyncio.sleep(_SETTLE_S)
    raised_at = console.stores.alarms.of_asset(cabinet.id)[0].raised_at
    if raised_at is not None:
        panel.replay.past.seek((raised_at.timestamp() - _SETTLE_S) * 1000)
    await asyncio.sleep(2 * _SETTLE_S)
    at.shoot("replay-dark-fr")
    panel.replay.toggle()
    panel.opened.set_look(apply_preset(panel.opened.look, Preset.LIGHTING_NIGHT, console.stores.catalogue.classes))
    if console.desk is not None:
        console.desk.open_panel("layers")
    panel.city_map.zoom_to_all(animate=False)
    await asyncio.sleep(2 * _SETTLE_S)
    at.shoot("lighting-dark-fr")
    panel.opened.set_look(apply_preset(panel.opened.look, Preset.EVERYTHING, console.stores.catalogue.classes))


async def _shoot_the_footage(at: Photographer, cabinet: Asset) -> None:
    """The alarm's moment on the cameras near it, and a period that could be taken out."""
    console = at.console
    hosted = console.panel("alarms")
    if hosted is None or not isinstance(hosted.panel, AlarmsPanel):
        return
    hosted.panel.list.select(console.stores.alarms.of_asset(cabinet.id)[0].id)
    hosted.panel.past_button.click()
    opened = console.panel("footage")
    if opened is None or not isinstance(opened.panel, FootagePanel):
        return
    panel = opened.panel
    await at.until(lambda: bool(panel.cameras), "cameras had that moment", 60)
    await at.until(panel.purpose.isVisible, "the reason is asked", 60)
    panel.purpose.reason.setText(_REASON)
    QTest.keyClick(panel.purpose.reason, Qt.Key.Key_Return)
    await at.until(lambda: panel.stage.time_of(0) is not None, "a picture of then", 60)
    at_ms = panel.transport.at * 1000
    panel.timeline.show_view(at_ms - 240_000, at_ms + 120_000)
    panel.timeline.show_selection(Period(at_ms - 20_000, at_ms + 15_000))
    await asyncio.sleep(3 * _SETTLE_S)
    at.shoot("footage-dark-fr")
    if console.desk is not None:
        console.desk.open_panel("cameras")  # what stands behind another tab is not decoded


def _widen_the_wall(console: ConsoleApplication) -> None:
    """Sixteen pictures, as a wall of its own shows them."""
    hosted = console.panel("cameras")
    if hosted is not None and isinstance(hosted.panel, CamerasPanel):
        hosted.panel.take_state({"size": 16})


def _cabinet_near_a_live_camera(console: ConsoleApplication) -> Asset:
    stores = console.stores
    hosted = console.panel("cameras")
    panel = None if hosted is None else hosted.panel
    shown: Sequence[int | None] = panel.wall.cameras if isinstance(panel, CamerasPanel) else ()
    camera = next(item for item in map(stores.assets.get, filter(None, shown)) if item is not None)
    cabinets = [asset for asset in stores.assets.all() if asset.class_ == "lighting_cabinet"]
    return min(cabinets, key=lambda item: (item.lon - camera.lon) ** 2 + (item.lat - camera.lat) ** 2)


def _enter_on_the_alarm(console: ConsoleApplication, cabinet: Asset) -> None:
    hosted = console.panel("alarms")
    if hosted is not None and isinstance(hosted.panel, AlarmsPanel):
        hosted.panel.list.select(console.stores.alarms.of_asset(cabinet.id)[0].id)
        QTest.keyClick(hosted.panel.list.table, Qt.Key.Key_Return)
