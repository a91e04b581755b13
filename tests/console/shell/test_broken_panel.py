"""A panel that fails as it opens says so in its own place; the rest of the desk goes on."""

import logging
from dataclasses import replace

import pytest
from PySide6QtAds import CDockManager

from console.kit.panel_registry import load_panels
from console.kit.panel_spec import Panel
from console.shell.broken_panel import BrokenPanel
from console.shell.panel_host import HostedPanel
from console.store.context import Context
from tests.console.conftest import Bench


def _fails(context: Context) -> Panel:
    raise ZeroDivisionError("a bug of others")


async def test_a_panel_that_fails_says_so_in_its_place(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    spec = replace(load_panels()["journal"], factory=_fails)
    faults: list[tuple[str, str]] = []

    def failed(where: str, error: BaseException) -> None:
        faults.append((where, str(error)))

    manager = CDockManager()
    with caplog.at_level(logging.CRITICAL):
        hosted = HostedPanel("journal", spec, bench.context, manager, failed)
    assert isinstance(hosted.panel, BrokenPanel)
    assert "a bug of others" in hosted.panel.text
    assert faults == [("panel journal", "a bug of others")]
    assert hosted.kept == {}
    hosted.take_kept({"a": 1})
    hosted.panel.focus_first()
    hosted.close()
    await hosted.tasks.close()
    manager.deleteLater()
