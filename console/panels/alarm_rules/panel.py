"""The panel of alarm rules: alarm types with sheet, conditions, trial and history; the matrix; inhibitions."""

import asyncio
import datetime as dt
from collections.abc import Callable, Coroutine
from typing import Any, Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QSplitter, QTabWidget, QVBoxLayout, QWidget

from console.kit.errors import RequestFailed
from console.kit.failures import failure_text
from console.kit.panel_spec import PanelState
from console.panels.alarm_rules.bad_field import BadField
from console.panels.alarm_rules.conditions_page import ConditionsPage
from console.panels.alarm_rules.history_page import HistoryPage
from console.panels.alarm_rules.inhibitions import InhibitionWords
from console.panels.alarm_rules.inhibitions_page import InhibitionsPage
from console.panels.alarm_rules.matrix_page import MatrixPage
from console.panels.alarm_rules.meanwhile import Meanwhile
from console.panels.alarm_rules.presenter import RuleWords
from console.panels.alarm_rules.sheet_page import SheetPage
from console.panels.alarm_rules.trial_page import TrialPage
from console.panels.alarm_rules.types_list import TypesList
from console.store.context import Context
from contract.alarm_rules import AlarmTypeDetail, PriorityMatrix, TrialRequest, TrialState
from widgets.look import GAP
from widgets.notice import Notice, Tone
from widgets.plain_text import PlainLabel
from widgets.tall_half import tall_half

_POLL_S: Final = 0.4
_SHEET, _CONDITIONS, _TRIAL, _HISTORY = range(4)
_TYPES, _MATRIX, _INHIBITIONS = range(3)


class AlarmRulesPanel(QObject):
    """Asked for when it opens, after each change, when somebody changed a rule, and when F5 is pressed."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        tr, stores = context.texts, context.stores
        self._words = RuleWords(stores.catalogue, tr)
        self._detail: AlarmTypeDetail | None = None
        self._their_matrix: PriorityMatrix | None = None
        self._trial_id = ""
        self.notice = Notice(context.palette, tr, context.ticker.frame_clock)
        self.types = TypesList(tr, self._words)
        self.hint = PlainLabel(tr("alarm_rules.choose"))
        self.hint.setWordWrap(True)
        self.sheet = SheetPage(tr, self._words)
        self.conditions = ConditionsPage(tr, self._words, stores.assets, lambda: stores.selection.asset_id)
        self.trial = TrialPage(tr, self._words, context.palette)
        self.history = HistoryPage(tr, self._words, stores.assets)
        self.matrix = MatrixPage(tr, self._words, HistoryPage(tr, self._words, stores.assets))
        inhibitions = InhibitionWords(stores.catalogue, tr, self._code_of)
        self.inhibitions = InhibitionsPage(tr, inhibitions, stores.catalogue, stores.alarms)
        self.meanwhile, self.matrix_meanwhile = Meanwhile(tr), Meanwhile(tr)
        self.save = QPushButton(tr("alarm_rules.save"))
        self.tabs, self.pages = QTabWidget(), QTabWidget()
        self._widget = self._laid_out()
        self._connect()
        self.refresh()

    @property
    def widget(self) -> QWidget:
        """What is docked."""
        return self._widget

    def focus_first(self) -> None:
        """The search."""
        self.pages.setCurrentIndex(_TYPES)
        self.types.search.setFocus()

    def close(self) -> None:
        """Ask no more; a trial that runs is of no use to anybody."""
        stores = self._context.stores
        stores.catalogue.changed.disconnect(self.refresh)
        stores.alarms.changed_since_tick.disconnect(self._alarms_changed)
        self.notice.clear()

    def state(self) -> PanelState:
        """What is searched, and which page is open."""
        return {"find": self.types.search.text(), "page": self.pages.currentIndex()}

    def take_state(self, state: PanelState) -> None:
        """What was searched, and which page was open."""
        find, page = state.get("find"), state.get("page")
        self.types.search.setText(find if isinstance(find, str) else "")
        if isinstance(page, int) and 0 <= page < self.pages.count():
            self.pages.setCurrentIndex(page)

    def refresh(self) -> None:
        """Ask anew for all that is shown; what is being typed stays."""
        self._start(self._load(), "alarm rules")
        self._start(self._load_matrix(), "priority matrix")
        self._start(self._load_inhibitions(), "inhibition rules")
        if self._detail is not None:
            self._start(self._load_type(self._detail.type.class_, self._detail.type.kind), "alarm rule")

    def choose(self, class_: str, kind: str) -> None:
        """Show one alarm type."""
        self._start(self._load_type(class_, kind), "alarm rule")

    # --- asking

    async def _load(self) -> None:
        self.types.show_types((await self._context.client.alarm_types()).items)

    async def _load_type(self, class_: str, kind: str, *, is_ours: bool = False) -> None:
        """`is_ours`: we have just changed it, nothing typed is left to keep."""
        detail = await self._context.client.alarm_type(class_, kind)
        before = self._detail
        is_same = before is not None and (before.type.class_, before.type.kind) == (class_, kind)
        self._detail = detail
        version = 0 if detail.sheet is None else detail.sheet.version
        if is_same and not is_ours and self.sheet.is_touched:
            self.sheet.show_trace(detail)
            if detail.sheet is not None and version != self.sheet.version:
                self.meanwhile.say(detail.sheet.by, version, detail.sheet.reason)
        else:
            self.sheet.show_type(detail)
            self.meanwhile.hide()
        self.conditions.show_type(detail, self._now())
        if not is_same:
            self.trial.forget()
        self.save.setEnabled(detail.type.may_edit)
        self.hint.setText("" if detail.type.may_edit else self._context.texts("alarm_rules.read_only"))
        self.hint.setVisible(not detail.type.may_edit)
        self.tabs.show()
        self.save.setVisible(self.tabs.currentIndex() == _SHEET)
        self.history.show_history(await self._context.client.alarm_rule_history(class_, kind))

    async def _load_matrix(self, *, is_ours: bool = False) -> None:
        matrix = await self._context.client.alarm_matrix()
        if is_ours or not self.matrix.is_touched:
            self.matrix.show_matrix(matrix)
            self.matrix_meanwhile.hide()
        elif matrix.version != self.matrix.version:
            self._their_matrix = matrix
            self.matrix_meanwhile.say(matrix.by, matrix.version, matrix.reason)
        self.matrix.history.show_history(await self._context.client.alarm_matrix_history())

    async def _load_inhibitions(self) -> None:
        self.inhibitions.show_classes()
        self.inhibitions.show_rules((await self._context.client.inhibitions()).items)

    # --- changing

    async def _save(self, detail: AlarmTypeDetail) -> None:
        kind = (detail.type.class_, detail.type.kind)
        sheet = await self._context.client.save_alarm_sheet(*kind, self.sheet.change())
        self._say(self._context.texts("alarm_rules.saved", version=sheet.version))
        await self._load_type(*kind, is_ours=True)

    async def _place(self, detail: AlarmTypeDetail) -> None:
        kind = (detail.type.class_, detail.type.kind)
        await self._context.client.save_alarm_override(*kind, self.conditions.change())
        self._say(self._context.texts("alarm_rules.placed"))
        self.conditions.clear(self._now())
        await self._load_type(*kind)

    async def _remove(self, detail: AlarmTypeDetail) -> None:
        removal = self.conditions.removal()
        if removal is None:
            raise BadField(self._context.texts("alarm_rules.remove_none"))
        kind = (detail.type.class_, detail.type.kind)
        await self._context.client.remove_alarm_override(*kind, removal)
        self._say(self._context.texts("alarm_rules.removed"))
        self.conditions.clear(self._now())
        await self._load_type(*kind)

    async def _save_matrix(self) -> None:
        change = self.matrix.change()
        if change is not None:
            matrix = await self._context.client.save_alarm_matrix(change)
            self._say(self._context.texts("alarm_rules.saved", version=matrix.version))
            await self._load_matrix(is_ours=True)

    async def _save_inhibition(self) -> None:
        rule = await self._context.client.save_inhibition(self.inhibitions.rule())
        self._say(self._context.texts("alarm_rules.inhibition_saved", name=rule.name))
        await self._load_inhibitions()

    async def _remove_inhibition(self) -> None:
        rule = self.inhibitions.chosen()
        if rule is not None:
            await self._context.client.remove_inhibition(rule.name)
            self._say(self._context.texts("alarm_rules.inhibition_removed", name=rule.name))
            self.inhibitions.begin()
            await self._load_inhibitions()

    async def _try(self, detail: AlarmTypeDetail) -> None:
        now = self._now()
        request = TrialRequest(
            class_=detail.type.class_,
            kind=detail.type.kind,
            patch=self.conditions.patch(),
            since=now - dt.timedelta(hours=self._words.hours(self.trial.hours.text()) or 24.0),
            until=now,
            asset_id=self.conditions.asset_id(),
        )
        trial = await self._context.client.begin_alarm_trial(request)
        self._trial_id = trial.id
        while trial.state is TrialState.RUNNING and self._trial_id == trial.id:
            self.trial.show_trial(trial)
            await asyncio.sleep(_POLL_S)
            trial = await self._context.client.alarm_trial(trial.id)
        if self._trial_id == trial.id:
            self._trial_id = ""
            self.trial.show_trial(trial)

    async def _cancel(self) -> None:
        if self._trial_id:
            trial = await self._context.client.cancel_alarm_trial(self._trial_id)
            self._trial_id = ""
            self.trial.show_trial(trial)

    def _take_theirs(self) -> None:
        if self._detail is not None:
            self.sheet.show_type(self._detail)

    def _keep_mine(self) -> None:
        """Saving replaces their version, as was asked for; what they wrote stays in the history."""
        if self._detail is not None and self._detail.sheet is not None:
            self.sheet.rest_on(self._detail.sheet.version)

    def _decide_matrix(self, *, is_mine: bool) -> None:
        if self._their_matrix is not None:
            (self.matrix.rest_on if is_mine else self.matrix.show_matrix)(self._their_matrix)

    def _with_detail(self, act: Callable[[AlarmTypeDetail], Coroutine[Any, Any, None]], name: str) -> None:
        if self._detail is not None:
            self._start(act(self._detail), name)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        async def do() -> None:
            try:
                await work
            except BadField as error:
                self._say(str(error), is_warning=True)
            except RequestFailed as error:
                self._say(failure_text(error, self._context.texts), is_warning=True)

        self._context.tasks.start(do(), name=name)

    def _now(self) -> dt.datetime:
        return self._context.clock()

    def _code_of(self, asset_id: int) -> str:
        asset = self._context.stores.assets.get(asset_id)
        return f"#{asset_id}" if asset is None else asset.code

    def _say(self, words: str, *, is_warning: bool = False) -> None:
        self.notice.say(words, Tone.WARNING if is_warning else Tone.PLAIN)

    # --- showing

    def _alarms_changed(self) -> None:
        """What is held back now is other."""
        if self.pages.currentIndex() == _INHIBITIONS:
            self.inhibitions.recount()

    def _laid_out(self) -> QWidget:
        tr = self._context.texts
        whole, right, matrix = QWidget(), QWidget(), QWidget()
        whole.setObjectName("alarm rules panel")
        tabs = (
            ("sheet", self.sheet.widget),
            ("overrides", self.conditions.widget),
            ("trial", self.trial.widget),
            ("history", self.history.widget),
        )
        for name, page in tabs:
            self.tabs.addTab(page, tr(f"alarm_rules.tab_{name}"))
        beside = QVBoxLayout(right)
        beside.addWidget(self.hint)
        beside.addWidget(self.meanwhile)
        beside.addWidget(self.tabs, 1)
        beside.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        beside.addStretch(0)
        self.tabs.hide()
        self.save.hide()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(tall_half(self.types))
        split.addWidget(tall_half(right))
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 3)
        split.setSizes([640, 540])
        column = QVBoxLayout(matrix)
        column.addWidget(self.matrix_meanwhile)
        column.addWidget(self.matrix.widget, 1)
        for name, page in (("types", split), ("matrix", matrix), ("inhibitions", self.inhibitions.widget)):
            self.pages.addTab(page, tr(f"alarm_rules.tab_{name}"))
        outer = QVBoxLayout(whole)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GAP)
        outer.addWidget(self.notice)
        outer.addWidget(self.pages, 1)
        return whole

    def _connect(self) -> None:
        self.types.chosen.connect(self.choose)
        self.tabs.currentChanged.connect(lambda index=0: self.save.setVisible(index == _SHEET))
        self.pages.currentChanged.connect(lambda _index=0: self._alarms_changed())
        self.conditions.place.clicked.connect(lambda _on=False: self._with_detail(self._place, "override"))
        self.conditions.remove.clicked.connect(lambda _on=False: self._with_detail(self._remove, "override"))
        self.trial.begin.clicked.connect(lambda _on=False: self._with_detail(self._try, "trial"))
        self.trial.stop.clicked.connect(lambda _on=False: self._start(self._cancel(), "trial"))
        self.meanwhile.theirs_wanted.connect(self._take_theirs)
        self.meanwhile.mine_wanted.connect(self._keep_mine)
        self.matrix_meanwhile.theirs_wanted.connect(lambda: self._decide_matrix(is_mine=False))
        self.matrix_meanwhile.mine_wanted.connect(lambda: self._decide_matrix(is_mine=True))
        inhibitions = self.inhibitions
        inhibitions.remove.clicked.connect(lambda _on=False: self._start(self._remove_inhibition(), "inhibition"))
        for button in (self.save, self.matrix.save, inhibitions.save):
            button.clicked.connect(lambda _on=False: self._save_page())
        self._context.stores.catalogue.changed.connect(self.refresh)
        self._context.stores.alarms.changed_since_tick.connect(self._alarms_changed)
        for key, act in (("Ctrl+F", self.focus_first), ("Ctrl+Return", self._save_page), ("F5", self.refresh)):
            shortcut = QShortcut(QKeySequence(key), self._widget)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _save_page(self) -> None:
        """The page that is open: the sheet, the override, the matrix or the inhibition rule that was typed."""
        if self.pages.currentIndex() == _MATRIX:
            self._start(self._save_matrix(), "priority matrix")
        elif self.pages.currentIndex() == _INHIBITIONS:
            self._start(self._save_inhibition(), "inhibition")
        elif self.tabs.currentIndex() == _SHEET:
            self._with_detail(self._save, "sheet")
        elif self.tabs.currentIndex() == _CONDITIONS:
            self._with_detail(self._place, "override")
