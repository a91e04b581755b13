"""The broker's password for field devices: made on the page, shown once, and nobody is put out by one press."""

from collections.abc import AsyncIterator

import pytest

from console.panels.administration.panel import AdministrationPanel
from tests.console.conftest import Bench

DEVICES = 3


@pytest.fixture
async def panel(bench: Bench) -> AsyncIterator[AdministrationPanel]:
    async with bench.shown(AdministrationPanel(bench.context), 1180, 760) as made:
        made.tabs.setCurrentIndex(DEVICES)
        await bench.work_done()
        made.devices.broker.click()
        await bench.work_done()
        yield made


async def test_the_first_password_is_made_at_once_and_shown_once(bench: Bench, panel: AdministrationPanel) -> None:
    page = panel.broker
    assert page.widget.isVisible()
    assert "mqtt://127.0.0.1:41883" in page.where.text()
    assert "No field device may enter" in page.who.text()
    assert not page.renew.isEnabled()
    page.user.setText("chirpstack")
    page.renew.click()
    await bench.work_done()
    assert page.secret.isVisible()
    assert len(page.secret.text()) == 32
    assert page.who.text() == "Field devices enter as chirpstack."
    page.leave.click()
    await bench.work_done()
    assert panel.devices.widget.isVisible()
    panel.devices.broker.click()
    await bench.work_done()
    assert not page.secret.isVisible()
    assert page.secret.text() == ""


async def test_whoever_is_in_is_put_out_only_when_sure(bench: Bench, panel: AdministrationPanel) -> None:
    page = panel.broker
    page.user.setText("chirpstack")
    page.renew.click()
    await bench.work_done()
    page.secret.clear()
    page.renew.click()
    await bench.work_done()
    assert "is put out" in panel.notice.text
    assert page.secret.text() == ""
    page.renew.click()
    await bench.work_done()
    assert page.secret.text() != ""
