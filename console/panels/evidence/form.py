"""What is to be taken out: cameras, period, requisition and reason."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtWidgets import (
    QDateTimeEdit,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.panels.evidence.presenter import LONGEST
from widgets.asked_form import AskedForm
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.texts import Texts
from widgets.wrapping_row import WrappingRow

LONGEST_REASON: Final = 500
LONGEST_REFERENCE: Final = 100


class EvidenceForm(AskedForm):
    """Shown by `ask`; says `given` when it is whole."""

    given = Signal(object, object, str, str, str)  # since, until, requisition, reason, incident

    def __init__(self, tr: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._title = PlainLabel()
        self._title.setProperty("role", "heading")
        self._title.setWordWrap(True)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self.since, self.until = self._moment("evidence.since"), self._moment("evidence.until_field")
        self.requisition, self.reason, self.incident = QLineEdit(), QLineEdit(), QLineEdit()
        self.requisition.setMaxLength(LONGEST_REFERENCE)
        self.incident.setMaxLength(LONGEST_REFERENCE)
        self.reason.setMaxLength(LONGEST_REASON)
        self.trouble = PlainLabel()
        self.trouble.setProperty("role", "warning")
        self.trouble.setWordWrap(True)
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.confirm = QPushButton(tr("evidence.ask"))
        self.confirm.setDefault(True)
        self._lay_out()
        for field in (self.requisition, self.reason, self.incident):
            field.textChanged.connect(self._dress)
            field.returnPressed.connect(self._give)
        self.since.dateTimeChanged.connect(self._dress)
        self.until.dateTimeChanged.connect(self._dress)

    def ask(self, cameras: str, since: dt.datetime, until: dt.datetime) -> None:
        """Show it for these cameras; requisition and reason stay as they were typed."""
        self._title.setText(self._tr("evidence.of", cameras=cameras))
        self.since.setDateTime(_as_qt(since))
        self.until.setDateTime(_as_qt(until))
        self._dress()
        self.show()
        self.requisition.setFocus()

    def forget(self) -> None:
        """It was taken: the next one begins empty."""
        for field in (self.requisition, self.reason, self.incident):
            field.clear()
        self.hide()

    def dismiss(self) -> None:
        """Not now."""
        if self.isVisible():
            super().dismiss()

    def problems(self) -> Sequence[str]:
        """What is missing, in words."""
        tr = self._tr
        found: list[str] = []
        since, until = _as_utc(self.since.dateTime()), _as_utc(self.until.dateTime())
        if until <= since:
            found.append(tr("evidence.period_order"))
        elif until - since > LONGEST:
            found.append(tr("evidence.period_long", hours=int(LONGEST.total_seconds() // 3600)))
        if not self.requisition.text().strip():
            found.append(tr("evidence.requisition_missing"))
        if not self.reason.text().strip():
            found.append(tr("evidence.reason_missing"))
        return found

    def _give(self) -> None:
        if not self.problems():
            self.given.emit(
                _as_utc(self.since.dateTime()),
                _as_utc(self.until.dateTime()),
                self.requisition.text().strip(),
                self.reason.text().strip(),
                self.incident.text().strip(),
            )

    def _dress(self) -> None:
        problems = self.problems()
        self.trouble.setText(" ".join(problems))
        self.trouble.setVisible(bool(problems))
        self.confirm.setEnabled(not problems)

    def _moment(self, key: str) -> QDateTimeEdit:
        field = QDateTimeEdit()
        field.setDisplayFormat("dd/MM/yyyy HH:mm:ss")
        field.setCalendarPopup(True)
        field.setAccessibleName(self._tr(key))
        return field

    def _lay_out(self) -> None:
        tr = self._tr
        form = QFormLayout()
        form.setSpacing(TIGHT)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        period = WrappingRow(TIGHT)
        period.addWidget(self.since)
        period.addWidget(PlainLabel("→"))
        period.addWidget(self.until)
        form.addRow(tr("evidence.period"), period)
        for field, key in (
            (self.requisition, "evidence.requisition"),
            (self.reason, "evidence.reason"),
            (self.incident, "evidence.incident"),
        ):
            field.setAccessibleName(tr(key))
            form.addRow(tr(key), field)
        buttons = WrappingRow(TIGHT)
        buttons.add_gap()
        cancel = QPushButton(tr("form.cancel"))
        cancel.clicked.connect(lambda _checked=False: self.dismiss())
        self.confirm.clicked.connect(lambda _checked=False: self._give())
        buttons.addWidget(cancel)
        buttons.addWidget(self.confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP)
        column.addWidget(self._title)
        nest(column, form)
        column.addWidget(self.trouble)
        nest(column, buttons)


def _as_qt(at: dt.datetime) -> QDateTime:
    return QDateTime.fromMSecsSinceEpoch(int(at.timestamp() * 1000))


def _as_utc(at: QDateTime) -> dt.datetime:
    return dt.datetime.fromtimestamp(at.toMSecsSinceEpoch() / 1000, dt.UTC)
