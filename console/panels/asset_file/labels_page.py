"""QR labels: of this asset, or of all that are chosen on the map or in a list, as a PDF for the printer."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
)

from console.panels.asset_file.presenter import AssetFilePresenter
from console.parts.asking_page import AskingPage
from console.parts.asset_labels import label_content, label_lines
from console.store.context import Context
from contract.assets import Asset
from widgets.label_sheet import LAYOUTS, MOST_LABELS, SheetLabel, SheetLayout, paint_label, write_labels
from widgets.look import GAP, PAD, TIGHT
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label

_PREVIEW_PX = QSize(420, 200)


class LabelsPage(AskingPage[AssetFilePresenter]):
    """Nothing is asked of the backend: a label says what the register says."""

    def __init__(self, context: Context, presenter: AssetFilePresenter) -> None:
        super().__init__(context, presenter)
        tr = context.texts
        self._asset: Asset | None = None
        self.only_this = QRadioButton(tr("asset_file.labels.this"))
        self.all_chosen = QRadioButton()
        self.only_this.setChecked(True)
        self.layouts = QComboBox()
        self.layouts.setAccessibleName(tr("asset_file.labels.sheet"))
        for layout in LAYOUTS:
            self.layouts.addItem(tr(f"asset_file.labels.layout.{layout.key}"), layout.key)
        self.first = QSpinBox()
        self.first.setAccessibleName(tr("asset_file.labels.first"))
        self.preview = PlainLabel()
        self.told = quiet_label()
        self.save_button = self.button("asset_file.labels.save", "mdi6.printer-outline", self._choose_file)
        self._lay_out()
        context.stores.contents.chosen_changed.connect(self._dress)
        self.layouts.currentIndexChanged.connect(self._dress)
        self._dress()

    def close(self) -> None:
        """Hear nothing more."""
        self._context.stores.contents.chosen_changed.disconnect(self._dress)

    def show_asset(self, asset: Asset | None) -> None:
        """Turn to another asset."""
        self._asset = asset
        self._dress()

    @property
    def layout(self) -> SheetLayout:
        """The sheet that is chosen."""
        return LAYOUTS[max(self.layouts.currentIndex(), 0)]

    def assets(self) -> Sequence[Asset]:
        """Whose labels are made."""
        if self.all_chosen.isChecked():
            return self._chosen()
        return () if self._asset is None else (self._asset,)

    def choose_all(self) -> None:
        """The labels of all that are chosen, where anything is."""
        if self.all_chosen.isEnabled():
            self.all_chosen.setChecked(True)

    def write_into(self, path: Path) -> None:
        """The PDF; what cannot be written is told."""
        tr, assets = self._context.texts, self.assets()
        labels = [self._label(asset) for asset in assets]
        skip = self.first.value() - 1
        if write_labels(labels, self.layout, path, tr("asset_file.labels.title"), skip=skip):
            self.said.emit(tr("asset_file.labels.saved", count=min(len(labels), MOST_LABELS), path=str(path)), False)
        else:
            self.said.emit(tr("asset_file.labels.unwritable", path=str(path)), True)

    def _label(self, asset: Asset) -> SheetLabel:
        catalogue, tr = self._context.stores.catalogue, self._context.texts
        return SheetLabel(label_content(asset), asset.code, label_lines(asset, catalogue, tr))

    def _chosen(self) -> Sequence[Asset]:
        stores = self._context.stores
        found = (stores.assets.get(asset_id) for asset_id in stores.contents.chosen.asset_ids[:MOST_LABELS])
        return [asset for asset in found if asset is not None]

    def _choose_file(self) -> None:
        tr = self._context.texts
        name = self._context.stores.occasion.file_name(tr("asset_file.labels.file_name"), tr)
        path, _kind = QFileDialog.getSaveFileName(self.widget, tr("asset_file.labels.save"), name, "PDF (*.pdf)")
        if path:
            self.write_into(Path(path))

    def _dress(self, *_index: object) -> None:
        tr = self._context.texts
        count = len(self._context.stores.contents.chosen.asset_ids)
        self.all_chosen.setText(tr("asset_file.labels.chosen", count=min(count, MOST_LABELS)))
        self.all_chosen.setEnabled(bool(count))
        if not count and self.all_chosen.isChecked():
            self.only_this.setChecked(True)
        self.first.setRange(1, self.layout.per_page)
        self.first.setEnabled(self.layout.per_page > 1)
        self.told.setText(tr("asset_file.labels.too_many", count=MOST_LABELS) if count > MOST_LABELS else "")
        self.save_button.setEnabled(self._asset is not None or bool(count))
        self._show_preview()

    def _show_preview(self) -> None:
        asset = self._asset
        self.preview.setVisible(asset is not None)
        if asset is None:
            return
        width_mm, height_mm = self.layout.label_mm
        picture = QPixmap(_PREVIEW_PX.width(), round(_PREVIEW_PX.width() * height_mm / width_mm))
        picture.fill(QColor("white"))
        painter = QPainter(picture)
        scale = picture.width() / (width_mm * picture.logicalDpiX() / 25.4)
        painter.scale(scale, scale)
        paint_label(painter, self._label(asset), QRectF(0, 0, width_mm, height_mm))
        painter.end()
        self.preview.setPixmap(picture)
        self.preview.setAccessibleName(self._context.texts("asset_file.labels.preview", code=asset.code))

    def _lay_out(self) -> None:
        tr = self._context.texts
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(PAD, GAP, PAD, PAD)
        column.setSpacing(GAP)
        column.addWidget(self.only_this)
        column.addWidget(self.all_chosen)
        form = QFormLayout()
        form.setHorizontalSpacing(PAD)
        form.setVerticalSpacing(TIGHT)
        form.addRow(tr("asset_file.labels.sheet"), self.layouts)
        form.addRow(tr("asset_file.labels.first"), self.first)
        nest(column, form)
        column.addWidget(self.preview)
        column.addWidget(self.told)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.save_button)
        nest(column, row)
        column.addStretch(1)
