"""What the report is drawn with, and who signs under it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.panels.handover.presenter import Wants
from contract.handover import LONGEST_REMARKS
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.quiet_label import quiet_label
from widgets.texts import Texts

_REMARKS_LINES = 3


class DrawForm(QFrame):
    """Shown by `ask`; says `given(incoming, commune, remarks, passes alarms)`."""

    given = Signal(str, str, str, bool)

    def __init__(self, tr: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._tr = tr
        self.incoming, self.commune = QComboBox(), QComboBox()
        self.remarks = QPlainTextEdit()
        self.remarks.setTabChangesFocus(True)
        self.remarks.setPlaceholderText(tr("handover.remarks_hint"))
        self.remarks.setFixedHeight(self.remarks.fontMetrics().lineSpacing() * _REMARKS_LINES + 2 * GAP)
        self.passes = QCheckBox(tr("handover.passes"))
        self.passes.setChecked(True)
        self.confirm, self.cancel = QPushButton(tr("handover.draw")), QPushButton(tr("form.cancel"))
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(lambda _checked=False: self._give())
        self.cancel.clicked.connect(lambda _checked=False: self.hide())
        form = QFormLayout()
        form.setSpacing(TIGHT)
        for field, key in (
            (self.incoming, "handover.incoming"),
            (self.commune, "handover.commune"),
            (self.remarks, "handover.part.remarks"),
        ):
            field.setAccessibleName(tr(key))
            form.addRow(tr(key), field)
        row = QHBoxLayout()
        row.addWidget(self.passes, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        nest(column, form)
        nest(column, row)
        self.hide()

    def ask(self, colleagues: Sequence[tuple[str, str]], communes: Sequence[tuple[str, str]]) -> None:
        """Show it; what was typed stays."""
        for box, first, choices in (
            (self.incoming, self._tr("handover.whoever"), colleagues),
            (self.commune, self._tr("handover.everything"), communes),
        ):
            chosen = box.currentData()
            box.clear()
            box.addItem(first, "")
            for code, words in choices:
                box.addItem(words, code)
            box.setCurrentIndex(max(0, box.findData(chosen)))
        self.show()
        self.incoming.setFocus()

    def _give(self) -> None:
        self.hide()
        remarks = self.remarks.toPlainText().strip()[:LONGEST_REMARKS]
        self.given.emit(
            str(self.incoming.currentData() or ""),
            str(self.commune.currentData() or ""),
            remarks,
            self.passes.isChecked(),
        )


class SignBar(QFrame):
    """What the shown report waits for; says `signed(user, password)`, both empty for oneself, or `withdrawn`."""

    signed = Signal(str, str)
    withdrawn = Signal()

    def __init__(self, tr: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.words = quiet_label()
        self.user, self.password = QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        for field, key in ((self.user, "handover.user"), (self.password, "handover.password")):
            field.setPlaceholderText(tr(key))
            field.setAccessibleName(tr(key))
            field.textChanged.connect(self._dress)
            field.returnPressed.connect(self._sign)
        self.sign = QPushButton()
        self.sign.setDefault(True)
        self.withdraw = QPushButton(tr("handover.withdraw"))
        self.sign.clicked.connect(lambda _checked=False: self._sign())
        self.withdraw.clicked.connect(lambda _checked=False: self.withdrawn.emit())
        row = QHBoxLayout()
        row.setSpacing(TIGHT)
        row.addWidget(self.user, 1)
        row.addWidget(self.password, 1)
        row.addStretch(0)
        row.addWidget(self.withdraw)
        row.addWidget(self.sign)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        column.addWidget(self.words)
        nest(column, row)

    def show_wants(self, wants: Wants) -> None:
        """Fields and buttons for it."""
        self.words.setText(wants.words)
        for field in (self.user, self.password):
            field.setVisible(wants.asks_password)
            field.clear()
        self.sign.setText(wants.sign)
        self.sign.setVisible(bool(wants.sign))
        self.withdraw.setVisible(wants.may_withdraw)
        self._dress()

    def _dress(self) -> None:
        is_whole = self.user.isHidden() or bool(self.user.text().strip() and self.password.text())
        self.sign.setEnabled(is_whole)

    def _sign(self) -> None:
        if self.sign.isEnabled() and not self.sign.isHidden():
            user, password = self.user.text().strip(), self.password.text()
            self.password.clear()
            self.signed.emit(user, password)
