"""What the conditions typed would have told: the period, how far the trial is, what came of it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from console.panels.alarm_rules.presenter import RuleWords
from contract.alarm_rules import Trial, TrialState
from widgets.look import Palette
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.quiet_label import quiet_label
from widgets.texts import Texts
from widgets.trial_chart import TrialChart

_HOURS_WIDTH = 80


class TrialPage:
    """Shows one trial; the panel runs it."""

    def __init__(self, tr: Texts, words: RuleWords, palette: Palette) -> None:
        self._tr = tr
        self._words = words
        self.hours = QLineEdit("24")
        self.hours.setFixedWidth(_HOURS_WIDTH)
        self.hours.setAccessibleName(tr("alarm_rules.try_hours"))
        self.begin, self.stop = QPushButton(tr("alarm_rules.try")), QPushButton(tr("alarm_rules.cancel"))
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("alarm_rules.tab_trial"))
        self.result = PlainLabel(tr("alarm_rules.no_trial"))
        self.result.setWordWrap(True)
        self.result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.chart = TrialChart(palette, tr("alarm_rules.legend"))
        self.legend = quiet_label(tr("alarm_rules.legend"))
        self.widget = self._laid_out()
        self.forget()

    def forget(self) -> None:
        """Another alarm type: there is no trial of it yet."""
        self.result.setText(self._tr("alarm_rules.no_trial"))
        for widget in (self.progress, self.stop, self.chart, self.legend):
            widget.hide()
        self.begin.setEnabled(True)

    def show_trial(self, trial: Trial) -> None:
        """How far it is, or its result."""
        is_running = trial.state is TrialState.RUNNING
        self.progress.setVisible(is_running)
        self.progress.setRange(0, trial.total)
        self.progress.setValue(trial.done)
        self.stop.setVisible(is_running)
        self.begin.setEnabled(not is_running)
        is_cancelled = trial.state is TrialState.CANCELLED
        self.result.setText(self._tr("alarm_rules.cancelled") if is_cancelled else self._words.trial(trial))
        result = trial.result
        self.chart.setVisible(result is not None)
        self.legend.setVisible(result is not None)
        if result is not None:
            self.chart.show_bins(result.would_bins, result.did_bins, result.unknown_bins)

    def _laid_out(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.addWidget(quiet_label(self._tr("alarm_rules.try_hint")))
        row = QHBoxLayout()
        row.addWidget(PlainLabel(self._tr("alarm_rules.try_hours")))
        for part in (self.hours, self.begin, self.stop):
            row.addWidget(part)
        row.addStretch(1)
        nest(column, row)
        for widget in (self.progress, self.result, self.chart, self.legend):
            column.addWidget(widget)
        column.addStretch(1)
        whole = QScrollArea()
        whole.setWidgetResizable(True)
        whole.setWidget(inner)
        return whole
