"""An administrator's day at a real console: a liaison sees its part, a machine gets a key, the city is backed up."""

import asyncio
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from PySide6.QtWidgets import QApplication, QTableWidget

from console.panels.administration.panel import AdministrationPanel
from tests.eventually import eventually
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import Stage

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

_MAIN = Path(__file__).parents[2] / "main.py"
_PASSPHRASE = "a belfry above the roofs"
_ACCOUNTS, _ROLES, _KEYS, _DEVICES, _HEALTH, _BACKUPS = range(6)


def test_an_administrators_day(stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    backup = tmp_path / "city.beffroi-backup"

    async def story() -> None:
        await stage.is_alive()
        async with seated(stage, qapp, tmp_path, "administrator") as seat:
            panel = _open(seat)
            await _an_account_with_part_of_the_city(panel)
            await _a_key_for_a_machine(panel, stage)
            await _a_gateway_is_paused_and_goes_on(panel)
            await _the_system_is_well(panel)
            await _the_city_is_backed_up(panel, stage, backup)

    play(qapp, story, 280)
    _restored(backup, tmp_path / "restored")


def _open(seat: Seat) -> AdministrationPanel:
    desk = seat.console.desk
    assert desk is not None
    desk.open_panel("administration")
    hosted = seat.console.panel("administration")
    assert hosted is not None
    assert isinstance(hosted.panel, AdministrationPanel)
    return hosted.panel


def _words(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    return "" if item is None else item.text()


async def _an_account_with_part_of_the_city(panel: AdministrationPanel) -> None:
    page = panel.accounts
    await eventually(lambda: page.table.rowCount() >= 7, "the accounts are listed")
    page.new.click()
    page.name.setText("snow1")
    page.display_name.setText("Équipe neige")
    page.password.setText("snow-password-1")
    page.rights.table.show_rows([("", ("View", "granted", "21231", "", "", ""))])
    page.rights.preview.click()
    await eventually(page.rights.tabs.isVisible, "what the rights come to is shown")
    communes = page.rights.seen["communes"]
    seen = {_words(communes, row, 0): _words(communes, row, 2) for row in range(communes.rowCount())}
    assert list(seen.values()).count("—") == len(seen) - 1
    page.save()
    table = page.table
    await eventually(
        lambda: "snow1" in {_words(table, row, 0) for row in range(table.rowCount())}, "the account is there"
    )


async def _a_key_for_a_machine(panel: AdministrationPanel, stage: Stage) -> None:
    panel.tabs.setCurrentIndex(_KEYS)
    page = panel.keys
    page.name.setText("Open data export")
    page.rights.add.click()
    page.make.click()
    await eventually(lambda: page.secret.text().startswith("bfk_"), "the key is shown once")
    headers = {"Authorization": f"Bearer {page.secret.text()}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        async with http.get(f"{stage.url}/api/v1/assets") as response:
            assert response.status == 200
        async with http.get(f"{stage.url}/api/v1/users") as response:
            assert response.status == 403
        await eventually(lambda: page.table.rowCount() == 1, "it is listed")
        page.table.setCurrentCell(0, 0)
        page.revoke.click()
        page.revoke.click()
        await eventually(lambda: not page.revoke.isEnabled(), "it is revoked")
        async with http.get(f"{stage.url}/api/v1/assets") as response:
            assert response.status == 401


async def _a_gateway_is_paused_and_goes_on(panel: AdministrationPanel) -> None:
    panel.tabs.setCurrentIndex(_DEVICES)
    page = panel.devices
    await eventually(lambda: page.table.rowCount() > 3, "the devices are listed")
    page.search.setText("talq")
    await eventually(lambda: _words(page.table, 0, 1).startswith("●"), "the first gateway is up", 60)
    await eventually(lambda: "TALQ" in _words(page.table, 0, 2), "only gateways are listed")
    page.table.setCurrentCell(0, 0)
    page.pause.click()
    page.pause.click()
    await eventually(lambda: "paused" in _words(page.table, 0, 1), "it is paused")
    page.pause.click()
    await eventually(lambda: _words(page.table, 0, 1).startswith("●"), "it is up again", 60)


async def _the_system_is_well(panel: AdministrationPanel) -> None:
    panel.tabs.setCurrentIndex(_HEALTH)
    await eventually(lambda: panel.health.table.rowCount() > 15, "health is told")


async def _the_city_is_backed_up(panel: AdministrationPanel, stage: Stage, backup: Path) -> None:
    panel.tabs.setCurrentIndex(_BACKUPS)
    page = panel.backups
    page.passphrase.setText(_PASSPHRASE)
    page.again.setText(_PASSPHRASE)
    page.make.click()
    await eventually(lambda: page.table.rowCount() == 1 and page.make.isEnabled(), "the backup is made", 60)
    made = next((stage.base_maps.parent / "backups").glob("*.beffroi-backup"))
    await asyncio.to_thread(lambda: backup.write_bytes(made.read_bytes()))


def _restored(backup: Path, data: Path) -> None:
    command = [sys.executable, str(_MAIN), "restore", str(backup), "--data", str(data), "--passphrase-stdin"]
    done = subprocess.run(command, input=_PASSPHRASE + "\n", text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    users = subprocess.run(
        [sys.executable, str(_MAIN), "user", "list", "--data", str(data)], text=True, capture_output=True, check=True
    )
    assert "snow1" in users.stdout
