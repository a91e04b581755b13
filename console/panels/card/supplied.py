"""The supply side of the card: one claim for everything a cabinet feeds."""

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from console.parts.claim_forms import GroupForm
from console.parts.group_claims import MOST_AT_ONCE, Group, GroupClaims
from console.store.context import Context
from contract.assets import Asset, FeedKind
from widgets.claim_form import ClaimForm
from widgets.look import GAP, PAD
from widgets.notice import Notice
from widgets.quiet_label import quiet_label
from widgets.texts import pair


class SuppliedTab:
    """Shown for assets that feed others: the largest class they feed that can be driven."""

    def __init__(self, context: Context, claims: GroupClaims, notice: Notice) -> None:
        self._assets = context.stores.assets
        self._claims = claims
        self._group_form = GroupForm(context, claims, notice, "supplied.new")
        self._tr = context.texts
        self.feeders = quiet_label()
        self.widget = QWidget()
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(PAD, GAP, PAD, PAD)
        column.addWidget(self.feeders)
        column.addWidget(self._group_form.widget)
        column.addStretch(1)

    @property
    def summary(self) -> QLabel:
        """How many it feeds, and how they are."""
        return self._group_form.summary

    @property
    def form(self) -> ClaimForm:
        """What they are to be."""
        return self._group_form.form

    @property
    def progress(self) -> QLabel:
        """What became of the last claim."""
        return self._group_form.progress

    @property
    def has_anything(self) -> bool:
        """Whether the asset feeds anything that can be driven."""
        return self._group_form.group is not None

    def show_asset(self, asset: Asset) -> None:
        """Turn to another asset."""
        self.feeders.setText(self._feeder_words(asset))
        self.feeders.setVisible(bool(self.feeders.text()))
        groups = self._claims.groups(self._assets.supplied_by(asset.id))
        first = groups[0] if groups else None
        if first is not None and len(first.assets) > MOST_AT_ONCE:
            first = Group(first.spec, first.class_, first.assets[:MOST_AT_ONCE])
        self._group_form.show_group(str(asset.id), first)

    def refresh(self) -> None:
        """Show how the group and the last claim on it now stand."""
        self._group_form.refresh()

    def _feeder_words(self, asset: Asset) -> str:
        """What feeds it, through what it talks, how many talk through it."""
        lines: list[str] = []
        for key, feeder_id in (("identity.supply", asset.supply_parent), ("identity.network", asset.network_parent)):
            feeder = None if feeder_id is None else self._assets.get(feeder_id)
            if feeder is not None:
                lines.append(pair(self._tr(key), feeder.name or feeder.code, self._tr))
        carried = len(self._assets.fed(asset.id, FeedKind.NETWORK))
        if carried:
            lines.append(self._tr("card.carries", count=carried))
        return "\n".join(lines)
