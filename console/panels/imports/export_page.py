"""Which assets leave as a file; how, the form below asks."""

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.kit.formats import number_text
from console.panels.imports.presenter import ImportPresenter
from console.parts.export_assets import export_assets
from console.store.context import Context
from contract.assets import AssetStatus
from contract.exports import ExportFormat, ExportRequest
from widgets.choice_box import choice_box
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.quiet_label import quiet_label


class ExportPage(QWidget):
    """Filters, how many assets they hold, and the export."""

    def __init__(self, context: Context, presenter: ImportPresenter) -> None:
        super().__init__()
        self._context = context
        tr = context.texts
        everything = tr("imports.everything")
        self.class_ = choice_box([(everything, ""), *presenter.classes()[1:]])
        self.commune = choice_box([(everything, ""), *presenter.communes()[1:]])
        self.status = choice_box([(everything, ""), *((tr(f"status.{one.value}"), one.value) for one in AssetStatus)])
        self.text = QLineEdit()
        self.text.setPlaceholderText(tr("imports.export_text_hint"))
        self.counted = quiet_label()
        self.begin = QPushButton(tr("imports.export_begin"))
        self.export = export_assets(context, self.wanted)
        form = QFormLayout()
        form.setVerticalSpacing(TIGHT)
        for key, widget in (
            ("class", self.class_),
            ("commune", self.commune),
            ("status", self.status),
            ("text", self.text),
        ):
            widget.setAccessibleName(tr(f"imports.export_{key}"))
            form.addRow(tr(f"imports.export_{key}"), widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(quiet_label(tr("imports.export_explained")))
        nest(column, form)
        foot = QHBoxLayout()
        foot.addWidget(self.counted, 1)
        foot.addWidget(self.begin)
        nest(column, foot)
        column.addWidget(self.export.form)
        column.addStretch(1)
        self.begin.clicked.connect(self._ask)
        for box in (self.class_, self.commune, self.status):
            box.currentIndexChanged.connect(self.count)
        self.text.editingFinished.connect(self.count)
        self.count()

    def wanted(self) -> ExportRequest:
        """The filters as a request."""
        class_, commune, status = (str(box.currentData()) for box in (self.class_, self.commune, self.status))
        return ExportRequest(
            format=ExportFormat.XLSX,
            classes=(class_,) if class_ else (),
            communes=(commune,) if commune else (),
            statuses=(AssetStatus(status),) if status else (),
            text=self.text.text().strip(),
        )

    def count(self) -> int:
        """How many assets this console knows that the filters hold; it is told."""
        wanted = self.wanted()
        words = wanted.text.casefold().split()
        count = 0
        for asset in self._context.stores.assets.all():
            if wanted.classes and asset.class_ not in wanted.classes:
                continue
            if wanted.communes and asset.commune not in wanted.communes:
                continue
            if wanted.statuses and asset.status not in wanted.statuses:
                continue
            text = f"{asset.code} {asset.name} {asset.street} {asset.number} {asset.serial}".casefold() if words else ""
            count += all(word in text for word in words)
        shown = number_text(count, self._context.texts.language)
        self.counted.setText(self._context.texts("imports.export_count", count=shown))
        self.begin.setEnabled(bool(count))
        return count

    def _ask(self) -> None:
        self.export.ask(self.count())
