"""A city in which there is nothing yet: every panel says so, and what to do."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any, Final, cast

import msgspec
import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from console.kit.panel_registry import load_panels
from console.kit.ports import Client
from console.kit.task_bag import TaskBag
from console.kit.translations import LANGUAGES, Translations
from console.store.link import LinkStage
from console.store.stores import Stores
from tests.console.conftest import Bench
from tools.screenshots import sample_city
from tools.screenshots.sample_client import SampleClient
from tools.screenshots.studio import panel_size
from widgets.video_tile import VideoTile

_TURNS: Final = 20
_A_SENTENCE: Final = 4  # words: fewer name something, and do not say what to do
SHOWS_ITSELF: Final = {
    "map": "the ground and its tools: there is always a place",
    "area": "a board of counts, and nought is one",
}
"""Panels that need no words when there is nothing, and why."""


class BareClient:
    """Answers as a backend does on its first day: the same shapes with nothing in them."""

    def __init__(self, full: SampleClient) -> None:
        self._full = full

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._full, name)
        if not callable(asked):
            return asked

        async def answered(*args: object, **named: object) -> object:
            return _emptied(await cast("Callable[..., Awaitable[object]]", asked)(*args, **named))

        return answered


def _emptied(answer: object) -> object:
    if isinstance(answer, tuple):
        return ()
    if isinstance(answer, list):
        return []
    if isinstance(answer, msgspec.Struct):
        fields = {name: getattr(answer, name) for name in answer.__struct_fields__}
        bare = {
            name: () if isinstance(value, tuple) else 0 if name == "total" else value for name, value in fields.items()
        }
        return msgspec.structs.replace(answer, **bare)
    return answer


def said_in(root: QWidget) -> Iterator[str]:
    """Every word that stands in a panel."""
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel | QLineEdit):
            yield widget.text()
        elif isinstance(widget, VideoTile):
            yield widget.accessibleName()  # it paints these words
        elif isinstance(widget, QTextEdit | QPlainTextEdit):
            yield widget.toPlainText() or widget.placeholderText()


@pytest.mark.parametrize("panel_id", sorted(set(load_panels()) - set(SHOWS_ITSELF)))
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_panel_with_nothing_in_it_says_what_to_do(
    bench: Bench, qtbot: QtBot, panel_id: str, language: str
) -> None:
    stores = Stores(lambda: sample_city.NOW, time.monotonic)
    stores.link.take_stage(LinkStage.LIVE, "")
    stores.flush()
    tasks = TaskBag("empty")
    client = cast("Client", BareClient(bench.client))
    context = replace(bench.context, stores=stores, client=client, texts=Translations(language), tasks=tasks)
    panel = load_panels()[panel_id].factory(context)
    width, height = panel_size(panel_id)
    async with bench.shown(panel, width, height):
        for _ in range(_TURNS):
            await asyncio.sleep(0.01)
            QApplication.processEvents()
            stores.flush()
        sentences = [text for text in said_in(panel.widget) if len(text.split()) >= _A_SENTENCE]
    assert sentences
    await tasks.close()
    await stores.leave()
