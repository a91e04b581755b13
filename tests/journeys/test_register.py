"""The register as a daily instrument: find a street's lamps, group them, take them out of service together, undo it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from backend_client.session import Session
from console.panels.register.panel import RegisterPanel
from contract.api import AssetDetail, JournalPage
from contract.assets import Asset, AssetStatus
from contract.named_content import NamedContentList
from tests.eventually import eventually
from tests.journeys.seat import Seat, play, seated
from tests.journeys.stage import Stage, register
from widgets.filter_builder.line import LineEditor
from widgets.filter_values import FilterLine

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
REASON = "poles are exchanged"
NOBODY = "no asset is called that"


def test_lamps_of_a_street_are_taken_out_of_service_and_put_back(
    stage: Stage, qapp: QApplication, tmp_path: Path
) -> None:
    async def story() -> None:
        session = await stage.session("administrator")
        try:
            async with seated(stage, qapp, tmp_path, "administrator") as seat:
                await _tell(seat, session, tmp_path / "pictures")
        finally:
            await session.close()

    play(qapp, story, 200)


async def _tell(seat: Seat, session: Session, pictures: Path) -> None:
    desk = seat.console.desk
    assert desk is not None
    hosted = desk.open_panel("assets")
    assert hosted is not None
    panel = hosted.panel
    assert isinstance(panel, RegisterPanel)
    everything: list[Asset] = []

    async def is_all_listed() -> bool:
        everything[:] = [asset for asset in await register(session) if asset.line is None]
        return len(panel.presenter.found.passing) == len(everything)

    await eventually(is_all_listed, "the whole register is listed", 60)

    # The lamps of the street that has most of them; in the demo city no lamp is out of service.
    street = _street_with_most(everything)
    lamps = {each.id for each in everything if each.class_ == "streetlight" and each.street == street}
    panel.table.setFocus()
    seat.press(panel.table, Qt.Key.Key_F)
    for number, line in enumerate((FilterLine("class", "is", ("streetlight",)), FilterLine("street", "is", (street,)))):
        if number:
            panel.filtering.builder.root.begin_line()
        editor = panel.filtering.builder.root.editors[number]
        assert isinstance(editor, LineEditor)
        editor.show_line(line)
        editor.changed.emit()
    await eventually(lambda: set(panel.presenter.listed_ids().tolist()) == lamps, "the street's lamps are listed", 10)
    assert street in panel.filtering.summary.text()

    # Seen on the map, by the same key as always.
    panel.filtering.toggle_builder()
    panel.table.setFocus()
    panel.table.selectAll()
    seat.press(panel.table, Qt.Key.Key_M)
    await eventually(lambda: set(seat.map.city_map.chosen.ids.tolist()) == lamps, "they are chosen on the map")

    # Out of service together: looked at, made, in the journal, and told to every console by the stream.
    panel.table.setFocus()
    seat.press(panel.table, Qt.Key.Key_E)
    form = panel.editing.form
    form.editors[0].show_line(FilterLine("status", "set", (AssetStatus.OUT_OF_SERVICE.value,)))
    form.reason.setText(REASON)
    form.preview.click()
    await eventually(form.confirm.isVisible, "the preview is there", 15)
    seat.picture(pictures, "preview of a bulk edit")
    assert await _statuses(session, lamps) == {AssetStatus.IN_SERVICE}
    form.confirm.click()
    await eventually(lambda: bool(panel.notice.text), "the change is told", 15)
    assert await _statuses(session, lamps) == {AssetStatus.OUT_OF_SERVICE}
    await eventually(lambda: _stands(seat, lamps, AssetStatus.OUT_OF_SERVICE), "the console holds them so", 10)
    journal = await session.get("/journal", JournalPage, {"limit": 50})
    assert any(REASON in str(entry.payload) and entry.actor == "administrator" for entry in journal.items)

    # The list that is confined to what is in service loses them; the change is undone, and they come back.
    panel.filtering.clear.click()
    panel.presenter.ask(group="status")
    panel.filtering.show_view(panel.presenter.view)

    def is_grouped() -> bool:
        panel.refresh()
        return len(lamps) in {group.count for group in panel.presenter.found.groups}

    await eventually(is_grouped, "they are a group of their own", 10)
    panel.undo_button.click()
    await eventually(lambda: _stands(seat, lamps, AssetStatus.IN_SERVICE), "they are as before", 15)
    assert await _statuses(session, lamps) == {AssetStatus.IN_SERVICE}

    # The view is kept for the team, and nothing found says what to do.
    panel.filtering.name_form.given.emit("By status", True, "")
    await eventually(lambda: _is_kept(session, "By status"), "the view is kept", 10)
    panel.focus_first()
    QTest.keyClicks(panel.search, NOBODY)
    await eventually(panel.empty.isVisible, "nothing is called that")
    assert seat.console.texts("assets.empty") == panel.empty.text()
    seat.picture(pictures, "nothing found")


def _street_with_most(found: list[Asset]) -> str:
    counts: dict[str, int] = {}
    for asset in found:
        if asset.class_ == "streetlight" and asset.street:
            counts[asset.street] = counts.get(asset.street, 0) + 1
    return max(counts, key=counts.__getitem__)


async def _statuses(session: Session, ids: set[int]) -> set[AssetStatus]:
    some = sorted(ids)[:5]
    return {(await session.get(f"/assets/{each}", AssetDetail)).asset.status for each in some}


def _stands(seat: Seat, ids: set[int], status: AssetStatus) -> bool:
    held = [seat.console.stores.assets.get(each) for each in ids]
    return all(asset is not None and asset.status is status for asset in held)


async def _is_kept(session: Session, name: str) -> bool:
    return any(each.name == name for each in (await session.get("/register-views", NamedContentList)).items)
