"""A console without a backend: sample city, sample answers, a tick by hand."""

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication

from console.kit.panel_registry import load_panels
from console.kit.panel_spec import Panel
from console.kit.task_bag import TaskBag
from console.kit.ticker import Ticker
from console.kit.translations import Translations
from console.store.context import Context
from console.store.link import LinkStage
from console.store.stores import Stores
from contract.assets import Asset
from contract.stream import WatchedClaims, WatchedPoints
from tools.screenshots import sample_city
from tools.screenshots.sample_classes import classes
from tools.screenshots.sample_client import SampleClient
from tools.screenshots.sample_pictures import SamplePictures
from widgets.frame_clock import FrameClock, Ticking
from widgets.look import load_fonts, load_palette, style_sheet

ShownPanel = TypeVar("ShownPanel", bound=Panel)


@dataclass
class Bench:
    """A context, the sample behind it, and hands for the test."""

    context: Context
    stores: Stores
    client: SampleClient
    pictures: SamplePictures
    opened: list[str]

    def asset(self, code: str) -> Asset:
        """A sample asset by code."""
        return next(asset for asset in self.client.assets.values() if asset.code == code)

    def open(self, panel_id: str) -> Panel:
        """A panel with the bench's own tasks."""
        return load_panels()[panel_id].factory(self.context)

    @asynccontextmanager
    async def shown(self, panel: ShownPanel, width: int, height: int) -> AsyncGenerator[ShownPanel]:
        """The panel in a window of this size, with what it asked for; closed at the end."""
        panel.widget.resize(width, height)
        panel.widget.show()
        await self.work_done()
        yield panel
        panel.close()
        panel.widget.close()
        panel.widget.deleteLater()

    def watch(self, asset: Asset) -> None:
        """What the backend streams of a selected asset."""
        self.stores.watched.watch((asset.id,))
        self.stores.message(WatchedPoints(asset.id, self.client.points(asset)))
        self.stores.message(WatchedClaims(asset.id, self.client.claims(asset)))
        self.stores.flush()

    async def work_done(self) -> None:
        """Let every task of the panel end."""
        while self.context.tasks.running_count:
            await asyncio.sleep(0)


class LoopClock(FrameClock):
    """Ticks while asyncio runs, as in a console. Between the parts of a test pytest-qt turns Qt's loop without it.

    Whether a second passes just then, and a panel asks for something, is chance.
    """

    def subscribe(self, rate_hz: int, listener: Callable[[float], None]) -> Ticking:
        def hear(now: float) -> None:
            try:
                asyncio.get_running_loop()
            except RuntimeError:
                return
            listener(now)

        return super().subscribe(rate_hz, hear)


@pytest.fixture
async def bench(qapp: QApplication, request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """The sample city, live, English, dark."""
    assert qapp is not None
    frame_clock = LoopClock() if inspect.iscoroutinefunction(request.function) else FrameClock()
    stores = Stores(lambda: sample_city.NOW, lambda: 100.0)  # a slow machine is no silent backend
    client, pictures, opened = SampleClient(), SamplePictures(), list[str]()
    context: Context = Context(
        stores=stores,
        client=client,
        pictures=pictures,
        texts=Translations("en"),
        palette=load_palette("dark"),
        ticker=Ticker(frame_clock),
        clock=lambda: sample_city.NOW,
        tasks=TaskBag("bench"),
        announce=lambda _text: None,
        open_panel=opened.append,
    )
    stores.catalogue.take(classes(), sample_city.communes())
    for message in sample_city.messages():
        stores.message(message)
    stores.link.take_stage(LinkStage.LIVE, "")
    stores.flush()
    yield Bench(replace(context), stores, client, pictures, opened)
    await context.tasks.close()
    frame_clock.close()


@pytest.fixture
def zoomed(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[int]:
    """The percentage asked for by the test's parameter; text is that large until its end."""
    percent = int(request.param)
    load_fonts()
    before = qapp.styleSheet()
    qapp.setStyleSheet(style_sheet(load_palette("dark"), percent))
    yield percent
    qapp.setStyleSheet(before)
