"""A technician brings a sensor and a panel of his own, beside packages that fail: the city hears his gauge."""

import asyncio
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.publish
import pytest
from PySide6.QtWidgets import QApplication, QLabel, QTableWidgetItem

from backend.devkit.free_port import free_port
from backend_client.session import Session
from console.panels.administration.bindings_page import BindingsPage
from console.panels.administration.panel import AdministrationPanel
from console.panels.asset_file.panel import AssetFilePanel
from contract.administration import SystemHealth
from contract.api import AssetDetail
from contract.points import Quality
from tests.backend.packages_of_others import install
from tests.eventually import eventually
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import Stage
from tools.new_device import main as new_package

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

_ADDRESS = "RG-0042"
_SAID = {"sn": _ADDRESS, "lvl_mm": 1234, "bat_mv": 3550}
_DEVICES = 3


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gauge and a panel as the tools write them, and two packages that fail, installed beside Beffroi."""
    site = tmp_path / "site"
    words = ["river_gauge", "--title", "River gauge", "--topic", "rivers/{address}/up", "--sample", json.dumps(_SAID)]
    assert new_package([*words, "--out", str(tmp_path / "made")]) == 0
    assert new_package(["tide_panel", "--title", "Tides", "--out", str(tmp_path / "made")], kind="panel") == 0
    for name in ("river_gauge", "tide_panel"):
        made = tmp_path / "made" / name
        announced = tomllib.loads((made / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
        install(site, name, {}, announced)
        shutil.copytree(made / name, site / name, dirs_exist_ok=True)
    install(site, "torn_gauge", {"manifest.toml": "name ="}, {"beffroi.integrations": {"torn_gauge": "torn_gauge"}})
    install(site, "torn_panel", {"panel.py": "1 / 0"}, {"beffroi.panels": {"torn_panel": "torn_panel.panel:SPEC"}})
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
    return site


@pytest.fixture
def extended_stage(tmp_path: Path, packages: Path) -> Iterator[Stage]:
    """The demo city, with those packages."""
    made = Stage(tmp_path / "stage", packages)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    """The port of a Mosquitto of Debian."""
    port = free_port()
    settings = tmp_path / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    mosquitto = shutil.which("mosquitto", path="/usr/sbin:/usr/bin")
    assert mosquitto, "mosquitto is missing: make test installs it"
    with subprocess.Popen([mosquitto, "-c", str(settings)], stderr=subprocess.DEVNULL) as process:
        yield port
        process.terminate()


def test_a_sensor_and_a_panel_of_ones_own_work_beside_packages_that_fail(
    extended_stage: Stage, broker: int, qapp: QApplication, tmp_path: Path
) -> None:
    stage = extended_stage

    async def story() -> None:
        await stage.is_alive()
        session = await stage.session("administrator")
        try:
            async with seated(stage, qapp, tmp_path, "administrator") as seat:
                _shows_the_panel(seat)
                assert "torn_gauge" in str(await session.get("/system-health", SystemHealth))
                gauge = await _draws_the_gauge(seat)
                panel = _administration(seat)
                await _connects(panel, broker)
                await _binds(panel, broker)
                await _say(broker)
                await _is_heard(session, gauge)
                await _floods(seat, broker)
        finally:
            await session.close()
            await asyncio.get_running_loop().shutdown_default_executor()

    play(qapp, story, 280)


def _shows_the_panel(seat: Seat) -> None:
    desk = seat.console.desk
    assert desk is not None
    assert desk.open_panel("torn_panel") is None
    hosted = desk.open_panel("tide_panel")
    assert hosted is not None
    shown = " ".join(label.text() for label in hosted.panel.widget.findChildren(QLabel))
    assert "Assets: " in shown, "the panel of others sees the city"


async def _draws_the_gauge(seat: Seat) -> int:
    desk, stores = seat.console.desk, seat.console.stores
    assert desk is not None
    hosted = desk.open_panel("asset_file")
    assert hosted is not None
    panel = hosted.panel
    assert isinstance(panel, AssetFilePanel)
    lamp = next(one for one in stores.assets.all() if one.class_ == "streetlight" and one.commune == "21231")
    seat.map.guide.acts.create_here(lamp.lon + 0.0003, lamp.lat)
    panel.form.kind.setCurrentIndex(panel.form.kind.findData("river_gauge"))
    panel.form.code.setText(_ADDRESS)
    panel.form.save()
    await eventually(lambda: bool(stores.assets.search("", "river_gauge")[1]), "the gauge is in the register", 20)
    return stores.assets.search("", "river_gauge")[0][0].id


def _administration(seat: Seat) -> AdministrationPanel:
    assert seat.console.desk is not None
    hosted = seat.console.desk.open_panel("administration")
    assert hosted is not None
    assert isinstance(hosted.panel, AdministrationPanel)
    hosted.panel.tabs.setCurrentIndex(_DEVICES)
    return hosted.panel


async def _connects(panel: AdministrationPanel, broker: int) -> None:
    page = panel.devices
    await eventually(lambda: page.integration.findData("river_gauge") >= 0, "the gauge's integration is offered", 30)
    assert page.integration.findData("torn_gauge") < 0
    page.new.click()
    page.id.setText("rivers")
    page.integration.setCurrentIndex(page.integration.findData("river_gauge"))
    page.url.setText(f"mqtt://127.0.0.1:{broker}")
    page.test.click()
    await eventually(lambda: page.test.isEnabled() and bool(page.outcome.text()), "it was tried", 30)
    page.save()
    page.search.setText("rivers")
    await eventually(lambda: page.table.rowCount() == 1, "it is listed", 30)
    await eventually(lambda: _words(page.table.item(0, 1)).startswith("●"), "it is up", 30)
    page.table.setCurrentCell(0, 0)


async def _binds(panel: AdministrationPanel, broker: int) -> None:
    page = panel.bindings
    await _say(broker)
    panel.devices.open.click()
    await eventually(lambda: _row(page) >= 0, "who spoke is listed, without an asset", 60)
    page.table.selectRow(_row(page))
    assert page.address.text() == _ADDRESS
    page.asset.setText(_ADDRESS)
    page.save()
    await eventually(lambda: panel.notice.text.startswith("Bound"), "it is bound", 20)


async def _is_heard(session: Session, gauge: int) -> None:
    async def is_known() -> bool:
        point = (await session.get(f"/assets/{gauge}", AssetDetail)).points["lvl_mm"]
        return point.quality is Quality.GOOD and point.value == 1234

    await eventually(is_known, "the level is known, without a restart", 60)


async def _floods(seat: Seat, broker: int) -> None:
    await _say(broker, lvl_mm=9000)
    await eventually(lambda: any("lvl_mm" in what for what, _ in seat.listed()), "its alarm stands in the list", 30)


async def _say(broker: int, **more: int) -> None:
    words = json.dumps({**_SAID, **more})
    await asyncio.to_thread(paho.mqtt.publish.single, f"rivers/{_ADDRESS}/up", words, port=broker)


def _words(item: QTableWidgetItem | None) -> str:
    return "" if item is None else item.text()


def _row(page: BindingsPage) -> int:
    rows = range(page.table.rowCount())
    return next((row for row in rows if _words(page.table.item(row, 3)) == _ADDRESS), -1)
