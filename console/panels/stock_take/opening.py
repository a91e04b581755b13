"""The form that opens a stock-take: a name, what is looked for, and where."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QLineEdit, QPushButton

from widgets.asked_form import AskedForm
from widgets.look import GAP, PAD, TIGHT
from widgets.texts import Texts

_LONGEST_NAME = 80


class OpeningForm(AskedForm):
    """Shown by `ask`; says `wanted(name, class, commune, only chosen)` once, or nothing."""

    wanted = Signal(str, str, str, bool)

    def __init__(self, tr: Texts) -> None:
        super().__init__()
        self._tr = tr
        self.name = QLineEdit()
        self.name.setMaxLength(_LONGEST_NAME)
        self.name.setPlaceholderText(tr("stock_take.name_hint"))
        self.kind = QComboBox()
        self.commune = QComboBox()
        self.only_chosen = QCheckBox()
        self.confirm = QPushButton(tr("stock_take.open"))
        self.confirm.setDefault(True)
        leave = QPushButton(tr("form.cancel"))
        form = QFormLayout(self)
        form.setContentsMargins(PAD, GAP, PAD, GAP)
        form.setHorizontalSpacing(PAD)
        form.setVerticalSpacing(TIGHT)
        for key, widget in (("name", self.name), ("class", self.kind), ("commune", self.commune)):
            widget.setAccessibleName(tr(f"stock_take.{key}"))
            form.addRow(tr(f"stock_take.{key}"), widget)
        form.addRow("", self.only_chosen)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(leave)
        row.addWidget(self.confirm)
        form.addRow(row)
        self.confirm.clicked.connect(self._give)
        self.name.returnPressed.connect(self._give)
        self.name.textChanged.connect(self._dress)
        leave.clicked.connect(self.dismiss)

    def ask(self, classes: Sequence[tuple[str, str]], communes: Sequence[tuple[str, str]], chosen_count: int) -> None:
        """Show it with these choices."""
        for box, items, everything in (
            (self.kind, classes, "stock_take.every_class"),
            (self.commune, communes, "stock_take.every_commune"),
        ):
            held = box.currentData()
            box.clear()
            box.addItem(self._tr(everything), "")
            for value, words in items:
                box.addItem(words, value)
            box.setCurrentIndex(max(box.findData(held), 0))
        self.only_chosen.setText(self._tr("stock_take.only_chosen", count=chosen_count))
        self.only_chosen.setEnabled(bool(chosen_count))
        self.only_chosen.setChecked(bool(chosen_count))
        self.name.clear()
        self._dress()
        self.show()
        self.name.setFocus()

    def _dress(self) -> None:
        self.confirm.setEnabled(bool(self.name.text().strip()))

    def _give(self) -> None:
        name = self.name.text().strip()
        if name:
            kind, commune = str(self.kind.currentData() or ""), str(self.commune.currentData() or "")
            self.wanted.emit(name, kind, commune, self.only_chosen.isChecked())
