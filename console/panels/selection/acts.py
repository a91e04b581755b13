"""What can be done with all that is chosen: claim for it, report it, forget it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.panels.selection.presenter import SelectionPresenter
from console.parts.claim_forms import GroupForm
from console.parts.group_claims import Group, GroupClaims
from console.store.context import Context
from widgets.look import GAP, TIGHT
from widgets.nesting import nest
from widgets.notice import Notice


class ChosenActs:
    """The claim form opens on demand: most who choose only want to know."""

    def __init__(self, context: Context, presenter: SelectionPresenter, notice: Notice) -> None:
        self._context = context
        self._presenter = presenter
        stores, tr = context.stores, context.texts
        self._claims = GroupClaims(stores.assets, stores.states, stores.watched, stores.catalogue, context.client, tr)
        self._ids: tuple[int, ...] = ()
        self._groups: Sequence[Group] = ()
        self.claim = QPushButton(tr("selection.claim"))
        self.claim.setCheckable(True)
        self.report = QPushButton(tr("selection.report"))
        self.forget = QPushButton(tr("selection.forget"))
        self.property_choice = QComboBox()
        self.property_choice.setAccessibleName(tr("claims.property"))
        self.group_form = GroupForm(context, self._claims, notice, "selection.claim_for_all")
        self._form = QWidget()
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, TIGHT, 0, 0)
        form.setSpacing(GAP)
        form.addWidget(self.property_choice)
        form.addWidget(self.group_form.widget)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(GAP)
        self.buttons.addWidget(self.claim)
        self.buttons.addWidget(self.report)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.forget)
        self.widget = QWidget()
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        nest(column, self.buttons)
        column.addWidget(self._form)
        self.claim.toggled.connect(self._form.setVisible)
        self.report.clicked.connect(self._ask_report)
        self.forget.clicked.connect(lambda: stores.contents.choose(()))
        self.property_choice.currentIndexChanged.connect(self._property_changed)
        self._form.hide()
        self.widget.hide()

    def show_chosen(self, asset_ids: Sequence[int]) -> None:
        """Turn to these; none: there is nothing to do."""
        self.widget.setVisible(bool(asset_ids))
        if tuple(asset_ids) == self._ids:
            self.refresh()
            return
        self._ids = tuple(asset_ids)
        self._groups = self._claims.groups(self._presenter.assets(self._ids))
        self.property_choice.blockSignals(True)
        self.property_choice.clear()
        for group in self._groups:
            self.property_choice.addItem(self._claims.title(group))
        self.property_choice.blockSignals(False)
        self.property_choice.setVisible(len(self._groups) > 1)
        self.claim.setEnabled(bool(self._groups))
        self.claim.setToolTip("" if self._groups else self._context.texts("selection.nothing_to_claim"))
        if not self._groups:
            self.claim.setChecked(False)
        self._property_changed()

    def refresh(self, *_ignored: object) -> None:
        """A command moved on, or states did."""
        self.group_form.refresh()

    def _ask_report(self) -> None:
        if self._context.stores.maps.active is None:
            self._context.announce(self._context.texts("selection.needs_map"))
        else:
            self._context.stores.contents.ask_report()

    def _property_changed(self, *_ignored: object) -> None:
        at = self.property_choice.currentIndex()
        group = self._groups[at] if 0 <= at < len(self._groups) else None
        key = "" if group is None else f"{group.class_} {group.spec.name} {hash(self._ids)}"
        self.group_form.show_group(key, group)
