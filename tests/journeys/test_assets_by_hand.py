"""Assets by hand: a lamp is moved on the map, a new one is drawn in and photographed, found, undone; over a kill."""

import asyncio
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from backend_client.session import Session
from console.panels.asset_file.panel import AssetFilePanel
from console.panels.stock_take.panel import StockTakePanel
from contract.api import AssetDetail, JournalPage
from contract.asset_documents import AssetDocumentList
from contract.assets import Asset
from contract.stock_take import LABEL_PREFIX, StockMark
from tests.eventually import eventually
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import Stage, register
from widgets.city_map import MapTool

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


def test_a_lamp_is_moved_a_new_one_is_made_and_all_of_it_survives(
    stage: Stage, qapp: QApplication, tmp_path: Path
) -> None:
    async def story() -> None:
        session = await stage.session("administrator")
        try:
            async with seated(stage, qapp, tmp_path, "administrator") as seat:
                made = await _tell(seat, session, tmp_path)
            stage.kill()
            stage.start()
            again = await stage.session("administrator")
            try:
                detail = await again.get(f"/assets/{made}", AssetDetail)
                assert detail.asset.name == "Lampe du square"
                documents = (await again.get(f"/assets/{made}/documents", AssetDocumentList)).items
                assert [one.name for one in documents] == ["square.jpg"]
            finally:
                await again.close()
        finally:
            await session.close()
            await asyncio.get_running_loop().shutdown_default_executor()

    play(qapp, story, 220)


async def _tell(seat: Seat, session: Session, folder: Path) -> int:
    desk, stores = seat.console.desk, seat.console.stores
    assert desk is not None
    lamp = next(asset for asset in await register(session) if asset.class_ == "streetlight")
    await eventually(lambda: stores.assets.get(lamp.id) is not None, "the lamp is at the console", 30)
    stores.selection.go_to(lamp.id)
    hosted = desk.open_panel("asset_file")
    assert hosted is not None
    panel = hosted.panel
    assert isinstance(panel, AssetFilePanel)
    city_map = seat.map.city_map
    stores.maps.activate(seat.map.opened)

    # Escape leaves the lamp where it is; a click moves it, and Ctrl+Z takes it back.
    panel.move()
    await eventually(lambda: city_map.tools.kind is MapTool.PLACE, "the map asks for the place")
    seat.press(city_map, Qt.Key.Key_Escape)
    await eventually(lambda: lamp.code in panel.notice.text, "it is told that nothing moved")
    assert (await _now(session, lamp.id)).version == lamp.version
    panel.move()
    middle = city_map.rect().center()
    QTest.mouseClick(city_map, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 40))
    await eventually(lambda: _version(seat, lamp.id) > lamp.version, "the move came back by the stream", 15)
    moved = await _now(session, lamp.id)
    assert (moved.lon, moved.lat) != (lamp.lon, lamp.lat)
    panel.undo_last()
    await eventually(lambda: _held(seat, lamp.id).lon == lamp.lon, "the move is taken back", 15)

    # A new lamp where the map is pointed at, with a photo.
    seat.map.guide.acts.create_here(lamp.lon + 0.0003, lamp.lat)
    panel.form.kind.setCurrentIndex(panel.form.kind.findData("streetlight"))
    panel.form.form.set_text("name", "Lampe du square")
    seat.picture(folder / "pictures", "a new lamp")
    panel.form.save()
    await eventually(lambda: stores.selection.asset_id not in {None, lamp.id}, "the new lamp is selected", 15)
    made = stores.selection.asset_id
    assert made is not None
    await eventually(lambda: stores.assets.get(made) is not None, "the stream brought it", 15)
    assert _held(seat, made).commune == lamp.commune
    photo = folder / "square.jpg"
    photo.write_bytes(cv2.imencode(".jpg", np.full((900, 1200, 3), 120, np.uint8))[1].tobytes())
    panel.tabs.setCurrentIndex(2)
    await eventually(lambda: panel.documents.empty.isVisible() and not panel.documents.is_asking, "no photo yet", 10)
    panel.documents.add_files([photo])
    await eventually(lambda: panel.documents.list.count() == 1, "the photo is there", 30)

    # Looked for on the ground: the label of the new lamp is scanned.
    stores.contents.choose([made, lamp.id], "map")
    takes = desk.open_panel("stock_take")
    assert takes is not None
    stock = takes.panel
    assert isinstance(stock, StockTakePanel)
    stock.new_button.click()
    stock.opening.name.setText("Square")
    stock.opening.confirm.click()
    await eventually(lambda: stock.take is not None and stock.take.asset_count == 2, "the stock-take is open", 15)
    stock.code.setText(f"{LABEL_PREFIX}streetlight:{_held(seat, made).code}")
    seat.press(stock.code, Qt.Key.Key_Return)
    await eventually(lambda: stock.take is not None and stock.take.found_count == 1, "it is found", 15)
    stock.sight.setCurrentIndex(stock.sight.findData(StockMark.UNKNOWN.value))
    await eventually(lambda: stock.table.rowCount() == 1, "one is left to look for", 10)
    seat.picture(folder / "pictures", "a stock-take")

    journal = await session.get("/journal", JournalPage, {"kinds": "asset,document,stock_take", "limit": 50})
    acts = [(entry.kind.value, entry.payload.get("act") or entry.payload.get("edit_kind")) for entry in journal.items]
    for act in (("asset", "moved"), ("asset", "undo"), ("asset", "created"), ("document", "added")):
        assert act in acts
    assert {("stock_take", "opened"), ("stock_take", "marked")} <= set(acts)
    return made


def _version(seat: Seat, asset_id: int) -> int:
    """0 while a register that came anew is not there yet."""
    asset = seat.console.stores.assets.get(asset_id)
    return 0 if asset is None else asset.version


def _held(seat: Seat, asset_id: int) -> Asset:
    asset = seat.console.stores.assets.get(asset_id)
    assert asset is not None
    return asset


async def _now(session: Session, asset_id: int) -> Asset:
    return (await session.get(f"/assets/{asset_id}", AssetDetail)).asset
