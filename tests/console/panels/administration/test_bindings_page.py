"""Which asset is which device: a seen one is bound, a wrong one unbound when sure, many by a list that is looked at."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.kit.errors import RequestRefused
from console.panels.administration.bindings_page import BindingsPage
from console.panels.administration.panel import AdministrationPanel
from contract.bindings import BindingWish, BoundDevice, DeviceStanding
from tests.console.conftest import Bench
from widgets.words_table import chosen_rows

DEVICES = 3
SEEN = "5c1d8b0e-7a44-5b1f-9d0c-00000000001e"
SILENT = "5c1d8b0e-7a44-5b1f-9d0c-000000000001"
FIRST = "5c1d8b0e-7a44-5b1f-9d0c-000000000000"


@pytest.fixture
async def panel(bench: Bench) -> AsyncIterator[AdministrationPanel]:
    async with bench.shown(AdministrationPanel(bench.context), 1180, 760) as made:
        made.tabs.setCurrentIndex(DEVICES)
        await bench.work_done()
        made.devices.table.setCurrentCell(2, 0)
        made.devices.open.click()
        await bench.work_done()
        yield made


@pytest.fixture
def page(panel: AdministrationPanel) -> BindingsPage:
    return panel.bindings


def cells(page: BindingsPage, row: int) -> list[str]:
    items = [page.table.item(row, column) for column in range(page.table.columnCount())]
    return ["" if item is None else item.text() for item in items]


async def test_devices_of_the_connection_are_listed_with_how_they_do(page: BindingsPage) -> None:
    assert page.title.text().startswith("talq 21231")
    assert cells(page, 0)[:2] == ["○ seen, not bound", "—"]
    assert cells(page, 2)[:2] == ["▲ silent", "PL-000-01"]
    assert cells(page, 2)[6] == "not answering since 21:12 CET"
    assert "2 seen and not bound" in page.count.text()
    assert "2 more are bound to assets that you do not configure" in page.count.text()


async def test_a_seen_device_is_bound_by_the_code_of_an_asset_and_it_is_taken_back(
    bench: Bench, panel: AdministrationPanel, page: BindingsPage
) -> None:
    page.table.selectRow(0)
    assert page.address.text() == SEEN
    page.asset.setFocus()
    page.asset.setText("PL-000-02")
    QTest.keyClick(page.asset, Qt.Key.Key_Return)
    await bench.work_done()
    wish = BindingWish(asset_id=bench.asset("PL-000-02").id, before=None, after=SEEN)
    assert bench.client.binding_wishes == [(wish,)]
    assert panel.notice.text.startswith("Bound: PL-")
    assert page.asset.text() == page.address.text() == ""
    page.undo.click()
    await bench.work_done()
    assert bench.client.binding_wishes[1] == (BindingWish(asset_id=wish.asset_id, before=SEEN, after=None),)
    assert not page.undo.isEnabled()


async def test_an_asset_is_found_by_its_street_as_one_types(bench: Bench, page: BindingsPage) -> None:
    page.asset.textEdited.emit("Libert")
    model = page.asset.completer().model()
    offered = [str(model.data(model.index(row, 0))) for row in range(model.rowCount())]
    assert len(offered) > 1
    assert all(words.startswith(("PL-", "ARM-")) for words in offered)
    page.asset.setText(offered[0])
    page.address.setText(SEEN)
    page.save()
    await bench.work_done()
    assert bench.client.binding_wishes, "a line of the list is an asset"


async def test_what_is_called_by_no_code_is_told(bench: Bench, panel: AdministrationPanel, page: BindingsPage) -> None:
    page.asset.setText("nowhere")
    page.address.setText(SEEN)
    page.save()
    await bench.work_done()
    assert "No asset is called nowhere" in panel.notice.text
    assert bench.client.binding_wishes == []


async def test_a_device_of_another_asset_is_taken_over_only_when_sure(
    bench: Bench, panel: AdministrationPanel, page: BindingsPage
) -> None:
    page.asset.setText("PL-000-00")
    page.address.setText(SILENT)
    page.save()
    await bench.work_done()
    assert "is the device of PL-000-01 now. Press again" in panel.notice.text
    assert bench.client.binding_wishes == []
    page.save()
    await bench.work_done()
    silent, first = bench.asset("PL-000-01").id, bench.asset("PL-000-00").id
    assert bench.client.binding_wishes == [
        (
            BindingWish(asset_id=silent, before=SILENT, after=None),
            BindingWish(asset_id=first, before=FIRST, after=SILENT),
        )
    ]


async def test_devices_are_unbound_when_sure(bench: Bench, panel: AdministrationPanel, page: BindingsPage) -> None:
    page.table.selectRow(0)
    assert not page.unbind.isEnabled(), "nothing is bound there"
    page.table.selectRow(2)
    page.unbind.click()
    await bench.work_done()
    assert "nobody is alarmed" in panel.notice.text
    assert bench.client.binding_wishes == []
    page.unbind.click()
    await bench.work_done()
    wish = BindingWish(asset_id=bench.asset("PL-000-01").id, before=SILENT, after=None)
    assert bench.client.binding_wishes == [(wish,)]
    assert panel.notice.text == "Unbound: PL-000-01."


async def test_who_loses_a_race_is_told_and_sees_the_list_anew(
    bench: Bench, panel: AdministrationPanel, page: BindingsPage
) -> None:
    bench.client.binding_refusal = RequestRefused(409, "Nothing was changed.", "look at the list again", None)
    del bench.client.kept_devices[SEEN]
    page.table.selectRow(2)
    page.unbind.click()
    page.unbind.click()
    await bench.work_done()
    assert "look at the list again" in panel.notice.text
    assert page.table.rowCount() == 7


async def test_many_are_looked_at_before_they_are_bound(
    bench: Bench, panel: AdministrationPanel, page: BindingsPage, tmp_path: Path
) -> None:
    page.by_file.click()
    assert not page.file.take.isEnabled()
    page.file.lines.setPlainText(f"PL-000-02;{SEEN}\nPL-000-O9;x\n")
    page.file.preview.click()
    await bench.work_done()
    assert "1 of 3 lines has an error" in page.file.summary.text()
    item = page.file.table.item(0, 3)
    assert item is not None
    assert "there is no asset PL-000-O9" in item.text()
    assert not page.file.take.isEnabled()
    file = tmp_path / "sensors.csv"
    file.write_text(f"asset;address\nPL-000-02;{SEEN}\n")
    page.file.look_at(file)
    await bench.work_done()
    assert page.file.take.isEnabled()
    panel.bindings.save()
    await bench.work_done()
    assert bench.client.binding_files[-1] == ("sensors.csv", file.read_bytes(), "seal")
    assert page.stack.currentIndex() == 0
    assert panel.notice.text.startswith("Bound: ")


async def test_escape_goes_back_from_the_file_to_the_list_to_the_connections(
    bench: Bench, panel: AdministrationPanel, page: BindingsPage
) -> None:
    page.by_file.click()
    QTest.keyClick(page.file.lines, Qt.Key.Key_Escape)
    assert page.stack.currentIndex() == 0
    assert page.widget.isVisible()
    page.search.setFocus()
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    await bench.work_done()
    assert panel.devices.widget.isVisible()


async def test_who_may_not_bind_here_reads_why(bench: Bench, page: BindingsPage) -> None:
    bench.client.may_bind = False
    bench.client.kept_devices.clear()
    page.refresh()
    await bench.work_done()
    page.asset.setText("PL-000-00")
    page.address.setText(SEEN)
    assert not page.bind.isEnabled()
    assert "right to configure all" in page.bind.toolTip()
    assert page.empty.isVisible()
    assert "No asset is bound here" in page.empty.text()


async def test_the_list_follows_by_itself_and_what_is_chosen_stays_the_same_device(
    bench: Bench, panel: AdministrationPanel, page: BindingsPage
) -> None:
    page.table.selectRow(2)
    assert page.address.text() == SILENT
    newcomer = BoundDevice(address="a-new-one", standing=DeviceStanding.SEEN)
    bench.client.kept_devices = {"a-new-one": newcomer, **bench.client.kept_devices}
    assert page.asks_by_itself
    page.refresh()
    await bench.work_done()
    assert cells(page, 0)[3] == "a-new-one"
    assert [page.items[row].address for row in chosen_rows(page.table)] == [SILENT]
    del bench.client.kept_devices[SILENT]
    page.refresh()
    await bench.work_done()
    assert not chosen_rows(page.table), "never another one in its place"
    assert panel.tabs.currentIndex() == DEVICES
