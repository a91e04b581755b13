"""What was done to an alarm type or to the matrix: when, by whom, why, and what was changed from what to what."""

from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from console.kit.ports import AssetLookup
from console.panels.alarm_rules.presenter import RuleWords
from console.store.rule_words import differences
from contract.alarm_rules import RuleChange, RuleHistory
from widgets.plain_text import tip
from widgets.quiet_label import quiet_label
from widgets.texts import Texts

_COLUMNS = ("when", "who", "what", "why")


class HistoryPage:
    """Newest first; each change opens on its fields."""

    def __init__(self, tr: Texts, words: RuleWords, assets: AssetLookup) -> None:
        self._tr = tr
        self._words = words
        self._assets = assets
        self.empty = quiet_label(tr("alarm_rules.no_history"))
        self.cut = quiet_label(tr("alarm_rules.history_cut"))
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([tr(f"alarm_rules.history_{name}") for name in _COLUMNS])
        self.tree.setAccessibleName(tr("alarm_rules.tab_history"))
        self.tree.setWordWrap(True)
        header = self.tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.widget = QWidget()
        column = QVBoxLayout(self.widget)
        for widget in (self.empty, self.tree, self.cut):
            column.addWidget(widget)
        column.addStretch(0)
        self.show_history(RuleHistory(items=()))

    def show_history(self, history: RuleHistory) -> None:
        """Fill it."""
        self.tree.clear()
        for change in history.items:
            item = QTreeWidgetItem([self._words.time(change.at), self._who(change), self._what(change), change.reason])
            item.setToolTip(3, tip(change.reason))
            self.tree.addTopLevelItem(item)
            for line in differences(change.before, change.after, self._tr):
                field = QTreeWidgetItem([line])
                field.setToolTip(0, tip(line))
                item.addChild(field)
                field.setFirstColumnSpanned(True)
        first = self.tree.topLevelItem(0)
        if first is not None:
            first.setExpanded(True)
        self.empty.setVisible(not history.items)
        self.tree.setVisible(bool(history.items))
        self.cut.setVisible(history.is_cut)

    def _who(self, change: RuleChange) -> str:
        return self._tr("journal.system") if change.actor == "system" else change.actor

    def _what(self, change: RuleChange) -> str:
        words = self._tr(f"alarm_rules.event_{change.event.value}", version=change.version)
        if change.asset_id is None:
            return words
        asset = self._assets.get(change.asset_id)
        return f"{words}, {asset.code if asset is not None else f'#{change.asset_id}'}"
