"""An operator's seat: a real console, its keys and what stands on its screen."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from console.panels.alarms.panel import AlarmsPanel
from console.panels.approvals.panel import ApprovalsPanel
from console.panels.cameras.panel import CamerasPanel
from console.panels.card.panel import CardPanel
from console.panels.evidence.panel import EvidencePanel
from console.panels.footage.panel import FootagePanel
from console.panels.handover.panel import HandoverPanel
from console.panels.layers.panel import LayersPanel
from console.panels.map.panel import MapPanel
from console.panels.selection.panel import SelectionPanel
from console.shell.application import ConsoleApplication
from console.shell.live_pictures import LivePictures
from console.shell.options import ConsoleOptions
from console.shell.screen_window import ScreenWindow
from tests.eventually import eventually
from tests.journeys.stage import PASSWORD, Stage
from widgets.card_lines import ClaimLine

P = TypeVar("P")


class Seat:
    """What an operator sees and does at one console."""

    def __init__(self, console: ConsoleApplication) -> None:
        self.console = console

    @property
    def alarms(self) -> AlarmsPanel:
        """The alarm panel."""
        return self._panel("alarms", AlarmsPanel)

    @property
    def card(self) -> CardPanel:
        """The equipment card."""
        return self._panel("card", CardPanel)

    @property
    def cameras(self) -> CamerasPanel:
        """The camera wall."""
        return self._panel("cameras", CamerasPanel)

    @property
    def map(self) -> MapPanel:
        """The map."""
        return self._panel("map", MapPanel)

    @property
    def footage(self) -> FootagePanel:
        """Playback."""
        return self._panel("footage", FootagePanel)

    @property
    def evidence(self) -> EvidencePanel:
        """Evidence packages."""
        return self._panel("evidence", EvidencePanel)

    @property
    def approvals(self) -> ApprovalsPanel:
        """What waits for a second person."""
        return self._panel("approvals", ApprovalsPanel)

    @property
    def handover(self) -> HandoverPanel:
        """The handover of the shift."""
        return self._panel("handover", HandoverPanel)

    @property
    def layers(self) -> LayersPanel:
        """What maps show."""
        return self._panel("layers", LayersPanel)

    @property
    def selection(self) -> SelectionPanel:
        """The map in words, and what was chosen on it."""
        return self._panel("selection", SelectionPanel)

    @property
    def screen(self) -> ScreenWindow:
        """The window at which the operator sits."""
        assert self.console.desk is not None
        return self.console.desk.screens[0]

    @property
    def said(self) -> str:
        """What the line under the alarm bar says."""
        return self.screen.notice.text

    @property
    def headline(self) -> str:
        """What the alarm bar says first."""
        assert self.console.desk is not None
        return self.console.desk.screens[0].alarm_bar.headline_text

    @property
    def veil(self) -> str:
        """What covers the panels; empty while they may be believed."""
        hosted = self.console.panel("map")
        assert hosted is not None
        return hosted.veil_text

    def listed(self) -> list[tuple[str, str]]:
        """(what, where) of every alarm in the list."""
        return [(row.what, row.where) for row in self.alarms.list.model.rows]

    def claims(self, property_: str) -> list[ClaimLine]:
        """The stack of claims that the card shows, winner first."""
        asset = self.card.presenter.asset(self.console.stores.selection.asset_id)
        assert asset is not None
        now = self.console.stores.link.server_now()
        return list(self.card.presenter.claim_lines(asset, property_, now))

    def press(
        self, widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """A key, as from the keyboard."""
        QTest.keyClick(widget, key, modifiers)

    def choose(self, key: str) -> None:
        """What stands in the menus under the words of this key."""
        words = self.console.texts(key)
        menus = [entry.menu() for entry in self.screen.menuBar().actions()]
        actions = [action for menu in menus if isinstance(menu, QMenu) for action in menu.actions()]
        next(action for action in actions if action.text() == words).trigger()

    async def start_afresh(self) -> None:
        """The workspace as it came: what an earlier story left open or moved is forgotten."""
        before = self.console.desk
        self.choose("menu.restore_workspace")
        await eventually(lambda: self.console.desk not in {None, before}, "the workspace is as it came")

    def another_map(self, panel_id: str) -> MapPanel:
        """A map that was opened beside the first."""
        return self._panel(panel_id, MapPanel)

    def picture(self, folder: Path, name: str) -> None:
        """What stands on the screen, kept for those who want to look at it."""
        folder.mkdir(parents=True, exist_ok=True)
        assert self.screen.grab().save(str(folder / f"{name}.png"))

    def _panel(self, name: str, kind: type[P]) -> P:
        hosted = self.console.panel(name)
        assert hosted is not None, f"the {name} panel is not open"
        assert isinstance(hosted.panel, kind)
        return hosted.panel


@asynccontextmanager
async def seated(
    stage: Stage,
    qt: QApplication,
    folder: Path,
    user: str,
    *,
    with_video: bool = False,
    language: str = "en",
    theme: str = "dark",
) -> AsyncGenerator[Seat]:
    """A console at which `user` has logged in, with the whole city on its map."""
    pictures = LivePictures(workers=1) if with_video else None
    if pictures is not None:
        await pictures.start()
    options = ConsoleOptions(
        server_url=stage.url,
        config_folder=folder / f"console of {user}",
        language=language,
        theme=theme,
        keeps_login=False,
        screen_count=1,
        workspace="operator",
    )
    console = ConsoleApplication(options, qt, pictures=pictures)
    try:
        await console.start()
        assert await console.log_in(user, PASSWORD)
        await eventually(lambda: console.stores.assets.count > 3000, "the city is on the console", 60)
        await eventually(lambda: console.stores.link.is_live, "the link is live", 60)
        yield Seat(console)
    finally:
        await console.close()
        if pictures is not None:
            await pictures.aclose()


def play(qt: QApplication, story: Callable[[], Awaitable[None]], within_s: float) -> None:
    """Run a story on Qt's loop, as the console does."""
    qt.setStyle("Fusion")
    qt.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(qt)
    asyncio.set_event_loop(loop)
    try:
        with loop:
            loop.run_until_complete(asyncio.wait_for(story(), within_s))
    finally:
        asyncio.set_event_loop(None)
