"""A bay fills and empties on the ground: it is seen at once, a stay that is too long is told, a stranger is listed."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from console.panels.parking.panel import ParkingPanel
from contract.stream import Visual
from tests.eventually import eventually
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import Stage
from widgets.parking_lines import BayCell, BayLook

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]


def _panel(seat: Seat) -> ParkingPanel:
    assert seat.console.desk is not None
    hosted = seat.console.desk.open_panel("parking")
    assert hosted is not None
    assert isinstance(hosted.panel, ParkingPanel)
    return hosted.panel


def _cell(panel: ParkingPanel, bay: int) -> BayCell:
    return next(cell for cell in panel.board.cells if cell.asset_id == bay)


def _active(seat: Seat, asset_id: int) -> set[str]:
    return {alarm.kind for alarm in seat.console.stores.alarms.of_asset(asset_id) if alarm.is_active}


def test_a_bay_fills_stays_too_long_and_empties(stage: Stage, qapp: QApplication, tmp_path: Path) -> None:
    async def story() -> None:
        await stage.is_alive()
        async with seated(stage, qapp, tmp_path, "supervisor") as seat:
            stores, panel = seat.console.stores, _panel(seat)

            # One car park of the tenth of a city is measured; the other is unknown, not empty.
            await eventually(lambda: any(line.is_known for line in panel.table.lines), "bays were heard", 150)
            measured = next(line for line in panel.table.lines if line.is_known)
            assert [line.free for line in panel.table.lines if not line.is_known] == [
                seat.console.texts("parking.not_known")
            ]
            panel.table.setFocus()
            panel.table.asset_selected.emit(measured.asset_id)
            await eventually(lambda: bool(panel.board.cells), "its bays are shown")
            assert stores.selection.asset_id == measured.asset_id
            dead = next(cell for cell in panel.board.cells if cell.label == "17")
            assert dead.look is BayLook.UNKNOWN, "its battery is flat: nobody knows"

            # A vehicle comes to a bay which nobody else takes or leaves meanwhile.
            bay = next(cell for cell in panel.board.cells if cell.asset_id != dead.asset_id)
            asset = stores.assets.get(bay.asset_id)
            assert asset is not None
            await stage.pull(f"/bays/{asset.code}/free")
            await eventually(lambda: _cell(panel, bay.asset_id).look is BayLook.FREE, "nobody stands there")
            await stage.pull(f"/bays/{asset.code}/occupy")
            await eventually(lambda: _cell(panel, bay.asset_id).look is BayLook.TAKEN, "the bay is taken")
            await eventually(lambda: stores.states.visual_of(asset.id) is Visual.NORMAL, "as on the map")
            panel.board.bay_selected.emit(asset.id)
            assert seat.card.title.text() == (asset.name or asset.code)
            assert seat.map.city_map.selected == asset.id

            # One minute is allowed here: then it is told, in the list of alarms too, without a sound to acknowledge.
            panel.rule.limited.setChecked(True)
            panel.rule.most.setValue(1)
            panel.rule.apply.click()
            await eventually(lambda: _cell(panel, bay.asset_id).look is BayLook.OVER, "it stays too long", 90)
            park = measured.asset_id
            await eventually(lambda: "over_stay" in _active(seat, park), "the car park's alarm stands", 15)
            seat.picture(tmp_path / "pictures", "parking")

            # It leaves: the bay is free. Without its rule nobody stays too long any more.
            await stage.pull(f"/bays/{asset.code}/free")
            await eventually(lambda: _cell(panel, bay.asset_id).look is BayLook.FREE, "the bay is free")
            panel.rule.limited.setChecked(False)
            panel.rule.apply.click()
            await eventually(lambda: "over_stay" not in _active(seat, park), "no alarm is active", 15)

            # Somebody installed a sensor that is in no register.
            panel.tabs.setCurrentIndex(1)
            seat.press(panel.strangers.table, Qt.Key.Key_F5)
            await eventually(lambda: panel.strangers.table.rowCount() == 1, "the new sensor is listed", 30)

    play(qapp, story, 400)
