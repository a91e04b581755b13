"""A dead sensor is replaced: the new one is seen, an administrator binds it to the bay, and the bay is known again."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from console.panels.administration.bindings_page import BindingsPage
from console.panels.administration.panel import AdministrationPanel
from contract.api import AssetDetail
from contract.points import Quality
from tests.eventually import eventually
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import Stage

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]

_DEVICES, _DEAD_BAY = 3, 17


def _open(seat: Seat) -> AdministrationPanel:
    desk = seat.console.desk
    assert desk is not None
    hosted = desk.open_panel("administration")
    assert hosted is not None
    assert isinstance(hosted.panel, AdministrationPanel)
    return hosted.panel


def _row(page: BindingsPage, words: str, column: int) -> int:
    for row in range(page.table.rowCount()):
        item = page.table.item(row, column)
        if item is not None and words in item.text():
            return row
    return -1


def test_a_new_sensor_takes_the_place_of_a_dead_one(stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    async def story() -> None:
        await stage.is_alive()
        session = await stage.session("supervisor")
        async with seated(stage, qapp, tmp_path, "administrator") as seat:
            bays, _ = seat.console.stores.assets.search("", "parking_bay")
            dead = next(bay for bay in bays if bay.number == _DEAD_BAY)

            async def quality() -> Quality:
                return (await session.get(f"/assets/{dead.id}", AssetDetail)).points["occupied"].quality

            assert await quality() is not Quality.GOOD, "its battery is flat: nobody knows"

            # The network's connection lists who speaks and has no asset.
            panel = _open(seat)
            panel.tabs.setCurrentIndex(_DEVICES)
            devices, page = panel.devices, panel.bindings
            devices.search.setText("lorawan")
            await eventually(lambda: devices.table.rowCount() == 1, "the sensors' network is listed", 30)
            devices.table.setCurrentCell(0, 0)
            devices.open.click()
            await eventually(lambda: _row(page, "Capteur neuf", 4) == 0, "the new sensor stands first", 150)
            page.table.selectRow(0)
            address = page.address.text()

            # The bay has the dead sensor still: the administrator is asked once, then it is done.
            page.asset.setText(dead.code)
            page.reason.setText("battery flat, sensor replaced")
            page.save()
            await eventually(lambda: "Press again" in panel.notice.text, "it is asked once", 20)
            page.save()
            await eventually(lambda: panel.notice.text.startswith("Bound"), "it is bound", 20)
            seat.picture(tmp_path / "pictures", "binding")

            async def is_known() -> bool:
                return await quality() is Quality.GOOD

            await eventually(is_known, "the bay is known, without a restart", 150)
            page.search.setText(address)
            await eventually(lambda: _row(page, dead.code, 1) == 0, "the list says so", 20)
        await session.close()

    play(qapp, story, 400)
