"""The panel of alarm health: choose a seat and a period, read, mend with a second person, print."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.panel_spec import PanelState
from console.panels.alarm_health.actors import ActorsPart
from console.panels.alarm_health.presenter import ACT, Days, HealthPresenter, HealthView, Period
from console.panels.alarm_health.printing import csv_bytes, print_report
from console.panels.alarm_health.split import SplitPart
from console.parts.second_person import SecondPerson
from console.store.context import Context
from contract.alarm_health import HealthSeat, Proposal, RemedyRequest
from widgets.alarm_health.figures import FigureCards
from widgets.alarm_health.trend import HealthTrend
from widgets.frame_clock import Ticking
from widgets.look import GAP, TIGHT, icon
from widgets.nesting import nest
from widgets.notice import Notice, Tone
from widgets.plain_text import PlainLabel
from widgets.reason_form import ReasonForm
from widgets.wrapping_row import WrappingRow

_EVERY_S: Final = 15  # while it is seen
_UNREAD_EVERY_S: Final = 2  # while the journal is being read for the first time


class AlarmHealthPanel(QObject):
    """Asked for anew now and then while it is seen; what is chosen stays chosen."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        tr, palette = context.texts, context.palette
        self._presenter = HealthPresenter(context.stores.catalogue, context.client, tr)
        self._view: HealthView | None = None
        self._seats: tuple[HealthSeat, ...] = ()
        self._wanted: Proposal | None = None
        self._seat_wanted = ""
        self._seconds = 0
        self._is_asking = False
        self._asks_again = False
        self._widget = QWidget()
        self._widget.setObjectName("alarm health panel")
        self.seat, self.period = QComboBox(), QComboBox()
        self.notice = Notice(palette, tr, context.ticker.frame_clock)
        self.progress = QProgressBar()
        self.form = ReasonForm(tr)
        self.now = PlainLabel()
        self.cards = FigureCards(palette, tr)
        self.trend = HealthTrend(palette, tr("health.trend.empty"), tr("health.flood"))
        self.split = SplitPart(self._presenter.words, palette, tr)
        self.actors = ActorsPart(self._presenter, palette, tr)
        self.print = self._button("mdi6.printer-outline", "health.report")
        self.export = self._button("mdi6.table-arrow-down", "health.csv")
        self.second = SecondPerson(context.client, tr, context.tasks, context.clock, self._say)
        self._lay_out()
        self._connect()
        self._ticking: Ticking = context.ticker.every_second(self._second)
        self.refresh()

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    @property
    def view(self) -> HealthView | None:
        """What is shown."""
        return self._view

    def focus_first(self) -> None:
        """The choice of the seat."""
        self.seat.setFocus()

    def close(self) -> None:
        """Hear nothing more."""
        self._ticking.stop()
        self.notice.clear()

    def state(self) -> PanelState:
        """Which seat and period."""
        return {"seat": self.seat.currentData() or "", "period": self._period().value}

    def take_state(self, state: PanelState) -> None:
        """Stand as it was kept."""
        period = state.get("period")
        if period in set(Period):
            self.period.setCurrentIndex(self.period.findData(period))
        seat = state.get("seat")
        self._seat_wanted = seat if isinstance(seat, str) else ""
        self._choose_seat()

    def refresh(self) -> None:
        """Ask for everything anew."""
        self._seconds = 0
        self._asks_again = self._is_asking
        if not self._is_asking:
            self._is_asking = self._context.tasks.start(self._ask(), name="alarm health") is not None

    def print_into(self, file: Path) -> None:
        """The report of what is shown, as a PDF."""
        if self._view is not None:
            self._context.tasks.start(self._print(self._view, file), name="health report")

    def export_into(self, file: Path) -> None:
        """The figures of what is shown, as a table."""
        if self._view is None:
            return
        try:
            tr, mark = self._context.texts, self._context.stores.occasion.mark(self._context.texts)
            file.write_bytes(csv_bytes(self._view, self._presenter, tr, self._context.clock(), mark=mark))
        except OSError as error:
            self._say(self._context.texts("health.not_written", path=str(file), why=str(error)), True)
            return
        self._say(self._context.texts("health.written", path=str(file)), False)

    # --- asking

    async def _ask(self) -> None:
        try:
            if not self._seats:
                self._take_seats(tuple(await self._presenter.seats()))
            if self._seats:
                days = self._presenter.days(self._period(), self._context.clock())
                self._show(await self._presenter.view(str(self.seat.currentData() or ""), days))
        except RequestFailed as error:
            self._say(failure_text(error, self._context.texts), True)
        finally:
            self._is_asking = False
        if self._asks_again:
            self._asks_again = False
            self.refresh()

    async def _ask_proposals(self, alarm_id: int, days: Days) -> None:
        try:
            found = await self._presenter.proposals(alarm_id, days)
        except RequestFailed as error:
            self.actors.say(failure_text(error, self._context.texts))
            return
        line = self.actors.line
        if line is not None and line.alarm_id == alarm_id:
            self.actors.show_proposals(found, may_apply=True)

    async def _print(self, view: HealthView, file: Path) -> None:
        tr = self._context.texts
        try:
            applied = await self._presenter.applied(view.days)
        except RequestFailed as error:
            self._say(failure_text(error, tr), True)
            return
        mark = self._context.stores.occasion.mark(tr)
        is_written = print_report(view, applied, self._presenter, tr, self._context.clock(), file, mark=mark)
        self._say(tr("health.written" if is_written else "health.not_printed", path=str(file)), not is_written)

    # --- showing

    def _take_seats(self, seats: tuple[HealthSeat, ...]) -> None:
        self._seats = seats
        self.seat.blockSignals(True)
        self.seat.clear()
        for seat in seats:
            self.seat.addItem(self._presenter.seat_name(seat.name), seat.name)
        self._choose_seat()
        self.seat.blockSignals(False)
        if not seats:
            self.now.setText(self._context.texts("health.no_seat"))

    def _choose_seat(self) -> None:
        place = self.seat.findData(self._seat_wanted)
        if self._seat_wanted and place >= 0:
            self.seat.setCurrentIndex(place)

    def _show(self, view: HealthView) -> None:
        self._view = view
        self.now.setText(self._presenter.state(view))
        self.now.setVisible(bool(self.now.text()))
        share = view.answer.progress
        self.progress.setVisible(share < 1.0)
        self.progress.setValue(round(share * 100))
        self.cards.show_figures(self._presenter.words.figures(view.answer.figures, self._context.clock()))
        self.trend.show_bars(*self._presenter.course(view))
        self.split.show_split(view.answer.figures)
        words = self._presenter.words
        self.actors.show_actors(self._presenter.actors(view), words.share(view.actors.share), view.actors.unseen)

    def _choose(self, alarm_id: object) -> None:
        self.form.hide()
        if self._view is not None and isinstance(alarm_id, int):
            self.actors.say(self._context.texts("health.proposals.wait"))
            self._context.tasks.start(self._ask_proposals(alarm_id, self._view.days), name="remedies")

    def _open(self, asset_id: int) -> None:
        self._context.stores.selection.go_to(asset_id)

    # --- mending

    def _ask_reason(self, proposal: object) -> None:
        line = self.actors.line
        if line is None or not isinstance(proposal, Proposal):
            return
        self._wanted = proposal
        what, _test = self._presenter.proposal_words(proposal)
        title = self._context.texts("health.apply.title", what=what, where=f"{line.where} · {line.what}")
        self.form.ask(title, self._context.texts("health.apply.ask"))

    def _apply(self, reason: str, _minutes: int) -> None:
        line, proposal = self.actors.line, self._wanted
        if line is None or proposal is None:
            return
        request = RemedyRequest(
            alarm_id=line.alarm_id,
            asset_code=line.asset_code,
            kind=line.kind,
            setting=proposal.setting,
            reason=reason,
        )

        async def then(approval_id: str) -> None:
            done = await self._presenter.apply(request, approval_id)
            self._say(self._context.texts("health.applied", who=done.approved_by), False)
            self.refresh()

        self.second.ask(ACT, self._presenter.payload(request), reason, then)

    # --- inside

    def _say(self, text: str, is_warning: bool) -> None:
        self.notice.say(text, Tone.WARNING if is_warning else Tone.PLAIN)

    def _period(self) -> Period:
        return Period(self.period.currentData() or Period.TODAY.value)

    def _second(self) -> None:
        self._seconds += 1
        is_unread = self._view is not None and self._view.answer.progress < 1.0
        if self._widget.isVisible() and self._seconds >= (_UNREAD_EVERY_S if is_unread else _EVERY_S):
            self.refresh()

    def _ask_file(self, suffix: str, into: str) -> None:
        if self._view is None:
            return
        tr, days = self._context.texts, self._view.days
        name = tr("health.file", since=days.since.isoformat(), until=days.until.isoformat())
        name = self._context.stores.occasion.file_name(name, tr)
        dialog = QFileDialog(self._widget, tr(into), f"{name}.{suffix}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._write)
        dialog.selectFile(f"{name}.{suffix}")
        dialog.open()

    def _write(self, path: str) -> None:
        file = Path(path)
        if file.suffix.lower() == ".csv":
            self.export_into(file)
        else:
            self.print_into(file)

    def _button(self, icon_name: str, text: str) -> QPushButton:
        tr, palette = self._context.texts, self._context.palette
        button = QPushButton(icon(icon_name, palette), tr(text))
        button.setToolTip(tr(f"{text}.told"))
        return button

    def _connect(self) -> None:
        self.seat.currentIndexChanged.connect(self.refresh)
        self.period.currentIndexChanged.connect(self.refresh)
        self.print.clicked.connect(lambda _checked=False: self._ask_file("pdf", "health.report"))
        self.export.clicked.connect(lambda _checked=False: self._ask_file("csv", "health.csv"))
        self.actors.chosen.connect(self._choose)
        self.actors.opened.connect(self._open)
        self.actors.apply_requested.connect(self._ask_reason)
        self.form.given.connect(self._apply)
        for key, wish in (("F5", self.refresh), ("Ctrl+P", lambda: self._ask_file("pdf", "health.report"))):
            shortcut = QShortcut(QKeySequence(key), self._widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(wish)

    def _lay_out(self) -> None:
        tr = self._context.texts
        self.seat.setAccessibleName(tr("health.seat"))
        self.seat.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.period.setAccessibleName(tr("health.period"))
        for period in Period:
            self.period.addItem(tr(f"health.period.{period.value}"), period.value)
        self.now.setWordWrap(True)
        self.now.setContentsMargins(GAP, 0, GAP, 0)
        self.progress.setFormat(tr("health.reading"))
        self.progress.hide()
        row = WrappingRow(TIGHT)
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        for widget in (self.seat, self.period):
            row.addWidget(widget)
        row.add_gap()
        row.addWidget(self.export)
        row.addWidget(self.print)
        inner = QWidget()
        inside = QVBoxLayout(inner)
        inside.setContentsMargins(0, 0, 0, GAP)
        inside.setSpacing(0)
        for part in (self.now, self.cards, self.trend, self.split, self.actors):
            inside.addWidget(part)
        inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(inner)
        column = QVBoxLayout(self._widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        nest(column, row)
        column.addWidget(self.notice)
        column.addWidget(self.progress)
        column.addWidget(self.form)
        column.addWidget(scroll, 1)
