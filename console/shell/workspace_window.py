"""The workspaces there are, whose they are and when they open; beside the work, never over it."""

import datetime as dt
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTime, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTimeEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.shell.workspace_hours import Habits
from console.shell.workspace_names import named_by, shown_name
from console.shell.workspace_shelf import LONGEST_NAME, Entry, Whose
from console.store.wording import role_text
from widgets.look import FAR, GAP, PAD
from widgets.nesting import nest
from widgets.plain_text import PlainLabel
from widgets.texts import Texts

_KEY = Qt.ItemDataRole.UserRole


class WorkspaceWindow(QWidget):
    """Fed with entries; each wish names the chosen workspace."""

    open_requested = Signal(str)
    add_requested = Signal(str)
    share_requested = Signal(str, bool)
    start_requested = Signal(str, bool)
    plan_requested = Signal(str, int)
    unplan_requested = Signal(str)
    export_requested = Signal(str)
    import_requested = Signal()
    forget_requested = Signal(str)
    keep_requested = Signal(str)
    lock_requested = Signal(str, str, object)  # key, team, (from, to) in minutes or None
    unlock_requested = Signal(str, str)

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._entries: dict[str, Entry] = {}
        self._habits = Habits()
        self.setObjectName("screen_field")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(texts("workspace.window"))
        self.resize(880, 620)
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.list.setHeaderLabels([texts(f"workspace.column_{name}") for name in ("name", "whose", "screens", "hours")])
        self.list.setAccessibleName(texts("workspace.window"))
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.at = _time_edit(texts("workspace.plan_at"))
        self.team = QComboBox()
        self.has_hours = QCheckBox(texts("workspace.only_hours"))
        self.since, self.until = _time_edit(texts("workspace.since")), _time_edit(texts("workspace.until"))
        self._buttons: dict[str, QPushButton] = {}
        self._lock_row = QWidget()
        self._lay_out()
        self.list.itemSelectionChanged.connect(self._offer)
        self.list.itemActivated.connect(self._open_chosen)
        self.has_hours.toggled.connect(self._offer)
        QShortcut(QKeySequence("Escape"), self, self.close)

    @property
    def chosen(self) -> str:
        """The key of the chosen workspace; empty when none is."""
        item = self.list.currentItem()
        return "" if item is None else str(item.data(0, _KEY))

    def button(self, name: str) -> QPushButton:
        """A button by what it does."""
        return self._buttons[name]

    def show_entries(self, entries: Sequence[Entry], open_key: str, habits: Habits, teams: Sequence[str]) -> None:
        """What there is; `teams` are those for whom a default may be locked, none hides it."""
        chosen = self.chosen or open_key
        self._entries = {entry.key: entry for entry in entries}
        self._habits = habits
        self.list.clear()
        for entry in entries:
            name = shown_name(entry.key, self._texts)
            name = self._texts("workspace.is_open", name=name) if entry.key == open_key else name
            whose = self._texts(f"workspace.whose_{entry.whose.value}", owner=entry.owner)
            if entry.is_shared:
                whose = self._texts("workspace.whose_own_shared")
            item = QTreeWidgetItem([name, whose, str(len(entry.layout.screens)), self._hours(entry)])
            item.setData(0, _KEY, entry.key)
            self.list.addTopLevelItem(item)
            if entry.key == chosen:
                self.list.setCurrentItem(item)
        self.team.clear()
        for team in teams:
            self.team.addItem(role_text(team, self._texts), team)
        self._lock_row.setVisible(bool(teams))
        self._offer()

    def ask_for_name(self, proposal: str) -> None:
        """Let somebody type the name under which the desk is kept."""
        self.name.setText(shown_name(proposal, self._texts))
        self.name.setFocus()
        self.name.selectAll()

    def _hours(self, entry: Entry) -> str:
        parts: list[str] = []
        if entry.key == self._habits.start:
            parts.append(self._texts("workspace.at_start"))
        parts += [_clock(line.minute) for line in self._habits.plan if line.key == entry.key]
        if entry.from_minute is not None and entry.to_minute is not None:
            parts.append(f"{_clock(entry.from_minute)}-{_clock(entry.to_minute)}")
        return ", ".join(parts)

    def _offer(self) -> None:
        entry = self._entries.get(self.chosen)
        is_own = entry is not None and entry.whose is Whose.OWN
        is_golden = entry is not None and entry.whose is Whose.GOLDEN
        for name in ("open", "add", "export", "start", "plan", "lock"):
            self._buttons[name].setEnabled(entry is not None)
        self._buttons["share"].setEnabled(is_own)
        self._buttons["forget"].setEnabled(is_own)
        self._buttons["unlock"].setEnabled(is_golden)
        is_shared = entry is not None and entry.is_shared
        self._buttons["share"].setText(self._texts("workspace.unshare" if is_shared else "workspace.share"))
        is_start = entry is not None and entry.key == self._habits.start
        self._buttons["start"].setText(self._texts("workspace.not_start" if is_start else "workspace.start"))
        is_planned = entry is not None and any(line.key == entry.key for line in self._habits.plan)
        self._buttons["unplan"].setEnabled(is_planned)
        for edit in (self.since, self.until):
            edit.setEnabled(self.has_hours.isChecked())

    def _tell(self, wish: Callable[[str], None]) -> None:
        if self.chosen:
            wish(self.chosen)

    def _open_chosen(self) -> None:
        self._tell(self.open_requested.emit)

    def _lock(self) -> None:
        hours = (_minute(self.since), _minute(self.until)) if self.has_hours.isChecked() else None
        self.lock_requested.emit(self.chosen, str(self.team.currentData() or ""), hours)

    def _lay_out(self) -> None:
        tr = self._texts
        column = QVBoxLayout(self)
        column.setContentsMargins(FAR, FAR, FAR, FAR)
        column.setSpacing(PAD)
        header = self.list.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        column.addWidget(self.list, 1)
        grid = QGridLayout()
        grid.setSpacing(GAP)
        acts: tuple[tuple[str, Callable[[], None]], ...] = (
            ("open", self._open_chosen),
            ("add", lambda: self._tell(self.add_requested.emit)),
            ("share", lambda: self.share_requested.emit(self.chosen, not self._entries[self.chosen].is_shared)),
            ("start", lambda: self.start_requested.emit(self.chosen, self.chosen != self._habits.start)),
            ("export", lambda: self._tell(self.export_requested.emit)),
            ("bring_in", self.import_requested.emit),
            ("forget", lambda: self._tell(self.forget_requested.emit)),
        )
        for number, (name, act) in enumerate(acts):
            grid.addWidget(self._button(name, act), number // 4, number % 4)
        grid.addWidget(PlainLabel(tr("workspace.keep_now_as")), 2, 0)
        grid.addWidget(self.name, 2, 1, 1, 2)
        self.name.setAccessibleName(tr("workspace.keep_now_as"))
        keep = self._button("keep", lambda: self.keep_requested.emit(named_by(self.name.text().strip(), self._texts)))
        grid.addWidget(keep, 2, 3)
        self.name.returnPressed.connect(keep.click)
        grid.addWidget(PlainLabel(tr("workspace.plan_at")), 3, 0)
        grid.addWidget(self.at, 3, 1)
        grid.addWidget(self._button("plan", lambda: self.plan_requested.emit(self.chosen, _minute(self.at))), 3, 2)
        grid.addWidget(self._button("unplan", lambda: self._tell(self.unplan_requested.emit)), 3, 3)
        nest(column, grid)
        row = QGridLayout(self._lock_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(PlainLabel(tr("workspace.lock_for")), 0, 0)
        row.addWidget(self.team, 0, 1)
        row.addWidget(self.has_hours, 0, 2)
        row.addWidget(self.since, 0, 3)
        row.addWidget(self.until, 0, 4)
        row.addWidget(self._button("lock", self._lock), 0, 5)
        row.addWidget(self._button("unlock", self._unlock), 0, 6)
        row.setColumnStretch(1, 1)
        self.team.setAccessibleName(tr("workspace.lock_for"))
        column.addWidget(self._lock_row)

    def _unlock(self) -> None:
        entry = self._entries.get(self.chosen)
        if entry is not None:
            self.unlock_requested.emit(entry.owner, entry.layout.name)

    def _button(self, name: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(self._texts(f"workspace.{name}"))
        button.clicked.connect(lambda _checked=False: act())
        self._buttons[name] = button
        return button


def _time_edit(name: str) -> QTimeEdit:
    edit = QTimeEdit(QTime(22, 0))
    edit.setDisplayFormat("HH:mm")
    edit.setAccessibleName(name)
    return edit


def _minute(edit: QTimeEdit) -> int:
    return edit.time().hour() * 60 + edit.time().minute()


def _clock(minute: int) -> str:
    return dt.time(minute // 60, minute % 60).strftime("%H:%M")
