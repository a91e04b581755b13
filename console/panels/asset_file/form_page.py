"""The fields of an asset as a form: of one that is there, or of one that is to be created."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from console.panels.asset_file.presenter import AssetFilePresenter
from console.panels.asset_file.words import FieldProblems
from console.parts.asking_page import AskingPage
from console.store.context import Context
from contract.asset_editing import AssetFields
from contract.assets import Asset
from widgets.edit_table import Column, EditTable
from widgets.field_form import FieldForm
from widgets.look import GAP, PAD, TIGHT
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.wrapping_row import WrappingRow

_LONGEST_REASON = 500
_EXTRA_ROWS_PX = 150


class FormPage(AskingPage[AssetFilePresenter]):
    """Nothing is changed before `save` is pressed, and nothing is shown as changed before the backend says so."""

    created = Signal(int)  # the new asset's id
    place_requested = Signal(object)  # (lon, lat) that the form holds, or None: to be pointed at on the map

    def __init__(self, context: Context, presenter: AssetFilePresenter) -> None:
        super().__init__(context, presenter)
        tr = context.texts
        self._asset: Asset | None = None
        self._is_new = False
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("asset_file.class"))
        self.code = QLineEdit()
        self.code.setMaxLength(80)
        self.code.setPlaceholderText(tr("asset_file.code_hint"))
        self.code.setAccessibleName(tr("asset_file.code"))
        self._head = QWidget()
        head = QFormLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setHorizontalSpacing(PAD)
        head.setVerticalSpacing(TIGHT)
        head.addRow(tr("asset_file.class"), self.kind)
        head.addRow(tr("asset_file.code"), self.code)
        self.form = FieldForm()
        self.point = self.button("asset_file.point", "mdi6.crosshairs-gps", self._point)
        self.point.setToolTip(tr("asset_file.point_hint"))
        columns = [Column(tr("asset_file.extra_name")), Column(tr("asset_file.extra_value"), share=2)]
        self.extra = EditTable(columns, tr("asset_file.extra"))
        self.extra.setMinimumHeight(_EXTRA_ROWS_PX)
        self.reason = QLineEdit()
        self.reason.setMaxLength(_LONGEST_REASON)
        self.reason.setPlaceholderText(tr("asset_file.reason"))
        self.reason.setAccessibleName(tr("asset_file.reason"))
        self.save_button = self.button("asset_file.save", "mdi6.content-save-outline", self.save)
        self.save_button.setDefault(True)
        self.discard_button = self.button("asset_file.discard", "mdi6.close", self.discard)
        self._lay_out()
        self.form.edited.connect(self._dress)
        self.extra.edited.connect(self._dress)
        self.code.textChanged.connect(self._dress)
        self.reason.returnPressed.connect(self.save)
        self.kind.currentIndexChanged.connect(self._kind_changed)

    @property
    def asset(self) -> Asset | None:
        """Whose fields they are, as the backend told it last."""
        return None if self._is_new else self._asset

    @property
    def is_new(self) -> bool:
        """Whether it is the form of an asset to be."""
        return self._is_new

    @property
    def is_dirty(self) -> bool:
        """Whether something stands there that the backend does not know."""
        return self._asset is not None and (self._is_new or bool(self.form.changed()) or bool(self._extra_changed()))

    def show_asset(self, asset: Asset | None) -> None:
        """The fields as they stand."""
        self._asset, self._is_new = asset, False
        self._head.hide()
        self._show()

    def begin_new(self, lon: float | None, lat: float | None, class_: str = "") -> None:
        """An empty form for a new asset at a place."""
        self.kind.blockSignals(True)
        self.kind.clear()
        for code, words in self._presenter.new_classes():
            self.kind.addItem(words, code)
        at = self.kind.findData(class_)
        self.kind.setCurrentIndex(max(at, 0))
        self.kind.blockSignals(False)
        self.code.clear()
        self._is_new = True
        self._asset = self._presenter.blank(str(self.kind.currentData() or ""))
        self._head.show()
        self._show()
        if lon is not None and lat is not None:
            self.take_place(lon, lat)
        else:
            self.form.set_text("lon", "")
            self.form.set_text("lat", "")
        self.kind.setFocus()

    def take_place(self, lon: float, lat: float) -> None:
        """Where it was pointed at on the map."""
        for field, value in (("lon", lon), ("lat", lat)):
            text = f"{value:.7f}".rstrip("0").rstrip(".")
            self.form.set_text(field, text.replace(".", ",") if self._context.texts.language == "fr" else text)

    def discard(self) -> None:
        """Forget what was written."""
        if self._is_new:
            self._is_new = False
            self._asset = None
            self.changed.emit()
        else:
            self.show_asset(self._asset)

    def save(self) -> None:
        """Keep what was written."""
        asset = self._asset
        if asset is None or not self.is_dirty:
            return
        try:
            fields = self._presenter.words.fields(self.form.changed(), self._extra_changed())
        except FieldProblems as error:
            self.form.show_problems(error.problems)
            self.said.emit(self._context.texts("asset_file.wrong.some"), True)
            return
        if self._is_new:
            self.ask(lambda: self._create(fields), "create an asset")
        else:
            self.ask(lambda: self._save(asset, fields), "edit an asset")

    async def _create(self, fields: AssetFields) -> None:
        class_ = str(self.kind.currentData() or "")
        made = await self._presenter.create(class_, self.code.text().strip(), fields, self.reason.text().strip())
        self._is_new = False
        self._asset = None
        self.reason.clear()
        self.said.emit(self._context.texts("asset_file.created", code=made.code), False)
        self.created.emit(made.id)

    async def _save(self, asset: Asset, fields: AssetFields) -> None:
        done = await self._presenter.save(asset, fields, self.reason.text().strip())
        self.reason.clear()
        self.show_asset(done)
        self.said.emit(self._context.texts("asset_file.saved", code=done.code), False)
        self.changed.emit()

    def _point(self) -> None:
        asset = self._asset
        if asset is not None:
            self.place_requested.emit(None if self._is_new else (asset.lon, asset.lat))

    def _kind_changed(self) -> None:
        if not self._is_new:
            return
        written = dict(self.form.changed())
        self._asset = self._presenter.blank(str(self.kind.currentData() or ""))
        self._show()
        for field in ("lon", "lat"):
            self.form.set_text(field, "")
        for field, text in written.items():
            if field != "service":
                self.form.set_text(field, text)

    def _show(self) -> None:
        asset = self._asset
        if asset is None:
            return
        self.form.show_fields(*self._presenter.words.form(asset))
        self.extra.show_rows([(key, (key, text)) for key, text in asset.extra.items()])
        self.point.setVisible(asset.line is None)
        key = "asset_file.create" if self._is_new else "asset_file.save"
        self.save_button.setText(self._context.texts(key))
        self._dress()

    def _extra_changed(self) -> dict[str, str | None]:
        """Of the city's own fields: what is another, null what is gone."""
        asset = self._asset
        before = {} if asset is None else asset.extra
        now = {name.strip(): text.strip() for _, (name, text) in self.extra.rows() if name.strip()}
        gone: dict[str, str | None] = {key: None for key in before if not now.get(key)}
        return gone | {key: text for key, text in now.items() if text and before.get(key) != text}

    def _dress(self) -> None:
        is_dirty = self.is_dirty
        self.save_button.setEnabled(is_dirty)
        self.discard_button.setEnabled(is_dirty)
        self.reason.setVisible(is_dirty)

    def _lay_out(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(PAD, GAP, PAD, PAD)
        column.setSpacing(GAP)
        column.addWidget(self._head)
        column.addWidget(self.form)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.point)
        nest(column, row)
        title = PlainLabel(self._context.texts("asset_file.extra_title"))
        title.setProperty("role", "section")
        column.addWidget(title)
        column.addWidget(self.extra)
        adding = QHBoxLayout()
        adding.addStretch(1)
        adding.addWidget(self.button("asset_file.extra_add", "mdi6.plus", lambda: self.extra.add_row(("", ""))))
        adding.addWidget(self.button("asset_file.extra_remove", "mdi6.minus", self.extra.remove_selected))
        nest(column, adding)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        whole = QVBoxLayout(self.widget)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        foot = WrappingRow(GAP)
        foot.setContentsMargins(PAD, GAP, PAD, GAP)
        foot.addWidget(self.reason)
        foot.add_gap()
        foot.addWidget(self.discard_button)
        foot.addWidget(self.save_button)
        nest(whole, foot)
