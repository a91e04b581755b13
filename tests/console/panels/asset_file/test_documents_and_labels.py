"""Documents and photos of an asset, and its QR labels: what a reader of codes reads is the asset."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtPdf import QPdfDocument
from pytestqt.qtbot import QtBot

from console.kit.errors import RequestRefused
from console.panels.asset_file.panel import AssetFilePanel
from console.parts.asset_labels import label_content
from contract.assets import Asset
from tests.console.conftest import Bench
from widgets.label_sheet import LAYOUTS, SheetLabel, paint_label, write_labels

LAMP = "PL-004-12"
DOCUMENTS, LABELS = 2, 3


@pytest.fixture
async def panel(bench: Bench, qtbot: QtBot) -> AsyncIterator[AssetFilePanel]:
    """Open on a lamp; the threads that read files end with it."""
    bench.stores.selection.select(bench.asset(LAMP).id)
    made = bench.open("asset_file")
    assert isinstance(made, AssetFilePanel)
    qtbot.addWidget(made.widget)
    made.widget.resize(520, 860)
    made.widget.show()
    yield made
    await asyncio.get_running_loop().shutdown_default_executor()


async def test_photos_are_seen_small_and_large(bench: Bench, panel: AssetFilePanel) -> None:
    panel.tabs.setCurrentIndex(DOCUMENTS)
    await bench.work_done()
    page = panel.documents
    assert [page.list.item(row).text() for row in range(3)] == [
        "mât penché.jpg",
        "borne ouverte.jpg",
        "notice du luminaire.pdf",
    ]
    page.list.setCurrentRow(0)
    await bench.work_done()
    assert not page.picture.pixmap().isNull()
    assert "4032 × 3024" in page.told.text()
    page.list.setCurrentRow(2)
    assert not page.picture.isVisible()
    panel.close()


async def test_a_file_is_added_and_what_is_refused_is_told(bench: Bench, panel: AssetFilePanel, tmp_path: Path) -> None:
    panel.tabs.setCurrentIndex(DOCUMENTS)
    await bench.work_done()
    file = tmp_path / "plan.pdf"
    file.write_bytes(b"%PDF-1.7")
    panel.documents.add_files([file])
    await bench.work_done()
    assert bench.client.documents_added == [(bench.asset(LAMP).id, "plan.pdf", b"%PDF-1.7")]
    assert panel.documents.list.count() == 4
    bench.client.document_refusal = RequestRefused(422, "The document was not taken.", "it holds macros")
    panel.documents.add_files([file])
    await bench.work_done()
    assert "it holds macros" in panel.notice.text
    panel.documents.add_files([tmp_path / "gone.pdf"])
    await bench.work_done()
    assert "cannot be read" in panel.notice.text
    panel.close()


async def test_a_document_is_saved_removed_and_restored(bench: Bench, panel: AssetFilePanel, tmp_path: Path) -> None:
    panel.tabs.setCurrentIndex(DOCUMENTS)
    await bench.work_done()
    page = panel.documents
    page.list.setCurrentRow(2)
    page.save_into(bench.client.documents_kept[2], tmp_path / "saved.pdf")
    await bench.work_done()
    assert (tmp_path / "saved.pdf").read_bytes().startswith(b"%PDF")
    page.remove_button.click()
    await bench.work_done()
    assert "can be restored" in panel.notice.text
    page.list.setCurrentRow(2)
    assert page.remove_button.text() == "Restore"
    page.remove_button.click()
    await bench.work_done()
    assert bench.client.documents_kept[2].removed_at is None
    panel.close()


async def test_labels_of_all_that_are_chosen_go_on_one_sheet(
    bench: Bench, panel: AssetFilePanel, tmp_path: Path
) -> None:
    lamps = [asset.id for asset in bench.client.assets.values() if asset.class_ == "streetlight"][:30]
    bench.stores.contents.choose(lamps, "map")
    panel.tabs.setCurrentIndex(LABELS)
    page = panel.labels
    assert page.all_chosen.text() == "The 30 assets chosen on the map or in a list"
    page.all_chosen.setChecked(True)
    page.first.setValue(3)
    page.write_into(tmp_path / "labels.pdf")
    document = QPdfDocument()
    document.load(str(tmp_path / "labels.pdf"))
    assert document.pageCount() == 2, "thirty labels from the third place of twenty-four"
    page.write_into(tmp_path / "no such folder" / "labels.pdf")
    assert "cannot be written" in panel.notice.text
    panel.close()


@pytest.mark.parametrize("code", ["PL-0001", "É 12/b", "x" * 80])
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
def test_what_a_scanner_reads_of_a_label_is_the_asset(code: str, layout: object) -> None:
    """OpenCV's reader knows nothing of the library that drew it."""
    asset = Asset(id=1, code=code, class_="streetlight", lon=5.0, lat=47.3)
    content = label_content(asset)
    assert content.isascii()
    sheet = next(one for one in LAYOUTS if one is layout)
    width, height = sheet.label_mm
    image = QImage(round(width / 25.4 * 300), round(height / 25.4 * 300), QImage.Format.Format_Grayscale8)
    image.setDotsPerMeterX(round(300 / 0.0254))
    image.setDotsPerMeterY(round(300 / 0.0254))
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_label(painter, SheetLabel(content, code, ("Streetlight", "Rue Monge")), QRectF(0, 0, width, height))
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    read, _, _ = cv2.QRCodeDetector().detectAndDecode(pixels[:, : image.width()].copy())
    assert read == content


def test_no_label_is_written_where_there_is_no_room(tmp_path: Path) -> None:
    assert not write_labels([SheetLabel("a", "A")], LAYOUTS[0], tmp_path / "no" / "a.pdf", "Labels")
    assert not list(tmp_path.iterdir())
